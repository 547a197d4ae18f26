import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lostWords } from "./lost-words.ts";

describe("lost words", () => {
  it("are none when everything was heard, however it is written and cut into turns", () => {
    assert.equal(lostWords(["Show me lamps.", "Don't hurry!"], ["show me", "lamps don't", "HURRY"]), 0);
    assert.equal(lostWords([], []), 0);
  });

  it("are counted one by one, and what was heard too much does not make up for them", () => {
    assert.equal(lostWords(["show me red lamps"], ["show red lamps"]), 1);
    assert.equal(lostWords(["show me red lamps"], ["show show show show"]), 3);
    assert.equal(lostWords(["show me lamps"], []), 3);
    assert.equal(lostWords(["red lamps"], ["lamps red"]), 1, "out of order");
  });
});
