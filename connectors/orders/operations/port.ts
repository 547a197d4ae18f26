import type { EffectContext } from "../../../runtime/effect.ts";
import type { MethodOnFile, OrderSummary, ProductOffer } from "../../../schemas/generated/records.ts";
import type { IdentityDemand } from "../port.ts";
import type {
  FactLine,
  FactMethod,
  Movement,
  OperationRefusalReason,
  OrderAmounts,
  ServiceRequest,
  SwapWish,
} from "./order-facts.ts";
import type { OrderState } from "./order-rules.ts";

/**
 * On whose word: the customer whose identity the call has proven, or the shop's staff. A stage never speaks for staff.
 * `confirmation`: what the refusal `notConfirmed` gave, after the customer said yes to what it tells; null before.
 */
export type Actor =
  | { readonly kind: "owner"; readonly identity: IdentityDemand; readonly confirmation: string | null }
  | { readonly kind: "staff" };

/** What would happen, to be read back. */
export type ReadBack = {
  /** Binds a yes to exactly this: what has changed meanwhile needs another yes. */
  readonly confirmation: string;
  /** Money that would move now. */
  readonly movements: readonly Movement[];
  /** A return or exchange that would be asked for. */
  readonly request: ServiceRequest | null;
  /** What the order would cost then. */
  readonly totalMinor: number | null;
};

/** The shop says no; nothing was changed. */
export type OperationRefusal = {
  readonly status: "refused";
  readonly reason: OperationRefusalReason;
  /** Can be said aloud. */
  readonly sentence: string;
  /** notConfirmed: what would be done. */
  readonly readBack: ReadBack | null;
  readonly storeWaitMs: number;
};

/** A postal address. */
export type PostalAddress = {
  readonly line1: string;
  /** Empty when there is none. */
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
};

/** A way to pay, as far as it may be spoken of. */
export type PaymentMethod = FactMethod & { readonly brand: string | null; readonly last4: string | null };

/** A customer. */
export type CustomerDetails = {
  readonly customerId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string | null;
  readonly address: PostalAddress | null;
  readonly methods: readonly PaymentMethod[];
  /** Oldest first. */
  readonly orderNumbers: readonly string[];
};

/** Orders of a caller, to be talked about. */
export type OwnOrders = {
  readonly orders: readonly OrderSummary[];
  readonly methods: readonly MethodOnFile[];
  /** The default one first. */
  readonly addresses: readonly (PostalAddress & { readonly label: string | null })[];
};

/** An order with everything that happened to it. */
export type OrderDetails = {
  readonly orderNumber: string;
  readonly customerId: string;
  readonly state: OrderState;
  readonly lines: readonly FactLine[];
  readonly amounts: OrderAmounts;
  readonly currency: string;
  /** Null: the customer's default address. */
  readonly shipTo: PostalAddress | null;
  readonly movements: readonly Movement[];
  readonly shipments: readonly { readonly trackingIds: readonly string[]; readonly productIds: readonly string[] }[];
  readonly cancelReason: string | null;
  readonly request: ServiceRequest | null;
  /** Milliseconds since the epoch. */
  readonly placedAtMs: number;
};

/** A product of the catalogue. */
export type ProductDetails = {
  readonly productId: string;
  readonly typeId: string | null;
  readonly name: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly priceMinor: number;
  readonly currency: string;
  readonly isAvailable: boolean;
};

/** A kind of thing with its variants. */
export type ProductType = {
  readonly typeId: string;
  readonly name: string;
  readonly variants: readonly ProductDetails[];
};

type Answer<A> = Promise<(A & { readonly storeWaitMs: number }) | OperationRefusal>;
type Changed = Answer<{ readonly status: "changed"; readonly order: OrderDetails }>;
type OfOrder = { readonly orderNumber: string; readonly actor: Actor };

/** Most orders that are talked about in one call. */
export const ownOrdersLimit = 8;

