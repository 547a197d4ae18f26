import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Producer, ProducerBatch } from "kafkajs";
import type { OutgoingRecord } from "../../runtime/log.ts";
import { CoalescingProducer } from "./coalescing-producer.ts";

const record = (value: string, topic = "t"): OutgoingRecord => ({
  topic,
  partition: 0,
  key: "k",
  value: Buffer.from(value),
});

/** A broker that answers when told to, and can refuse. */
function broker() {
  const requests: { batch: ProducerBatch; answer: () => void; refuse: (type?: string) => void }[] = [];
  const producer = {
    sendBatch: (batch: ProducerBatch) =>
      new Promise<void>((resolve, reject) => {
        const refuse = (type?: string): void => reject(Object.assign(new Error("refused"), { type }));
        requests.push({ batch, answer: resolve, refuse });
      }),
    disconnect: () => Promise.resolve(),
  } as unknown as Producer;
  const valuesOf = (index: number): string[] =>
    (requests[index]?.batch.topicMessages ?? []).flatMap(({ messages }) => messages.map(({ value }) => String(value)));
  return { requests, producer, valuesOf };
}

test("what is published in one turn of the event loop goes in one request, in order", async () => {
  const { requests, producer, valuesOf } = broker();
  const coalescing = new CoalescingProducer(producer);
  const all = ["1", "2", "3"].map((value) => coalescing.publish([record(value)]));
  await turn();
  assert.equal(requests.length, 1);
  assert.deepEqual(valuesOf(0), ["1", "2", "3"]);
  requests[0]?.answer();
  await Promise.all(all);
});

test("one request is under way at a time; the rest goes together in the next, in order", async () => {
  const { requests, producer, valuesOf } = broker();
  const coalescing = new CoalescingProducer(producer);
  for (const value of ["1", "2", "3", "4"]) {
    void coalescing.publish([record(value)]);
    await turn();
  }
  assert.equal(requests.length, 1);
  requests[0]?.answer();
  await turn();
  await turn();
  assert.deepEqual(valuesOf(1), ["2", "3", "4"]);
});

test("a publisher is told only when the broker has its records", async () => {
  const { requests, producer } = broker();
  const coalescing = new CoalescingProducer(producer);
  let isDone = false;
  const publishing = coalescing.publish([record("1")]).then(() => {
    isDone = true;
  });
  await turn();
  await turn();
  assert.equal(isDone, false);
  requests[0]?.answer();
  await publishing;
  assert.equal(isDone, true);
});

test("a refused request is tried again with the same records", async () => {
  const { requests, producer, valuesOf } = broker();
  const coalescing = new CoalescingProducer(producer);
  const publishing = coalescing.publish([record("1")]);
  await turn();
  requests[0]?.refuse();
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.deepEqual(valuesOf(1), ["1"]);
  requests[1]?.answer();
  await publishing;
});

test("what does not fit into one request goes in the next, and nothing is lost", async () => {
  const { requests, producer, valuesOf } = broker();
  const coalescing = new CoalescingProducer(producer);
  const large = "x".repeat(300 * 1024);
  const all = ["a", "b", "c"].map((value) => coalescing.publish([record(value + large)]));
  await turn();
  await turn();
  for (const [index, value] of ["a", "b", "c"].entries()) {
    assert.deepEqual(
      valuesOf(index).map((sent) => sent.slice(0, 1)),
      [value],
    );
    requests[index]?.answer();
    await turn();
    await turn();
  }
  await Promise.all(all);
});

test("what a broker refuses for good is not tried again", async () => {
  const { requests, producer } = broker();
  const coalescing = new CoalescingProducer(producer);
  const publishing = coalescing.publish([record("1")]);
  await turn();
  requests[0]?.refuse("MESSAGE_TOO_LARGE");
  await assert.rejects(publishing, { code: "PUBLISH_FAILED" });
  assert.equal(requests.length, 1);
});

test("a queue that is full refuses instead of growing", async () => {
  const { producer } = broker();
  const coalescing = new CoalescingProducer(producer);
  const many = Array.from({ length: 20_000 }, () => record("x"));
  void coalescing.publish(many);
  await assert.rejects(coalescing.publish([record("y")]), { code: "QUEUE_FULL", isRetryable: true });
});

test("closing waits until nothing is waiting or under way", async () => {
  const { requests, producer } = broker();
  const coalescing = new CoalescingProducer(producer);
  void coalescing.publish([record("1")]);
  let isClosed = false;
  const closing = coalescing.close().then(() => {
    isClosed = true;
  });
  await turn();
  await turn();
  assert.equal(isClosed, false);
  requests[0]?.answer();
  await closing;
  assert.equal(isClosed, true);
});

test("where only the newest counts, of what waited with the same key nothing older is sent", async () => {
  const { requests, producer, valuesOf } = broker();
  const snapshots = new CoalescingProducer(producer, { isNewestOnly: true });
  const published = ["first", "old", "new"].map(async (value, index) => {
    for (let turns = 0; turns < index; turns += 1) await turn();
    return snapshots.publish([record(value)]);
  });
  await turn();
  await turn();
  await turn();
  void snapshots.publish([{ ...record("other"), key: "k2" }]);
  assert.deepEqual(valuesOf(0), ["first"]);
  requests[0]?.answer();
  await turn();
  await turn();
  assert.deepEqual(valuesOf(1), ["new", "other"]);
  requests[1]?.answer();
  await Promise.all(published);
});
