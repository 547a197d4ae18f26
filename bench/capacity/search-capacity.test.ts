import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { searchCapacity } from "./search-capacity.ts";

async function search(limit: number, from = 10, most = 1000, within = 1) {
  const tried: number[] = [];
  const { held, tries } = await searchCapacity({ from, most, within }, async (calls) => {
    tried.push(calls);
    return calls <= limit;
  });
  assert.deepEqual(
    tries.map(({ calls }) => calls),
    tried,
  );
  return { held, tried };
}

describe("the search for the largest load", () => {
  it("finds every limit", async () => {
    for (const limit of [1, 7, 10, 11, 64, 137, 999]) assert.equal((await search(limit)).held, limit, `${limit}`);
  });

  it("doubles, then halves", async () => {
    assert.deepEqual((await search(50, 10, 1000, 10)).tried, [10, 20, 40, 80, 60, 50]);
  });

  it("ends at the most that is asked for, and at none", async () => {
    assert.deepEqual(await search(5000, 10, 35), { held: 35, tried: [10, 20, 35] });
    assert.deepEqual(await search(0, 4), { held: 0, tried: [4, 2, 1] });
  });
});
