/** What every stage's step promises by itself (docs/spec/stage.md): it is a function, it changes nothing it was given, and what it gives back can be published, saved and performed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Codec } from "../../runtime/codec.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";
import { type RecordName, recordFiles } from "../../schemas/generated/records.ts";
import { type AnyRecord, type TopicKey, topics } from "../../schemas/topics.ts";
import { pipeline } from "../../stages/pipeline.ts";
import { anyLineEvent, heard } from "../support/line-events.ts";
import { anyRecordOn } from "../support/random-records.ts";
import { someConfig } from "../support/stage-surroundings.ts";

const CALL = "CA00000000000000000000000000000001";
const codec = new Codec(new Map((Object.keys(recordFiles) as RecordName[]).map((name, index) => [name, index + 1])), {
  schemaById: () => Promise.reject(new Error("not asked in this test")),
});

type Move =
  | { readonly kind: "record"; readonly key: TopicKey; readonly record: AnyRecord }
  | { readonly kind: "failure"; readonly which: number; readonly isRetryable: boolean }
  | { readonly kind: "event"; readonly input: unknown }
  | { readonly kind: "timer"; readonly which: number }
  | { readonly kind: "restored" };

const anyMove = (stage: AnyStage): fc.Arbitrary<Move> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.oneof(
        ...stage.inputs.map((key: TopicKey) =>
          anyRecordOn(key, [CALL]).map((record): Move => ({ kind: "record", key, record })),
        ),
      ),
    },
    ...(stage.ports.includes("telephony")
      ? [{ weight: 8, arbitrary: anyLineEvent().map((event): Move => ({ kind: "event", input: heard(event) })) }]
      : []),
    fc.record({ kind: fc.constant("failure" as const), which: fc.nat(7), isRetryable: fc.boolean() }),
    fc.record({ kind: fc.constant("timer" as const), which: fc.nat(7) }),
    fc.constant({ kind: "restored" as const }),
  );

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

type Effect = { readonly port: string; readonly call: string; readonly input: unknown };
type Run = { readonly inputs: number; readonly outcomes: readonly unknown[] };

/** Plays moves against a step as the runtime would, and checks each outcome. */
function play(stage: AnyStage, config: unknown, moves: readonly Move[]): Run {
  let state: unknown = null;
  let at = 1_790_000_000_000;
  const effects: Effect[] = [];
  const timers = new Map<string, number>();
  const outcomes: unknown[] = [];
  for (const move of moves) {
    const input = inputOf(move, effects, timers, state !== null);
    if (input === null) continue;
    at = move.kind === "record" ? move.record.occurredAt : at + 1;
    const outcome = stage.step(frozen(state), frozen(input), at, config);
    outcomes.push(structuredClone({ ...outcome, at }));
    checkOutcome(stage, outcome);
    state = outcome.state;
    effects.push(...((outcome.effects ?? []) as readonly Effect[]));
    for (const [name, dueAt] of Object.entries(outcome.timers ?? {}))
      if (dueAt === null) timers.delete(name);
      else timers.set(name, dueAt as number);
    if (state === null) timers.clear();
  }
  return { inputs: outcomes.length, outcomes };
}

function inputOf(move: Move, effects: Effect[], timers: Map<string, number>, isKnown: boolean): unknown {
  switch (move.kind) {
    case "record":
      return { from: move.key, record: move.record };
    case "event":
      return move.input;
    case "failure": {
      const [effect] = effects.splice(move.which % Math.max(1, effects.length), 1);
      if (effect === undefined) return null;
      const { port, call } = effect;
      return {
        from: "port",
        port,
        call,
        effectId: "effect",
        outcome: "failure",
        code: "VENDOR_UNAVAILABLE",
        isRetryable: move.isRetryable,
      };
    }
    case "timer": {
      const name = [...timers.keys()][move.which % Math.max(1, timers.size)];
      if (name === undefined) return null;
      timers.delete(name);
      return { from: "timer", name };
    }
    case "restored":
      return isKnown ? { from: "restored" } : null;
  }
}

function checkOutcome(stage: AnyStage, outcome: ReturnType<AnyStage["step"]>): void {
  if (stage.state === "session") {
    const saved: unknown = outcome.state === null ? null : (stage.durable?.(outcome.state) ?? outcome.state);
    assert.deepEqual(JSON.parse(JSON.stringify(saved)), saved, "what is saved is plain JSON");
  }
  for (const emit of outcome.emit ?? []) {
    assert.ok(stage.outputs.includes(emit.to), `${emit.to} is a declared output`);
    assert.ok(
      (topics[emit.to as TopicKey].records as readonly string[]).includes(emit.record.type),
      `${emit.record.type} belongs there`,
    );
    // Throws when a field is missing or of another type.
    codec.encode({ ...(emit.record as AnyRecord), eventId: "e", callSid: CALL, occurredAt: 0, causeId: null });
  }
  for (const { port, call } of (outcome.effects ?? []) as readonly Effect[]) {
    assert.ok(stage.ports.includes(port), `${port} is a declared port`);
    assert.equal(typeof call, "string");
  }
  for (const dueAt of Object.values(outcome.timers ?? {}))
    assert.ok(dueAt === null || Number.isFinite(dueAt), "a timer has a time");
}

for (const stage of pipeline)
  describe(`the step of ${stage.name}`, () => {
    const config = frozen(someConfig(stage));

    it("gives the same for the same, changes nothing it was given, and gives back what can be published, saved and performed", () => {
      let played = 0;
      fc.assert(
        fc.property(fc.array(anyMove(stage), { maxLength: 25 }), (moves) => {
          const first = play(stage, config, moves);
          assert.deepEqual(play(stage, config, moves), first);
          played += first.inputs;
        }),
        { numRuns: 60, seed: 20_261_123 },
      );
      assert.ok(played > 200, `${played} inputs were played`);
    });

    it("says and does nothing about a call that it knows nothing of", () => {
      for (const input of [{ from: "restored" }, { from: "timer", name: "of another time" }]) {
        const { emit = [], effects = [] } = stage.step(null, input, 0, config);
        assert.deepEqual([...emit, ...effects], []);
      }
    });
  });
