import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeMulaw } from "../../simulators/speech-carrier/g711.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import { testSignals } from "./test-signals.ts";
import { loadVoiceActivity } from "./web-rtc.ts";

const openDetector = await loadVoiceActivity();
const signals = testSignals((text, voice) => decodeMulaw(speak(text, { voice })));
const frameBytes = 160;
/** What a gateway calls speech: three voiced frames in a row. */
const startFrames = 3;

function voicedFrames(audio: Uint8Array): boolean[] {
  const detector = openDetector();
  const voiced: boolean[] = [];
  for (let at = 0; at + frameBytes <= audio.length; at += frameBytes)
    voiced.push(detector.isVoiced(audio.subarray(at, at + frameBytes)));
  detector.close();
  return voiced;
}

const speech = signals.filter(({ isSpeech }) => isSpeech.includes(true));
const steady = signals
  .filter(({ name }) => /silence|line noise|white noise -|pink noise -|hum|key tones|clicks/.test(name))
  .filter(({ isSpeech }) => !isSpeech.includes(true));

test("the signals hold what they are meant to", () => {
  assert.equal(speech.length, 7);
  assert.equal(steady.length, 10);
});

for (const { name, audio, isSpeech } of speech) {
  test(`given ${name}, then at most one frame in twenty is missed, and it ends where it ends`, () => {
    const voiced = voicedFrames(audio);
    const spoken = isSpeech.filter((truth) => truth === true).length;
    const missed = isSpeech.filter((truth, index) => truth === true && voiced[index] !== true).length;
    assert.ok(missed <= spoken / 20, `${missed} of ${spoken} frames missed`);
    // The detector's own hang-over would be heard here: up to 100 ms after the last sound.
    assert.deepEqual(
      voiced.filter((isVoiced, index) => isVoiced && isSpeech[index] === false),
      [],
    );
    const firstSpoken = isSpeech.indexOf(true);
    const start = voiced.findIndex((_, index) => voiced.slice(index, index + startFrames).every(Boolean));
    assert.ok(Math.abs(start - firstSpoken) <= 3, "its beginning is more than 60 ms off");
  });
}

for (const { name, audio } of steady) {
  test(`given ${name}, then nobody speaks`, () => {
    const voiced = voicedFrames(audio);
    const isStart = voiced.some(
      (_, index) => index + startFrames <= voiced.length && voiced.slice(index, index + startFrames).every(Boolean),
    );
    assert.equal(isStart, false);
  });
}

test("given many calls at once, then each is heard by itself", () => {
  const [loud] = speech;
  const audio = loud?.audio ?? new Uint8Array(0);
  const silence = new Uint8Array(frameBytes).fill(0xff);
  const alone = voicedFrames(audio);
  const detectors = Array.from({ length: 50 }, () => openDetector());
  const quiet = openDetector();
  for (const [index, expected] of alone.entries()) {
    const frame = audio.subarray(index * frameBytes, (index + 1) * frameBytes);
    for (const detector of detectors) assert.equal(detector.isVoiced(frame), expected);
    assert.equal(quiet.isVoiced(silence), false);
  }
  for (const detector of [...detectors, quiet]) detector.close();
});

test("given a closed detector or a frame of another size, then nobody speaks", () => {
  const detector = openDetector();
  assert.equal(detector.isVoiced(new Uint8Array(80).fill(0x20)), false);
  detector.close();
  detector.close();
  assert.equal(detector.isVoiced(new Uint8Array(160).fill(0x20)), false);
});
