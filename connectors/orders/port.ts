import type { EffectContext } from "../../runtime/effect.ts";
import type {
  CardOnFile,
  LeftLine,
  OrderSummary,
  Quote,
  RefusalReason,
  WishedLine,
} from "../../schemas/generated/records.ts";

/** Proof of identity that an operation asks for; the database knows it. */
export type IdentityDemand = {
  readonly isRequired: boolean;
  /** The proof must not be older than this (milliseconds since the epoch); null for any proof of this call. */
  readonly provenSinceMs: number | null;
};

/** The shop says no; nothing was changed. */
export type OrderRefusal = {
  readonly status: "refused";
  readonly reason: Exclude<
    RefusalReason,
    | "unknown"
    | "notAllowed"
    | "invalidArguments"
    | "notConfirmed"
    | "riskBlocked"
    | "identityRefused"
    | "identityLocked"
  >;
  /** overLimit: the limit, in the unit of what it limits. */
  readonly limit: number | null;
  /** outOfStock: pieces that are left. */
  readonly availableQuantity: number | null;
  readonly storeWaitMs: number;
};

/** An open quote, and the customer's cards once identity is proven. */
export type Quoted = {
  readonly status: "quoted";
  readonly quote: Quote;
  readonly cards: readonly CardOnFile[];
  /** What of several lines is not held, or not in that number, each with its reason. */
  readonly leftLines: readonly LeftLine[];
  readonly storeWaitMs: number;
};

/** What a charge needs, fixed when the order was begun. */
export type Charge = {
  /** Null for a customer whom the provider does not know. */
  readonly customerRef: string | null;
  /** The saved card; null where the payer pays on a page of the provider. */
  readonly paymentMethodRef: string | null;
  readonly amountMinor: number;
  /** ISO 4217, lower case. */
  readonly currency: string;
};

/** How an order that was begun is taken back. */
export type ReleaseCause =
  | { readonly kind: "declined"; readonly declineCode: string; readonly paymentRef: string | null }
  | { readonly kind: "notCharged" }
  | { readonly kind: "refunded"; readonly paymentRef: string };

/** A payment whose end is not known yet. */
export type UnsettledPayment = {
  readonly orderNumber: string;
  readonly callSid: string;
  readonly amountMinor: number;
  /** When the charge was first tried, milliseconds since the epoch. */
  readonly begunAtMs: number;
  /** When something was last heard of it, milliseconds since the epoch. */
  readonly newsAtMs: number;
};

/**
 * Quotes, orders and their payments. Every method that changes something is idempotent by effect id: the id is stored in the transaction of the
 * change, the same id gives the stored result again, and the same id with another input is an error (INVALID_INPUT).
 * A call reaches only its own quotes, a proven customer only their own orders and cards.
 */
export type Orders = {
  /**
   * Reserves the pieces of all lines and offers them at a fixed price; replaces the call's older open quote. The same product twice is one line. Of several
   * lines those that cannot be held are left out alone, and said; one that cannot be held in a greater number stays as the older quote has it. Refused when none can be held.
   */
  quote(
    input: { readonly lines: readonly WishedLine[]; readonly identity: IdentityDemand },
    context: EffectContext,
  ): Promise<Quoted | OrderRefusal>;
  /** The quote with the discount that the code stands for, within the shop's ceiling; its hash changes. */
  applyDiscount(
    input: { readonly quoteId: string; readonly discountCode: string; readonly identity: IdentityDemand },
    context: EffectContext,
  ): Promise<Quoted | OrderRefusal>;
  /**
   * The call's open quote at the tax and discount of the customer who is proven by now; null when there is none. A quote is made for an unknown
   * caller at the shop's default tax.
   */
  reprice(
    input: Readonly<Record<never, never>>,
    context: EffectContext,
  ): Promise<{ readonly status: "repriced"; readonly quote: Quote | null; readonly storeWaitMs: number }>;
  /** Gives the pieces back. Cancelling what is closed already succeeds. */
  cancelQuote(
    input: { readonly quoteId: string; readonly identity: IdentityDemand },
    context: EffectContext,
  ): Promise<{ readonly status: "cancelled"; readonly storeWaitMs: number } | OrderRefusal>;
  /** The caller has hung up: the call's open quote gives its pieces back, and who paid, or pays later, without having been told on the call is owed a receipt. A quote that is being ordered is left alone. */
  giveBack(
    input: Readonly<Record<never, never>>,
    context: EffectContext,
  ): Promise<{ readonly status: "givenBack" | "nothingOpen"; readonly storeWaitMs: number }>;
  /** Makes the confirmed quote an order with a pending payment, or refuses. Nothing is charged. */
  begin(
    input: {
      readonly quoteId: string;
      readonly quoteHash: string;
      /** The saved card that pays; null where its payer is sent a link. */
      readonly cardId: string | null;
      /** Business key of the one charge that may be made for this order. */
      readonly chargeKey: string;
      readonly identity: IdentityDemand;
    },
    context: EffectContext,
  ): Promise<
    | {
        readonly status: "begun";
        readonly orderNumber: string;
        readonly charge: Charge;
        /** It waits for goods: the amount is held until they are there, never taken before. */
        readonly isBackordered: boolean;
        readonly storeWaitMs: number;
      }
    | OrderRefusal
  >;
  /** The money was taken: the pieces leave the stock, the ledger is written. `notPayable`: the order was given up meanwhile, the money must go back. */
  markPaid(
    input: { readonly orderNumber: string; readonly paymentRef: string },
    context: EffectContext,
  ): Promise<
    | { readonly status: "paid"; readonly order: OrderSummary; readonly storeWaitMs: number }
    | { readonly status: "notPayable"; readonly storeWaitMs: number }
  >;
  /** The amount is held for an order that waits for its goods; no money has moved. `notPayable`: the order was given up meanwhile, or an amount is held already; this one must be let go. */
  markHeld(
    input: { readonly orderNumber: string; readonly paymentRef: string },
    context: EffectContext,
  ): Promise<
    | { readonly status: "held"; readonly order: OrderSummary; readonly storeWaitMs: number }
    | { readonly status: "notPayable"; readonly storeWaitMs: number }
  >;
  /** Takes the order back: its pieces return to the quote, which can be ordered again with another card. `cards`: the others. */
  releasePayment(
    input: { readonly orderNumber: string; readonly cause: ReleaseCause },
    context: EffectContext,
  ): Promise<{
    readonly status: "released" | "alreadyPaid";
    readonly cards: readonly CardOnFile[];
    readonly storeWaitMs: number;
  }>;
  /** Whether the money moved is not known: the order waits for reconciliation. */
  markUnknown(
    input: { readonly orderNumber: string },
    context: EffectContext,
  ): Promise<{ readonly status: "unknown"; readonly storeWaitMs: number }>;
  /** An order of the proven customer: the one with the number, or the latest. Others' orders are not found. */
  status(
    input: { readonly orderNumber: string | null; readonly identity: IdentityDemand },
    context: EffectContext,
  ): Promise<{ readonly status: "found"; readonly order: OrderSummary; readonly storeWaitMs: number } | OrderRefusal>;
};

