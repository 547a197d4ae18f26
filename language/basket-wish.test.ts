import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readBasketWish } from "./basket-wish.ts";

const named = (utterance: string) =>
  readBasketWish(utterance).parts.map(({ name, quantity }) => (quantity === null ? name : `${quantity} ${name}`));

describe("what becomes of what is about to be ordered", () => {
  for (const [utterance, kind] of [
    ["And the second one as well.", "add"],
    ["Also two of the mugs, please.", "add"],
    ["Could you add the mug?", "add"],
    ["I'll take the mug too.", "add"],
    ["Two more of those.", "add"],
    ["Another one of these, please.", "add"],
    ["Yes, and nine of the blue ones.", "add"],
    ["Take the mug off again.", "remove"],
    ["Could you take that out?", "remove"],
    ["Remove the second one.", "remove"],
    ["Without the kettle, please.", "remove"],
    ["I don't need the mug any more.", "remove"],
    ["Not the mug after all.", "remove"],
    ["Never mind the mug.", "remove"],
    ["Never mind, thanks.", null],
    ["Make it three.", null],
    ["The kettle and two mugs.", null],
    ["That is too expensive.", null],
    ["Say it one more time.", null],
    ["Yes, please.", null],
  ] as const)
    it(`"${utterance}": ${kind}`, () => assert.equal(readBasketWish(utterance).kind, kind));
});

describe("the parts of an utterance", () => {
  for (const [utterance, parts] of [
    ["I'd like the steel kettle and two of the mugs.", ["steel kettle", "2 mugs"]],
    ["Three glass teapots, a kettle, plus the wall clock", ["3 glass teapots", "kettle", "wall clock"]],
    ["Please add two of those to my basket as well", ["2 "]],
    ["Take the stoneware mug off again.", ["stoneware mug"]],
    ["Give me a dozen candles.", ["12 candles"]],
  ] as const)
    it(`of "${utterance}" are ${parts.join(" | ")}`, () => assert.deepEqual(named(utterance), parts));

  it("are none of nothing, and bounded by what was said", () => {
    assert.deepEqual(readBasketWish("").parts, []);
    assert.equal(readBasketWish("and ".repeat(5_000)).parts.length, 0);
  });
});
