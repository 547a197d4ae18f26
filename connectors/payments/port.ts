import type { EffectContext } from "../../runtime/effect.ts";

/** A charge of a saved card. The idempotency key is the effect's id. */
export type ChargeSavedCard = {
  /** Our order number, kept by the provider as metadata, so that a reconciliation finds the charge. */
  readonly orderId: string;
  readonly customerRef: string;
  readonly paymentMethodRef: string;
  /** Minor units of the currency (cents), more than 0. */
  readonly amountMinor: number;
  /** ISO 4217, lower case. */
  readonly currency: string;
};

/** How a charge ended. `unknown` means that the provider may or may not have taken the money: reconcile, never charge anew. */
export type ChargeOutcome =
  | { readonly status: "succeeded"; readonly paymentRef: string; readonly vendorWaitMs: number }
  | {
      readonly status: "declined";
      readonly declineCode: string;
      readonly paymentRef: string | null;
      readonly vendorWaitMs: number;
    }
  | { readonly status: "authenticationRequired"; readonly paymentRef: string; readonly vendorWaitMs: number }
  | { readonly status: "unknown"; readonly reason: string; readonly vendorWaitMs: number };

/** Gives money back; the compensation of a charge. */
export type RefundCharge = {
  readonly paymentRef: string;
  readonly amountMinor: number;
  readonly reason: "orderFailed" | "requestedByCustomer";
};

/** A charge as the provider knows it. */
export type ProviderCharge = {
  readonly paymentRef: string;
  readonly orderId: string | null;
  readonly amountMinor: number;
  readonly refundedMinor: number;
  readonly currency: string;
  readonly status: string;
};

/** Taking money. Adapters retry only where the provider says that retrying is allowed, with the same key. */
export type Payments = {
  chargeSavedCard(input: ChargeSavedCard, context: EffectContext): Promise<ChargeOutcome>;
  refund(input: RefundCharge, context: EffectContext): Promise<{ readonly refundRef: string }>;
  /** Every charge that the provider has for an order number; used after a crash to learn how an unknown charge ended. */
  findCharges(
    input: { readonly orderId: string },
    context: EffectContext,
  ): Promise<{ readonly charges: readonly ProviderCharge[] }>;
};

/** How holding an amount ended. `unknown`: it may or may not be held: reconcile, never hold anew. */
export type HoldOutcome =
  | { readonly status: "held"; readonly paymentRef: string; readonly vendorWaitMs: number }
  | Exclude<ChargeOutcome, { readonly status: "succeeded" }>;

/** Amounts that are held on a saved card and taken later, or never. A bank lets go by itself after some days. A thrown error leaves things as they were, or can be asked for again. */
export type Holds = {
  /** Holds an amount; no money moves. */
  hold(input: ChargeSavedCard, context: EffectContext): Promise<HoldOutcome>;
  /** Takes what is held, once. `gone`: it is held no longer, and nothing was taken. */
  capture(
    input: { readonly paymentRef: string; readonly amountMinor: number },
    context: EffectContext,
  ): Promise<{ readonly status: "captured" | "gone"; readonly vendorWaitMs: number }>;
  /** Holds it no longer. `taken`: it was taken before, and is to be given back by a refund. */
  letGo(
    input: { readonly paymentRef: string },
    context: EffectContext,
  ): Promise<{ readonly status: "letGo" | "taken"; readonly vendorWaitMs: number }>;
};

/** A payment that its payer makes on a page: instead of a charge that their bank did not allow without them, or because they have no card that could be charged. */
export type CreatePaymentLink = {
  /** Our order number, kept by the provider as metadata of the payment. */
  readonly orderId: string;
  /** Null for a payer whom the provider does not know. */
  readonly customerRef: string | null;
  /** Minor units of the currency (cents), more than 0. */
  readonly amountMinor: number;
  /** ISO 4217, lower case. */
  readonly currency: string;
  /** The payment that waits for approval; it is cancelled, so that only one can ever be made. Null where none was begun. */
  readonly insteadOfRef: string | null;
  /** Milliseconds since the epoch; the provider may keep the page open longer, so it must be closed then. */
  readonly validUntilMs: number;
};

