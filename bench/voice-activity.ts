/**
 * Measures voice activity detectors on synthetic lines: `node bench/voice-activity.ts`. Prints, per detector and signal, the share of
 * speech frames missed, the share of other frames taken for speech, and the time a frame takes.
 */
import type { OpenVoiceActivityDetector } from "../connectors/voice-activity/port.ts";
import { testSignals } from "../connectors/voice-activity/test-signals.ts";
import { loadVoiceActivity, NoiseFloor } from "../connectors/voice-activity/web-rtc.ts";
import { decodeMulaw } from "../simulators/speech-carrier/g711.ts";
import { speak } from "../simulators/speech-carrier/voice.ts";

const frameBytes = 160;
const loudnessOf = (frame: Uint8Array): number => {
  const samples = decodeMulaw(frame);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
};

const openEnergy: OpenVoiceActivityDetector = () => {
  const floor = new NoiseFloor();
  return { isVoiced: (frame) => floor.standsOut(loudnessOf(frame)), close: () => undefined };
};

const detectors: readonly (readonly [string, OpenVoiceActivityDetector])[] = [
  ["energy", openEnergy],
  ["webrtc 0", await loadVoiceActivity({ mode: 0, isGated: false })],
  ["webrtc 2", await loadVoiceActivity({ mode: 2, isGated: false })],
  ["webrtc 3", await loadVoiceActivity({ mode: 3, isGated: false })],
  ["webrtc 1 gated", await loadVoiceActivity({ mode: 1 })],
  ["webrtc 2 gated", await loadVoiceActivity({ mode: 2 })],
  ["webrtc 3 gated", await loadVoiceActivity({ mode: 3 })],
];

const signals = testSignals((text, voice) => decodeMulaw(speak(text, { voice })));
const rows = signals.map(({ name, audio, isSpeech }) => {
  const row: Record<string, string | number> = { signal: name };
  for (const [detectorName, open] of detectors) {
    const detector = open();
    let wrong = 0;
    let judged = 0;
    for (let index = 0; index < isSpeech.length; index += 1) {
      const isVoiced = detector.isVoiced(audio.subarray(index * frameBytes, (index + 1) * frameBytes));
      const truth = isSpeech[index];
      if (truth === null) continue;
      judged += 1;
      if (isVoiced !== truth) wrong += 1;
    }
    detector.close();
    row[detectorName] = `${((100 * wrong) / Math.max(1, judged)).toFixed(1)} %`;
  }
  return row;
});
console.table(rows);
for (const [name, open] of detectors) {
  const detector = open();
  const audio = signals[0]?.audio ?? new Uint8Array(frameBytes);
  const rounds = 200;
  const frames = Math.floor(audio.length / frameBytes);
  const start = process.hrtime.bigint();
  for (let round = 0; round < rounds; round += 1)
    for (let index = 0; index < frames; index += 1)
      detector.isVoiced(audio.subarray(index * frameBytes, (index + 1) * frameBytes));
  const microseconds = Number(process.hrtime.bigint() - start) / 1000;
  detector.close();
  console.log(`${name}: ${(microseconds / (rounds * frames)).toFixed(2)} µs a frame`);
}
