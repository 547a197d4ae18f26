import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DialogueState, symbolsOf } from "../../schemas/generated/records.ts";
import { actions } from "./actions.ts";
import { defaults } from "./default-transitions.ts";
import { guards } from "./guards.ts";
import { rowFor, transitions } from "./transitions.ts";
import { type Trigger, triggers } from "./triggers.ts";

const states = Object.keys(transitions) as DialogueState[];

/** Where one state leads, by any of the given triggers. */
function nextOf(state: DialogueState, by: readonly Trigger[]): DialogueState[] {
  return by.flatMap((trigger) => rowFor(state, trigger).map((choice) => (choice.to === "same" ? state : choice.to)));
}

function reachable(from: DialogueState, by: readonly Trigger[]): Set<DialogueState> {
  const seen = new Set<DialogueState>([from]);
  for (const state of seen) for (const next of nextOf(state, by)) seen.add(next);
  return seen;
}

describe("the transition table", () => {
  it("knows the states of the schemas, all of them", () => {
    assert.deepEqual(states.toSorted(), symbolsOf.DialogueState.toSorted());
  });

  it("has a default row for every trigger and no other", () => {
    assert.deepEqual(Object.keys(defaults).sort(), [...triggers].sort());
    assert.equal(new Set(triggers).size, triggers.length);
  });

  it("has for every pair a row whose last choice always holds, and only known guards, actions and states", () => {
    let pairs = 0;
    for (const state of states) {
      for (const trigger of triggers) {
        const row = rowFor(state, trigger);
        pairs += 1;
        assert.equal(row.at(-1)?.when, undefined, `${state}/${trigger} has no last choice`);
        for (const [index, choice] of row.entries()) {
          assert.ok(
            index === row.length - 1 || choice.when !== undefined,
            `${state}/${trigger} hides its later choices`,
          );
          assert.ok(choice.when === undefined || choice.when in guards);
          assert.ok(choice.action in actions);
          assert.ok(choice.to === "same" || states.includes(choice.to));
        }
      }
    }
    assert.equal(pairs, 15 * triggers.length);
  });

  it("names only known triggers in the states' own rows", () => {
    for (const state of states) {
      for (const trigger of Object.keys(transitions[state])) assert.ok(triggers.includes(trigger as Trigger), trigger);
    }
  });

  it("uses every guard and every action", () => {
    const rows = states.flatMap((state) => triggers.map((trigger) => rowFor(state, trigger))).flat();
    const used = new Set<string>(rows.flatMap((choice) => [choice.action, choice.when ?? ""]));
    assert.deepEqual(
      [...Object.keys(actions), ...Object.keys(guards)].filter((name) => !used.has(name)),
      [],
    );
  });

  it("reaches every state from the greeting, and exit from every state", () => {
    assert.deepEqual([...reachable("greeting", triggers)].sort(), [...states].sort());
    for (const state of states) assert.ok(reachable(state, triggers).has("exit"), state);
  });

  it("reaches exit from every state where a caller is heard, by silence alone and by asking for a person", () => {
    for (const state of states.filter((each) => each !== "payment")) {
      assert.ok(reachable(state, ["silence:third"]).has("exit"), state);
      assert.ok(reachable(state, ["intent:talkToPerson"]).has("exit"), state);
    }
  });

  it("leaves payment only by what the tool says, its time-out, or the end of the call", () => {
    const leaving = triggers.filter((trigger) => nextOf("payment", [trigger]).some((state) => state !== "payment"));
    assert.deepEqual(
      leaving.filter(
        (trigger) => !/^(succeeded|refused|failed|timeout):|^silence:third$|^callEnded$|^noIntent$/.test(trigger),
      ),
      [],
    );
  });

  it("enters payment, and places an order, only by a yes at confirmation", () => {
    for (const state of states) {
      for (const trigger of triggers) {
        const places = rowFor(state, trigger).some((choice) => choice.action === "placeOrder");
        const enters = rowFor(state, trigger).some((choice) => choice.to === "payment");
        assert.equal(places, enters);
        if (places) assert.ok(state === "confirmation" && (trigger === "intent:confirm" || trigger === "digit:1"));
      }
    }
  });
});
