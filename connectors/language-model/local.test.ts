import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Embeddings } from "../embeddings/port.ts";
import { createLocalReasoner } from "./local.ts";
import { decide, decideByGrammar } from "./local-decision.ts";
import { readDiscountCode } from "./local-discount.ts";
import { voteOfNeighbours } from "./local-neighbours.ts";
import { matchOffered } from "./local-products.ts";
import { readQuery } from "./local-query.ts";
import type { LocalFacts } from "./local-signals.ts";

const offered = [
  { name: "black Harbor headphones", title: "Tolven Harbor Over-Ear Headphones, Black" },
  { name: "sand Harbor headphones", title: "Tolven Harbor Over-Ear Headphones, Sand" },
  { name: "Skiff on-ear headphones", title: "Tolven Skiff On-Ear Headphones" },
];
const noOffers: LocalFacts = { offered: [], hasFocus: false };
const offers: LocalFacts = { offered, hasFocus: false };

describe("the query", () => {
  for (const [utterance, query] of [
    ["I'm looking for a desk lamp under fifty dollars, please.", "desk lamp"],
    ["do you have any wireless earbuds for running?", "wireless earbuds for running"],
    ["Hi, um, could you find me the cheapest red kettle", "red kettle"],
    ["I need two yoga mats", "yoga mats"],
    ["a two person tent below two hundred", "two person tent"],
    ["no, wait, I would rather look for a clock radio", "clock radio"],
    ["show me stainless steel pots between fifty and a hundred", "stainless steel pots"],
    ["men's hiking boots, waterproof, up to two hundred", "men's hiking boots waterproof"],
    ["a hundred percent cotton shirt", "hundred percent cotton shirt"],
  ] as const) {
    it(`of "${utterance}" is "${query}"`, () => assert.equal(readQuery(utterance), query));
  }
  for (const utterance of [
    "something cheaper",
    "under fifty dollars",
    "show me more",
    "anything else",
    "the second one",
    "cheapest first",
    "",
    "please",
  ]) {
    it(`of "${utterance}" is nothing`, () => assert.equal(readQuery(utterance), null));
  }
});

describe("a name on offer", () => {
  it("is found by the words that tell it from the others", () => {
    assert.deepEqual(matchOffered("the black one please", offered), {
      name: "black Harbor headphones",
      share: 1,
      isUnique: true,
    });
    assert.deepEqual(matchOffered("I'll take the skiff", offered), {
      name: "Skiff on-ear headphones",
      share: 1,
      isUnique: true,
    });
  });
  it("is given as said when it fits several", () => {
    assert.deepEqual(matchOffered("the harbor headphones", offered), {
      name: "harbor headphone",
      share: 1,
      isUnique: false,
    });
  });
  it("is none when no word fits or nothing is on offer", () => {
    assert.equal(matchOffered("a kettle", offered), null);
    assert.equal(matchOffered("yes", offered), null);
    assert.equal(matchOffered("the black one", []), null);
  });
});

describe("a discount code", () => {
  for (const [utterance, code] of [
    ["use code spring ten please", "SPRING TEN"],
    ["my promo code is welcome", "WELCOME"],
    ["I have the coupon hearth", "HEARTH"],
    ["the code is w e l c o m e", "WELCOME"],
    ["apply code harvest to my order", "HARVEST"],
  ] as const) {
    it(`of "${utterance}" is ${code}`, () => assert.equal(readDiscountCode(utterance), code));
  }
  for (const utterance of [
    "is there a discount",
    "I have a coupon",
    "can I use a discount code",
    "my pin code is four zero seven one",
    "the code 4071",
    "a gift card",
    "I'd like to get a fruit gift basket",
    "do you have discount sneakers",
  ]) {
    it(`is not in "${utterance}"`, () => assert.equal(readDiscountCode(utterance), null));
  }
});

describe("grammars that decide alone", () => {
  it("take bare yes and no, order numbers and codes, and nothing else", () => {
    assert.equal(decideByGrammar("yes please")?.intent, "confirm");
    assert.equal(decideByGrammar("no thank you")?.intent, "deny");
    assert.deepEqual(decideByGrammar("order number two one eight three five zero")?.entities, {
      orderNumber: "218350",
    });
    for (const said of ["4071", "It's ****.", "My PIN is ******"])
      assert.deepEqual(decideByGrammar(said), { intent: "provideDigits", confidence: 0.95, entities: {} });
    for (const utterance of ["yes, the second one", "I need a lamp", "two", ""])
      assert.equal(decideByGrammar(utterance), null);
  });
});

