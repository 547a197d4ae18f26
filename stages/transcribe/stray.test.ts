/** Audio and facts travel apart, so the end of a call may overtake its last audio. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { attached as attachedThen, audio as audioThen, type In, type Out, play } from "./test-call.ts";

const [attached] = attachedThen;
const callEnded: In = { from: "calls", record: stamped("CallEnded", { reason: "callerHungUp", durationMs: 5_000 }) };
const audio = (startsAtMs: number): In => audioThen(startsAtMs)[0];
const speechEnded: In = {
  from: "playback",
  record: stamped("SpeechEnded", { startsAtMs: 4_000, endsAtMs: 4_900, silenceMs: 0, lastByteAt: 5_900 }),
};
const strayTimer: In = { from: "timer", name: "stray" };

const calls = (outcome: Out | undefined): string[] => (outcome?.effects ?? []).map(({ call }) => call);

describe("what comes of a call that is over", () => {
  it("closes the recogniser that late audio opened, and finishes its inputs, once nothing more comes", () => {
    const { outcomes, state } = play([
      [attached, 1_000],
      [callEnded, 6_000],
      [audio(4_900), 6_010],
      [speechEnded, 6_020],
      [strayTimer, 40_000],
    ]);
    assert.deepEqual(calls(outcomes[2]), ["open", "send"]);
    assert.equal(outcomes[2]?.timers?.stray, 36_010);
    assert.equal(outcomes[3]?.timers?.stray, 36_020);
    assert.deepEqual(calls(outcomes[4]), ["close"]);
    assert.equal(outcomes[4]?.releases, Number.POSITIVE_INFINITY);
    assert.equal(state, null);
  });

  it("goes on with a call whose beginning is not known for as long as its audio comes", () => {
    const { outcomes } = play([
      [audio(60_000), 61_000],
      [audio(60_100), 61_100],
    ]);
    assert.deepEqual(
      outcomes.map(({ timers }) => timers?.stray),
      [91_000, 91_100],
    );
  });

  it("waits for nothing of the kind while a stream is attached, whichever came first", () => {
    const { outcomes } = play([
      [audio(0), 1_000],
      [attached, 1_010],
      [audio(100), 1_100],
    ]);
    assert.equal(outcomes[1]?.timers?.stray, null);
    assert.equal(outcomes[2]?.timers?.stray, undefined);
  });
});
