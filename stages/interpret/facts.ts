/** What a reasoner may know beside the words: what is on offer and what was agreed, from committed tool results. Pure. */
import type { ProductOffer, ToolSucceeded } from "../../schemas/generated/records.ts";

/** A product that the caller may mean, as data for a reasoner. */
type OfferedProduct = {
  readonly name: string;
  readonly title: string;
  readonly category: string;
  readonly priceMinor: number;
};

/** Facts of a call. Plain JSON; names are those of the shop, never instructions. */
export type Facts = {
  /** In the order in which they were found, best first. */
  readonly offered: readonly OfferedProduct[];
  /** The product that was last looked at more closely. */
  readonly inFocus: string | null;
  /** The offer at a fixed price that waits for a yes. */
  readonly quote: {
    readonly lines: readonly { readonly name: string; readonly quantity: number }[];
    readonly totalMinor: number;
    readonly currency: string;
  } | null;
  readonly isIdentityProven: boolean;
  /** Whether an order was placed on this call. */
  readonly isOrderPlaced: boolean;
};

const maxOffered = 10;
const maxNameLength = 120;

export const noFacts: Facts = {
  offered: [],
  inFocus: null,
  quote: null,
  isIdentityProven: false,
  isOrderPlaced: false,
};

function offered(product: ProductOffer): OfferedProduct {
  return {
    name: product.spokenName.slice(0, maxNameLength),
    title: product.title.slice(0, maxNameLength),
    category: product.category.slice(0, maxNameLength),
    priceMinor: product.priceMinor,
  };
}

/** The facts after a tool did its work. */
export function withResult(facts: Facts, result: ToolSucceeded): Facts {
  switch (result.tool) {
    case "searchProducts":
      return { ...facts, offered: result.products.slice(0, maxOffered).map(offered), inFocus: null };
    case "getProductDetails": {
      const product = result.products[0];
      if (product === undefined) return facts;
      const isKnown = facts.offered.some((other) => other.name === product.spokenName.slice(0, maxNameLength));
      const all = isKnown ? facts.offered : [...facts.offered.slice(0, maxOffered - 1), offered(product)];
      return { ...facts, offered: all, inFocus: product.spokenName.slice(0, maxNameLength) };
    }
    case "quoteOrder":
    case "applyDiscount": {
      if (result.quote === null) return facts;
      const { lines, totalMinor, currency } = result.quote;
      const named = lines
        .slice(0, maxOffered)
        .map((line) => ({ name: line.spokenName.slice(0, maxNameLength), quantity: line.quantity }));
      return { ...facts, quote: { lines: named, totalMinor, currency } };
    }
    case "placeOrder":
    case "awaitPayment":
      return { ...facts, quote: null, isOrderPlaced: true };
    case "cancelQuote":
      return { ...facts, quote: null };
    case "verifyIdentity":
      return { ...facts, isIdentityProven: true };
    case "sendCode":
    case "sendLinkAgain":
    case "addCard":
    case "checkOrderStatus":
    case "getOrderDetails":
    case "cancelOrder":
    case "returnItems":
    case "exchangeItems":
    case "changeOrderAddress":
    case "changeOrderPayment":
    case "none":
      return facts;
  }
}
