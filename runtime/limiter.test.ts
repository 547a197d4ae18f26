import assert from "node:assert/strict";
import { test } from "node:test";
import { Limiter } from "./limiter.ts";

test("never more at once than allowed, in order, and a failure makes room too", async () => {
  const limiter = new Limiter(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const work = (index: number) => async () => {
    begun.push(index);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    if (index % 3 === 0) throw new Error("failed");
    return index;
  };
  const results = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => limiter.run(work(index))));
  assert.equal(most, 2);
  assert.deepEqual(
    begun,
    [...begun].sort((a, b) => a - b),
  );
  assert.equal(results.filter((result) => result.status === "rejected").length, 4);
  assert.equal(await limiter.run(async () => "room"), "room");
});