/** What the stage does by itself from time to time, for all calls. */
export type OrderKeeping = {
  /** Closes quotes that ran out and gives their pieces back, at most `limit` of them. Gives how many. */
  releaseExpired(limit: number): Promise<number>;
  /** Those of the orders that were given up, as payments that the provider may have taken all the same. */
  givenUp(orderNumbers: readonly string[]): Promise<readonly UnsettledPayment[]>;
  /** Payments without a known end whose last news is older than the given age, oldest first. */
  unsettled(input: {
    readonly pendingForMs: number;
    readonly unknownForMs: number;
    readonly limit: number;
  }): Promise<readonly UnsettledPayment[]>;
};

/** A payment that its payer makes on a page of the provider, to which they are sent a link: their bank wants their approval, or there is no card to charge. */
export type PayerApproval = {
  /**
   * The order waits for its payer, who was sent a link. `unreachable`: they cannot be sent one, nothing is open, and the order can be released. A thrown error
   * leaves a link that may have been sent; it runs out by itself.
   */
  askPayer(
    input: {
      readonly orderNumber: string;
      /** The payment that their bank did not allow; null where none was tried. */
      readonly paymentRef: string | null;
      readonly charge: Charge;
    },
    context: EffectContext,
  ): Promise<{
    readonly status: "asked" | "unreachable";
    readonly validForMs: number;
    readonly storeWaitMs: number;
    readonly vendorWaitMs: number;
  }>;
  /** How it stands with the order that this call made of a quote. That it learned of the payment is noted: who was told on the call gets no receipt. */
  awaited(
    input: { readonly quoteId: string },
    context: EffectContext,
  ): Promise<
    | { readonly status: "paid"; readonly order: OrderSummary; readonly storeWaitMs: number }
    | { readonly status: "waiting" | "over"; readonly storeWaitMs: number }
  >;
  /**
   * Sends the newest link of the proven customer once more, whichever call it was made on: the same page, another message. The same effect again sends nothing more.
   * `limited`: so often was it sent as it may be. `paid`: it was followed. `over`: it cannot be followed any more. `none`: there was none. `unreachable`: they cannot be sent a message.
   */
  sendAgain(
    input: { readonly identity: IdentityDemand },
    context: EffectContext,
  ): Promise<{
    readonly status: "sent" | SentLinkRefusal;
    readonly storeWaitMs: number;
    readonly vendorWaitMs: number;
  }>;
};

/** Why a link is not sent again. */
type SentLinkRefusal = "limited" | "paid" | "over" | "none" | "unreachable" | "identityRequired";

