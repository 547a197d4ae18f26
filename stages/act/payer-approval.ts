/**
 * A bank wants the payer's own approval: they get a link by text message, and their order waits. Every step has a key of its own, so that what is done again after a
 * crash has the same effect: one page, one message.
 */
import type { Messaging } from "../../connectors/messaging/port.ts";
import type { AwaitedPayments, LinkKeeping, OverdueLink, PayerApproval } from "../../connectors/orders/port.ts";
import type { PaymentLinks } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { PartylineError } from "../../runtime/errors.ts";

type Reached = {
  readonly awaited: AwaitedPayments;
  readonly links: PaymentLinks;
  readonly sms: { readonly messaging: Messaging; readonly isConfigured: boolean };
  /** Whether payers can be sent to a page, and their payment is told. */
  readonly areLinksOffered: boolean;
};

/** What the message says beside the link. */
type Wording = {
  /** The shop's name, with which the message begins; empty for none. */
  readonly smsSignature: string;
};

/** Asks payers for their approval; nobody can be asked where links are not offered: on a line that sends no messages, or is not told of payments. */
export function openPayerApproval(reached: Reached, { smsSignature: signature }: Wording): PayerApproval {
  const { awaited, links, sms } = reached;
  const areLinksOffered = reached.areLinksOffered && sms.isConfigured;
  return {
    async askPayer({ orderNumber, paymentRef, charge }, context) {
      const step = (name: string): EffectContext => ({ ...context, effectId: `${context.effectId}/${name}` });
      let storeWaitMs = 0;
      let vendorWaitMs = 0;
      const unreachable = () => ({ status: "unreachable" as const, validForMs: 0, storeWaitMs, vendorWaitMs });
      if (!areLinksOffered) return unreachable();
      const begun = await awaited.awaitPayer({ orderNumber, paymentRef }, step("await"));
      storeWaitMs += begun.storeWaitMs;
      if (begun.status === "unreachable") return unreachable();
      const { customerRef, amountMinor, currency } = charge;
      const { toNumber, validUntilMs, validForMs } = begun;
      const wanted = {
        orderId: orderNumber,
        customerRef,
        amountMinor,
        currency,
        insteadOfRef: paymentRef,
        validUntilMs,
      };
      const link = await links.createLink(wanted, step("create")).catch(unlessUndone);
      if (link === null) return unreachable();
      vendorWaitMs += link.vendorWaitMs;
      const kept = await awaited.keepLink({ orderNumber, linkRef: link.linkRef }, step("keep"));
      storeWaitMs += kept.storeWaitMs;
      const body = messageOf({ orderNumber, amountMinor, currency, url: link.url, validForMs, signature });
      // Whoever gave the order up meanwhile must find a page that cannot be paid.
      const sent =
        kept.status === "over"
          ? null
          : await sms.messaging.send({ toNumber, body, purpose: "paymentLink" }, step("send")).catch(unlessUndone);
      vendorWaitMs += sent?.vendorWaitMs ?? 0;
      if (sent === null || sent.status === "undeliverable") {
        // Nobody knows the page's address: where it cannot be closed it runs out by itself, unpaid.
        const closed = await links.closeLink({ linkRef: link.linkRef }, step("close")).catch(unlessUndone);
        vendorWaitMs += closed?.vendorWaitMs ?? 0;
        return unreachable();
      }
      return { status: "asked", validForMs, storeWaitMs, vendorWaitMs };
    },
    awaited: (input, context) => awaited.awaited(input, context),
  };
}

/** Codes of vendors after which it is certain that no page was told of: the caller is offered another card at once. */
const undone: ReadonlySet<string> = new Set([
  "VENDOR_UNAVAILABLE",
  "VENDOR_REFUSED",
  "VENDOR_QUOTA",
  "VENDOR_ANSWER_INVALID",
  "CREDENTIALS_REFUSED",
  "INVALID_INPUT",
]);

function unlessUndone(error: unknown): null {
  if (error instanceof PartylineError && undone.has(error.code)) return null;
  throw error;
}

function messageOf(about: {
  readonly orderNumber: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly url: string;
  readonly validForMs: number;
  readonly signature: string;
}): string {
  const { amountMinor, currency, orderNumber, url, signature } = about;
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() });
  const amount = format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  const minutes = Math.max(1, Math.round(about.validForMs / 60_000));
  const opening = signature === "" ? "" : `${signature}: `;
  return `${opening}please approve your payment of ${amount} for order ${orderNumber} here: ${url} The link works for ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
}

/** What a run over links that ran out did. */
export type OverdueRun = { readonly released: number; readonly paid: number; readonly failed: number };

type Keeping = {
  readonly awaited: AwaitedPayments & LinkKeeping;
  readonly links: PaymentLinks;
  readonly orders: {
    markPaid(
      input: { readonly orderNumber: string; readonly paymentRef: string },
      context: EffectContext,
    ): Promise<unknown>;
  };
};

/** Ends what waited too long: the page is closed first, so that nothing can be paid for an order that is given up. A page that was paid makes its order paid. */
export async function endOverdue(reached: Keeping, limit: number): Promise<OverdueRun> {
  const counts = { released: 0, paid: 0, failed: 0 };
  for (const overdue of await reached.awaited.overdueLinks(limit)) {
    const verdict = await endOne(reached, overdue).catch(() => "failed" as const);
    counts[verdict] += 1;
  }
  return counts;
}

async function endOne({ awaited, links, orders }: Keeping, overdue: OverdueLink): Promise<"released" | "paid"> {
  const { orderNumber, callSid, linkRef } = overdue;
  // The run is bounded by its limit and by the adapters' own time-outs, so nothing calls it off half-way.
  const { signal } = new AbortController();
  const contextOf = (what: string): EffectContext => ({
    callSid,
    effectId: `overdue/${orderNumber}/${what}`,
    signal,
    notify: () => {},
  });
  const page = linkRef === null ? null : await links.closeLink({ linkRef }, contextOf("close"));
  if (page?.status === "paid") {
    const { paymentRef } = page;
    await orders.markPaid({ orderNumber, paymentRef }, contextOf(`paid/${paymentRef}`));
    return "paid";
  }
  const { status } = await awaited.giveUp({ orderNumber }, contextOf("giveUp"));
  return status === "alreadyPaid" ? "paid" : "released";
}
