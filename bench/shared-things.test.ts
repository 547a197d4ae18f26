import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SharedThings } from "./shared-things.ts";

describe("things that instruments share", () => {
  it("are started once for each key and ended in reverse order", async () => {
    const told: string[] = [];
    const things = new SharedThings();
    const start = (name: string) => async () => {
      told.push(`start ${name}`);
      return { value: name, stop: async () => told.push(`stop ${name}`) };
    };
    const asked = [things.get("a", start("a")), things.get("a", start("other a")), things.get("b", start("b"))];
    assert.deepEqual(await Promise.all(asked), ["a", "a", "b"]);
    await things.stop();
    assert.deepEqual(told, ["start a", "start b", "stop b", "stop a"]);
  });

  it("are started again when they could not be", async () => {
    const things = new SharedThings();
    await assert.rejects(
      things.get("a", () => Promise.reject(new Error("no broker"))),
      /no broker/,
    );
    assert.equal(await things.get("a", async () => ({ value: 1, stop: async () => undefined })), 1);
  });

  it("are all ended, though one does not end", async () => {
    const things = new SharedThings();
    let isEnded = false;
    await things.get("a", async () => ({
      value: 1,
      stop: async () => {
        isEnded = true;
      },
    }));
    await things.get("b", async () => ({ value: 2, stop: () => Promise.reject(new Error("hangs")) }));
    await assert.rejects(things.stop(), /hangs/);
    assert.ok(isEnded);
  });
});
