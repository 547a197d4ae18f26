/** What happens between workers at the moments that a real broker shows seldom: while a call changes hands, and when a core emits what cannot be written. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "../../runtime/clock.ts";
import { MAX_BODY_BYTES } from "../../runtime/codec.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { serialise } from "../../runtime/session.ts";
import type { SessionStore } from "../../runtime/session-store.ts";
import { defineStage } from "../../runtime/stage.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { type AnyRecord, deadLetters, topics } from "../../schemas/topics.ts";
import { until } from "../support/log-fixture.ts";
import { holding, type Vendor } from "./digit-stages.ts";
import { HAND_PARTITIONS, HandSessions, HandWorker, handCodec } from "./hand-log.ts";

type State = { readonly digits: string };

/** Publishes the digits of a call as they are pressed; `x` emits what no schema allows, `?` asks the vendor, `#` says good-bye and forgets the call. */
const echoing = defineStage<"calls", "playback", State, { vendor: Vendor }, Record<never, never>>({
  name: "echoing",
  summary: "test",
  inputs: ["calls"],
  outputs: ["playback"],
  ports: ["vendor"],
  state: "session",
  reading: "shared",
  settings: {},
  step(known, input) {
    if (input.from !== "calls" || input.record.type !== "DigitPressed") return { state: known, save: false };
    const { digit } = input.record;
    const digits = `${known?.digits ?? ""}${digit}`;
    const record = {
      type: "PlaybackReached",
      turn: 0,
      responseId: digit,
      sentenceIndex: digit === "x" ? 2 ** 40 : 0,
      heardText: digits,
      isComplete: true,
    } as const;
    const emit = [{ to: "playback", record }] as const;
    if (digit === "#") return { state: null, emit };
    if (digit === "?") return { state: { digits }, effects: [{ port: "vendor", call: "work", input: { digit } }] };
    return { state: { digits }, emit };
  },
}) as unknown as AnyStage;

const callSid = "CAhands";
const partition = partitionOf(callSid, HAND_PARTITIONS);
const other = 1 - partition;
const press = (digit: string, turn = 0): AnyRecord =>
  stamped("DigitPressed", { digit, isMasked: false, callSid, turn });
const heard = (worker: HandWorker): string[] =>
  worker.recordsOf("PlaybackReached").map((record) => ("heardText" in record ? record.heardText : ""));

/** A store whose takeovers, or lists of live calls, wait until they are let go. */
function slow(sessions: SessionStore, method: "acquire" | "live"): { store: SessionStore; letGo(): void } {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const store: SessionStore = {
    acquire: async (...of) => (method === "acquire" ? gate : Promise.resolve()).then(() => sessions.acquire(...of)),
    live: async (...of) => (method === "live" ? gate : Promise.resolve()).then(() => sessions.live(...of)),
    save: (...of) => sessions.save(...of),
    forget: (...of) => sessions.forget(...of),
    close: () => sessions.close(),
  };
  return { store, letGo };
}

