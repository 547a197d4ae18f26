import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openDigits } from "../../runtime/sealed-digits.ts";
import { stamped } from "../../runtime/testing/record.ts";
import type { DialogueState, TurnEnded } from "../../schemas/generated/records.ts";
import { step } from "./core.ts";
import { durable, isAboutProof, type State } from "./state.ts";
import { attached, audio, config, ended, heard, type Out, play, started, type TimedIn } from "./test-call.ts";

const callSid = "CA00000000000000000000000000000001";

const prepared = (state: DialogueState, at = 1_050): TimedIn => [
  {
    from: "responses",
    record: stamped("ResponsePrepared", {
      sentences: [{ text: "Well?", phraseId: null }],
      state,
      isInterruptible: true,
      replacesCurrent: true,
    }),
  },
  at,
];
const says = (text: string): readonly TimedIn[] => [
  audio(0, 200),
  started(20),
  heard(text.slice(0, -3), 150, 1_150),
  heard(text, 190, 1_200),
  ended(20, 190),
];
const emittedIn = (outcomes: readonly Out[]) => outcomes.flatMap(({ emit }) => emit ?? []).map(({ record }) => record);
const turnIn = (outcomes: readonly Out[]): TurnEnded =>
  emittedIn(outcomes).find((record) => record.type === "TurnEnded") as TurnEnded;
const opened = ({ sealedDigits }: TurnEnded) => openDigits(config.proofKey, callSid, sealedDigits ?? "");

describe("a PIN that is said", () => {
  it("while it is asked for, stands nowhere but sealed, neither in what is told of the turn before its end nor in the session", () => {
    const { outcomes, state } = play([attached, prepared("authentication"), ...says("It's four oh seven one.")]);
    const turn = turnIn(outcomes);
    assert.equal(turn.text, "It's ****.");
    assert.equal(opened(turn), "4071");
    assert.ok(emittedIn(outcomes).length > 1, "the turn was told before its end");
    assert.ok(state !== null);
    assert.doesNotMatch(JSON.stringify([emittedIn(outcomes), durable(state)]), /four|oh|seven|4071/);
  });

  it("once it is not asked for any more, is any number; and one that is called a PIN never is", () => {
    const over = [attached, prepared("authentication"), prepared("confirmation", 1_060)] as const;
    const number = turnIn(play([...over, ...says("It's four oh seven one.")]).outcomes);
    assert.deepEqual([number.text, number.sealedDigits], ["It's four oh seven one.", null]);
    const pin = turnIn(play([...over, ...says("My PIN is four oh seven one.")]).outcomes);
    assert.deepEqual([pin.text, opened(pin)], ["My PIN is ****.", "4071"]);
  });

  it("by who has keyed it and is proven before they have finished, is one still; in the next turn it is not", () => {
    const [first, began, ...rest] = says("It's four oh seven one.");
    assert.ok(first !== undefined && began !== undefined);
    const { outcomes, state } = play([
      attached,
      prepared("authentication"),
      first,
      began,
      prepared("confirmation", 1_100),
      ...rest,
    ]);
    assert.equal(turnIn(outcomes).text, "It's ****.");
    assert.equal(state !== null && isAboutProof(state), false);
  });

  it("after a crash is known for one still", () => {
    const before = play([attached, prepared("authentication")]);
    assert.notEqual(before.outcomes.at(-1)?.save, false, "it is saved");
    assert.ok(before.state !== null);
    let state: State | null = durable(before.state);
    const outcomes: Out[] = [];
    for (const [input, at] of [[{ from: "restored" }, 1_060] as TimedIn, ...says("Four oh seven one.")]) {
      const outcome = step(state, input, at, config);
      state = outcome.state;
      outcomes.push(outcome);
    }
    assert.equal(turnIn(outcomes).text, "****.");
    assert.equal(opened(turnIn(outcomes)), "4071");
  });
});
