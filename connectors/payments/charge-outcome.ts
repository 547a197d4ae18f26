import type { ChargeOutcome } from "./port.ts";

/** An outcome before the waiting time is added. */
export type SettledCharge = ChargeOutcome extends infer One
  ? One extends ChargeOutcome
    ? Omit<One, "vendorWaitMs">
    : never
  : never;

/** A failed answer as the SDK reports it, reduced to what decides. */
export type VendorFailure = {
  /** HTTP status; undefined when there was no (readable) answer. */
  readonly httpStatus: number | undefined;
  /** No connection was made, so the request cannot have arrived. */
  readonly isUnsent: boolean;
  /** `card_error`, `invalid_request_error`, `idempotency_error`, `api_error`; empty if unknown. */
  readonly type: string;
  readonly code: string;
  readonly declineCode: string;
  readonly paymentRef: string | null;
};

/**
 * What a failed answer means.
 * - `settled`: the vendor decided, and says the same for the same key ever after.
 * - `retry`: the same request with the same key may be sent again, up to `maxAttempts` in all. `mayHaveCharged` says whether money may have moved
 *   already, so that giving up leaves an unknown outcome.
 * - `refused`: our request or credentials are wrong; nothing was executed.
 */
export type Verdict =
  | { readonly kind: "settled"; readonly charge: SettledCharge }
  | { readonly kind: "retry"; readonly reason: string; readonly maxAttempts: number; readonly mayHaveCharged: boolean }
  | { readonly kind: "refused"; readonly reason: string; readonly isCredentials: boolean };

/**
 * The outcome table of a failed charge or refund, by https://docs.stripe.com/error-low-level and
 * https://docs.stripe.com/api/idempotent_requests. A 500 is kept with its key and replayed, hence only one more attempt; 409 means that a request with
 * this key is still under way; 429 comes before execution.
 */
export function judgeFailure(failure: VendorFailure): Verdict {
  const { httpStatus, type, code } = failure;
  if (failure.isUnsent) return { kind: "retry", reason: "unreachable", maxAttempts: 3, mayHaveCharged: false };
  if (httpStatus === undefined) return { kind: "retry", reason: "noAnswer", maxAttempts: 3, mayHaveCharged: true };
  if (type === "card_error") return { kind: "settled", charge: judgeCardError(failure) };
  // The key was used before with other parameters: what that request did is not known here.
  if (type === "idempotency_error")
    return { kind: "settled", charge: { status: "unknown", reason: "idempotencyKeyReused" } };
  if (httpStatus === 409) return { kind: "retry", reason: "keyInUse", maxAttempts: 3, mayHaveCharged: true };
  if (httpStatus === 429)
    return { kind: "retry", reason: code === "" ? "rateLimit" : code, maxAttempts: 3, mayHaveCharged: false };
  if (httpStatus === 424 || httpStatus >= 500)
    return { kind: "retry", reason: `http${httpStatus}`, maxAttempts: 2, mayHaveCharged: true };
  return {
    kind: "refused",
    reason: code === "" ? `http${httpStatus}` : code,
    isCredentials: httpStatus === 401 || httpStatus === 403,
  };
}

function judgeCardError(failure: VendorFailure): SettledCharge {
  const { paymentRef, code, declineCode } = failure;
  if (code === "authentication_required" || declineCode === "authentication_required")
    return paymentRef === null
      ? { status: "unknown", reason: "authenticationRequiredWithoutIntent" }
      : { status: "authenticationRequired", paymentRef };
  // `generic_decline`, `insufficient_funds`, ...; where the issuer gives none, the code says it (`expired_card`).
  const reason = declineCode === "" ? code : declineCode;
  return { status: "declined", declineCode: reason === "" ? "generic_decline" : reason, paymentRef };
}

/** An intent as far as it decides. */
export type IntentState = {
  readonly id: string;
  readonly status: string;
  readonly lastErrorCode: string;
};

/**
 * What a readable intent means. https://docs.stripe.com/payments/paymentintents/lifecycle. `requires_capture` is not `succeeded`: the money is only
 * held, which is what a hold asks for and a charge does not.
 */
export function judgeIntent(intent: IntentState): SettledCharge {
  switch (intent.status) {
    case "succeeded":
      return { status: "succeeded", paymentRef: intent.id };
    case "requires_action":
      return { status: "authenticationRequired", paymentRef: intent.id };
    case "requires_payment_method":
      return {
        status: "declined",
        declineCode: intent.lastErrorCode === "" ? "generic_decline" : intent.lastErrorCode,
        paymentRef: intent.id,
      };
    case "canceled":
      return { status: "declined", declineCode: "canceled", paymentRef: intent.id };
    default:
      return { status: "unknown", reason: intent.status };
  }
}
