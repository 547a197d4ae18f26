import { setTimeout as sleep } from "node:timers/promises";
import Stripe from "stripe";
import { PartylineError } from "../../runtime/errors.ts";
import { judgeFailure, type SettledCharge, type VendorFailure } from "./charge-outcome.ts";

/** Bounds of one effect. */
export type AttemptBounds = {
  readonly attemptTimeoutMs: number;
  readonly deadlineMs: number;
  readonly retryPauseMs: number;
};

/** How the attempts of one effect ended. */
export type Attempted<Value> =
  | { readonly kind: "answered"; readonly value: Value; readonly vendorWaitMs: number }
  | { readonly kind: "settled"; readonly charge: SettledCharge; readonly vendorWaitMs: number };

/** Sends a request, again with the same key where the outcome table allows it, until it is answered, settled, refused, or the time is up. */
export type StripeAttempt = <Value>(
  signal: AbortSignal,
  send: (timeoutMs: number) => Promise<Value>,
) => Promise<Attempted<Value>>;

/** Errors of a connection that was never made. A time-out is not one of them: the SDK's covers the whole request. */
const unsentCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
]);

function isUnsent(error: Error & { readonly detail?: unknown }): boolean {
  const { detail } = error;
  return detail instanceof Error && "code" in detail && unsentCodes.has(String(detail.code));
}

function readFailure(error: unknown): VendorFailure {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  return {
    httpStatus: error.statusCode,
    isUnsent: isUnsent(error),
    type: error.rawType ?? "",
    code: error.code ?? "",
    declineCode: error.decline_code ?? "",
    paymentRef: error.payment_intent?.id ?? null,
  };
}

function refusal(reason: string, isCredentials: boolean): PartylineError {
  const code = isCredentials ? "CREDENTIALS_REFUSED" : "VENDOR_REFUSED";
  return new PartylineError(code, `Stripe refused the request: ${reason}`);
}

/**
 * Makes the attempt loop. It throws only when no money can have moved: ABORTED before anything was sent, CREDENTIALS_REFUSED, VENDOR_REFUSED, and
 * VENDOR_QUOTA or VENDOR_UNAVAILABLE when every attempt was turned away unexecuted or never arrived. Otherwise an end without answer is settled as `unknown`.
 */
export function createStripeAttempt(bounds: AttemptBounds): StripeAttempt {
  return async (signal, send) => {
    if (signal.aborted) throw new PartylineError("ABORTED", "called off before anything was sent");
    const finished = new AbortController();
    const aborted = new Promise<"aborted">((resolve) => {
      signal.addEventListener("abort", () => resolve("aborted"), { once: true, signal: finished.signal });
    });
    const startedAt = performance.now();
    const elapsedMs = (): number => performance.now() - startedAt;
    let vendorWaitMs = 0;
    let mayHaveCharged = false;
    let reason = "";
    const unknown = (why: string): { kind: "settled"; charge: SettledCharge; vendorWaitMs: number } => ({
      kind: "settled",
      charge: { status: "unknown", reason: why },
      vendorWaitMs,
    });
    try {
      for (let number = 1; ; number += 1) {
        const remainingMs = bounds.deadlineMs - elapsedMs();
        const timeoutMs = Math.max(1, Math.ceil(Math.min(bounds.attemptTimeoutMs, remainingMs)));
        const sentAtMs = elapsedMs();
        let failure: VendorFailure;
        try {
          const answer = await Promise.race([send(timeoutMs).then((value) => ({ value })), aborted]);
          vendorWaitMs += elapsedMs() - sentAtMs;
          return answer === "aborted" ? unknown("aborted") : { kind: "answered", value: answer.value, vendorWaitMs };
        } catch (error) {
          vendorWaitMs += elapsedMs() - sentAtMs;
          failure = readFailure(error);
        }
        const verdict = judgeFailure(failure);
        if (verdict.kind === "settled") return { kind: "settled", charge: verdict.charge, vendorWaitMs };
        if (verdict.kind === "refused") {
          // An earlier attempt may have gone through, so a later refusal does not say that no money moved.
          if (mayHaveCharged) return unknown(`${reason}+${verdict.reason}`);
          throw refusal(verdict.reason, verdict.isCredentials);
        }
        mayHaveCharged ||= verdict.mayHaveCharged;
        reason = verdict.reason;
        const pauseMs = bounds.retryPauseMs * 2 ** (number - 1) * (0.75 + Math.random() / 2);
        if (number < verdict.maxAttempts && elapsedMs() + pauseMs < bounds.deadlineMs && !signal.aborted) {
          await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
          if (!signal.aborted) continue;
        }
        if (mayHaveCharged) return unknown(reason);
        const code = reason === "unreachable" ? "VENDOR_UNAVAILABLE" : "VENDOR_QUOTA";
        throw new PartylineError(code, `Stripe did not take the request: ${reason}`, { isRetryable: true });
      }
    } finally {
      finished.abort();
    }
  };
}
