import { PartylineError } from "../../runtime/errors.ts";

/** The other side takes nothing for a while. */
export class CrmQuotaError extends PartylineError {
  /** What it asked to wait, in milliseconds; 0 when it did not say. */
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super("VENDOR_QUOTA", "the CRM's quota is used up", { isRetryable: true });
    this.retryAfterMs = retryAfterMs;
  }
}
