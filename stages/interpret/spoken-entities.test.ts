import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Entities, type Intent, noEntities } from "../../schemas/generated/records.ts";
import { withSpokenEntities } from "./spoken-entities.ts";

function entities(
  intent: Intent,
  utterance: string,
  claimed: Partial<Entities> = {},
  currency = "USD",
): Partial<Entities> {
  const answer = { intent, confidence: 0.9, entities: { ...noEntities, ...claimed } };
  const result = withSpokenEntities(answer, utterance, currency).entities;
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}

describe("numbers from the words", () => {
  it("fill what the reasoner left out", () => {
    assert.deepEqual(entities("searchProducts", "the cheapest lamps under forty dollars", { query: "lamps" }), {
      query: "lamps",
      priceMaxMinor: 4000,
      sort: "priceAscending",
    });
    assert.deepEqual(entities("changeQuantity", "make it three"), { quantity: 3 });
    assert.deepEqual(entities("selectProduct", "the second one"), { ordinal: 2 });
    assert.deepEqual(entities("checkOrderStatus", "where is two one eight three five zero"), { orderNumber: "218350" });
  });

  it("correct what the reasoner got wrong", () => {
    assert.deepEqual(entities("searchProducts", "under twenty nine ninety nine", { priceMaxMinor: 2900 }), {
      priceMaxMinor: 2999,
    });
    assert.deepEqual(entities("searchProducts", "at least two hundred", { priceMaxMinor: 20_000 }), {
      priceMinMinor: 20_000,
    });
    assert.deepEqual(entities("selectProduct", "not the first one, the third one", { ordinal: 1 }), { ordinal: 3 });
    assert.deepEqual(entities("orderProduct", "three of those", { quantity: 30 }), { quantity: 3 });
  });

  it("are in the minor units of what the shop sells in: yen have none, a dinar has a thousand", () => {
    const under = "between two thousand and five thousand";
    assert.deepEqual(entities("searchProducts", under, {}, "USD"), { priceMinMinor: 200_000, priceMaxMinor: 500_000 });
    assert.deepEqual(entities("searchProducts", under, {}, "JPY"), { priceMinMinor: 2000, priceMaxMinor: 5000 });
    assert.deepEqual(entities("searchProducts", "twelve fifty or less", {}, "KWD"), { priceMaxMinor: 12_500 });
    assert.deepEqual(entities("searchProducts", "around three thousand yen", {}, "JPY"), { priceTargetMinor: 3000 });
    // A model that is asked for cents says five thousand yen in hundredths too.
    assert.deepEqual(entities("searchProducts", "5000円以下", { priceMaxMinor: 500_000 }, "JPY"), {
      priceMaxMinor: 5000,
    });
  });

  it("drop a price for which there is no number in the words", () => {
    assert.deepEqual(entities("searchProducts", "a cheap lamp", { query: "lamp", priceMaxMinor: 2000 }), {
      query: "lamp",
    });
  });

  it("spell a postal code as the words do, for who says who they are alone", () => {
    const isMaria = { personName: "Maria Lopez", postalCode: "94107" };
    const said = "it's Maria Lopez, nine four one oh seven";
    assert.deepEqual(entities("identify", said), isMaria);
    assert.deepEqual(entities("identify", said, { personName: "Maria Lopes", postalCode: "94170" }), {
      ...isMaria,
      personName: "Maria Lopes",
    });
    assert.deepEqual(entities("identify", "it is me", { postalCode: "sw1a 1aa" }), { postalCode: "SW1A1AA" });
    assert.deepEqual(entities("identify", "it is me", { postalCode: "94107-1234" }), { postalCode: "94107" });
    assert.deepEqual(entities("searchProducts", "a lamp", { query: "lamp", ...isMaria }), { query: "lamp" });
  });

  it("leave alone what does not concern the intent", () => {
    assert.deepEqual(entities("askDetails", "is it under fifty dollars"), {});
    assert.deepEqual(entities("confirm", "yes, that one for forty dollars"), {});
    assert.deepEqual(entities("changeQuantity", "double it", { quantity: 4 }), { quantity: 4 });
  });
});
