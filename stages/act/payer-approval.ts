/**
 * A payer who pays by themselves, because their bank wants their approval or because there is no card to charge: they get a link by text message, and their order waits. Every step has
 * a key of its own, so that what is done again after a crash has the same effect: one page, one message.
 */
import type { Messaging } from "../../connectors/messaging/port.ts";
import type {
  AwaitedPayments,
  LinkKeeping,
  OverdueLink,
  PayerApproval,
  SentLinks,
} from "../../connectors/orders/port.ts";
import type { PaymentLinks } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { linkWords } from "./message-words.ts";
import { movementKey } from "./movement-approval.ts";
import { tellOfPage } from "./payer-page.ts";

type Reached = {
  readonly awaited: AwaitedPayments;
  readonly sentLinks: SentLinks;
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
  const { awaited, sentLinks, links, sms } = reached;
  const areLinksOffered = reached.areLinksOffered && sms.isConfigured;

  /** The n-th message of a link has one key, whoever sends it. */
  function send(
    toNumber: string,
    { position, ...message }: Parameters<typeof linkWords>[0] & { readonly position: number },
    context: EffectContext,
  ) {
    const { orderNumber, sending } = message;
    const effectId =
      position === 0
        ? `payment-link/${orderNumber}/${sending}`
        : movementKey({ orderNumber, position }, `send/${sending}`);
    return sms.messaging.send({ toNumber, body: linkWords(message), purpose: "paymentLink" }, { ...context, effectId });
  }

  return {
    async askPayer({ orderNumber, paymentRef, charge }, context) {
      const step = (name: string): EffectContext => ({ ...context, effectId: `${context.effectId}/${name}` });
      let storeWaitMs = 0;
      const unreachable = () => ({ status: "unreachable" as const, validForMs: 0, storeWaitMs, vendorWaitMs: 0 });
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
      const { isTold, vendorWaitMs } = await tellOfPage({
        links,
        wanted,
        async keep(linkRef) {
          const kept = await awaited.keepLink({ orderNumber, linkRef }, step("keep"));
          storeWaitMs += kept.storeWaitMs;
          return kept;
        },
        send: (url) =>
          send(
            toNumber,
            { orderNumber, position: 0, amountMinor, currency, url, validForMs, signature, sending: 1 },
            context,
          ),
        stepOf: step,
      });
      if (!isTold) return { ...unreachable(), vendorWaitMs };
      return { status: "asked", validForMs, storeWaitMs, vendorWaitMs };
    },
    awaited: (input, context) => awaited.awaited(input, context),
    async sendAgain({ identity }, context) {
      if (!areLinksOffered) return { status: "none", storeWaitMs: 0, vendorWaitMs: 0 };
      const due = await sentLinks.linkAgain({ identity }, context);
      const { storeWaitMs } = due;
      if (due.status !== "due") return { status: due.status, storeWaitMs, vendorWaitMs: 0 };
      const { linkRef, toNumber, ...message } = due;
      const page = await links.findLink({ linkRef }, context);
      // The page is closed when it is paid, before anybody tells of it, and when it has run out.
      if (page.url === null) return { status: "over", storeWaitMs, vendorWaitMs: page.vendorWaitMs };
      const sent = await send(toNumber, { ...message, url: page.url, signature }, context);
      const vendorWaitMs = page.vendorWaitMs + sent.vendorWaitMs;
      return { status: sent.status === "undeliverable" ? "unreachable" : "sent", storeWaitMs, vendorWaitMs };
    },
  };
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
