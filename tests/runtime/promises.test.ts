/** The runtime's promises (docs/spec/runtime.md) on a real broker, registry and Redis. Every test fails when its promise is broken. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { PartylineError } from "../../runtime/errors.ts";
import type { EventLog } from "../../runtime/log.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { stamped } from "../../runtime/testing/record.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { deadLetters, topics } from "../../schemas/topics.ts";
import { LogFixture, neighbours, PARTITIONS, until } from "../support/log-fixture.ts";
import { asking, holding, type Vendor } from "./digit-stages.ts";

const press = (callSid: string, digit: string, eventId?: string): AnyRecord =>
  stamped("DigitPressed", { digit, isMasked: false, callSid, ...(eventId === undefined ? {} : { eventId }) });

const quick: Vendor = { work: async ({ digit }) => ({ done: digit }) };

describe("what the runtime promises", () => {
  let fixture: LogFixture;
  before(async () => {
    fixture = await LogFixture.open();
  });
  after(() => fixture.close());
  const answers = (callSid: string): string[] =>
    fixture.recordsOf("PlaybackReached", callSid).map((record) => ("responseId" in record ? record.responseId : ""));

  it("1: keeps the order of a call", async () => {
    const worker = await fixture.work(asking("session", "CAorder"), { ports: { vendor: quick } });
    const digits = Array.from({ length: 60 }, (_, i) => String(i));
    for (const digit of digits) await fixture.send("calls", press("CAorder", digit));
    await until("all answers", () => answers("CAorder").length === 60);
    assert.deepEqual(answers("CAorder"), digits);
    await worker.drain();
  });

  it("1: a slow vendor for one caller does not delay another in the same partition", async () => {
    const [slow, fast] = neighbours(2, "CAslow") as [string, string];
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    const vendor: Vendor = {
      async work({ digit }, { callSid }) {
        if (callSid === slow) await gate;
        return { done: digit };
      },
    };
    const worker = await fixture.work(asking("memory", "CAslow"), { ports: { vendor } });
    await fixture.send("calls", press(slow, "1"));
    await fixture.send("calls", press(fast, "2"));
    await until("the other caller's answer", () => answers(fast).length === 1);
    assert.deepEqual(answers(slow), []);
    free();
    await until("the slow caller's answer", () => answers(slow).length === 1);
    await worker.drain();
  });

  for (const state of ["memory", "session"] as const)
    it(`2: a ${state} worker that dies before its effect is done gets the input again, with the same ids`, async () => {
      const stage = asking(state, `CAcrash${state}`);
      const callSid = `CAcrash${state}`;
      const effectIds: string[] = [];
      const hanging: Vendor = {
        work(_, { effectId }) {
          effectIds.push(effectId);
          return new Promise(() => undefined);
        },
      };
      const first = await fixture.work(stage, { ports: { vendor: hanging } });
      await fixture.send("calls", press(callSid, "7"));
      await until("the effect to begin", () => effectIds.length === 1);
      await delay(400);
      await first.crash();
      const vendor: Vendor = {
        async work({ digit }, { effectId }) {
          effectIds.push(effectId);
          return { done: digit };
        },
      };
      const second = await fixture.work(stage, { ports: { vendor } });
      await until("the answer", () => answers(callSid).length === 1);
      assert.equal(effectIds[1], effectIds[0]);
      const [answer] = fixture.recordsOf("PlaybackReached", callSid);
      assert.equal(answer !== undefined && "heardText" in answer && answer.heardText, "7");
      await second.drain();
    });

  it("2: an input that is held comes again after a crash, although the session was saved meanwhile", async () => {
    const stage = holding("CAheld");
    const first = await fixture.work(stage);
    await fixture.send("calls", press("CAheld", "1"));
    await fixture.send("calls", press("CAheld", "s"));
    const partition = partitionOf("CAheld", PARTITIONS);
    await until("the save", async () => (await fixture.sessions.live(stage.name, partition)).includes("CAheld"));
    await first.crash();
    const second = await fixture.work(stage);
    await fixture.send("calls", press("CAheld", "#"));
    await until("what was held", () => answers("CAheld").length === 1);
    const [answer] = fixture.recordsOf("PlaybackReached", "CAheld");
    assert.equal(answer !== undefined && "heardText" in answer && answer.heardText, "1s#");
    await second.drain();
  });

  it("2: what a worker could not publish before it died is published by the next, although the session was saved again meanwhile", async () => {
    const stage = asking("session", "CAunsent");
    const away = (log: EventLog): EventLog => ({
      ...log,
      publish: (records) =>
        records.some(({ topic }) => topic === topics.playback.name)
          ? new Promise(() => undefined)
          : log.publish(records),
    });
    const asked: string[] = [];
    const vendor: Vendor = {
      async work({ digit }) {
        asked.push(digit);
        return { done: digit };
      },
    };
    const first = await fixture.work(stage, { ports: { vendor } }, away);
    await fixture.send("calls", press("CAunsent", "1"));
    await until("the first question", () => asked.length === 1);
    await delay(200);
    await fixture.send("calls", press("CAunsent", "2"));
    await until("the second question", () => asked.length === 2);
    await delay(200);
    await first.crash();
    const second = await fixture.work(stage, { ports: { vendor } });
    await until("both answers", () => answers("CAunsent").length === 2);
    assert.deepEqual(answers("CAunsent").toSorted(), ["1", "2"]);
    await second.drain();
  });

  it("2: an input that was delivered twice leads to one output", async () => {
    const worker = await fixture.work(asking("session", "CAtwice"), { ports: { vendor: quick } });
    for (let i = 0; i < 3; i += 1) await fixture.send("calls", press("CAtwice", "5", "the-same-event"));
    await fixture.send("calls", press("CAtwice", "6"));
    await until("the later answer", () => answers("CAtwice").includes("6"));
    assert.deepEqual(answers("CAtwice"), ["5", "6"]);
    await worker.drain();
  });

  it("3: commits nothing beyond what is finished, and all of it on drain", async () => {
    const [held, quickOne] = neighbours(2, "CAcommit") as [string, string];
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    const stage = asking("memory", "CAcommit");
    const vendor: Vendor = {
      async work({ digit }, { callSid }) {
        if (callSid === held) await gate;
        return { done: digit };
      },
    };
    const worker = await fixture.work(stage, { ports: { vendor } });
    const group = `partyline-${stage.name}`;
    await fixture.send("calls", press(quickOne, "1"));
    await until("the first answer", () => answers(quickOne).length === 1);
    await delay(500);
    const before = await fixture.committed(group, "calls", held);
    assert.ok(before !== null);
    await fixture.send("calls", press(held, "2"));
    await fixture.send("calls", press(quickOne, "3"));
    await until("the second answer", () => answers(quickOne).length === 2);
    await delay(500);
    assert.equal(await fixture.committed(group, "calls", held), before);
    free();
    await until("the held answer", () => answers(held).length === 1);
    assert.equal(await worker.drain(), true);
    assert.equal(await fixture.committed(group, "calls", held), before + 2n);
  });

  it("4: a worker that lost its call cannot save or publish", async () => {
    const stage = asking("session", "CAfence");
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    const vendor: Vendor = {
      async work({ digit }) {
        await gate;
        return { done: digit };
      },
    };
    const worker = await fixture.work(stage, { ports: { vendor } });
    await fixture.send("calls", press("CAfence", "1"));
    await until("the session to be saved", async () =>
      (await fixture.sessions.live(stage.name, partitionOf("CAfence", PARTITIONS))).includes("CAfence"),
    );
    await fixture.sessions.acquire(stage.name, "CAfence");
    free();
    await until("the save to be refused", async () =>
      /partyline_fenced_total\{[^}]*\} 1/.test(await worker.metrics.registry.metrics()),
    );
    await delay(200);
    assert.deepEqual(answers("CAfence"), []);
    await worker.crash();
  });

  it("4: a worker that took a call over finds its state, timers and unfinished effects, even when Redis was emptied", async () => {
    const stage = asking("session", "CArebuild");
    const first = await fixture.work(stage, { ports: { vendor: quick } });
    await fixture.send(
      "calls",
      stamped("CallStarted", {
        callSid: "CArebuild",
        fromNumber: "",
        toNumber: "",
        attestation: "unknown",
        answeredBy: "g",
      }),
    );
    for (const digit of ["1", "2", "3"]) await fixture.send("calls", press("CArebuild", digit));
    await until("three answers", () => answers("CArebuild").length === 3);
    await first.drain();
    const { Redis } = await import("ioredis");
    const redis = new Redis(fixture.stack.redis);
    await redis.flushall();
    redis.disconnect();
    const second = await fixture.work(stage, { ports: { vendor: quick } });
    await fixture.send("calls", { ...press("CArebuild", "4"), turn: 2 });
    await until("the fourth answer", () => answers("CArebuild").length === 4);
    const last = fixture.recordsOf("PlaybackReached", "CArebuild").at(-1);
    assert.equal(last !== undefined && "heardText" in last && last.heardText, "1234");
    await second.drain();
  });

  it("5: puts poison aside with its bytes, place and reason, and goes on", async () => {
    const stage = asking("session", "CApoison");
    const worker = await fixture.work(stage, { ports: { vendor: quick } });
    const unknownSchema = Buffer.from([0, 0, 0x7f, 0xff, 0xff, 1, 2, 3]);
    const poisons = [
      Buffer.from("not avro"),
      Buffer.from([0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f]),
      unknownSchema,
      Buffer.alloc(0),
    ];
    for (const poison of poisons) await fixture.sendRaw("calls", "CApoison", poison);
    await fixture.send("calls", press("CApoison", "!"));
    await fixture.send("calls", press("CApoison", "9"));
    await until("the good record's answer", () => answers("CApoison").includes("9"), 30_000);
    const letters = fixture.seen.filter(
      ({ topic, raw }) => topic === deadLetters.name && raw.key?.toString() === "CApoison",
    );
    await until(
      "the dead letters",
      () =>
        fixture.seen.filter(({ topic, raw }) => topic === deadLetters.name && raw.key?.toString() === "CApoison")
          .length === 5,
    );
    const all = fixture.seen.filter(
      ({ topic, raw }) => topic === deadLetters.name && raw.key?.toString() === "CApoison",
    );
    assert.ok(letters.length <= all.length);
    assert.deepEqual(
      all.slice(0, 4).map(({ raw }) => raw.value),
      poisons,
    );
    assert.deepEqual(
      all.map(({ raw }) => raw.headers.code),
      ["DECODE_FAILED", "DECODE_FAILED", "SCHEMA_UNKNOWN", "DECODE_FAILED", "STEP_FAILED"],
    );
    for (const { raw } of all)
      assert.ok(
        raw.headers.topic === "voice.calls.v1" && raw.headers.stage === stage.name && Number(raw.headers.offset) >= 0,
      );
    assert.deepEqual(worker.fatal, []);
    await worker.drain();
  });

  it("6: pauses a partition whose calls have too much waiting, and drops the oldest audio before anything else", async () => {
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    const stage = asking("session", "CAbound");
    // A session that cannot be taken over yet makes the call's inputs wait.
    const sessions = {
      ...fixture.sessions,
      acquire: async (name: string, callSid: string) => gate.then(() => fixture.sessions.acquire(name, callSid)),
    };
    const worker = await fixture.work(stage, { ports: { vendor: quick }, sessions });
    const audio = Array.from({ length: 700 }, (_, i) =>
      stamped("AudioCaptured", {
        callSid: "CAbound",
        streamSid: "MZ",
        startsAtMs: i * 20,
        audio: new Uint8Array(160),
        concealedFrames: 0,
        silenceMs: 0,
      }),
    );
    await fixture.send("calls", press("CAbound", "1"));
    for (const record of audio) void fixture.send("audioIn", record);
    const metric = async (name: string): Promise<number> =>
      Number(new RegExp(`${name}\\{[^}]*\\} (\\d+)`).exec(await worker.metrics.registry.metrics())?.[1] ?? 0);
    await until("old audio to be dropped", async () => (await metric("partyline_dropped_audio_records_total")) > 0);
    const others = neighbours(4, "CAbound").slice(1);
    for (const callSid of others)
      for (let i = 0; i < 400; i += 1) void fixture.send("calls", press(callSid, String(i)));
    await until("the partition to be paused", async () => (await metric("partyline_partition_pauses_total")) > 0);
    free();
    await until("the digit that waited behind all that audio", () => answers("CAbound").length === 1);
    await until(
      "every digit of the others, after the pause",
      () => others.every((callSid) => answers(callSid).length === 400),
      20_000,
    );
    await worker.drain();
  });

  it("7: drain finishes what is in flight, commits and leaves, so that the next worker starts at once with nothing twice", async () => {
    const stage = asking("session", "CAdrain");
    let begun = 0;
    const vendor: Vendor = {
      async work({ digit }) {
        begun += 1;
        await delay(300);
        return { done: digit };
      },
    };
    const first = await fixture.work(stage, { ports: { vendor } });
    await fixture.send("calls", press("CAdrain", "1"));
    await until("the effect to begin", () => begun === 1);
    assert.equal(await first.drain(), true);
    await until("its answer", () => answers("CAdrain").length === 1);
    const startedAt = performance.now();
    const second = await fixture.work(stage, { ports: { vendor } });
    await fixture.send("calls", press("CAdrain", "2"));
    await until("the next answer", () => answers("CAdrain").length === 2);
    assert.ok(performance.now() - startedAt < 3_000, "the group did not wait for a time-out");
    assert.deepEqual(answers("CAdrain"), ["1", "2"]);
    assert.equal(begun, 2);
    await second.drain();
  });

  it("7: drain gives up at its deadline and leaves the rest uncommitted for the next worker", async () => {
    const stage = asking("memory", "CAdeadline");
    let begun = 0;
    const hanging: Vendor = {
      work() {
        begun += 1;
        return new Promise(() => undefined);
      },
    };
    const first = await fixture.work(stage, { ports: { vendor: hanging }, drainMs: 300 });
    await fixture.send("calls", press("CAdeadline", "1"));
    await until("the effect to begin", () => begun === 1);
    assert.equal(await first.drain(), false);
    const second = await fixture.work(stage, { ports: { vendor: quick } });
    await until("the answer by the next worker", () => answers("CAdeadline").length === 1);
    await second.drain();
  });

  it("effects that fail come back to the core with a stable code, and the input is finished", async () => {
    const stage = asking("session", "CAfail");
    const vendor: Vendor = {
      work: () => Promise.reject(new PartylineError("VENDOR_QUOTA", "quota", { isRetryable: true })),
    };
    const worker = await fixture.work(stage, { ports: { vendor } });
    await fixture.send("calls", press("CAfail", "1"));
    await until("the failure to be counted", async () =>
      /partyline_effect_seconds_count\{[^}]*outcome="failure"[^}]*\} 1/.test(await worker.metrics.registry.metrics()),
    );
    assert.equal(await worker.drain(), true);
  });
});
