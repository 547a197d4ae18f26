import { randomUUID } from "node:crypto";

/** An error in the form that HubSpot documents. */
export class CrmFailure extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    category: string,
    message: string,
    more: { readonly fields?: Readonly<Record<string, unknown>>; readonly headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.status = status;
    this.body = { status: "error", message, correlationId: randomUUID(), category, ...more.fields };
    this.headers = more.headers ?? {};
  }

  /** Too many requests in ten seconds; says how long to wait. */
  static rateLimit(waitSeconds: number): CrmFailure {
    return new CrmFailure(429, "RATE_LIMITS", "You have reached your ten_secondly_rolling limit.", {
      fields: { errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" },
      headers: { "retry-after": String(Math.max(1, waitSeconds)) },
    });
  }
}
