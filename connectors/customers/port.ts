import type { EffectContext } from "../../runtime/effect.ts";
import type { CardOnFile } from "../../schemas/generated/records.ts";
import type { IdentityDemand } from "../orders/port.ts";

/** Who a caller says they are: a hint like a number, and as little proof. */
export type ClaimedIdentity = {
  /** First and last name, as they were heard. */
  readonly personName: string;
  readonly postalCode: string;
};

/** A PIN, or a code that was sent on this call, to check against the customer whose number the call comes from. */
export type VerifyIdentity = {
  /** E.164, or null when withheld: a hint of who it is, never proof. */
  readonly callerNumber: string | null;
  /** Number of an order that the caller named: says who it is where no customer has the number, and proves as little. */
  readonly orderNumber?: string;
  /** Comes before the number, when exactly one customer is meant by it. */
  readonly claim?: ClaimedIdentity;
  /** The PIN or code as it was sealed on this call. */
  readonly sealedDigits: string;
};

/**
 * `refused` is the same, and takes as long, whether the digits are wrong or nobody has the number. `locked`: too many tries on this call or for the
 * customer whose number it is; the digits were not looked at. Whoever only says who they are is not told that somebody is locked: they are refused.
 */
export type IdentityOutcome =
  | {
      readonly status: "proven";
      readonly customerName: string;
      readonly cards: readonly CardOnFile[];
      readonly storeWaitMs: number;
    }
  | { readonly status: "refused"; readonly triesLeft: number; readonly storeWaitMs: number }
  | { readonly status: "locked"; readonly storeWaitMs: number };

/** A card that a caller keyed in, where nobody of the line heard the keys; the payment provider keeps it under a name. */
export type AddCard = {
  /** The provider's name for the card. */
  readonly paymentMethodRef: string;
  readonly identity: IdentityDemand;
};

/** `cardDeclined`: its bank refuses it; `notFound`: the provider does not know it, or it is somebody else's. Nothing was saved then. */
export type CardAdded =
  | {
      readonly status: "added";
      readonly card: CardOnFile;
      readonly storeWaitMs: number;
      readonly vendorWaitMs: number;
    }
  | {
      readonly status: "refused";
      readonly reason: "identityRequired" | "cardDeclined" | "notFound";
      readonly storeWaitMs: number;
      readonly vendorWaitMs: number;
    };

/** Cards that callers key in. */
export type CardEntry = {
  /** The card is the proven customer's from now on, at the provider and among their saved cards; nothing is charged. May be repeated. */
  addCard(input: AddCard, context: EffectContext): Promise<CardAdded>;
};

/** What a card entry needs of the shop's database. */
export type CardHolders = {
  /** The provider's name for the proven customer of the call; null when nobody has proven who they are, or not since then. */
  holderOf(
    input: { readonly identity: IdentityDemand },
    context: EffectContext,
  ): Promise<{ readonly customerRef: string | null; readonly storeWaitMs: number }>;
  /** Saves a card of that customer, as far as it may be spoken of. The same card is saved once. */
  keep(
    input: { readonly customerRef: string; readonly card: KeyedCard },
    context: EffectContext,
  ): Promise<{ readonly card: CardOnFile; readonly storeWaitMs: number }>;
};

/** A card as the provider describes it. */
export type KeyedCard = {
  readonly paymentMethodRef: string;
  readonly brand: string;
  readonly last4: string;
  readonly expiryMonth: number;
  readonly expiryYear: number;
};

/** Who the caller is. A success is stored with the call in the database, which is what every later effect checks. */
export type Customers = {
  /** Idempotent by effect id: the same try, delivered again, counts once. INVALID_INPUT for digits that were not sealed for this call: those are no try. */
  verify(input: VerifyIdentity, context: EffectContext): Promise<IdentityOutcome>;
  /**
   * Sends a code by text message to the customer whose number the call comes from, or who the caller says they are: always to their own number. `sent` is the same, and
   * takes as long, whether or not anybody is meant, and whether or not the message will arrive. `limited`: no more codes on this call, or none at all. Idempotent by effect id.
   */
  sendCode(
    input: { readonly callerNumber: string | null; readonly claim?: ClaimedIdentity },
    context: EffectContext,
  ): Promise<{ readonly status: "sent" | "limited"; readonly storeWaitMs: number }>;
};
