import assert from "node:assert/strict";
import { test } from "node:test";
import { openDigits } from "../../runtime/sealed-digits.ts";
import type { DigitPressed } from "../../schemas/generated/records.ts";
import { attachedCall, attachedEvent, Call, config, facts, streamSid } from "./test-call.ts";

function press(call: Call, keys: string, on = streamSid): readonly DigitPressed[] {
  call.records();
  for (const digit of keys) call.event({ type: "digit", streamSid: on, digit });
  return call.records() as DigitPressed[];
}

/** What a reader of the topic sees: the keys, and how many of them are sealed. */
const seen = (pressed: readonly DigitPressed[]): string => pressed.map(({ digit }) => digit).join("");
const opened = (pressed: readonly DigitPressed[]): string | null =>
  openDigits(config.proofKey, facts.callSid, pressed.map(({ sealedDigit }) => sealedDigit ?? "").join(""));

test("given a dialogue that asks for a PIN, then its digits leave sealed, pound and star do not, and the audio is as it was", () => {
  const call = attachedCall();
  call.prepares("authentication");
  assert.deepEqual(call.calls("rememberWithheld"), [{ isProofAwaited: true }]);
  const pressed = press(call, "4471#*");
  assert.equal(seen(pressed), "????#*");
  assert.equal(opened(pressed.slice(0, 4)), "4471");
  assert.deepEqual(
    pressed.map(({ isMasked, sealedDigit }) => [isMasked, sealedDigit !== null]),
    [...Array.from({ length: 4 }, () => [false, true]), [false, false], [false, false]],
  );
  assert.equal(
    new Set(pressed.slice(0, 4).map(({ sealedDigit }) => sealedDigit)).size,
    4,
    "equal digits look different",
  );
  call.hears(100, true);
  const audio = call.audio().flatMap((record) => [...record.audio]);
  assert.ok(audio.length > 0 && audio.every((byte) => byte === 0x20), "what is said is heard");
});

test("given a dialogue that has gone on, then digits leave as they are again", () => {
  const call = attachedCall();
  call.prepares("authentication");
  call.prepares("authentication");
  call.prepares("confirmation");
  assert.deepEqual(call.calls("rememberWithheld"), [{ isProofAwaited: true }, { isProofAwaited: false }]);
  assert.deepEqual(press(call, "1"), [
    { type: "DigitPressed", turn: 1, digit: "1", isMasked: false, sealedDigit: null },
  ]);
});

test("given a call that comes back on another gateway while a PIN is keyed, then the rest of it is sealed there, and the PIN is whole", () => {
  const first = attachedCall();
  first.prepares("authentication");
  const before = press(first, "44");
  const second = new Call();
  const withheld = { isMasked: false, isProofAwaited: true };
  second.event({ ...attachedEvent, streamSid: "MZ2", attachment: 1, withheld });
  const after = press(second, "71", "MZ2");
  assert.equal(seen([...before, ...after]), "????");
  assert.equal(opened([...before, ...after]), "4471");
});

test("given a card that is keyed in, then nothing of its digits leaves, sealed or not", () => {
  const call = attachedCall();
  call.prepares("authentication");
  call.directs("maskDigits");
  assert.deepEqual(press(call, "4"), [
    { type: "DigitPressed", turn: 1, digit: "?", isMasked: true, sealedDigit: null },
  ]);
});
