import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFaultScript, parseFaultRules } from "./fault-script.ts";

describe("a fault script", () => {
  it("strikes the nth request of an operation only", () => {
    const script = createFaultScript([{ operation: "Say", fault: "error", nth: 2, code: "INTERNAL", delayMs: 5 }], 1);
    assert.equal(script.next("Say"), undefined);
    assert.equal(script.next("Other"), undefined);
    assert.deepEqual(script.next("Say"), { kind: "error", code: "INTERNAL", delayMs: 5 });
    assert.equal(script.next("Say"), undefined);
  });

  it("strikes a limited number of times, and a wildcard every operation", () => {
    const script = createFaultScript([{ operation: "*", fault: "cut", times: 2 }], 1);
    const struck = ["A", "B", "C"].map((operation) => script.next(operation)?.kind);
    assert.deepEqual(struck, ["cut", "cut", undefined]);
  });

  it("strikes with its probability, repeatably for a seed", () => {
    const draw = (seed: number): boolean[] => {
      const script = createFaultScript([{ operation: "Say", fault: "delay", probability: 0.25 }], seed);
      return Array.from({ length: 2000 }, () => script.next("Say") !== undefined);
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
    const struck = draw(7).filter(Boolean).length;
    assert.ok(struck > 420 && struck < 580, `${struck} of 2000`);
  });

  it("lets the first rule that applies win, and is forgotten by reset", () => {
    const script = createFaultScript(
      [
        { operation: "Say", fault: "delay", nth: 1 },
        { operation: "Say", fault: "error" },
      ],
      1,
    );
    assert.equal(script.next("Say")?.kind, "delay");
    assert.equal(script.next("Say")?.kind, "error");
    script.reset();
    assert.equal(script.next("Say"), undefined);
  });

  it("is read strictly, and says which rule and field are wrong", () => {
    const wrong: readonly [unknown, RegExp][] = [
      [{}, /list/],
      [[1], /rule 0: is not an object/],
      [[{ operation: "Say", fault: "explode" }], /rule 0: fault/],
      [[{ fault: "cut" }], /rule 0: operation/],
      [[{ operation: "Say", fault: "cut", nth: 0 }], /rule 0: nth/],
      [[{ operation: "Say", fault: "cut", probability: 2 }], /rule 0: probability/],
      [[{ operation: "Say", fault: "cut", dealyMs: 2 }], /rule 0: unknown field "dealyMs"/],
    ];
    for (const [value, message] of wrong) assert.throws(() => parseFaultRules(value), message);
    assert.deepEqual(parseFaultRules([{ operation: "Pay", fault: "error", code: 429 }]), [
      { operation: "Pay", fault: "error", code: "429" },
    ]);
  });
});
