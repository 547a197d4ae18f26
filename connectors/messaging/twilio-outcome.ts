import type { UndeliverableReason } from "./port.ts";

/** What a failed request to send means. `retry`: not taken, may be tried again; `doubt`: may have been taken. */
export type SendVerdict =
  | { readonly kind: "undeliverable"; readonly reason: UndeliverableReason }
  | { readonly kind: "retry"; readonly isQuota: boolean }
  | { readonly kind: "doubt" }
  | { readonly kind: "refused"; readonly isCredentials: boolean; readonly code: number | null };

/** Codes about the number itself. https://www.twilio.com/docs/api/errors */
const undeliverable: ReadonlyMap<number, UndeliverableReason> = new Map([
  [21_211, "invalidNumber"],
  [21_217, "invalidNumber"],
  [21_614, "noTextMessages"],
  [21_610, "optedOut"],
  [21_408, "regionNotServed"],
  [21_612, "noRoute"],
]);
/** The sender's queue is full: nothing was taken. */
const queueFull = 21_611;

/** Codes of connections that were never made. */
const unsent: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

function field(thrown: unknown, name: string): unknown {
  return typeof thrown === "object" && thrown !== null ? (thrown as Record<string, unknown>)[name] : undefined;
}

/** The outcome table of a message that was not accepted, by Twilio's error codes and HTTP status. Without an answer the message may have been taken. */
export function judgeSendFailure(thrown: unknown): SendVerdict {
  const status = field(thrown, "status");
  const code = field(thrown, "code");
  if (typeof status !== "number") {
    return typeof code === "string" && unsent.has(code) ? { kind: "retry", isQuota: false } : { kind: "doubt" };
  }
  const reason = typeof code === "number" ? undeliverable.get(code) : undefined;
  if (reason !== undefined) return { kind: "undeliverable", reason };
  if (status === 429 || code === queueFull) return { kind: "retry", isQuota: true };
  if (status >= 500) return { kind: "doubt" };
  return {
    kind: "refused",
    isCredentials: status === 401 || status === 403,
    code: typeof code === "number" ? code : null,
  };
}