/** Cards that customers keep at the provider. */
export type Wallet = {
  /**
   * Gives a card that somebody keyed in to a customer. May be repeated. `declined`: its bank refuses it; `unknownCard`: there is no such card, or it is another customer's.
   */
  attachCard(
    input: { readonly customerRef: string; readonly paymentMethodRef: string },
    context: EffectContext,
  ): Promise<
    | {
        readonly status: "attached";
        readonly brand: string;
        readonly last4: string;
        readonly expiryMonth: number;
        readonly expiryYear: number;
        readonly vendorWaitMs: number;
      }
    | { readonly status: "declined" | "unknownCard"; readonly vendorWaitMs: number }
  >;
};

/** Pages behind links on which a payer pays. */
export type PaymentLinks = {
  /** Once for each effect. A thrown error means that there is no page whose address anybody knows. */
  createLink(
    input: CreatePaymentLink,
    context: EffectContext,
  ): Promise<{ readonly linkRef: string; readonly url: string; readonly vendorWaitMs: number }>;
  /** Where the page is; null when it is open no more. */
  findLink(
    input: { readonly linkRef: string },
    context: EffectContext,
  ): Promise<{ readonly url: string | null; readonly vendorWaitMs: number }>;
  /** Closes the page, or says that it was paid before. Nothing can be paid on it afterwards. May be repeated. */
  closeLink(
    input: { readonly linkRef: string },
    context: EffectContext,
  ): Promise<
    | { readonly status: "closed"; readonly vendorWaitMs: number }
    | { readonly status: "paid"; readonly paymentRef: string; readonly vendorWaitMs: number }
  >;
};

/** What the provider keeps of a customer beside the payments that they made. */
export type PayerRecords = {
  hasCustomer(input: { readonly customerRef: string }, context: EffectContext): Promise<{ readonly isThere: boolean }>;
  /**
   * Deletes the customer with their saved cards, for good; payments that were made stay. May be repeated. It resolves only when the provider says that they are not
   * there: `deleted` now, or `gone` before. A thrown error leaves them there or not; it can be done again.
   */
  forgetCustomer(
    input: { readonly customerRef: string },
    context: EffectContext,
  ): Promise<{ readonly status: "deleted" | "gone" }>;
};

/** What the provider tells by itself, as far as it is acted upon. Events come at least once and in no order. */
export type PaymentEvent = {
  /** The provider's name of the event. */
  readonly id: string;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly createdAtMs: number;
} & (
  | {
      readonly kind: "paid";
      readonly orderId: string;
      readonly paymentRef: string;
      readonly amountMinor: number;
      /** ISO 4217, upper case. */
      readonly currency: string;
    }
  | {
      readonly kind: "disputed";
      readonly disputeRef: string;
      readonly paymentRef: string | null;
      readonly amountMinor: number;
      readonly currency: string;
      /** The provider's words. */
      readonly reason: string;
      readonly status: string;
      /** False for a question that moves no money. */
      readonly isMoneyHeld: boolean;
      /** Null while the bank decides. */
      readonly end: "won" | "lost" | null;
    }
);

/** Money that the provider gave back. */
export type ProviderRefund = {
  readonly refundRef: string;
  /** The charge that it belongs to. */
  readonly paymentRef: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: string;
};

/** The provider's own books, for a comparison with ours. Everything or an error: never a part as if it were all. */
export type PaymentBooks = {
  /** Every charge that was begun since a moment (milliseconds since the epoch), newest first, whatever became of it. */
  listCharges(
    input: { readonly sinceMs: number },
    context: EffectContext,
  ): Promise<{ readonly charges: readonly ProviderCharge[] }>;
  /** Every refund that was made since a moment, newest first. */
  listRefunds(
    input: { readonly sinceMs: number },
    context: EffectContext,
  ): Promise<{ readonly refunds: readonly ProviderRefund[] }>;
};
