import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";

const productSchema = z.strictObject({
  id: z.string().regex(/^P-\d{5}$/),
  title: z.string().regex(/[A-Za-z]{2}/),
  description: z.string().min(60).max(400),
  category: z.string().min(3),
  priceMinor: z.int().positive(),
  currency: z.literal("USD"),
  stock: z.int().nonnegative(),
  backorderDays: z.int().positive().optional(),
  attributes: z.looseObject({ brand: z.string().min(2) }).catchall(z.union([z.string().min(1), z.number()])),
  spokenName: z.string().min(3),
  aliases: z.array(z.string().min(2)).min(2),
  rating: z.number().min(1).max(5).multipleOf(0.1),
  reviewCount: z.int().positive(),
  typeId: z.string().min(3).optional(),
});

const phoneSchema = z.string().regex(/^\+120255501\d\d$/);

const orderSchema = z.strictObject({
  number: z.string().regex(/^\d{6}$/),
  placedAt: z.iso.datetime(),
  status: z.enum(["placed", "paid", "packed", "shipped", "delivered", "cancelled", "refunded"]),
  lines: z
    .array(z.strictObject({ productId: z.string(), quantity: z.int().positive(), unitPriceMinor: z.int().positive() }))
    .min(1),
  totalMinor: z.int().positive(),
  currency: z.literal("USD"),
  trackingCarrier: z.string().optional(),
  taxMinor: z.int().positive().optional(),
  shipToState: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
  paidWith: z.string().optional(),
});

const customerSchema = z.strictObject({
  id: z.string().regex(/^C-\d{4}$/),
  name: z.string().min(3),
  phone: phoneSchema,
  pin: z.string().regex(/^\d{4,6}$/),
  email: z.email().endsWith("@example.com"),
  addresses: z
    .array(
      z.strictObject({
        id: z.string(),
        label: z.string(),
        line1: z.string(),
        city: z.string(),
        state: z.string().regex(/^[A-Z]{2}$/),
        postalCode: z.string().regex(/^\d{5}$/),
        country: z.literal("US"),
        isDefault: z.boolean(),
      }),
    )
    .min(1),
  savedCards: z.array(
    z.strictObject({
      id: z.string(),
      brand: z.enum(["visa", "mastercard", "amex"]),
      last4: z.string().regex(/^\d{4}$/),
      expMonth: z.int().min(1).max(12),
      expYear: z.int().min(2027),
      providerPaymentMethod: z.enum([
        "pm_card_visa",
        "pm_card_authenticationRequired",
        "pm_card_mastercard",
        "pm_card_amex",
        "pm_card_visa_chargeDeclined",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
      ]),
      isDefault: z.boolean(),
    }),
  ),
  orders: z.array(orderSchema),
  preferences: z.strictObject({
    language: z.literal("en-US"),
    receiptBy: z.enum(["email", "sms", "mail", "none"]),
    doNotContact: z.boolean(),
    speechRate: z.enum(["slow", "normal"]),
    favouriteCategories: z.array(z.string()).optional(),
  }),
});

const discountBase = {
  code: z.string().regex(/^[A-Z]+$/),
  spokenName: z.string(),
  minTotalMinor: z.int().nonnegative(),
  expiresAt: z.iso.datetime(),
  usageLimit: z.int().positive(),
  usageLimitPerCustomer: z.int().positive(),
  categories: z.array(z.string()),
  description: z.string().min(20),
};
const discountSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...discountBase, kind: z.literal("percent"), basisPoints: z.int().positive().max(10_000) }),
  z.strictObject({ ...discountBase, kind: z.literal("amount"), amountMinor: z.int().positive() }),
]);

