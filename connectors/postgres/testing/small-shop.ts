import type pg from "pg";
import { loadShop } from "../../../shop/load.ts";
import type { Customer, Product, Shop } from "../../../shop/shop-files.ts";
import type { Embeddings } from "../../embeddings/port.ts";

/** Vectors from letters: enough where meaning does not matter. */
export const letterEmbeddings: Embeddings = {
  model: "letters",
  dimensions: 384,
  async embed(texts) {
    return texts.map((text) => {
      const vector = new Float32Array(384);
      for (const letter of text.toLowerCase()) {
        const at = letter.charCodeAt(0) % 384;
        vector[at] = (vector[at] ?? 0) + 1;
      }
      const length = Math.hypot(...vector) || 1;
      return vector.map((value) => value / length);
    });
  },
};

function product(id: string, spokenName: string, priceMinor: number, stock: number, category = "kitchen"): Product {
  return {
    id,
    title: `Testing ${spokenName}`,
    spokenName,
    description: `A ${spokenName}.`,
    category,
    priceMinor,
    currency: "USD",
    stock,
    attributes: { colour: "red" },
    aliases: [],
    rating: 4,
    reviewCount: 3,
  };
}

function customer(
  id: string,
  fields: Pick<Customer, "name" | "phone" | "pin" | "savedCards" | "orders"> & { state: string },
): Customer {
  const { state, ...rest } = fields;
  const address = {
    id: `${id}-home`,
    line1: "1 Test Street",
    city: "Town",
    state,
    postalCode: "00000",
    isDefault: true,
  };
  return { id, ...rest, addresses: [address] };
}

function card(id: string, last4: string, isDefault: boolean): Customer["savedCards"][number] {
  return { id, brand: "visa", last4, providerPaymentMethod: `pm_${id}`, isDefault };
}

/** Ana (Oregon, no tax, two cards) and Ben (New York, 4 %, no card, one old order); a kettle for 30.00, a rare clock, a sofa that is too dear. */
export const smallShop: Shop = {
  products: [
    product("kettle", "steel kettle", 3_000, 20),
    product("clock", "wall clock", 4_550, 1, "home"),
    product("sofa", "long sofa", 90_000, 9, "home"),
  ],
  customers: [
    customer("ana", {
      name: "Ana Alder",
      phone: "+12025550101",
      pin: "4071",
      state: "OR",
      savedCards: [card("ana-visa", "4242", true), card("ana-second", "5555", false)],
      orders: [],
    }),
    customer("ben", {
      name: "Ben Birch",
      phone: "+12025550102",
      pin: "582916",
      state: "NY",
      savedCards: [],
      orders: [
        {
          number: "204817",
          placedAt: "2026-09-14T16:22:05Z",
          status: "delivered",
          lines: [{ productId: "kettle", quantity: 1, unitPriceMinor: 3_000 }],
          totalMinor: 3_000,
          currency: "USD",
        },
      ],
    }),
  ],
  discounts: [
    {
      code: "WELCOME",
      kind: "percent",
      basisPoints: 1_000,
      minTotalMinor: 2_500,
      categories: [],
      expiresAt: "2036-12-31T23:59:59Z",
      usageLimit: 2,
      usageLimitPerCustomer: 1,
    },
    {
      code: "HALF",
      kind: "percent",
      basisPoints: 5_000,
      minTotalMinor: 0,
      categories: ["kitchen"],
      expiresAt: "2036-12-31T23:59:59Z",
      usageLimit: 100,
      usageLimitPerCustomer: 100,
    },
    {
      code: "GONE",
      kind: "amount",
      amountMinor: 500,
      minTotalMinor: 0,
      categories: [],
      expiresAt: "2026-05-31T23:59:59Z",
      usageLimit: 100,
      usageLimitPerCustomer: 100,
    },
  ],
  rules: {
    currency: "USD",
    tax: {
      defaultBasisPoints: 600,
      rules: [
        { state: "OR", basisPoints: 0 },
        { state: "NY", basisPoints: 400 },
      ],
      rounding: "half-up",
      appliesToShipping: false,
    },
    shipping: { methods: [{ id: "standard", flatMinor: 595, freeFromMinor: 5_000 }], defaultMethod: "standard" },
    limits: { maxQuantityPerLine: 5, maxOrderTotalMinor: 200_000, maxDiscountBasisPoints: 2_500 },
  },
};

/** Loads the small shop, and takes back what tests did to it. */
export async function resetSmallShop(pool: pg.Pool): Promise<void> {
  await pool.query(
    `ALTER TABLE ledger_entries DISABLE TRIGGER USER; DELETE FROM ledger_entries; ALTER TABLE ledger_entries ENABLE TRIGGER USER;
     DELETE FROM disputes; DELETE FROM payment_events; DELETE FROM messages; DELETE FROM one_time_codes;
     DELETE FROM payments; DELETE FROM orders; DELETE FROM reservations; DELETE FROM quotes; DELETE FROM effects;
     DELETE FROM identity_refusals; DELETE FROM call_identities; DELETE FROM discounts; DELETE FROM products`,
  );
  await loadShop(pool, letterEmbeddings, smallShop);
}
