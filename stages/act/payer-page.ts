/** A page at the provider on which a payer approves a payment: made, noted, and only then told of; closed where nobody could be told. */
import type { MessageOutcome } from "../../connectors/messaging/port.ts";
import type { CreatePaymentLink, PaymentLinks } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { PartylineError } from "../../runtime/errors.ts";

/** Codes of vendors after which it is certain that no page was told of: the caller is offered another card at once. */
const undone: ReadonlySet<string> = new Set([
  "VENDOR_UNAVAILABLE",
  "VENDOR_REFUSED",
  "VENDOR_QUOTA",
  "VENDOR_ANSWER_INVALID",
  "CREDENTIALS_REFUSED",
  "INVALID_INPUT",
]);

/** What a page needs of who waits for its payment. */
export type PageTelling = {
  readonly links: PaymentLinks;
  readonly wanted: CreatePaymentLink;
  /** Notes the page's name; `over` when nobody waits for the payment any more. */
  keep(linkRef: string): Promise<{ readonly status: "kept" | "over" }>;
  /** Tells the payer of the page. */
  send(url: string): Promise<MessageOutcome>;
  /** A context for each step, with a key of its own that is the same when it is done again. */
  stepOf(name: "create" | "close"): EffectContext;
};

/** Makes the page and tells its payer. Not told: no page is open whose address anybody knows. Throws where that is not certain. */
export async function tellOfPage({ links, wanted, keep, send, stepOf }: PageTelling): Promise<{
  readonly isTold: boolean;
  readonly vendorWaitMs: number;
}> {
  const page = await links.createLink(wanted, stepOf("create")).catch(unlessUndone);
  if (page === null) return { isTold: false, vendorWaitMs: 0 };
  const { linkRef, url } = page;
  const kept = await keep(linkRef);
  const sent = kept.status === "over" ? null : await send(url).catch(unlessUndone);
  const vendorWaitMs = page.vendorWaitMs + (sent?.vendorWaitMs ?? 0);
  if (sent !== null && sent.status !== "undeliverable") return { isTold: true, vendorWaitMs };
  // Whoever stopped waiting must find a page that cannot be paid. Nobody knows its address: where it cannot be closed it runs out by itself, unpaid.
  const closed = await links.closeLink({ linkRef }, stepOf("close")).catch(unlessUndone);
  return { isTold: false, vendorWaitMs: vendorWaitMs + (closed?.vendorWaitMs ?? 0) };
}

/** Null for an error after which nobody was told of a page; others are thrown on. */
function unlessUndone(error: unknown): null {
  if (error instanceof PartylineError && undone.has(error.code)) return null;
  throw error;
}
