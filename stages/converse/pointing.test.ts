import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ProductOffer } from "../../schemas/generated/records.ts";
import { type Memory, newMemory } from "./memory.ts";
import { byName, byOrdinal, words } from "./pointing.ts";
import { callSid, product } from "./test-call.ts";

const named = (number: number, spokenName: string, title = spokenName): ProductOffer =>
  product(number, { spokenName, title });

function listOf(offers: readonly ProductOffer[], more: Partial<Memory> = {}): Memory {
  return { ...newMemory(callSid, ""), offers, listed: offers.map((offer) => offer.productId), ...more };
}

describe("the product that is meant", () => {
  const pillows = [
    named(1, "memory foam travel pillow", "Pellworth Travel Pillow"),
    named(2, "memory foam pillow", "Lullmere Memory Foam Pillow"),
  ];
  const speakers = [
    named(1, "Barrel Max speaker", "Kessock Barrel Max Bluetooth Speaker"),
    named(2, "Barrel bluetooth speaker", "Kessock Barrel Bluetooth Speaker"),
  ];
  const headphones = [named(1, "black Harbor headphones"), named(2, "sand Harbor headphones")];

  const cases: readonly (readonly [string, Memory, string | null])[] = [
    ["memory foam pillow", listOf(pillows), "P-2"],
    ["the travel pillow", listOf(pillows), "P-1"],
    ["Barrel bluetooth speaker", listOf(speakers), "P-2"],
    ["barrel max", listOf(speakers), "P-1"],
    ["the sand ones", listOf(headphones), "P-2"],
    ["Harbor headphones", listOf(headphones), null],
    ["the headphones", listOf(headphones, { focus: headphones[1] ?? null }), "P-2"],
    ["the pillow", listOf(pillows, { focus: pillows[0] ?? null }), "P-1"],
    ["memory foam pillow", listOf(pillows, { focus: pillows[0] ?? null }), "P-2"],
    ["a kettle", listOf(pillows), null],
    ["the one", listOf(pillows), null],
  ];
  for (const [name, memory, expected] of cases) {
    it(`"${name}" is ${expected ?? "nobody's name"}${memory.focus === null ? "" : ` while ${memory.focus.spokenName} is talked about`}`, () => {
      assert.equal(byName(memory, name)?.productId ?? null, expected);
    });
  }

  it("counts in the list that was told last, and the last one is the last heard", () => {
    const memory = listOf([...headphones, ...pillows], { listed: ["P-1", "P-2"], heardListed: ["P-1"] });
    assert.deepEqual(
      [1, 2, 3, 0, -1, -2].map((ordinal) => byOrdinal(memory, ordinal)?.productId ?? null),
      ["P-1", "P-2", null, null, "P-1", null],
    );
  });

  it("hears words, not their endings and fillers", () => {
    assert.deepEqual(words("I would like the Glass lamps, please"), ["glass", "lamp"]);
  });
});
