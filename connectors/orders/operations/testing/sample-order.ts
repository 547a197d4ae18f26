/** A delivered order and its surroundings, to be varied in tests: two mugs and a rug, tax of 10 %, shipping 5.00, a discount of 4.00. */
import type { Around, FactLine, FactProduct, OrderAmounts, OrderFacts } from "../order-facts.ts";

/** A product of the catalogue; mugs and rugs are two types. */
export function product(productId: string, priceMinor: number, more: Partial<FactProduct> = {}): FactProduct {
  const typeId = productId.split("-")[0] ?? productId;
  return {
    productId,
    typeId,
    name: typeId,
    options: { version: productId },
    priceMinor,
    availablePieces: 10,
    isCounted: true,
    ...more,
  };
}

/** A line of a product as the catalogue has it. */
export function line(of: FactProduct, quantity = 1): FactLine {
  const { productId, typeId, name, options, priceMinor: unitPriceMinor } = of;
  return { productId, typeId, name, options, quantity, unitPriceMinor };
}

export const mugRed = product("mug-red", 1_000);
export const mugBlue = product("mug-blue", 1_250);
export const mugGold = product("mug-gold", 9_000, { availablePieces: 0 });
export const rugSmall = product("rug-small", 7_000);
export const rugLarge = product("rug-large", 12_000);

/** 2 × 10.00 + 70.00 − 4.00, 10 % of that, and 5.00. */
export const amounts: OrderAmounts = {
  subtotalMinor: 9_000,
  discountMinor: 400,
  taxMinor: 860,
  shippingMinor: 500,
  totalMinor: 9_960,
};

/** An order of two red mugs and a small rug, paid by card. */
export function order(more: Partial<OrderFacts> = {}): OrderFacts {
  return {
    state: "paid",
    lines: [line(mugRed, 2), line(rugSmall)],
    amounts,
    movements: [{ kind: "payment", amountMinor: 9_960, methodId: "card" }],
    deliveredAtMs: null,
    request: null,
    ...more,
  };
}

/** A customer with a card, a wallet and a gift card of 50.00. */
export function around(more: Partial<Around> = {}): Around {
  const products = [mugRed, mugBlue, mugGold, rugSmall, rugLarge];
  return {
    actor: "owner",
    methods: [
      { methodId: "card", kind: "card", balanceMinor: null },
      { methodId: "wallet", kind: "wallet", balanceMinor: null },
      { methodId: "gift", kind: "giftCard", balanceMinor: 5_000 },
    ],
    products: new Map(products.map((each) => [each.productId, each])),
    tax: { basisPoints: 1_000, appliesToShipping: false },
    nowMs: Date.parse("2026-11-23T12:00:00Z"),
    ...more,
  };
}
