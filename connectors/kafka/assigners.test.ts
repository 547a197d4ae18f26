import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shareOut } from "./assigners.ts";

const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 12 });
const partitions = fc.integer({ min: 1, max: 64 });

test("every partition has one owner, and no member has more than its even share", () => {
  fc.assert(
    fc.property(members, partitions, (ids, count) => {
      const owners = shareOut(ids, count);
      assert.equal(owners.length, count);
      for (const id of ids) assert.ok(owners.filter((owner) => owner === id).length <= Math.ceil(count / ids.length));
      for (const owner of owners) assert.ok(ids.includes(owner));
    }),
  );
});

test("the order in which members are named does not matter", () => {
  fc.assert(
    fc.property(members, partitions, (ids, count) => {
      assert.deepEqual(shareOut([...ids].reverse(), count), shareOut(ids, count));
    }),
  );
});

test("a member that leaves moves few of the partitions that others hold", () => {
  const ids = ["a", "b", "c", "d"];
  const before = shareOut(ids, 48);
  const after = shareOut(["a", "b", "c"], 48);
  const moved = before.filter((owner, index) => owner !== "d" && owner !== after[index]).length;
  assert.ok(moved <= 12, `${moved} of 36 partitions moved`);
});