/**
 * What is looked up and done about orders that were placed. Every method that changes something is idempotent by effect id, like those of `Orders`; what an
 * operation may do is decided by the shop's rules (docs/order-rules.md). Another customer's order or record is `notFound`, as if there were none.
 */
export type OrderOperations = {
  /** Customers with an e-mail address, compared without case and accents. Knowing it proves nothing. */
  findCustomersByEmail(
    input: { readonly email: string },
    context: EffectContext,
  ): Answer<{ readonly status: "found"; readonly customerIds: readonly string[] }>;
  /** Customers with a name, compared without case and accents, and the postal code of their default address. */
  findCustomersByName(
    input: { readonly firstName: string; readonly lastName: string; readonly postalCode: string },
    context: EffectContext,
  ): Answer<{ readonly status: "found"; readonly customerIds: readonly string[] }>;
  customerDetails(
    input: { readonly customerId: string; readonly actor: Actor },
    context: EffectContext,
  ): Answer<{ readonly status: "found"; readonly customer: CustomerDetails }>;
  orderDetails(
    input: OfOrder,
    context: EffectContext,
  ): Answer<{ readonly status: "found"; readonly order: OrderDetails }>;
  /**
   * The caller's own orders, latest first, at most {@link ownOrdersLimit}, or the one with the number; with what the rules let the customer ask for now,
   * their ways to pay, and their addresses. None is `notFound`.
   */
  ownOrders(
    input: { readonly orderNumber: string | null; readonly actor: Actor },
    context: EffectContext,
  ): Answer<{ readonly status: "found" } & OwnOrders>;
  /** What products can be replaced by: what can be had of their types, themselves included. */
  replacements(
    input: { readonly productIds: readonly string[] },
    context: EffectContext,
  ): Answer<{ readonly status: "found"; readonly products: readonly ProductOffer[] }>;
  productType(
    input: { readonly typeId: string },
    context: EffectContext,
  ): Answer<{ readonly status: "found"; readonly type: ProductType }>;
  product(
    input: { readonly productId: string },
    context: EffectContext,
  ): Answer<{ readonly status: "found"; readonly product: ProductDetails }>;
  /** All kinds of things, by name. */
  productTypes(
    input: Readonly<Record<never, never>>,
    context: EffectContext,
  ): Answer<{
    readonly status: "found";
    readonly types: readonly { readonly typeId: string; readonly name: string }[];
  }>;
  /** Numbers, + - * / and parentheses, exactly; two decimals. */
  calculate(
    input: { readonly expression: string },
    context: EffectContext,
  ): Answer<{ readonly status: "calculated"; readonly value: string }>;

  cancel(input: OfOrder & { readonly reason: string }, context: EffectContext): Changed;
  /** Replaces pieces: each of `productIds` by the one at the same place of `newProductIds`. */
  changeItems(input: OfOrder & SwapWish, context: EffectContext): Changed;
  /** What the order's state allows: {@link changeItems} while it waits to be packed, else {@link requestExchange}. */
  swapItems(
    input: OfOrder &
      Omit<SwapWish, "methodId"> & {
        /** Null: the method that paid. */
        readonly methodId: string | null;
      },
    context: EffectContext,
  ): Changed;
  changeAddress(input: OfOrder & { readonly address: PostalAddress }, context: EffectContext): Changed;
  changePayment(input: OfOrder & { readonly methodId: string }, context: EffectContext): Changed;
  /** `methodId` null: back to the method that paid. */
  requestReturn(
    input: OfOrder & { readonly productIds: readonly string[]; readonly methodId: string | null },
    context: EffectContext,
  ): Changed;
  requestExchange(input: OfOrder & SwapWish, context: EffectContext): Changed;
  /** What the warehouse reports. `damagedProductIds`: returned pieces that are not sold again. */
  reportFulfilment(
    input: OfOrder &
      (
        | { readonly operation: "pack" | "ship" | "deliver" | "completeExchange" }
        | { readonly operation: "receiveReturn"; readonly damagedProductIds: readonly string[] }
      ),
    context: EffectContext,
  ): Changed;
  /** The customer's default address. */
  changeCustomerAddress(
    input: { readonly customerId: string; readonly address: PostalAddress; readonly actor: Actor },
    context: EffectContext,
  ): Answer<{ readonly status: "changed"; readonly customer: CustomerDetails }>;
  /** Notes that the call goes to a person, with what it is about. */
  transferToPerson(
    input: { readonly summary: string; readonly customerId: string | null },
    context: EffectContext,
  ): Answer<{ readonly status: "noted" }>;
};

