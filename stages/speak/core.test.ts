import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SynthesisedChunk } from "../../connectors/text-to-speech/port.ts";
import { effectIdOf } from "../../runtime/identity.ts";
import { readSettings } from "../../runtime/settings.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { type State, step } from "./core.ts";
import { settings } from "./settings.ts";

const config = readSettings("speak", settings, {});
const callSid = "CA1";
type In = Parameters<typeof step>[1];
type Out = ReturnType<typeof step>;

const attached: In = {
  from: "calls",
  record: stamped("StreamAttached", {
    callSid,
    streamSid: "MZ1",
    gatewayId: "g",
    replyPartition: 3,
    attachment: 0,
    cardEntry: null,
  }),
};
const reply = (
  eventId: string,
  texts: readonly string[],
  options: { replacesCurrent?: boolean; phraseId?: string } = {},
): In => ({
  from: "responses",
  record: stamped("ResponsePrepared", {
    callSid,
    eventId,
    turn: 2,
    sentences: texts.map((text) => ({ text, phraseId: options.phraseId ?? null })),
    state: "review",
    isInterruptible: true,
    replacesCurrent: options.replacesCurrent ?? false,
  }),
});
const base = (responseId: string, sentence: number, attempt = 0) => ({
  from: "port" as const,
  port: "textToSpeech" as const,
  call: "synthesise" as const,
  effectId: effectIdOf("speak", callSid, `${responseId}/${sentence}/${attempt}`),
});
const chunk = (responseId: string, sentence: number, sequence: number, isLast: boolean, attempt = 0): In => ({
  ...base(responseId, sentence, attempt),
  outcome: "event",
  event: {
    type: "audio",
    audio: new Uint8Array(160),
    sequence,
    isLast,
    vendorWaitMs: sequence === 0 ? 32 : 0,
  } satisfies SynthesisedChunk,
});
const failure = (responseId: string, sentence: number, attempt: number): In => ({
  ...base(responseId, sentence, attempt),
  outcome: "failure",
  code: "VENDOR_UNAVAILABLE",
  isRetryable: true,
});

function play(inputs: readonly In[], from: State | null = null): { outcomes: Out[]; state: State | null } {
  let state = from;
  const outcomes = inputs.map((input) => {
    const outcome = step(state, input, 1000, config);
    state = outcome.state;
    return outcome;
  });
  return { outcomes, state };
}
const said = (outcomes: readonly Out[]): string[] =>
  outcomes.flatMap((outcome) => outcome.effects ?? []).map((effect) => effect.input.text);
const sent = (outcomes: readonly Out[]) => outcomes.flatMap((outcome) => outcome.emit ?? []).map((emit) => emit.record);

