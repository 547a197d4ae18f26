import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RecordByName, RecordName } from "../../schemas/generated/records.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { sampleRecords } from "../sample-records.ts";
import { partsOf, turnFigures } from "./waterfall.ts";

const base = 1_000_000;

/** A record of the turn, `ms` after the last voiced byte. */
function made<N extends RecordName>(type: N, ms: number, fields: Partial<RecordByName[N]>): AnyRecord {
  return { ...sampleRecords[type], callSid: "CA1", turn: 1, occurredAt: base + ms, ...fields } as AnyRecord;
}

/** A turn whose times can be added up in the head. */
function turn(replyTo = "p"): readonly AnyRecord[] {
  return [
    made("SpeechEnded", 200, { lastByteAt: base }),
    made("TurnEnded", 260, { eventId: "t", lastByteAt: base, endpointWaitMs: 220, vendorWaitMs: 30 }),
    made("PlaybackStarted", 300, { responseId: "acknowledgement", isAcknowledgement: true, vendorWaitMs: 0 }),
    made("IntentRecognised", 340, { eventId: "i", causeId: "t", vendorWaitMs: 70 }),
    made("ToolCalled", 345, { eventId: "c", causeId: "i" }),
    made("ToolSucceeded", 365, { eventId: "r", callId: "c", storeWaitMs: 12, vendorWaitMs: 0 }),
    made("ResponsePrepared", 370, { eventId: "p", causeId: "r" }),
    made("SpeechSynthesised", 410, { responseId: "p", sequence: 0 }),
    made("PlaybackStarted", 414, { responseId: replyTo, isAcknowledgement: false, vendorWaitMs: 33 }),
  ];
}

describe("the waterfall of a turn", () => {
  it("cuts voice to voice at every record, and the parts add up to it", () => {
    const [figures] = turnFigures(turn());
    assert.deepEqual(
      figures?.parts?.map(({ until, ms, waitMs }) => [until, ms, waitMs]),
      [
        ["SpeechEnded", 200, 200],
        ["TurnEnded", 60, 50],
        ["IntentRecognised", 80, 70],
        ["ToolCalled", 5, 0],
        ["ToolSucceeded", 20, 0],
        ["ResponsePrepared", 5, 0],
        ["SpeechSynthesised", 40, 33],
        ["PlaybackStarted", 4, 0],
      ],
    );
    assert.equal(figures?.voiceToVoiceMs, 414);
    assert.equal(figures?.firstSoundMs, 40, "the acknowledgement, from TurnEnded");
    assert.equal(figures?.overheadMs, 414 - 220 - 30 - 70 - 33);
    const ours = figures?.parts?.reduce((sum, { ms, waitMs }) => sum + ms - waitMs, 0);
    assert.equal(ours, figures?.overheadMs, "what is ours of the parts is the overhead");
  });

  it("takes records in any order, and those of other turns for what they are", () => {
    const others = turn().map((record) => ({ ...record, turn: 2 }) as AnyRecord);
    assert.deepEqual(turnFigures([...others, ...turn().toReversed()])[0], turnFigures(turn())[0]);
    assert.equal(turnFigures([...turn(), ...others]).length, 2);
  });

  it("has no parts for a turn whose reply came from elsewhere, or that had none", () => {
    assert.equal(partsOf(turn("another"), 1), null);
    assert.equal(partsOf(turn().slice(0, -1), 1), null);
    assert.equal(turnFigures(turn().slice(0, -1))[0]?.voiceToVoiceMs, null);
    assert.deepEqual(turnFigures([]), []);
  });

  it("follows the reply that came first, and no other", () => {
    const reply = { responseId: "another", isAcknowledgement: false, vendorWaitMs: 0 };
    const earlier = made("PlaybackStarted", 350, reply);
    const figures = turnFigures([...turn(), earlier]);
    assert.equal(figures[0]?.voiceToVoiceMs, 350);
    assert.equal(figures[0]?.parts, null, "another reply came first: it is followed, not the later one");
  });
});
