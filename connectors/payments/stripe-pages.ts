import { PartylineError } from "../../runtime/errors.ts";
import type { SettledCharge } from "./charge-outcome.ts";
import type { StripeAttempt } from "./stripe-attempt.ts";

/** A page of one of Stripe's lists. `next` is what the following page is asked for with; absent on the last. */
export type StripePage<Item> = { readonly data: readonly Item[]; readonly next?: string };

/** Items of a page, the most that the vendor gives. */
export const pageSize = 100;

/** What follows a page of a list, as distinct from a search: the last item's id. */
export function pageAfter<Item extends { readonly id: string }>(list: {
  readonly data: readonly Item[];
  readonly has_more: boolean;
}): StripePage<Item> {
  const last = list.data.at(-1);
  return { data: list.data, ...(list.has_more && last !== undefined ? { next: last.id } : {}) };
}

/** Reads a list to its end. Throws VENDOR_ANSWER_INVALID when it is longer than `maxPages`, and what the attempts throw or are settled with. */
export async function readPages<Item>(
  attempt: StripeAttempt,
  signal: AbortSignal,
  page: (after: string | undefined, timeoutMs: number) => Promise<StripePage<Item>>,
  take: (item: Item) => void,
  maxPages: number,
): Promise<void> {
  let after: string | undefined;
  for (let number = 0; number < maxPages; number += 1) {
    const attempted = await attempt(signal, (timeoutMs) => page(after, timeoutMs));
    if (attempted.kind === "settled") throw unreadable(attempted.charge);
    for (const item of attempted.value.data) take(item);
    after = attempted.value.next;
    if (after === undefined) return;
  }
  throw new PartylineError("VENDOR_ANSWER_INVALID", `more than ${maxPages * pageSize} items to look through`);
}

/** What an attempt that ended without a usable answer means where nothing but an answer helps. */
export function unreadable(charge: SettledCharge): PartylineError {
  const reason = charge.status === "unknown" ? charge.reason : charge.status;
  if (reason === "aborted") return new PartylineError("ABORTED", "called off while the vendor was waited for");
  const isRetryable = charge.status === "unknown" && reason !== "idempotencyKeyReused";
  return new PartylineError(isRetryable ? "VENDOR_UNAVAILABLE" : "VENDOR_REFUSED", `no usable answer: ${reason}`, {
    isRetryable,
  });
}
