import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { noEntities } from "../../schemas/generated/records.ts";
import { readIntentAnswer } from "./intent-answer.ts";
import { answerSchema, entityRules, intents } from "./intent-contract.ts";

const read = (value: unknown) => readIntentAnswer(JSON.stringify(value));
const problemOf = (value: unknown): string => {
  const result = read(value);
  return "problem" in result ? result.problem : "";
};

describe("a reasoner's answer", () => {
  it("is taken when it satisfies the contract; what is absent, null or empty is null", () => {
    assert.deepEqual(
      read({
        intent: "searchProducts",
        confidence: 0.9,
        entities: { query: " lamp ", priceMaxMinor: 2000, sort: null, orderNumber: "" },
      }),
      {
        answer: {
          intent: "searchProducts",
          confidence: 0.9,
          entities: { ...noEntities, query: "lamp", priceMaxMinor: 2000 },
        },
      },
    );
    assert.deepEqual(read({ intent: "confirm", confidence: 1 }), {
      answer: { intent: "confirm", confidence: 1, entities: noEntities },
    });
  });

  it("is refused when it is not one JSON object", () => {
    for (const text of [
      "",
      "yes",
      "[]",
      "null",
      '"confirm"',
      '```json\n{"intent":"confirm","confidence":1}\n```',
      '{"intent":"confirm"',
    ])
      assert.ok("problem" in readIntentAnswer(text), text);
    assert.ok("problem" in readIntentAnswer(`{"intent":"confirm","confidence":1,"entities":{}}${" ".repeat(9_000)}`));
  });

  for (const [why, value] of [
    ["an unknown intent", { intent: "launchRocket", confidence: 1 }],
    ["no intent", { confidence: 1 }],
    ["an inherited name as intent", { intent: "constructor", confidence: 1 }],
    ["no confidence", { intent: "confirm" }],
    ["confidence above one", { intent: "confirm", confidence: 1.01 }],
    ["confidence as text", { intent: "confirm", confidence: "1" }],
    ["an unknown field", { intent: "confirm", confidence: 1, isAdmin: true }],
    ["an unknown entity", { intent: "confirm", confidence: 1, entities: { price: 0 } }],
    ["entities as a list", { intent: "confirm", confidence: 1, entities: [] }],
    ["a fractional price", { intent: "searchProducts", confidence: 1, entities: { priceMaxMinor: 19.99 } }],
    ["a price as text", { intent: "searchProducts", confidence: 1, entities: { priceMaxMinor: "2000" } }],
    ["a negative price", { intent: "searchProducts", confidence: 1, entities: { priceMinMinor: -1 } }],
    ["a reversed range", { intent: "searchProducts", confidence: 1, entities: { priceMinMinor: 2, priceMaxMinor: 1 } }],
    ["a price beyond bounds", { intent: "searchProducts", confidence: 1, entities: { priceMaxMinor: 1e12 } }],
    ["a quantity of zero", { intent: "orderProduct", confidence: 1, entities: { quantity: 0 } }],
    ["an ordinal of zero", { intent: "selectProduct", confidence: 1, entities: { ordinal: 0 } }],
    ["an unknown order", { intent: "searchProducts", confidence: 1, entities: { sort: "random" } }],
    ["an order number with letters", { intent: "checkOrderStatus", confidence: 1, entities: { orderNumber: "12a" } }],
    ["digits with spaces inside", { intent: "checkOrderStatus", confidence: 1, entities: { orderNumber: "4 0 7 1" } }],
    ["a PIN", { intent: "provideDigits", confidence: 1, entities: { digits: "4071" } }],
    ["a query without end", { intent: "searchProducts", confidence: 1, entities: { query: "x".repeat(201) } }],
    [
      "a discount code with signs",
      { intent: "applyDiscount", confidence: 1, entities: { discountCode: "'; drop table" } },
    ],
  ] as const) {
    it(`is refused with ${why}`, () => assert.notEqual(problemOf(value), ""));
  }

  it("is never quoted in the problem", () => {
    assert.doesNotMatch(problemOf({ intent: "secretword", confidence: 1, secretword: 1 }), /secretword/);
  });

  it("takes any text without throwing", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof readIntentAnswer(text) === "object"));
  });

  it("has a schema with exactly the contract's names", () => {
    const { properties } = answerSchema as { properties: Record<string, { enum?: unknown; properties?: object }> };
    assert.deepEqual(properties.intent?.enum, intents);
    assert.equal(intents.length, 27);
    const asked = Object.keys(noEntities).filter((name) => name !== "digits");
    assert.deepEqual(Object.keys(properties.entities?.properties ?? {}), asked);
    assert.deepEqual(Object.keys(entityRules), asked);
  });
});