describe("the vote, corrected by grammars and facts", () => {
  const vote = (intent: "selectProduct" | "searchProducts" | "askDetails" | "outOfScope", confidence: number) => ({
    intent,
    confidence,
    shares: { [intent]: 1 },
    nearest: 0.7,
  });
  it("takes a place in the list for a choice, an order or a question", () => {
    assert.deepEqual(decide("the second one", vote("outOfScope", 0.3), offers).intent, "selectProduct");
    assert.deepEqual(decide("buy the second one", vote("outOfScope", 0.3), offers).intent, "orderProduct");
    assert.deepEqual(decide("how heavy is the second one", vote("askDetails", 0.5), offers).entities.ordinal, 2);
  });
  it("takes what has most or least of something for one of those on offer", () => {
    assert.equal(decide("the one with the long battery", vote("searchProducts", 0.5), offers).intent, "selectProduct");
    assert.equal(decide("which one is lighter", vote("searchProducts", 0.5), offers).intent, "askDetails");
  });
  it("takes a bound without a product for a refinement where something is on offer, for a search where nothing is", () => {
    assert.equal(decide("under forty dollars", vote("outOfScope", 0.2), offers).intent, "refineSearch");
    assert.equal(decide("lamps under forty dollars", vote("outOfScope", 0.2), noOffers).intent, "searchProducts");
  });
  it("takes what says only how something shall be for a refinement, and a comparison for a question", () => {
    assert.equal(decide("do you have it in blue", vote("searchProducts", 0.6), offers).intent, "refineSearch");
    assert.equal(decide("show me a pricier one", vote("searchProducts", 0.8), offers).intent, "refineSearch");
    assert.equal(decide("compare the first and the third", vote("selectProduct", 0.8), offers).intent, "askDetails");
    for (const wish of ["with a longer battery", "not leather though", "is it available in blue", "half of that"])
      assert.equal(decide(wish, vote("selectProduct", 0.5), offers).intent, "refineSearch", wish);
    assert.equal(decide("not leather though", vote("selectProduct", 0.5), offers).entities.query, "not leather");
    assert.equal(decide("something in blue", vote("searchProducts", 0.6), noOffers).intent, "searchProducts");
  });
  it("takes a question about what is on offer for a question, whoever it names", () => {
    for (const asked of ["can kids use it", "could a beginner play that"])
      assert.equal(decide(asked, vote("searchProducts", 0.5), offers).intent, "askDetails", asked);
    assert.equal(decide("can it be blue", vote("searchProducts", 0.5), offers).intent, "refineSearch");
    assert.equal(decide("have you got that in a size nine", vote("outOfScope", 0.3), offers).intent, "refineSearch");
  });
  it("takes a bare number for a place in the list, or for a quantity of what is talked about", () => {
    assert.deepEqual(decide("two", vote("outOfScope", 0.2), offers).entities, { ordinal: 2 });
    assert.deepEqual(decide("two", vote("outOfScope", 0.2), { offered, hasFocus: true }).entities, { quantity: 2 });
  });
  it("takes a comparison for a wish for an order, never for a number", () => {
    const { intent, entities } = decide(
      "something cheaper",
      { ...vote("outOfScope", 0.2), intent: "refineSearch" },
      offers,
    );
    assert.equal(intent, "refineSearch");
    assert.equal(entities.sort, "priceAscending");
    assert.equal(entities.priceMaxMinor, null);
  });
  it("takes an unknown thing for something to search for, but not an unknown sentence", () => {
    assert.equal(decide("cast iron skillet", vote("outOfScope", 0.2), noOffers).intent, "searchProducts");
    assert.ok(decide("how do I get to the airport", vote("outOfScope", 0.2), noOffers).confidence < 0.4);
  });
});

describe("neighbours", () => {
  const unit = (angle: number) => new Float32Array([Math.cos(angle), Math.sin(angle)]);
  it("vote by nearness, are sure of an exact match and unsure of strangers", () => {
    const examples = [
      { intent: "help", vector: unit(0) },
      { intent: "goodbye", vector: unit(1.5) },
    ] as const;
    const exact = voteOfNeighbours(unit(0), examples);
    assert.equal(exact.intent, "help");
    assert.ok(exact.confidence > 0.99);
    assert.equal(voteOfNeighbours(unit(-1.2), examples).confidence, 0);
  });
});

describe("the reasoner", () => {
  const letters: Embeddings = {
    model: "letters",
    dimensions: 26,
    async embed(texts) {
      return texts.map((text) => {
        const vector = new Float32Array(26);
        for (const letter of text.toLowerCase()) {
          const index = letter.charCodeAt(0) - 97;
          if (index >= 0 && index < 26) vector[index] = (vector[index] ?? 0) + 1;
        }
        const length = Math.hypot(...vector) || 1;
        return vector.map((value) => value / length);
      });
    },
  };
  const request = { instruction: "", answerSchema: {}, history: [], deadlineMs: 100 };
  const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => {} };

  it("answers as a model does, at no cost, and says whose answer it is", async () => {
    const reasoner = await createLocalReasoner({
      embeddings: letters,
      examples: { repeat: ["say it again"], goodbye: ["bye"] },
    });
    const { text, ...rest } = await reasoner.reason({ ...request, facts: {}, utterance: "say it again" }, context);
    assert.deepEqual(rest, { model: "local/letters", inputTokens: 0, outputTokens: 0, costMicros: 0, vendorWaitMs: 0 });
    assert.deepEqual(JSON.parse(text), { intent: "repeat", confidence: 1, entities: {} });
  });
  it("reads facts defensively", async () => {
    const reasoner = await createLocalReasoner({ embeddings: letters, examples: { repeat: ["say it again"] } });
    for (const facts of [
      { offered: "x" },
      { offered: [null, 1, { name: 3 }] },
      { offered: [{ name: "lamp" }], inFocus: 1 },
    ])
      assert.ok(JSON.parse((await reasoner.reason({ ...request, facts, utterance: "hm" }, context)).text));
  });
  it("does not start without examples", async () => {
    await assert.rejects(createLocalReasoner({ embeddings: letters, examples: {} }), { code: "INVALID_INPUT" });
  });
});