describe("between workers", () => {
  it("puts an input aside whose step emits what its schema does not allow, and goes on with the state from before", async () => {
    const worker = await HandWorker.start(echoing, { sessions: new HandSessions() });
    worker.assign([0, 1]);
    for (const digit of ["1", "x", "2"]) worker.feed("calls", press(digit));
    await until("the good digits", () => heard(worker).length === 2);
    assert.deepEqual(heard(worker), ["1", "12"]);
    const letters = worker.published.filter(({ topic }) => topic === deadLetters.name);
    assert.deepEqual(
      letters.map(({ headers }) => headers?.code),
      ["STEP_FAILED"],
    );
    assert.deepEqual(worker.fatal, []);
    await until("everything to be committed", () => worker.committed.includes(3n));
    await worker.running?.drain();
  });

  it("puts a record aside that is too large for a dead letter: its beginning, its place and its size", async () => {
    const worker = await HandWorker.start(echoing, { sessions: new HandSessions() });
    worker.assign([0, 1]);
    const large = Buffer.alloc(3 * MAX_BODY_BYTES);
    worker.feedRaw("calls", callSid, large);
    worker.feed("calls", press("1"));
    await until("the good digit", () => heard(worker).length === 1);
    const letter = worker.published.find(({ topic }) => topic === deadLetters.name);
    const { value, headers } = letter ?? {};
    assert.ok(value && value.length < MAX_BODY_BYTES && large.subarray(0, value.length).equals(value));
    assert.deepEqual(
      [headers?.code, headers?.cutFromBytes, headers?.offset],
      ["RECORD_TOO_LARGE", String(large.length), "0"],
    );
    await worker.running?.drain();
  });

  it("does not end over a record in a taken-over outbox that its schema no longer allows", async () => {
    const sessions = new HandSessions();
    const unfit = { type: "PlaybackReached", eventId: "e", callSid, turn: 0, occurredAt: 1, causeId: null };
    const good = { ...unfit, eventId: "f", responseId: "1", sentenceIndex: 0, heardText: "kept", isComplete: true };
    const outbox = [unfit, good].map((record) => ({ to: "playback" as const, record: record as AnyRecord }));
    const session = { epoch: 1, version: 1, state: { digits: "1" }, timers: {}, seen: [], outbox, underway: [] };
    await sessions.save("echoing", callSid, partition, 1, serialise(session));
    const worker = await HandWorker.start(echoing, { sessions });
    worker.assign([0, 1]);
    await until("the record that can be published", () => heard(worker).length === 1);
    assert.deepEqual(heard(worker), ["kept"]);
    assert.deepEqual(worker.fatal, []);
    await worker.running?.drain();
  });

  it("publishes what the last step of a call emitted although the worker died before the broker took it", async () => {
    const sessions = new HandSessions();
    const first = await HandWorker.start(echoing, { sessions, takes: ({ topic }) => topic !== topics.playback.name });
    first.assign([0, 1]);
    first.feed("calls", press("1"));
    const last = press("#");
    first.feed("calls", last);
    await delay(50);
    const second = await HandWorker.start(echoing, { sessions });
    second.assign([0, 1]);
    second.feed("calls", last);
    await until("the good-bye", () => heard(second).includes("1#"));
    assert.deepEqual(heard(second), ["1", "1#"]);
    await until("the call to be forgotten", async () => (await sessions.live("echoing", partition)).length === 0);
    assert.equal(second.published.findLast(({ topic }) => topic === topics.callState.name)?.value, null);
    await second.running?.drain();
  });

  it("forgets a call whose last step emitted something, once the broker has it", async () => {
    const sessions = new HandSessions();
    const worker = await HandWorker.start(echoing, { sessions });
    worker.assign([0, 1]);
    for (const digit of ["1", "#"]) worker.feed("calls", press(digit));
    await until("the call to be forgotten", () => sessions.kept.get(`echoing/${callSid}`)?.session === null);
    assert.deepEqual(heard(worker), ["1", "1#"]);
    assert.equal(worker.published.findLast(({ topic }) => topic === topics.callState.name)?.value, null);
    await worker.running?.drain();
  });

  it("leaves records alone that still come out of a partition that was taken away", async () => {
    const sessions = new HandSessions();
    const worker = await HandWorker.start(echoing, { sessions });
    worker.assign([0, 1]);
    worker.assign([other]);
    worker.feed("calls", press("1"));
    await delay(50);
    assert.deepEqual(heard(worker), []);
    assert.equal(sessions.kept.size, 0, "the call was not taken from its owner");
    await worker.running?.drain();
  });

  it("takes no call over from a partition that went away while its calls were listed", async () => {
    const sessions = new HandSessions();
    const session = { epoch: 1, version: 1, state: { digits: "1" }, timers: {}, seen: [], outbox: [], underway: [] };
    await sessions.save("echoing", callSid, partition, 1, serialise(session));
    const { store, letGo } = slow(sessions, "live");
    const worker = await HandWorker.start(echoing, { sessions: store });
    worker.assign([0, 1]);
    worker.assign([other]);
    letGo();
    await delay(50);
    assert.equal(sessions.kept.get(`echoing/${callSid}`)?.epoch, 1);
    await worker.running?.drain();
  });

  it("publishes and performs nothing for a call whose partition went away while its session was loaded", async () => {
    const sessions = new HandSessions();
    const record = {
      ...stamped("PlaybackReached", { responseId: "1", sentenceIndex: 0, heardText: "1", isComplete: true }),
    };
    const session = {
      epoch: 1,
      version: 1,
      state: { digits: "1" },
      timers: {},
      seen: [],
      outbox: [{ to: "playback" as const, record: { ...record, callSid } }],
      underway: [{ effectId: "e", port: "vendor", call: "work", input: { digit: "1" }, causeId: null }],
    };
    await sessions.save("echoing", callSid, partition, 1, serialise(session));
    const asked: string[] = [];
    const vendor: Vendor = {
      async work({ digit }) {
        asked.push(digit);
        return { done: digit };
      },
    };
    const { store, letGo } = slow(sessions, "acquire");
    const worker = await HandWorker.start(echoing, { sessions: store, ports: { vendor } });
    worker.assign([0, 1]);
    worker.feed("calls", press("2"));
    await delay(20);
    worker.assign([other]);
    letGo();
    await delay(50);
    assert.deepEqual([heard(worker), asked], [[], []]);
    await worker.running?.drain();
  });

  it("calls long-lived things off that an effect has left behind, once the call belongs to another worker", async () => {
    const called: string[] = [];
    const vendor = {
      async work(_: unknown, { signal }: EffectContext): Promise<void> {
        signal.addEventListener("abort", () => called.push("off"));
        called.push("open");
      },
    };
    const worker = await HandWorker.start(echoing, { sessions: new HandSessions(), ports: { vendor } });
    worker.assign([0, 1]);
    for (const digit of ["?", "1"]) worker.feed("calls", press(digit));
    await until("the step behind it", () => heard(worker).length === 1);
    await delay(20);
    assert.deepEqual(called, ["open"]);
    worker.assign([other]);
    assert.deepEqual(called, ["open", "off"]);
    await worker.running?.drain();
  });

  it("finishes the inputs of a call that nobody has heard of for an hour, so that its partition can be committed", async () => {
    let aheadMs = 0;
    const clock = { now: () => systemClock.now() + aheadMs, at: systemClock.at };
    const worker = await HandWorker.start(holding(callSid), { sessions: new HandSessions(), clock });
    worker.assign([0, 1]);
    worker.feed("calls", press("1"));
    await delay(300);
    assert.deepEqual(worker.committed, []);
    aheadMs = 3_600_001;
    await until("the offset", () => worker.committed.includes(1n));
    await worker.running?.drain();
  });

  it("does not take a call back that another worker took, as long as the group has not met again", async () => {
    const sessions = new HandSessions();
    const worker = await HandWorker.start(echoing, { sessions });
    worker.assign([0, 1]);
    worker.feed("calls", press("1"));
    await until("the first digit", () => heard(worker).length === 1);
    const owner = await sessions.acquire("echoing", callSid);
    worker.feed("calls", press("2"));
    await until("the save to be refused", async () =>
      /partyline_fenced_total\{[^}]*\} 1/.test(await worker.metrics.registry.metrics()),
    );
    worker.feed("calls", press("3"));
    await delay(50);
    assert.equal(sessions.kept.get(`echoing/${callSid}`)?.epoch, owner.epoch);
    assert.deepEqual(heard(worker), ["1"]);
    worker.assign([0, 1]);
    worker.feed("calls", press("4"));
    await until("the call to go on here", () => heard(worker).includes("14"));
    await worker.running?.drain();
  });

  it("reads a call back from the log when the store does not answer while the call is taken over with its partition", async () => {
    const sessions = new HandSessions();
    const session = { epoch: 1, version: 1, state: { digits: "1" }, timers: {}, seen: [], outbox: [], underway: [] };
    await sessions.save("echoing", callSid, partition, 1, serialise(session));
    const snapshot = stamped("CallStateSaved", {
      callSid,
      stage: "echoing",
      epoch: 1,
      version: 1,
      session: serialise(session),
    });
    let isAway = true;
    const store: SessionStore = {
      acquire: (...of) => (isAway ? Promise.reject(new Error("away")) : sessions.acquire(...of)),
      live: (...of) => sessions.live(...of),
      save: (...of) => (isAway ? Promise.reject(new Error("away")) : sessions.save(...of)),
      forget: (...of) => sessions.forget(...of),
      close: () => sessions.close(),
    };
    const worker = await HandWorker.start(echoing, {
      sessions: store,
      newest: async ({ topic, partition: place }, key) => ({
        topic,
        partition: place,
        offset: 0n,
        key: Buffer.from(key),
        value: handCodec.encode(snapshot),
        headers: {},
      }),
    });
    worker.assign([0, 1]);
    await delay(2_300);
    isAway = false;
    worker.feed("calls", press("2", 2));
    await until("the next digit", () => heard(worker).length === 1);
    assert.deepEqual(heard(worker), ["12"]);
    await worker.running?.drain();
  });
});
