import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { PartylineError } from "../../runtime/errors.ts";
import { WriteQueue, type WriteQueueOptions } from "./write-queue.ts";

function queueOf(write: (batch: readonly number[]) => Promise<void>, options: Partial<WriteQueueOptions<number>> = {}) {
  return new WriteQueue<number>({
    write,
    delayMs: 1,
    onOverflow: () => assert.fail("no overflow was expected"),
    onRetry: () => undefined,
    ...options,
  });
}
/** What comes of `work`, whose pauses are over as soon as they begin. */
async function withoutPauses<T>(t: TestContext, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    t.mock.timers.tick(1_000);
    await turn();
  }
  return done;
}
const away = () => new PartylineError("DATABASE_FAILED", "away", { isRetryable: true });
const refused = () => new PartylineError("DATABASE_FAILED", "refused");

test("given writes in one moment, they are written together, in order, in batches of bounded size", async () => {
  const batches: number[][] = [];
  const queue = queueOf(async (batch) => void batches.push([...batch]), { maxBatch: 3 });
  await Promise.all([1, 2, 3, 4, 5].map((item) => queue.add(item)));
  assert.deepEqual(batches, [
    [1, 2, 3],
    [4, 5],
  ]);
});

test("given a write while another is under way, it waits for it", async () => {
  let underway = 0;
  const queue = queueOf(async () => {
    underway += 1;
    assert.equal(underway, 1);
    await turn();
    underway -= 1;
  });
  const first = queue.add(1);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await Promise.all([first, queue.add(2), queue.add(3)]);
});

test("given a store that is away, the same batch is tried again with growing pauses, and nothing overtakes it", async () => {
  const tries: number[][] = [];
  const pauses: number[] = [];
  const queue = queueOf(
    async (batch) => {
      tries.push([...batch]);
      if (tries.length < 3) throw away();
    },
    { onRetry: (_error, pauseMs) => pauses.push(pauseMs) },
  );
  const first = queue.add(1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await Promise.all([first, queue.add(2)]);
  assert.deepEqual(tries, [[1], [1], [1], [2]]);
  assert.deepEqual(pauses, [50, 100]);
});

test("given a batch that is too much at once, it is halved until it is not, in order", async () => {
  const written: number[][] = [];
  const queue = queueOf(async (batch) => {
    if (batch.length > 2) throw away();
    written.push([...batch]);
  });
  await Promise.all([1, 2, 3, 4, 5].map((item) => queue.add(item)));
  assert.deepEqual(written.flat(), [1, 2, 3, 4, 5]);
  assert.ok(written.every((batch) => batch.length <= 2));
});

test("given a write that never gets done in time, it alone is rejected once another shows that the store works", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const tries: number[][] = [];
  const queue = queueOf(async (batch) => {
    tries.push([...batch]);
    if (batch.includes(1)) throw away();
  });
  const results = await withoutPauses(t, Promise.allSettled([1, 2, 3].map((item) => queue.add(item))));
  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "fulfilled", "fulfilled"],
  );
  const { reason } = results[0] as PromiseRejectedResult;
  assert.ok(reason instanceof PartylineError);
  assert.deepEqual([reason.code, reason.isRetryable], ["DATABASE_FAILED", false]);
  assert.equal(tries.filter((batch) => batch.length === 1 && batch[0] === 1).length, 5, "it had its chances");
});

test("given a store that is away for long, nothing is rejected, and all is written when it is back", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let tries = 0;
  const written: number[] = [];
  const queue = queueOf(async (batch) => {
    tries += 1;
    if (tries <= 12) throw away();
    written.push(...batch);
  });
  const all = Promise.all([1, 2, 3].map((item) => queue.add(item)));
  await withoutPauses(t, all);
  assert.deepEqual(written, [1, 2, 3]);
});

test("given a write that is refused, the others are written and it alone is rejected", async () => {
  const written: number[] = [];
  const queue = queueOf(async (batch) => {
    if (batch.includes(2)) throw refused();
    written.push(...batch);
  });
  const results = await Promise.allSettled([1, 2, 3].map((item) => queue.add(item)));
  assert.deepEqual(written, [1, 3]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});

test("given more writes than may wait, it is told", () => {
  const overflows: number[] = [];
  const queue = queueOf(async () => undefined, { maxWaiting: 2, onOverflow: (waiting) => overflows.push(waiting) });
  for (const item of [1, 2, 3]) void queue.add(item);
  assert.deepEqual(overflows, [2]);
});

test("given a closed queue, attempts end and what was not written stays open", async () => {
  let tries = 0;
  const queue = queueOf(async () => {
    tries += 1;
    throw away();
  });
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  queue.add(1).then(settled, settled);
  while (tries === 0) await turn();
  queue.close();
  const triesAtClose = tries;
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.equal(tries, triesAtClose);
  assert.equal(isSettled, false);
});
