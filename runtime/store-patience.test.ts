import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMetrics } from "./metrics.ts";
import { StorePatience } from "./store-patience.ts";

/** A store that is asked on a clock of its own: each question that it does not answer takes a second. */
function given() {
  let now = 0;
  let isThere = true;
  let asked = 0;
  const lines: string[] = [];
  const metrics = createMetrics("test");
  const log = (_: object, line: string): void => void lines.push(line);
  const patience = new StorePatience({
    clock: { now: () => now, at: () => () => undefined },
    metrics,
    logger: { error: log, info: log },
  });
  const attempt = async (): Promise<string> => {
    asked += 1;
    // As on a connection: nobody knows at once.
    await Promise.resolve();
    if (isThere) return "saved";
    now += 1_000;
    throw new Error("no answer");
  };
  return {
    lines,
    ask: () => patience.ask(attempt, "unsaved"),
    goes: () => {
      isThere = false;
    },
    comesBack: () => {
      isThere = true;
    },
    passes: (ms: number) => {
      now += ms;
    },
    /** How often the store was asked since the last look. */
    questions: () => {
      const count = asked;
      asked = 0;
      return count;
    },
    unsaved: async () => (await metrics.unsavedSteps.get()).values[0]?.value,
  };
}

describe("patience with the session store", () => {
  it("given a store that answers, then each step has its answer", async () => {
    const store = given();
    assert.deepEqual(await Promise.all([store.ask(), store.ask()]), ["saved", "saved"]);
    assert.deepEqual([store.questions(), await store.unsaved(), store.lines], [2, 0, []]);
  });

  it("given a store that comes back within the patience, then nothing is unsaved", async () => {
    const store = given();
    store.goes();
    const asking = store.ask();
    store.comesBack();
    assert.equal(await asking, "saved");
    assert.equal(await store.unsaved(), 0);
  });

  it("given a store that is away, then the first step waits for it, and those behind it do not", async () => {
    const store = given();
    store.goes();
    assert.equal(await store.ask(), "unsaved");
    assert.equal(store.questions(), 2, "asked until two seconds were over");
    for (let step = 0; step < 3; step += 1) assert.equal(await store.ask(), "unsaved");
    assert.equal(store.questions(), 0);
    assert.equal(await store.unsaved(), 4);
    assert.deepEqual(store.lines, ["session store does not answer: going on without it"]);
  });

  it("given steps of several calls that wait at once, then they give up together", async () => {
    const store = given();
    store.goes();
    assert.deepEqual(await Promise.all([store.ask(), store.ask(), store.ask()]), ["unsaved", "unsaved", "unsaved"]);
    assert.equal(await store.unsaved(), 3);
    assert.equal(store.lines.length, 1);
  });

  it("given that it stays away, then one step at a time asks again, once", async () => {
    const store = given();
    store.goes();
    await store.ask();
    store.questions();
    store.passes(500);
    assert.deepEqual(await Promise.all([store.ask(), store.ask(), store.ask()]), ["unsaved", "unsaved", "unsaved"]);
    assert.equal(store.questions(), 1);
    await store.ask();
    assert.equal(store.questions(), 0, "there is a pause before the next try");
    assert.equal(store.lines.length, 1, "said once");
  });

  it("given that it is back, then it is found within the pause, and waited for again from there on", async () => {
    const store = given();
    store.goes();
    await store.ask();
    store.comesBack();
    assert.equal(await store.ask(), "unsaved");
    store.passes(500);
    assert.equal(await store.ask(), "saved");
    assert.equal(await store.ask(), "saved");
    assert.equal(store.lines.at(-1), "session store answers again");
    store.questions();
    store.goes();
    assert.equal(await store.ask(), "unsaved");
    assert.equal(store.questions(), 2);
  });
});