/** A charge that the provider has for an order on a method. */
export type SettledCharge = { readonly chargeRef: string; readonly amountMinor: number };

/** Money that has yet to move. */
export type DueMovement = Movement & {
  readonly orderNumber: string;
  readonly position: number;
  readonly currency: string;
  /** The call that the operation was asked for on; empty if there was none. */
  readonly callSid: string;
  /** Milliseconds since the epoch. */
  readonly dueSinceMs: number;
  /** Whether the payment provider moves it; what is not at the provider (a gift card) only waits for a payment before it. */
  readonly isAtProvider: boolean;
  /** The provider's names of the customer and of the card; null where it has none: what is to be paid without them is paid on a page. */
  readonly customerRef: string | null;
  readonly paymentMethodRef: string | null;
  /** The order's charges on this method, oldest first, and what went back to it already: what a refund is taken from. */
  readonly charges: readonly SettledCharge[];
  readonly refundedBeforeMinor: number;
  /** A payment that its payer has to approve: until when they are waited for (milliseconds since the epoch), null for others, and the provider's name of their page, null before it is known. */
  readonly linkValidUntilMs: number | null;
  readonly linkRef: string | null;
};

/**
 * What became of the money of an order. `declined`: the payment was refused and its operation taken back; `asked`: the payer was sent a link, and the operation holds when they have
 * paid; `open`: some of it moves later.
 */
export type MoneyMoved = {
  readonly status: "moved" | "open" | "declined" | "asked";
  /** asked: how long the payer is waited for. */
  readonly validForMs?: number;
  readonly storeWaitMs: number;
  readonly vendorWaitMs: number;
};

/** Moves what is due. */
export type OrderMoney = {
  /** Everything that is due of an order; nothing due is `moved`. May be asked for again, and in several places at once. */
  moveDue(input: { readonly orderNumber: string }, context: EffectContext): Promise<MoneyMoved>;
};

/** What the stage does by itself from time to time. */
export type DueMoney = {
  /** Oldest first, within an order by position; of one order only if it is given. */
  dueMovements(limit: number, orderNumber?: string): Promise<readonly DueMovement[]>;
  /** The payment was declined: what was due is withdrawn, and the operation that it was for is taken back. Once. */
  withdrawMovement(input: {
    readonly orderNumber: string;
    readonly position: number;
    readonly declineCode: string;
  }): Promise<{ readonly status: "withdrawn" }>;
  /** The money moved: it is entered in the ledger, once. */
  settleMovement(input: {
    readonly orderNumber: string;
    readonly position: number;
    /** The provider's reference, several apart by a space; null for what it does not move. */
    readonly providerRef: string | null;
  }): Promise<{ readonly status: "settled" }>;
};

/** Payments of operations whose payer has to approve them on a page of the provider. */
export type AwaitedMovements = {
  /** The payment waits from now on, or since it was first asked for. `unreachable`: its customer has no number that a link could be sent to, or it is over. */
  awaitPayer(input: { readonly orderNumber: string; readonly position: number }): Promise<
    | {
        readonly status: "awaiting";
        /** The customer's own number, E.164. */
        readonly toNumber: string;
        readonly validUntilMs: number;
        readonly validForMs: number;
      }
    | { readonly status: "unreachable" }
  >;
  /** Keeps the provider's name of the page, before anybody is told its address. `over`: nothing waits any more, the page must be closed. */
  keepLink(input: {
    readonly orderNumber: string;
    readonly position: number;
    readonly linkRef: string;
  }): Promise<{ readonly status: "kept" | "over" }>;
};
