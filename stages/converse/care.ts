/** What is known of an order that is being taken care of. */
import type {
  Intent,
  MethodOnFile,
  OrderOption,
  OrderReadBack,
  OrderSummary,
  PostalAddress,
  ProductOffer,
  Tool,
} from "../../schemas/generated/records.ts";

/** What a caller can want of an order; `checkOrderStatus` is only to hear about it. */
export const careWishes = [
  "checkOrderStatus",
  "cancelOrder",
  "returnItems",
  "exchangeItems",
  "changeAddress",
  "changePayment",
] as const satisfies readonly Intent[];
export type CareWish = (typeof careWishes)[number];

/** What can be asked of the caller. */
export type CareQuestion = "order" | "items" | "replacement" | "reason" | "address" | "method";

/** What was said of an address so far; what is missing is empty. */
export type PartialAddress = Omit<PostalAddress, "country" | "label">;

/** What was read back last: the only thing that a yes can mean. */
export type CareReadBack = OrderReadBack & {
  readonly isHeard: boolean;
  readonly isAskedTwice: boolean;
};

/** An order that is being taken care of. Plain JSON. */
export type Care = {
  readonly wish: CareWish;
  /** The words of the wish: once the orders are known they may say which. */
  readonly words: string;
  readonly orderNumber: string | null;
  /** The order that was talked of before, which "it" means. */
  readonly hint: string | null;
  readonly quantity: number | null;
  /** Null before they were looked up. */
  readonly orders: readonly OrderSummary[] | null;
  readonly methods: readonly MethodOnFile[];
  readonly addresses: readonly PostalAddress[];
  /** Number of the order that is meant. */
  readonly chosen: string | null;
  /** Orders among which the caller has to choose. */
  readonly candidates: readonly string[];
  /** Product of each piece that is meant. */
  readonly productIds: readonly string[] | null;
  /** What shall replace them, in the caller's words. */
  readonly replacement: string | null;
  /** What can replace them; null before it was looked up. */
  readonly variants: readonly ProductOffer[] | null;
  readonly isSearched: boolean;
  readonly newProductId: string | null;
  readonly reason: string | null;
  readonly partial: PartialAddress | null;
  readonly address: PostalAddress | null;
  readonly methodId: string | null;
  readonly asked: CareQuestion | null;
  /** Questions that were not answered, and answers that the shop refused. */
  readonly missedCount: number;
  readonly readBack: CareReadBack | null;
};

/** The tool that does what is wished. */
export const careTools = {
  checkOrderStatus: "getOrderDetails",
  cancelOrder: "cancelOrder",
  returnItems: "returnItems",
  exchangeItems: "exchangeItems",
  changeAddress: "changeOrderAddress",
  changePayment: "changeOrderPayment",
} as const satisfies { readonly [W in CareWish]: Tool };

const optionsOf: { readonly [W in CareWish]: readonly OrderOption[] } = {
  checkOrderStatus: [],
  cancelOrder: ["cancel"],
  returnItems: ["requestReturn"],
  exchangeItems: ["changeItems", "requestExchange"],
  changeAddress: ["changeAddress"],
  changePayment: ["changePayment"],
};

/** Whether the shop would do with an order what is wished. */
export function isOpen(wish: CareWish, order: OrderSummary): boolean {
  const wanted = optionsOf[wish];
  return wanted.length === 0 || wanted.some((option) => order.options.includes(option));
}

/** The order that is meant, if it is one of the caller's. */
export function chosenOrder({ orders, chosen }: Care): OrderSummary | null {
  return orders?.find(({ orderNumber }) => orderNumber === chosen) ?? null;
}