/** Links that a customer was sent, for orders and for operations on them. */
export type SentLinks = {
  /** Counts one more sending of the newest link that the proven customer is waited for with; see `PayerApproval.sendAgain`. */
  linkAgain(
    input: { readonly identity: IdentityDemand },
    context: EffectContext,
  ): Promise<
    | {
        readonly status: "due";
        readonly orderNumber: string;
        /** The operation's movement of money; 0 for the order's own payment. */
        readonly position: number;
        /** Which sending of this link it is; the first was 1. */
        readonly sending: number;
        readonly linkRef: string;
        /** The customer's own number, E.164. */
        readonly toNumber: string;
        readonly amountMinor: number;
        /** ISO 4217, upper case. */
        readonly currency: string;
        readonly validForMs: number;
        readonly storeWaitMs: number;
      }
    | { readonly status: SentLinkRefusal; readonly storeWaitMs: number }
  >;
};

/** An order whose payer pays on a page of the provider: it waits, its pieces are kept, until the link to that page runs out. */
export type AwaitedPayments = {
  /** The order waits from now on. `unreachable`: its customer has no number that a link could be sent to, or the payment is over; nothing was changed. */
  awaitPayer(
    input: { readonly orderNumber: string; readonly paymentRef: string | null },
    context: EffectContext,
  ): Promise<
    | {
        readonly status: "awaiting";
        /** The customer's own number, E.164; not where the call comes from. */
        readonly toNumber: string;
        readonly validUntilMs: number;
        readonly validForMs: number;
        readonly storeWaitMs: number;
      }
    | { readonly status: "unreachable"; readonly storeWaitMs: number }
  >;
  /** Keeps the provider's name of the page, before anybody is told its address. `over`: the order waits no more, the page must be closed. */
  keepLink(
    input: { readonly orderNumber: string; readonly linkRef: string },
    context: EffectContext,
  ): Promise<{ readonly status: "kept" | "over"; readonly storeWaitMs: number }>;
  awaited: PayerApproval["awaited"];
  /** The page is closed and was not paid: the order is given up, its pieces go back. `alreadyPaid` when it was paid after all. */
  giveUp(
    input: { readonly orderNumber: string },
    context: EffectContext,
  ): Promise<{ readonly status: "released" | "alreadyPaid"; readonly storeWaitMs: number }>;
};

/** An order whose link has run out. */
export type OverdueLink = {
  readonly orderNumber: string;
  readonly callSid: string;
  /** Null when the link was never sent. */
  readonly linkRef: string | null;
};

/** What the stage does about links from time to time. */
export type LinkKeeping = {
  /** Orders whose link ran out, oldest first. */
  overdueLinks(limit: number): Promise<readonly OverdueLink[]>;
};

/** A receipt to send. */
export type DueReceipt = {
  readonly orderNumber: string;
  /** The operation's movement of money; 0 for the order's own payment. */
  readonly position: number;
  readonly callSid: string;
  readonly amountMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** E.164; null for a customer who has no number or must not be written to. */
  readonly toNumber: string | null;
};

/**
 * Receipts of payments that were made by a link and of which nobody was told on the call, one for each, owed since the transaction of the payment, or of the hang-up. Of an operation's
 * payment no call is told.
 */
export type Receipts = {
  /** Takes on what is due, oldest first; for a minute nobody else is given it. What is never ended comes again, after longer and longer, ten times at most. */
  claimDue(limit: number): Promise<readonly DueReceipt[]>;
  /** Says what became of one. May be repeated. */
  end(input: {
    readonly orderNumber: string;
    readonly position: number;
    readonly status: "sent" | "notWanted" | "undeliverable" | "givenUp";
  }): Promise<void>;
};

/** An order whose goods are all there, and which is not paid yet. */
export type ReadyBackorder = {
  readonly orderNumber: string;
  readonly callSid: string;
  readonly charge: Charge;
  /** The amount that is held; null when it is held no longer, and the card must be charged. */
  readonly heldRef: string | null;
  /** A charge that was refused; its payer is about to be sent a link instead. */
  readonly declinedRef: string | null;
};

/** An amount that is to be held no longer. */
export type OverdueHold = { readonly orderNumber: string; readonly callSid: string; readonly heldRef: string };

/** Orders that wait for their goods: what is done about them from time to time. Each method may be called again, and by several workers at once. */
export type Backorders = {
  /** Puts what came in aside for the orders that wait for it, who waits longest first, and gives the orders that are complete, oldest first. */
  ready(limit: number): Promise<readonly ReadyBackorder[]>;
  /** Amounts of orders that were given up, and those that the bank would soon let go by itself. */
  overdueHolds(limit: number): Promise<readonly OverdueHold[]>;
  /** The amount is held no longer. `isTaken`: since it was taken before; an order that is not to be had for it is left to the reconciliation, which gives the money back. */
  endHold(input: { readonly orderNumber: string; readonly isTaken: boolean }): Promise<void>;
  /** The card was refused when the goods were there, and its owner cannot be asked: the order is given up, its pieces are free. An order that is paid, or was given up, stays. */
  giveUp(input: {
    readonly orderNumber: string;
    readonly declineCode: string;
    readonly paymentRef: string | null;
  }): Promise<void>;
};
