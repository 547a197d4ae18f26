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
