/** What the runtime relies on in a log, whatever client stands behind it. A second client is measured against kafkajs only when it passes this. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import type { EventLog, LogRecord, OutgoingRecord, TopicPartition } from "../../runtime/log.ts";

export type LogUnderTest = {
  /** A client of its own for every call. */
  readonly open: () => Promise<EventLog>;
  /** Creates a topic with the log's number of partitions and gives its name. */
  readonly createTopic: () => Promise<string>;
};

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Declares the contract's tests; call it inside a `describe`. */
export function eventLogContract({ open, createTopic }: LogUnderTest): void {
  const outgoing = (topic: string, partition: number, key: string, value: string | null): OutgoingRecord => ({
    topic,
    partition,
    key,
    value: value === null ? null : Buffer.from(value),
  });
  const values = (records: readonly LogRecord[]): string[] => records.map(({ value }) => String(value));

  async function listen(log: EventLog, topics: readonly string[], group: string, reply?: TopicPartition) {
    const records: LogRecord[] = [];
    const remaining: number[] = [];
    let assigned: readonly TopicPartition[] = [];
    const consumption = await log.consume({
      group,
      topics,
      reading: reply === undefined ? { kind: "shared" } : { kind: "own", reply },
      onRecords(batch, more) {
        records.push(...batch);
        remaining.push(more);
      },
      onAssigned: (partitions) => {
        assigned = partitions;
      },
      onFatal: () => undefined,
    });
    return { records, remaining, consumption, assigned: () => assigned };
  }

  it("keeps the order of a partition, with keys, bytes, headers and offsets", async () => {
    const [log, topic] = [await open(), await createTopic()];
    const sent = Array.from({ length: 300 }, (_, i) => String(i));
    await Promise.all(
      sent.map((value) => log.publish([{ ...outgoing(topic, 1, "k", value), headers: { trace: value } }])),
    );
    const { records, remaining } = await listen(log, [topic], randomUUID());
    await until("all records", () => records.length === 300);
    assert.equal(remaining.at(-1), 0);
    assert.deepEqual(values(records), sent);
    assert.deepEqual(
      records.map(({ offset }) => Number(offset)),
      sent.map(Number),
    );
    assert.equal(records[7]?.headers.trace, "7");
    assert.equal(String(records[7]?.key), "k");
    await log.close();
  });

  it("gives what was not committed to the next member, and nothing that was", async () => {
    const [log, topic, group] = [await open(), await createTopic(), randomUUID()];
    for (const value of ["a", "b", "c"]) await log.publish([outgoing(topic, 0, "k", value)]);
    const first = await listen(log, [topic], group);
    await until("three records", () => first.records.length === 3);
    await first.consumption.commit([{ topic, partition: 0, nextOffset: 2n }]);
    await first.consumption.leave();
    const second = await listen(log, [topic], group);
    await until("the uncommitted record", () => second.records.length > 0);
    assert.deepEqual(values(second.records), ["c"]);
    await log.close();
  });

  it("gives partition p of every topic to the same member, all partitions to somebody, none to two", async () => {
    const [one, two, group] = [await open(), await open(), randomUUID()];
    const topics = [await createTopic(), await createTopic()];
    const [a, b] = [await listen(one, topics, group), await listen(two, topics, group)];
    await until(
      "both to have partitions",
      () =>
        a.assigned().length > 0 &&
        b.assigned().length > 0 &&
        a.assigned().length + b.assigned().length === one.partitions * 2,
    );
    for (const member of [a, b])
      for (const { partition } of member.assigned())
        assert.equal(member.assigned().filter((entry) => entry.partition === partition).length, topics.length);
    await one.close();
    await two.close();
  });

  it("reads its own reply partition from now on, and all partitions of the other topics", async () => {
    const [log, replies, others] = [await open(), await createTopic(), await createTopic()];
    await log.publish([outgoing(replies, 2, "k", "before")]);
    const { records } = await listen(log, [replies, others], randomUUID(), { topic: replies, partition: 2 });
    await log.publish([
      outgoing(replies, 1, "k", "not mine"),
      outgoing(replies, 2, "k", "mine"),
      outgoing(others, 0, "k", "x"),
      outgoing(others, 3, "k", "y"),
    ]);
    await until("three records", () => records.length === 3);
    assert.deepEqual(values(records).sort(), ["mine", "x", "y"]);
    await log.close();
  });

  it("holds a paused partition back, and goes on where it stopped", async () => {
    const [log, topic] = [await open(), await createTopic()];
    const { records, consumption } = await listen(log, [topic], randomUUID());
    consumption.pause({ topic, partition: 0 });
    await log.publish([outgoing(topic, 0, "k", "held"), outgoing(topic, 1, "k", "free")]);
    await until("the free record", () => records.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(values(records), ["free"]);
    consumption.resume({ topic, partition: 0 });
    await until("the held record", () => records.length === 2);
    await log.close();
  });

  it("finds the newest record of a key, or none", async () => {
    const [log, topic] = [await open(), await createTopic()];
    assert.equal(await log.newest({ topic, partition: 0 }, "a", 0), null);
    await log.publish([
      outgoing(topic, 0, "a", "1"),
      outgoing(topic, 0, "b", "2"),
      outgoing(topic, 0, "a", "3"),
      outgoing(topic, 0, "b", null),
    ]);
    assert.equal(String((await log.newest({ topic, partition: 0 }, "a", 0))?.value), "3");
    assert.equal((await log.newest({ topic, partition: 0 }, "b", 0))?.value, null);
    assert.equal(await log.newest({ topic, partition: 0 }, "c", 0), null);
    assert.equal(await log.newest({ topic, partition: 0 }, "a", Date.now() + 60_000), null, "nothing is that new");
    await log.close();
  });
}
