import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stamped } from "../../runtime/testing/record.ts";
import { step } from "./core.ts";
import { durable } from "./state.ts";
import { attached, audio, config, ended, heard, type Out, play, started, type TimedIn } from "./test-call.ts";

/** The recogniser has failed. */
const failed: TimedIn = [
  {
    from: "port",
    port: "speechToText",
    call: "open",
    effectId: "e",
    outcome: "event",
    event: { type: "failed", code: "UNAVAILABLE", isRetryable: true },
  },
  1350,
];
const look = (at: number): TimedIn => [{ from: "timer", name: "patience" }, at];
const turnsOf = (outcomes: readonly Out[]) =>
  outcomes.flatMap((outcome) => outcome.emit ?? []).filter((emit) => emit.record.type === "TurnEnded");

describe("transcribe", () => {
  it("opens the recogniser when the call can be heard, before any audio", () => {
    const { outcomes } = play([attached]);
    assert.deepEqual(outcomes[0]?.effects, [
      { port: "speechToText", call: "open", input: { languageCode: "en-US", startsAtMs: 0 } },
    ]);
  });

  it("ends a turn as soon as a complete sentence is covered up to the end of speech", () => {
    const { outcomes, state } = play([
      attached,
      audio(0),
      started(20),
      audio(100),
      heard("Yes please.", 190, 1200),
      ended(20, 190),
    ]);
    const [turn] = turnsOf(outcomes);
    assert.deepEqual(turn, {
      to: "transcripts",
      key: "turn@20",
      record: {
        type: "TurnEnded",
        turn: 1,
        text: "Yes please.",
        confidence: 0,
        startsAtMs: 20,
        endsAtMs: 190,
        lastByteAt: 1190,
        decidedBy: "complete",
        endpointWaitMs: 200,
        vendorWaitMs: 0,
        sealedDigits: null,
      },
    });
    assert.equal(outcomes.at(-1)?.releases, Number.POSITIVE_INFINITY);
    assert.equal(state?.doneUntilMs, 190);
  });

  it("waits for the recogniser when the text is behind, and says how long that was", () => {
    const { outcomes } = play([attached, audio(0), started(20), ended(20, 90), heard("Yes please.", 90, 1318)]);
    const [turn] = turnsOf(outcomes);
    assert.equal(turn?.record.type === "TurnEnded" && turn.record.vendorWaitMs, 28);
  });

  it("listens on after a word that wants another one, until the silence in the audio is long", () => {
    const calls = [attached, audio(0), started(20), heard("I want a", 90, 1150), ended(20, 90)] as const;
    const pieces = Array.from({ length: 7 }, (_, i) => audio(100 + i * 100));
    const { outcomes } = play([...calls, ...pieces]);
    assert.deepEqual(turnsOf(outcomes.slice(0, -1)), []);
    const [turn] = turnsOf(outcomes);
    assert.ok(turn?.record.type === "TurnEnded");
    assert.equal(turn.record.decidedBy, "silence");
    assert.equal(turn.record.endpointWaitMs, 800 - 90);
    assert.equal(outcomes.at(-1)?.settles ?? "now", "now");
  });

  it("takes audio that is late for no silence, and audio that does not come for one", () => {
    const calls = [attached, audio(0), started(20), heard("I want a", 90, 1150), ended(20, 90)] as const;
    const late = audio(100);
    const { outcomes } = play([...calls, [late[0], 2000]]);
    assert.deepEqual(turnsOf(outcomes), []);
    assert.equal(outcomes.at(-1)?.timers?.endpoint, 1090 + 700 + 1000);
    const gone = play([...calls, [{ from: "timer", name: "endpoint" }, 2790]]);
    assert.equal(turnsOf(gone.outcomes).length, 1);
  });

  it("goes on with the same turn when the caller goes on", () => {
    const { outcomes } = play([
      attached,
      audio(0),
      started(20),
      heard("I want a", 90, 1150),
      ended(20, 90),
      started(400),
      heard("I want a kettle.", 600, 1700),
      ended(400, 600),
    ]);
    const turns = turnsOf(outcomes);
    assert.equal(turns.length, 1);
    assert.ok(turns[0]?.record.type === "TurnEnded");
    assert.equal(turns[0].record.text, "I want a kettle.");
    assert.equal(turns[0].record.startsAtMs, 20);
  });

  it("takes sound without words for no turn", () => {
    const { outcomes } = play([attached, audio(0), started(20), ended(20, 90), look(2090), look(3090)]);
    assert.deepEqual(turnsOf(outcomes), []);
    assert.equal(outcomes.at(-1)?.releases, Number.POSITIVE_INFINITY);
  });

  it("ends the turn with what was heard when the recogniser does not come after", () => {
    const calls = [attached, audio(0), audio(100), started(20), heard("Hello", 60, 1100), ended(20, 190)] as const;
    const { outcomes } = play([...calls, look(2190), look(3190)]);
    const [turn, ...others] = turnsOf(outcomes);
    assert.ok(turn?.record.type === "TurnEnded" && others.length === 0);
    assert.equal(turn.record.decidedBy, "timeout");
    assert.equal(outcomes[5]?.timers?.patience, 1190 + config.recogniserPatienceMs / 2);
  });

  it("waits for as long as the words come nearer, or the audio has not come", () => {
    const calls = [attached, audio(0), started(20), ended(20, 290)] as const;
    const { outcomes } = play([
      ...calls,
      look(5000),
      look(6000),
      look(7000),
      [audio(100)[0], 1200],
      [audio(200)[0], 1300],
      look(8000),
      heard("Yes", 100, 8500),
      look(9000),
      heard("Yes please.", 290, 9500),
    ]);
    assert.deepEqual(
      turnsOf(outcomes).map(({ record }) => "text" in record && record.text),
      ["Yes please."],
    );
    assert.equal(outcomes[4]?.timers?.patience, 5000 + config.recogniserPatienceMs / 2);
  });

  it("does not wait for ever for audio that is not in the log", () => {
    const looks = Array.from({ length: 16 }, (_, i) => look(2000 + i * 1000));
    const { outcomes } = play([attached, audio(0), started(20), heard("Yes", 60, 1100), ended(20, 290), ...looks]);
    assert.equal(turnsOf(outcomes).length, 1);
  });

  it("makes words that come after their turn was given up a turn of their own", () => {
    const { outcomes } = play([
      attached,
      audio(0),
      started(20),
      audio(100, 400),
      heard("Do you", 200, 1300),
      ended(20, 480),
      look(2480),
      look(3480),
      heard("Do you have a kettle?", 480, 3700),
      look(5700),
    ]);
    assert.deepEqual(
      turnsOf(outcomes).map(({ record }) => "text" in record && record.text),
      ["Do you", "have a kettle?"],
    );
  });

  it("makes words of speech that nobody announced a turn", () => {
    const { outcomes } = play([attached, audio(0), heard("Hello there.", 90, 1150), look(3150)]);
    assert.deepEqual(
      turnsOf(outcomes).map(({ record }) => "text" in record && record.text),
      ["Hello there."],
    );
    assert.equal(outcomes[2]?.timers?.patience, 1150 + config.recogniserPatienceMs);
  });

  it("never feeds the same audio twice, and fills what was dropped with silence", () => {
    const { outcomes } = play([attached, audio(0), audio(0), audio(300)]);
    const sent = outcomes.flatMap((outcome) => outcome.effects ?? []).filter((effect) => effect.call === "send");
    assert.deepEqual(
      sent.map((effect) => (effect.input as { audio: Uint8Array }).audio.length),
      [800, 1600, 800],
    );
    const fill = sent[1]?.input as { audio: Uint8Array } | undefined;
    assert.equal(fill?.audio[0], 0xff);
  });

  it("holds audio unfinished: one second in silence, everything of a turn until it ends", () => {
    const silence = play([attached, ...Array.from({ length: 20 }, (_, i) => audio(i * 100))]);
    assert.equal(silence.state?.recent.length, 10);
    assert.equal(
      silence.outcomes.reduce((sum, outcome) => sum + (outcome.releases ?? 0), 0),
      10,
    );
    const speech = play([attached, started(0), ...Array.from({ length: 50 }, (_, i) => audio(i * 100))]);
    assert.equal(speech.state?.recent.length, 50);
  });

  it("after a crash opens a new recogniser where the last turn ended, and comes to the same turn", () => {
    const before = play([
      attached,
      audio(0),
      started(20),
      heard("Yes please.", 190, 1200),
      ended(20, 190),
      started(500),
    ]);
    const restored = step(before.state, { from: "restored" }, 3000, config);
    const again = step(restored.state, audio(500)[0], 1600, config);
    assert.deepEqual(again.effects?.[0], {
      port: "speechToText",
      call: "open",
      input: { languageCode: "en-US", startsAtMs: 500 },
    });
    assert.equal(again.state?.turn, 1);
  });

  it("after a crash waits for words anew, also for speech that ended while nobody heard it", () => {
    const before = play([attached, audio(0), started(20)]);
    const restored = step(before.state, { from: "restored" }, 9000, config);
    const paused = step(restored.state, ...ended(20, 490), config);
    const looked = step(paused.state, ...look(9000), config);
    assert.deepEqual(looked.timers, { patience: 9000 + config.recogniserPatienceMs / 2 });

    const again = step(looked.state, audio(0)[0], 1100, config);
    const half = step(again.state, ...heard("Yes", 100, 10_500), config);
    assert.deepEqual(turnsOf([half]), []);
    assert.deepEqual(
      turnsOf([step(half.state, ...heard("Yes please.", 490, 10_800), config)]).map(
        ({ record }) => "text" in record && record.text,
      ),
      ["Yes please."],
    );
  });

  it("after a crash sets the wait for words of a pause that was known before", () => {
    const before = play([attached, audio(0), started(20), ended(20, 190)]);
    const restored = step(before.state, { from: "restored" }, 9000, config);
    assert.deepEqual(restored.timers, { endpoint: null, patience: 9000 + config.recogniserPatienceMs / 2 });
  });

  it("masks card-like digit runs where they are first heard", () => {
    const { outcomes } = play([
      attached,
      audio(0),
      started(20),
      heard("It is 4242 4242 4242 4242.", 90, 1150),
      ended(20, 90),
    ]);
    const texts = outcomes
      .flatMap((outcome) => outcome.emit ?? [])
      .map((emit) => ("text" in emit.record ? emit.record.text : ""));
    assert.deepEqual(texts, ["It is ################.", "It is ################."]);
  });

  it("after the recogniser failed opens another, which hears again what was not final", () => {
    const before = [attached, started(0), audio(0), audio(100), heard("Hello.", 100, 1200, true), audio(200)] as const;
    const { outcomes, state } = play([...before, failed, audio(300), audio(400), audio(500)]);
    assert.deepEqual(outcomes[7]?.effects ?? [], [], "not at once");
    const effects = outcomes[9]?.effects ?? [];
    assert.deepEqual(effects[0], {
      port: "speechToText",
      call: "open",
      input: { languageCode: "en-US", startsAtMs: 100 },
    });
    const sent = effects.slice(1).map((effect) => ("audio" in effect.input ? effect.input.audio.length : 0));
    assert.deepEqual(sent, [800, 800, 800, 800, 800]);
    assert.equal(state?.words.closed[0]?.text, "Hello.");
  });

  it("after the recogniser failed in a pause waits for the words to be heard again, and ends no turn without them", () => {
    const { outcomes } = play([
      attached,
      started(20),
      audio(0),
      heard("I want a", 90, 1150),
      ended(20, 90),
      failed,
      ...Array.from({ length: 9 }, (_, i) => audio(100 + i * 100)),
      heard("I want a kettle.", 90, 2000),
    ]);
    assert.deepEqual(
      turnsOf(outcomes).map(({ record }) => "text" in record && record.text),
      ["I want a kettle."],
    );
  });

  it("does not save audio with the session", () => {
    const { state } = play([attached, audio(0)]);
    assert.deepEqual(state === null ? null : durable(state).recent, []);
  });

  it("does not save words with the session: a card number may be among them", () => {
    const { state } = play([attached, started(20), audio(0), heard("it is 4242 4242", 90, 150)]);
    assert.ok(state !== null && JSON.stringify(state).includes("4242"));
    assert.ok(!JSON.stringify(durable(state)).includes("42"));
  });

  it("forgets the call when it is over, closes the recogniser and lets all audio go", () => {
    const { outcomes, state } = play([
      attached,
      audio(0),
      [{ from: "calls", record: stamped("CallEnded", { reason: "callerHungUp", durationMs: 1 }) }, 2000],
    ]);
    assert.equal(state, null);
    assert.equal(outcomes.at(-1)?.effects?.[0]?.call, "close");
    assert.equal(outcomes.at(-1)?.releases, Number.POSITIVE_INFINITY);
  });
});
