/** What the runtime promises, kept with every stage of the pipeline on a real broker, registry and Redis. Vendors stand still or fail; no record is under the stage's control. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createKafkaClient } from "../../connectors/kafka/kafkajs.ts";
import { createLogger } from "../../runtime/logger.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";
import { type AnyRecord, deadLetters, type TopicKey, topics } from "../../schemas/topics.ts";
import { pipeline } from "../../stages/pipeline.ts";
import { callArrived } from "../support/line-events.ts";
import { LogFixture, PARTITIONS, type TestWorker, until } from "../support/log-fixture.ts";
import { flood } from "../support/random-records.ts";
import { failingPorts, silentPorts, someConfig } from "../support/stage-surroundings.ts";

const FLOOD = 120;
const REPLY_PARTITION = 0;

/** A stage whose inputs are noted before its own step takes them. */
type Watched = { readonly stage: AnyStage; readonly taken: AnyRecord[] };

/** Watches a stage. */
function watched(stage: AnyStage): Watched {
  const taken: AnyRecord[] = [];
  return {
    taken,
    stage: {
      ...stage,
      step(state, input, at, config) {
        if ("record" in input) taken.push(input.record);
        return stage.step(state, input, at, config);
      },
    },
  };
}

/** Bytes that are no record, with the code that they must be put aside with. */
function poisons(good: Buffer): readonly (readonly [bytes: Buffer, code: string])[] {
  const id = good.subarray(0, 5);
  return [
    [Buffer.from("not avro"), "DECODE_FAILED"],
    [Buffer.concat([Buffer.from([0]), Buffer.from([0x7f, 0xff, 0xff, 0xff]), Buffer.from([2, 2])]), "SCHEMA_UNKNOWN"],
    [good.subarray(0, good.length - 3), "DECODE_FAILED"],
    [Buffer.concat([id, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f])]), "DECODE_FAILED"],
    [Buffer.concat([good, Buffer.from([0])]), "DECODE_FAILED"],
  ];
}

