import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { nextState } from "./decide.ts";
import { parseOrderRules, standardOrderRules } from "./order-rules.ts";

describe("the rules for orders", () => {
  it("are data: what is written is what is read", () => {
    assert.deepEqual(parseOrderRules(JSON.parse(JSON.stringify(standardOrderRules))), standardOrderRules);
  });

  it("of the shop that the page describes can be loaded", async () => {
    const page = await readFile("docs/order-rules.md", "utf8");
    const example = /```json\n"orderRules": (\{[\s\S]*?\n\})\n```/.exec(page)?.[1] ?? "";
    const rules = parseOrderRules(JSON.parse(example));
    assert.equal(nextState("changeItems", "itemsChanged", "owner", rules).status, "open");
    assert.equal(nextState("requestReturn", "delivered", "owner", rules).status, "refused");
  });

  it("are refused with every fault", () => {
    const { transitions } = standardOrderRules;
    const refuses = (more: object, words: RegExp) =>
      assert.throws(() => parseOrderRules({ ...standardOrderRules, ...more }), {
        code: "INVALID_INPUT",
        message: words,
      });
    refuses({ cancel: { reasons: [] }, requestReturn: { refundTo: [], withinDays: 0 } }, /cancel[\s\S]*requestReturn/);
    refuses({ surprise: true }, /surprise/);
    const again = { operation: "cancel", from: ["paid"], to: "refunded", by: ["owner"] };
    refuses({ transitions: [...transitions, again] }, /cancel from paid is named twice/);
    refuses({ transitions: [{ ...again, from: ["placed"] }] }, /left by its payment alone/);
    refuses({ transitions: [{ ...again, to: "placed" }] }, /becomes placed by its payment alone/);
    refuses({ transitions: [{ ...again, to: "backordered" }] }, /becomes backordered by its payment alone/);
    refuses({ transitions: [{ ...again, operation: "pack", from: ["backordered"] }] }, /waits for its goods/);
    refuses({ transitions: [{ ...again, from: ["lost"] }] }, /from/);
    assert.throws(() => parseOrderRules(null), { code: "INVALID_INPUT" });
  });
});
