import assert from "node:assert/strict";
import { test } from "node:test";
import type { ToolArguments } from "../../schemas/generated/records.ts";
import { step } from "./core.ts";
import { config } from "./testing/config.ts";
import { sealed, toolCalled } from "./testing/tool-call.ts";

const digits = sealed("4071");
const isMaria = { personName: "Maria Lopez", postalCode: "94107" };

function asked(tool: "verifyIdentity" | "sendCode", given: Partial<ToolArguments>) {
  const record = toolCalled(tool, { arguments: { callerNumber: "+12025550143", ...given } });
  return step(null, { from: "toolCalls", record }, 1_000, config);
}

test("who a caller says they are goes with the PIN, and with the wish for a code", () => {
  const [verify] = asked("verifyIdentity", { digits, ...isMaria }).effects ?? [];
  assert.deepEqual(verify?.input, { callerNumber: "+12025550143", sealedDigits: digits, claim: isMaria });
  const [sendCode] = asked("sendCode", { ...isMaria }).effects ?? [];
  assert.deepEqual(sendCode?.input, { callerNumber: "+12025550143", claim: isMaria });
});

test("half of it is nothing", () => {
  const [verify] = asked("verifyIdentity", { digits, personName: "Maria Lopez" }).effects ?? [];
  assert.deepEqual(verify?.input, { callerNumber: "+12025550143", sealedDigits: digits });
});

for (const [what, given] of [
  ["a name that is none", { personName: "4242", postalCode: "94107" }],
  ["a name without end", { personName: "a".repeat(81), postalCode: "94107" }],
  ["a postal code that is none", { personName: "Maria Lopez", postalCode: "94 107'" }],
] as const)
  test(`${what} is refused, and nothing is looked up`, () => {
    const out = asked("verifyIdentity", { digits, ...given });
    assert.equal(out.effects, undefined);
    assert.equal(out.emit?.[0]?.record.type === "ToolRefused" && out.emit[0].record.reason, "invalidArguments");
  });