describe("speak", () => {
  it("says the first sentence at once and the second when the first is made", () => {
    const { outcomes } = play([
      attached,
      reply("R1", ["One.", "Two."]),
      chunk("R1", 0, 0, false),
      chunk("R1", 0, 1, true),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => said([outcome])),
      [[], ["One."], [], ["Two."]],
    );
  });

  it("numbers chunks through the response, names sentences, and marks ends", () => {
    const { outcomes } = play([
      attached,
      reply("R1", ["One.", "Two."]),
      chunk("R1", 0, 0, false),
      chunk("R1", 0, 1, true),
      chunk("R1", 1, 0, true),
    ]);
    assert.deepEqual(
      sent(outcomes).map((record) => [
        record.sequence,
        record.sentenceIndex,
        record.sentenceText,
        record.isSentenceEnd,
        record.isResponseEnd,
      ]),
      [
        [0, 0, "One.", false, false],
        [1, 0, "One.", true, false],
        [2, 1, "Two.", true, true],
      ],
    );
  });

  it("sends to the reply partition of the gateway that holds the call, answering the response", () => {
    const { outcomes } = play([attached, reply("R1", ["One."]), chunk("R1", 0, 0, true)]);
    const [emit] = outcomes[2]?.emit ?? [];
    assert.equal(emit?.partition, 3);
    assert.equal(emit?.causeId, "R1");
    assert.equal(emit?.key, "R1/0");
    assert.equal(emit?.record.streamSid, "MZ1");
    assert.equal(emit?.record.vendorWaitMs, 32);
  });

  it("waits with what comes before a gateway holds the call", () => {
    const { outcomes } = play([reply("R1", ["One."]), attached]);
    assert.deepEqual(
      outcomes.map((outcome) => said([outcome])),
      [[], ["One."]],
    );
  });

  it("says responses one after the other", () => {
    const { outcomes } = play([attached, reply("R1", ["One."]), reply("R2", ["Two."]), chunk("R1", 0, 0, true)]);
    assert.deepEqual(
      outcomes.map((outcome) => said([outcome])),
      [[], ["One."], [], ["Two."]],
    );
  });

  it("drops what is being said and what waits for a response that replaces it", () => {
    const { outcomes } = play([
      attached,
      reply("R1", ["One."]),
      reply("R2", ["Two."]),
      reply("R3", ["Three."], { replacesCurrent: true }),
    ]);
    assert.deepEqual(outcomes[3]?.cancel, ["R1/0/0"]);
    assert.deepEqual(said([outcomes[3] as Out]), ["Three."]);
  });

  it("sends nothing on of a sentence that was called off", () => {
    const { outcomes } = play([
      attached,
      reply("R1", ["One."]),
      reply("R2", ["Two."], { replacesCurrent: true }),
      chunk("R1", 0, 0, true),
      chunk("R2", 0, 0, true),
    ]);
    assert.deepEqual(
      sent(outcomes).map((record) => record.responseId),
      ["R2"],
    );
  });

  it("stops when the caller interrupts, and goes on with what waits", () => {
    const cleared: In = {
      from: "playback",
      record: stamped("PlaybackCleared", { callSid, responseId: "R1", sentenceIndex: 0, heardMs: 100, heardText: "" }),
    };
    const { outcomes, state } = play([attached, reply("R1", ["One.", "Two."]), reply("R2", ["Next."]), cleared]);
    assert.deepEqual(outcomes[3]?.cancel, ["R1/0/0"]);
    assert.deepEqual(said([outcomes[3] as Out]), ["Next."]);
    assert.equal(state?.speaking?.response.responseId, "R2");
  });

  it("tries a sentence again, then leaves it out with an end that the gateway can count on", () => {
    const { outcomes } = play([attached, reply("R1", ["One.", "Two."]), failure("R1", 0, 0), failure("R1", 0, 1)]);
    assert.deepEqual(
      outcomes.map((outcome) => said([outcome])),
      [[], ["One."], ["One."], ["Two."]],
    );
    const [record] = sent(outcomes);
    assert.deepEqual([record?.audio.length, record?.isSentenceEnd, record?.isResponseEnd], [0, true, false]);
  });

  it("lets only fixed phrases be kept", () => {
    const { outcomes } = play([
      attached,
      reply("R1", ["Hello."], { phraseId: "greeting" }),
      chunk("R1", 0, 0, true),
      reply("R2", ["Hi Dana."]),
    ]);
    const effects = outcomes.flatMap((outcome) => outcome.effects ?? []);
    assert.deepEqual(
      effects.map((effect) => effect.input.isReusable),
      [true, false],
    );
  });

  it("numbers the chunks of a sentence that is made again after a crash from the sentence's start", () => {
    const before = play([attached, reply("R1", ["One.", "Two."]), chunk("R1", 0, 0, true), chunk("R1", 1, 0, false)]);
    const { outcomes } = play([{ from: "restored" }, chunk("R1", 1, 0, false), chunk("R1", 1, 1, true)], before.state);
    assert.deepEqual(
      sent(outcomes).map((record) => record.sequence),
      [1, 2],
    );
  });

  it("speaks through the newest stream after the call came back", () => {
    const back: In = {
      from: "calls",
      record: stamped("StreamAttached", {
        callSid,
        streamSid: "MZ2",
        gatewayId: "h",
        replyPartition: 5,
        attachment: 1,
        cardEntry: null,
      }),
    };
    const { outcomes } = play([attached, back, reply("R1", ["One."]), chunk("R1", 0, 0, true)]);
    const [emit] = outcomes[3]?.emit ?? [];
    assert.deepEqual([emit?.partition, emit?.record.streamSid], [5, "MZ2"]);
  });

  const cameBack = (occurredAt: number): In => ({
    from: "calls",
    record: stamped("StreamAttached", {
      ...{ callSid, streamSid: "MZ2", gatewayId: "h", replyPartition: 5, attachment: 1, occurredAt },
      cardEntry: null,
    }),
  });

  it("says nothing more of what was begun for the stream before, since the dialogue says it again", () => {
    const { outcomes, state } = play([
      attached,
      reply("R1", ["One.", "Two."]),
      chunk("R1", 0, 0, false),
      cameBack(1_001),
      chunk("R1", 0, 1, true),
    ]);
    assert.deepEqual(outcomes[3]?.cancel, ["R1/0/0"]);
    assert.deepEqual(outcomes[3]?.effects ?? [], []);
    assert.deepEqual(sent(outcomes.slice(3)), [], "a fragment would keep the new gateway waiting for the rest");
    assert.equal(state?.speaking, null);
  });

  it("begins anew what was prepared for a stream of which it had not heard, whether or not it was made already", () => {
    for (const made of [[], [chunk("R1", 0, 0, true)]]) {
      const { outcomes, state } = play([attached, reply("R1", ["One."]), ...made, cameBack(1_000)]);
      assert.deepEqual(
        outcomes.at(-1)?.effects?.map(({ key, input }) => [key, input.text]),
        [["R1/0/0/1", "One."]],
      );
      const effectId = effectIdOf("speak", callSid, "R1/0/0/1");
      const again = { ...chunk("R1", 0, 0, true), effectId } as In;
      const [emit] = play([again], state).outcomes[0]?.emit ?? [];
      assert.deepEqual([emit?.partition, emit?.record.streamSid, emit?.record.sequence], [5, "MZ2", 0]);
    }
  });

  it("forgets the call when it is over, and calls off what is being said", () => {
    const over: In = {
      from: "calls",
      record: stamped("CallEnded", { callSid, reason: "callerHungUp", durationMs: 1 }),
    };
    const { outcomes, state } = play([attached, reply("R1", ["One."]), over]);
    assert.equal(state, null);
    assert.deepEqual(outcomes[2]?.cancel, ["R1/0/0"]);
  });
});
