/**
 * A payer pays by themselves what an operation on an order costs: their bank wants it, or they paid the order on a page before. They get a link by text message, as for an order; the operation is done meanwhile and its money due.
 * Each step has a key made of the order and the movement's place in its history, so that what is done again has the same effect.
 *
 * What takes it back is declared in `movementEnds`: a page is closed before its operation is taken back, so that nothing can be paid for what is not to be had.
 */
import type { Messaging } from "../../connectors/messaging/port.ts";
import type { AwaitedMovements, DueMoney, DueMovement } from "../../connectors/orders/operations/port.ts";
import type { PaymentLinks } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { linkWords } from "./message-words.ts";
import { tellOfPage } from "./payer-page.ts";

/** What approving needs. */
export type Approving = {
  readonly awaitedMovements: AwaitedMovements;
  readonly links: PaymentLinks;
  readonly sms: { readonly messaging: Messaging; readonly isConfigured: boolean };
  /** Whether payers can be sent to a page, and their payment is told. */
  readonly areLinksOffered: boolean;
  /** The shop's name, with which messages begin; empty for none. */
  readonly smsSignature: string;
};

/** What a page comes to when its time is over, and what is done then. */
export const movementEnds = {
  paid: "settleMovement",
  closed: "withdrawMovement",
  /** Nobody was told of a page: none can have been paid. */
  none: "withdrawMovement",
} as const satisfies { readonly [E in "paid" | "closed" | "none"]: keyof DueMoney };

/** A page that nobody was told of, because the worker died, is looked at this much later: its maker may still be at work. */
const UNSENT_GRACE_MS = 60_000;

/** The key of what is done about a movement of money, at whichever vendor. */
export function movementKey(
  { orderNumber, position }: Pick<DueMovement, "orderNumber" | "position">,
  what: string,
): string {
  return `order-money/${orderNumber}/${position}/${what}`;
}

/** Sends the payer a link instead of the payment that their bank did not allow, or where there is no card to charge. `unreachable`: they cannot be sent one, and nothing is open. */
export async function askMovementPayer(
  approving: Approving,
  due: DueMovement,
  paymentRef: string | null,
  contextOf: (what: string) => EffectContext,
): Promise<{ readonly status: "asked" | "unreachable"; readonly validForMs: number; readonly vendorWaitMs: number }> {
  const { awaitedMovements, links, sms } = approving;
  const unreachable = { status: "unreachable", validForMs: 0, vendorWaitMs: 0 } as const;
  if (!approving.areLinksOffered || !sms.isConfigured) return unreachable;
  const { orderNumber, position, amountMinor, customerRef } = due;
  const begun = await awaitedMovements.awaitPayer({ orderNumber, position });
  if (begun.status === "unreachable") return unreachable;
  const { toNumber, validUntilMs, validForMs } = begun;
  const currency = due.currency.toLowerCase();
  const wanted = {
    orderId: orderNumber,
    customerRef,
    amountMinor,
    currency,
    insteadOfRef: paymentRef,
    validUntilMs,
  };
  const { smsSignature: signature } = approving;
  const { isTold, vendorWaitMs } = await tellOfPage({
    links,
    wanted,
    keep: (linkRef) => awaitedMovements.keepLink({ orderNumber, position, linkRef }),
    send(url) {
      const body = linkWords({ orderNumber, amountMinor, currency, url, validForMs, signature, sending: 1 });
      return sms.messaging.send({ toNumber, body, purpose: "paymentLink" }, contextOf("send"));
    },
    stepOf: contextOf,
  });
  if (!isTold) return { ...unreachable, vendorWaitMs };
  return { status: "asked", validForMs, vendorWaitMs };
}

/** Ends a payment whose payer was waited for too long. Null while they are still waited for. Throws while the provider is away: the next run tries again. */
export async function endMovementWait(
  { links }: Pick<Approving, "links">,
  dueMoney: DueMoney,
  due: DueMovement,
  contextOf: (what: string) => EffectContext,
  now: number,
): Promise<"moved" | "declined" | null> {
  const { orderNumber, position, linkRef, linkValidUntilMs } = due;
  if (linkValidUntilMs === null || now < linkValidUntilMs + (linkRef === null ? UNSENT_GRACE_MS : 0)) return null;
  const page = linkRef === null ? null : await links.closeLink({ linkRef }, contextOf("close"));
  switch (movementEnds[page?.status ?? "none"]) {
    case "settleMovement":
      await dueMoney.settleMovement({
        orderNumber,
        position,
        providerRef: page?.status === "paid" ? page.paymentRef : null,
      });
      return "moved";
    case "withdrawMovement":
      await dueMoney.withdrawMovement({ orderNumber, position, declineCode: "authentication_required" });
      return "declined";
  }
}
