/** What every risk history does; run by each adapter's test. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EffectContext } from "../../runtime/effect.ts";
import { MAX_ENTRIES, type RiskHistory, type RiskRecording, WIDEST_WINDOW_MS } from "./port.ts";

const context: EffectContext = {
  callSid: "CA1",
  effectId: "effect",
  signal: new AbortController().signal,
  notify: () => undefined,
};
const HOUR_MS = 3_600_000;
/** A time of today's size, with a fraction, so that a store's precision is tried. */
const T = 1_795_000_000_000.125;

let keys = 0;
const freshKey = (): string => {
  keys += 1;
  return `key-${keys}-${process.pid}`;
};

function event(key: string, eventId: string, occurredAt: number, value = ""): RiskRecording {
  return {
    eventId,
    occurredAt,
    facts: [{ key, kind: "call", value }],
    windows: { hour: { key, kind: "call", windowMs: HOUR_MS } },
  };
}

/** Runs the suite; `open` may give the same history every time, since keys are fresh. */
export function riskHistoryContract(name: string, open: () => RiskHistory): void {
  const recording = async (input: RiskRecording) => {
    const { eventId, windows } = await open().record(input, context);
    assert.equal(eventId, input.eventId);
    assert.ok(windows !== null);
    return windows;
  };
  const hourOf = async (input: RiskRecording) => (await recording(input)).hour;

  test(`${name}: given an empty history, the first event finds nothing, not even itself`, async () => {
    assert.deepEqual(await hourOf(event(freshKey(), "a", T)), { count: 0, entries: [] });
  });

  test(`${name}: given facts at the edges of a window, it holds [t − w, t)`, async () => {
    const key = freshKey();
    await recording(event(key, "too-old", T - HOUR_MS - 0.125, "1"));
    await recording(event(key, "oldest", T - HOUR_MS, "2"));
    await recording(event(key, "newest", T - 0.125, "3"));
    await recording(event(key, "later", T + 0.125, "4"));
    assert.deepEqual(await hourOf(event(key, "now", T)), {
      count: 2,
      entries: [
        { value: "2", occurredAt: T - HOUR_MS },
        { value: "3", occurredAt: T - 0.125 },
      ],
    });
  });

  test(`${name}: given facts at the same time, the smaller event comes first`, async () => {
    const key = freshKey();
    await recording(event(key, "b", T, "b"));
    assert.equal((await hourOf(event(key, "a", T)))?.count, 0);
    assert.deepEqual(await hourOf(event(key, "c", T, "c")), {
      count: 2,
      entries: [
        { value: "", occurredAt: T },
        { value: "b", occurredAt: T },
      ],
    });
  });

  test(`${name}: given an event twice, it counts once and gets the same answer`, async () => {
    const key = freshKey();
    await recording(event(key, "a", T));
    const first = await hourOf(event(key, "b", T + 1, "x"));
    assert.deepEqual(await hourOf(event(key, "b", T + 1, "x")), first);
    assert.equal((await hourOf(event(key, "c", T + 2)))?.count, 2);
  });

  test(`${name}: given other keys and kinds, they are not counted`, async () => {
    const [key, other] = [freshKey(), freshKey()];
    await recording(event(other, "a", T));
    await recording({ ...event(key, "b", T), facts: [{ key, kind: "decline", value: "" }] });
    assert.equal((await hourOf(event(key, "c", T + 1)))?.count, 0);
  });

  test(`${name}: given more facts than a window gives back, all are counted and the newest given`, async () => {
    const key = freshKey();
    for (let index = 0; index < MAX_ENTRIES + 3; index += 1)
      await recording(event(key, `e${String(index).padStart(3, "0")}`, T + index, String(index)));
    const window = await hourOf(event(key, "now", T + 1_000));
    assert.equal(window?.count, MAX_ENTRIES + 3);
    assert.deepEqual(
      window?.entries.map((entry) => entry.value),
      Array.from({ length: MAX_ENTRIES }, (_, index) => String(index + 3)),
    );
  });

  test(`${name}: given a fact that is late by less than an hour, it finds its whole window`, async () => {
    const key = freshKey();
    await recording(event(key, "early", T - WIDEST_WINDOW_MS));
    await recording(event(key, "new", T + HOUR_MS));
    const late = { ...event(key, "late", T), windows: { day: { key, kind: "call", windowMs: WIDEST_WINDOW_MS } } };
    assert.equal((await recording(late)).day?.count, 1);
  });

  test(`${name}: given any events with ties, duplicates and late ones, every count is that of a recount`, async () => {
    const events = fc.array(
      fc.record({ id: fc.nat({ max: 40 }), at: fc.nat({ max: 50 }), windowMs: fc.nat({ max: 30 }) }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(events, async (drawn) => {
        const key = freshKey();
        const known = new Map<string, number>();
        for (const { id, at, windowMs } of drawn) {
          const eventId = `e${id}`;
          const occurredAt = known.get(eventId) ?? T + at;
          known.set(eventId, occurredAt);
          const expected = [...known].filter(
            ([other, time]) =>
              time >= occurredAt - windowMs && (time < occurredAt || (time === occurredAt && other < eventId)),
          ).length;
          const windows = { asked: { key, kind: "call", windowMs } };
          const answer = await recording({ ...event(key, eventId, occurredAt), windows });
          assert.equal(answer.asked?.count, expected);
        }
      }),
      { numRuns: 25 },
    );
  });
}