const shopSchema = z.strictObject({
  name: z.string().min(3),
  currency: z.literal("USD"),
  tax: z.strictObject({
    defaultBasisPoints: z.int().min(0).max(2000),
    rules: z.array(z.strictObject({ state: z.string().regex(/^[A-Z]{2}$/), basisPoints: z.int().min(0).max(2000) })),
    rounding: z.literal("half-up"),
    appliesToShipping: z.boolean(),
  }),
  shipping: z.strictObject({
    methods: z.array(
      z.strictObject({
        id: z.string(),
        spokenName: z.string(),
        flatMinor: z.int().nonnegative(),
        freeFromMinor: z.int().positive().nullable(),
        minDays: z.int().positive(),
        maxDays: z.int().positive(),
      }),
    ),
    defaultMethod: z.string(),
    countries: z.array(z.literal("US")),
  }),
  limits: z.strictObject({
    maxQuantityPerLine: z.int().positive(),
    maxOrderTotalMinor: z.int().positive(),
    maxDiscountBasisPoints: z.int().positive().max(10_000),
    perCustomerAndDay: z.strictObject({ maxOrders: z.int().positive(), maxTotalMinor: z.int().positive() }),
  }),
  numbers: z.strictObject({ line: phoneSchema, transfer: phoneSchema }),
});

const querySchema = z.strictObject({
  qid: z.string().regex(/^Q-\d{3}$/),
  query: z.string().min(5),
  expectedFilters: z.strictObject({
    priceMaxMinor: z.int().positive().optional(),
    priceMinMinor: z.int().positive().optional(),
  }),
  acceptable: z.array(z.string()).min(1),
});

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");
const readLines = (file: string): unknown[] =>
  read(file)
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

const products = z.array(productSchema).parse(readLines("catalogue.jsonl"));
const customers = z.array(customerSchema).parse(JSON.parse(read("customers.json")));
const discounts = z.array(discountSchema).parse(JSON.parse(read("discounts.json")));
const shop = shopSchema.parse(JSON.parse(read("shop.json")));
const queries = z.array(querySchema).parse(readLines("spoken-queries.jsonl"));

const productById = new Map(products.map((product) => [product.id, product]));
const categories = new Set(products.map((product) => product.category));
const orders = customers.flatMap((customer) => customer.orders);

function assertUnique(values: readonly string[], what: string): void {
  const repeated = values.filter((value, index) => values.indexOf(value) !== index);
  assert.deepEqual(repeated, [], `repeated ${what}`);
}

test("the catalogue has at least 400 products in at least 12 well-filled categories", () => {
  assert.ok(products.length >= 400);
  assert.ok(categories.size >= 12);
  for (const category of categories) {
    assert.ok(products.filter((product) => product.category === category).length >= 20, category);
  }
});

test("products are told apart by id, title, description and, within a category, by spoken name", () => {
  assertUnique(
    products.map(({ id }) => id),
    "id",
  );
  assertUnique(
    products.map(({ title }) => title.toLowerCase()),
    "title",
  );
  assertUnique(
    products.map(({ description }) => description),
    "description",
  );
  assertUnique(
    products.map(({ category, spokenName }) => `${category}: ${spokenName.toLowerCase()}`),
    "spoken name",
  );
});

test("what is said and printed is fit for it", () => {
  for (const { id, title, spokenName, description, attributes } of products) {
    assert.ok(spokenName.split(/\s+/).length <= 6, `${id} spoken name`);
    assert.doesNotMatch(title + spokenName, /[<>&*_{}|]|\s\s/, `${id} markup`);
    assert.match(description, /^[A-Z].*[.]$/, `${id} sentence`);
    assert.ok(title.startsWith(String(attributes.brand)), `${id} brand`);
  }
});

test("prices and stock are spread as in a shop", () => {
  const prices = products.map(({ priceMinor }) => priceMinor);
  assert.ok(Math.min(...prices) >= 300 && Math.max(...prices) <= 90_000);
  assert.ok(prices.filter((price) => price < 2_500).length >= 50);
  assert.ok(prices.filter((price) => price > 20_000).length >= 20);
  assert.ok(products.some(({ stock }) => stock === 0));
  assert.ok(products.some(({ stock }) => stock >= 1 && stock <= 3));
  assert.ok(products.filter(({ stock }) => stock > 3).length >= products.length * 0.8);
});