describe("every stage keeps the runtime's promises", () => {
  let fixture: LogFixture;
  before(async () => {
    fixture = await LogFixture.open();
  });
  after(() => fixture.close());

  const partitionFor = (key: TopicKey, callSid: string): number =>
    key === "audioOut" ? REPLY_PARTITION : partitionOf(callSid, PARTITIONS);
  const append = (key: TopicKey, callSid: string, values: readonly Buffer[]): Promise<void> =>
    fixture.log.publish(
      values.map((value) => ({ topic: topics[key].name, partition: partitionFor(key, callSid), key: callSid, value })),
    );

  /** Starts the stage's worker; a gateway only hears of calls that it holds, so it is given them. It ends with the test, however that ends. */
  async function start(
    test: TestContext,
    { stage, taken }: Watched,
    calls: readonly string[],
    ports: (of: AnyStage) => Readonly<Record<string, unknown>> = silentPorts,
  ): Promise<TestWorker> {
    const worker = await fixture.work(stage, {
      config: someConfig(stage),
      ports: ports(stage),
      replyPartition: REPLY_PARTITION,
      drainMs: 10_000,
    });
    let isDrained = false;
    test.after(() => (isDrained ? undefined : worker.drain().catch(() => undefined)));
    if (stage.reading === "own")
      for (const callSid of calls) {
        worker.running.deliver(callSid, "telephony", "listen", callArrived);
        await untilHeard(stage.inputs as readonly TopicKey[], callSid, taken);
      }
    return {
      ...worker,
      drain() {
        isDrained = true;
        return worker.drain();
      },
    };
  }

  /** What the tests of other stages wrote is not this stage's business: its group begins at the end of its topics. */
  async function skipToEnd(group: string, keys: readonly TopicKey[]): Promise<void> {
    const logger = createLogger("test", "silent");
    const admin = createKafkaClient({ clientId: "test-admin", brokers: [fixture.stack.kafka], logger }).admin();
    await admin.connect();
    const reader = await fixture.log.consume({
      group,
      topics: keys.map((key) => topics[key].name),
      reading: { kind: "shared" },
      onAssigned: () => undefined,
      onFatal: () => undefined,
      onRecords: () => undefined,
    });
    try {
      for (const key of keys) {
        const topic = topics[key].name;
        const ends = await admin.fetchTopicOffsets(topic);
        await reader.commit(ends.map(({ partition, high }) => ({ topic, partition, nextOffset: BigInt(high) })));
      }
    } finally {
      await reader.leave();
      await admin.disconnect();
    }
  }

  /** A gateway reads from now on, and now is when its first fetch reaches each partition. */
  async function untilHeard(keys: readonly TopicKey[], callSid: string, taken: readonly AnyRecord[]): Promise<void> {
    for (const key of keys) {
      const isHeard = (): boolean =>
        taken.some(
          (record) => record.callSid === callSid && (topics[key].records as readonly string[]).includes(record.type),
        );
      await until(`${key} to be heard`, async () => {
        for (const { record } of flood([key], [callSid], 1, Date.now()))
          await append(key, callSid, [fixture.codec.encode({ ...record, eventId: randomUUID() })]);
        await delay(50);
        return isHeard();
      });
    }
  }

  async function metric(worker: TestWorker, name: string): Promise<number> {
    const text = await worker.metrics.registry.metrics();
    return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, "gm"))].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    );
  }

  /** How often each eventId lies on the stage's output topics for some calls. */
  function emittedTimes(stage: AnyStage, calls: readonly string[]): ReadonlyMap<string, number> {
    const names = (stage.outputs as readonly TopicKey[]).map((key): string => topics[key].name);
    const times = new Map<string, number>();
    for (const { topic, record } of fixture.seen)
      if (record !== null && names.includes(topic) && calls.includes(record.callSid))
        times.set(record.eventId, (times.get(record.eventId) ?? 0) + 1);
    return times;
  }

  for (const declared of pipeline)
    describe(declared.name, () => {
      const { name } = declared;
      const inputs = declared.inputs as readonly TopicKey[];

      before(() => (declared.reading === "shared" ? skipToEnd(`partyline-${name}`, inputs) : undefined));

      it("5: puts poison on each of its topics aside, with place and reason, and takes the good record behind it", async (t) => {
        const seen = watched(declared);
        const { taken } = seen;
        const callSid = `CApoison-${name}`;
        const worker = await start(t, seen, [callSid]);
        for (const key of inputs) {
          const [first] = flood([key], [callSid], 1, 1);
          assert.ok(first !== undefined);
          const good = fixture.codec.encode(first.record);
          const bad = poisons(good);
          await append(key, callSid, [...bad.map(([bytes]) => bytes), good]);
          await until(
            `the good record on ${key}`,
            () => taken.some(({ eventId }) => eventId === first.record.eventId),
            30_000,
          );
          const letters = (): LogFixture["seen"] =>
            fixture.seen.filter(
              ({ topic, raw }) =>
                topic === deadLetters.name &&
                raw.headers.stage === name &&
                raw.headers.topic === topics[key].name &&
                raw.key?.toString() === callSid,
            );
          await until(`dead letters of ${key}`, () => letters().length >= bad.length);
          const aside = letters().slice(0, bad.length);
          assert.deepEqual(
            aside.map(({ raw }) => [raw.value?.toString("hex"), raw.headers.code, raw.headers.partition]),
            bad.map(([bytes, code]) => [bytes.toString("hex"), code, String(partitionFor(key, callSid))]),
          );
          for (const { raw } of aside) assert.ok(Number(raw.headers.offset) >= 0 && raw.headers.reason !== "");
        }
        assert.deepEqual(worker.fatal, []);
        await worker.drain();
      });

      for (const [vendors, ports] of [
        ["stand still", silentPorts],
        ["fail", failingPorts],
      ] as const)
        it(`2, 5, 6: lives through any records, each sent twice, when its vendors ${vendors}; nothing is taken or said twice`, async (t) => {
          const seen = watched(declared);
          const { taken } = seen;
          const calls = [1, 2, 3, 4].map((n) => `CAflood-${name}-${vendors}-${n}`.replaceAll(" ", "-"));
          const records = flood(inputs, calls, FLOOD, vendors.length);
          const worker = await start(t, seen, calls, ports);
          for (const { key, record } of records) {
            const bytes = fixture.codec.encode(record);
            await append(key, record.callSid, [bytes, bytes]);
          }
          // What a gateway let go of (a call that ended) it does not hear of any more.
          const isWhole = declared.reading === "shared";
          const ofThese = (): readonly AnyRecord[] => taken.filter(({ callSid }) => calls.includes(callSid));
          await until(
            "every record to be taken once",
            () => worker.fatal.length > 0 || !isWhole || ofThese().length >= records.length,
            30_000,
          );
          assert.deepEqual(worker.fatal, []);
          assert.equal(await worker.drain(), true, "all was finished or held");
          assert.deepEqual(worker.fatal, []);
          const ids = ofThese().map(({ eventId }) => eventId);
          assert.equal(new Set(ids).size, ids.length, "no record was taken twice");
          if (isWhole) {
            assert.equal(ids.length, records.length);
            assert.ok((await metric(worker, "partyline_duplicates_total")) >= records.length);
          }
          assert.equal(await metric(worker, "partyline_step_failures_total"), 0, "no step broke on what came back");
          const broken = fixture.seen.filter(
            ({ topic, raw }) =>
              topic === deadLetters.name && raw.headers.stage === name && calls.includes(raw.key?.toString() ?? ""),
          );
          assert.deepEqual(
            broken.map(({ raw }) => `${raw.headers.topic} ${raw.headers.code}: ${raw.headers.reason}`),
            [],
            "no valid record is poison",
          );
          const twice = [...emittedTimes(declared, calls)].filter(([, times]) => times > 1);
          assert.deepEqual(twice, []);
        });

      it("7: hands over when drained: the next worker takes what comes after, and none of it is lost between", async (t) => {
        const callSid = `CAdrain-${name}`;
        const first = watched(declared);
        const one = await start(t, first, [callSid]);
        const records = flood(inputs, [callSid], 12, 7).filter(({ record }) => record.type !== "CallEnded");
        const earlier = records.slice(0, 5);
        const later = records.slice(5);
        const send = async (some: typeof records): Promise<void> => {
          for (const { key, record } of some) await append(key, callSid, [fixture.codec.encode(record)]);
        };
        const hasAll = (taken: readonly AnyRecord[], some: typeof records): boolean =>
          some.every(({ record }) => taken.some(({ eventId }) => eventId === record.eventId));
        await send(earlier);
        await until("the first worker to take its part", () => hasAll(first.taken, earlier), 30_000);
        assert.equal(await one.drain(), true);
        const second = watched(declared);
        // A gateway reads from now on: what comes while none is there is heard by nobody.
        if (declared.reading === "shared") await send(later);
        const two = await start(t, second, [callSid]);
        if (declared.reading === "own") await send(later);
        await until("the second worker to take the rest", () => hasAll(second.taken, later), 30_000);
        assert.deepEqual([...one.fatal, ...two.fatal], []);
        await two.drain();
      });
    });

  it("4, 8: lives through a burst of records of calls that no store and no log knows", async (t) => {
    const declared = pipeline.find(({ name }) => name === "speak");
    assert.ok(declared !== undefined);
    const seen = watched(declared);
    await skipToEnd("partyline-speak", declared.inputs as readonly TopicKey[]);
    const calls = Array.from({ length: 100 }, (_, n) => `CAburst-${n}`);
    const records = calls.flatMap((callSid, n) => flood(["responses"], [callSid], 1, n));
    for (const { key, record } of records)
      await append(key, record.callSid, [fixture.codec.encode({ ...record, turn: 2 })]);
    const worker = await start(t, seen, calls);
    await until(
      "a record of every call to be taken",
      () => worker.fatal.length > 0 || seen.taken.length >= calls.length,
      60_000,
    );
    assert.deepEqual(worker.fatal, []);
  });
});
