/** What a decision about an order looks at and what it brings about: plain data, no database. Amounts in minor units of the order's currency. */
import type { ActorKind, OrderState } from "./order-rules.ts";

/** A line of an order as it was ordered. */
export type FactLine = {
  readonly productId: string;
  /** The kind of thing that it is a variant of; null for a product without variants. */
  readonly typeId: string | null;
  readonly name: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly quantity: number;
  readonly unitPriceMinor: number;
};

/** Money that moved for an order: towards the shop (payment) or back (refund). Never negative. */
export type Movement = {
  readonly kind: "payment" | "refund";
  readonly amountMinor: number;
  readonly methodId: string;
};

/** Amounts of an order; total = subtotal − discount + tax + shipping. */
export type OrderAmounts = {
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly totalMinor: number;
};

/** A return or exchange that was asked for. */
export type ServiceRequest =
  | { readonly kind: "return"; readonly productIds: readonly string[]; readonly methodId: string }
  | {
      readonly kind: "exchange";
      readonly productIds: readonly string[];
      /** What replaces each of `productIds`, at the same place. */
      readonly newProductIds: readonly string[];
      /** What each of them costs by what was agreed. */
      readonly newUnitPricesMinor: readonly number[];
      readonly methodId: string;
      /** Positive: to be paid. */
      readonly differenceMinor: number;
    };

/** An order. */
export type OrderFacts = {
  readonly state: OrderState;
  readonly lines: readonly FactLine[];
  readonly amounts: OrderAmounts;
  /** In the order in which it moved. */
  readonly movements: readonly Movement[];
  /** When it was delivered, milliseconds since the epoch; null if that is not known. */
  readonly deliveredAtMs: number | null;
  readonly request: ServiceRequest | null;
};

/** A way to pay of the order's customer. */
export type FactMethod = {
  readonly methodId: string;
  readonly kind: "card" | "wallet" | "giftCard";
  /** giftCard: what is left on it; null for the others. */
  readonly balanceMinor: number | null;
};

/** A product as the catalogue has it now. */
export type FactProduct = {
  readonly productId: string;
  readonly typeId: string | null;
  readonly name: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly priceMinor: number;
  /** Pieces that can be had; null when it can be had and nobody counts. */
  readonly availablePieces: number | null;
  /** Whether its pieces are counted at all. */
  readonly isCounted: boolean;
};

/** How the order is taxed today. */
export type TaxTerms = { readonly basisPoints: number; readonly appliesToShipping: boolean };

/** What surrounds a decision. */
export type Around = {
  readonly actor: ActorKind;
  readonly methods: readonly FactMethod[];
  /** Products that the decision may need, by id. */
  readonly products: ReadonlyMap<string, FactProduct>;
  readonly tax: TaxTerms;
  readonly nowMs: number;
};

/** Pieces of a product that go to the shelf (positive) or leave it, and that are promised (positive) or no longer. */
export type StockChange = {
  readonly productId: string;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
};

/** What an operation brings about. Fields that are null stay as they are. */
export type OrderChange = {
  readonly state: OrderState;
  readonly lines: readonly FactLine[] | null;
  readonly amounts: OrderAmounts | null;
  readonly movements: readonly Movement[];
  readonly cancelReason: string | null;
  readonly request: ServiceRequest | null;
  readonly stock: readonly StockChange[];
};

/** Why the shop says no. */
export type OperationRefusalReason =
  | "notFound"
  | "identityRequired"
  | "notAllowed"
  | "notConfirmed"
  | "wrongState"
  | "reasonNotAccepted"
  | "nothingToDo"
  | "countsDiffer"
  | "itemNotInOrder"
  | "sameItem"
  | "otherType"
  | "unavailable"
  | "methodUnknown"
  | "sameMethod"
  | "movedAlready"
  | "giftCardTooLow"
  | "refundElsewhere"
  | "tooLate"
  | "taxWouldChange"
  | "moneyUnderWay"
  | "notCalculable"
  | "invalidArguments";

/** The outcome of a decision. */
export type Decision<C = OrderChange> =
  | { readonly status: "allowed"; readonly change: C }
  | { readonly status: "refused"; readonly reason: OperationRefusalReason };

/** Pieces of an order by their products, what shall stand at the place of each, and the method by which the difference is paid or refunded. */
export type SwapWish = {
  readonly productIds: readonly string[];
  readonly newProductIds: readonly string[];
  readonly methodId: string;
};