test("customers are told apart, and each has one default address and at most one default card", () => {
  assert.equal(customers.length, 12);
  for (const key of ["id", "phone", "email", "name", "pin"] as const) {
    assertUnique(
      customers.map((customer) => customer[key]),
      key,
    );
  }
  assertUnique(
    customers.flatMap(({ savedCards }) => savedCards.map(({ id }) => id)),
    "card id",
  );
  for (const { id, addresses, savedCards } of customers) {
    assert.equal(addresses.filter(({ isDefault }) => isDefault).length, 1, id);
    assert.equal(savedCards.filter(({ isDefault }) => isDefault).length, savedCards.length === 0 ? 0 : 1, id);
  }
});

test("the customers that scenarios rely on exist", () => {
  const isGood = (method: string): boolean => !method.includes("Declined");
  const methodsOf = customers.map(({ savedCards }) => savedCards.map((card) => isGood(card.providerPaymentMethod)));
  assert.ok(
    methodsOf.some(([first, second]) => first === false && second === true),
    "first declines, second works",
  );
  assert.ok(
    methodsOf.some(([first, second]) => first === true && second === true),
    "two good cards",
  );
  assert.ok(
    customers.some(({ savedCards }) => savedCards.length === 0),
    "no cards",
  );
  assert.ok(
    customers.some((customer) => customer.orders.length === 0),
    "no orders",
  );
  assert.ok(
    customers.some(({ preferences }) => preferences.doNotContact),
    "do not contact",
  );
});

test("past orders name products of the catalogue and their totals add up", () => {
  assert.ok(orders.length >= 20);
  assertUnique(
    orders.map((order) => order.number),
    "order number",
  );
  for (const { number, lines, totalMinor, taxMinor = 0, status, trackingCarrier } of orders) {
    for (const line of lines) {
      assert.ok(productById.has(line.productId), `${number} ${line.productId}`);
      assert.ok(line.quantity <= shop.limits.maxQuantityPerLine, number);
    }
    const sumMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
    assert.equal(totalMinor - taxMinor, sumMinor, number);
    assert.ok(totalMinor <= shop.limits.maxOrderTotalMinor, number);
    if (status === "shipped" || status === "delivered") assert.ok(trackingCarrier, `${number} carrier`);
  }
});

test("discounts name known categories, and one of the four has expired", () => {
  assert.equal(discounts.length, 4);
  assertUnique(
    discounts.map(({ code }) => code),
    "code",
  );
  for (const discount of discounts) {
    for (const category of discount.categories) assert.ok(categories.has(category), `${discount.code} ${category}`);
    if (discount.kind === "percent") assert.ok(discount.basisPoints <= shop.limits.maxDiscountBasisPoints);
    else assert.ok(discount.amountMinor < discount.minTotalMinor);
  }
  assert.equal(discounts.filter(({ expiresAt }) => Date.parse(expiresAt) < Date.parse("2026-11-01")).length, 1);
});

test("the shop has one tax rule per state, covers its customers' states, and ships by a known default", () => {
  const states = shop.tax.rules.map(({ state }) => state);
  assertUnique(states, "state");
  for (const { addresses } of customers) {
    for (const { state } of addresses) assert.ok(states.includes(state), state);
  }
  assert.ok(shop.shipping.methods.some(({ id }) => id === shop.shipping.defaultMethod));
  for (const { id, minDays, maxDays } of shop.shipping.methods) assert.ok(minDays <= maxDays, id);
  assert.ok(!customers.some(({ phone }) => phone === shop.numbers.line || phone === shop.numbers.transfer));
});

test("every product that a spoken query accepts exists and keeps to the price the caller named", () => {
  assert.equal(queries.length, 40);
  assertUnique(
    queries.map(({ qid }) => qid),
    "qid",
  );
  for (const { qid, query, expectedFilters, acceptable } of queries) {
    assert.doesNotMatch(query, /\d/, `${qid} numbers are spoken as words`);
    assertUnique(acceptable, `product of ${qid}`);
    for (const id of acceptable) {
      const product = productById.get(id);
      assert.ok(product, `${qid} ${id}`);
      assert.ok(product.priceMinor <= (expectedFilters.priceMaxMinor ?? Number.POSITIVE_INFINITY), `${qid} ${id}`);
      assert.ok(product.priceMinor >= (expectedFilters.priceMinMinor ?? 0), `${qid} ${id}`);
    }
  }
});
