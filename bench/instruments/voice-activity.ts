/** Voice activity detectors on synthetic lines: how many frames each judges wrongly, and how long a frame takes. */
import type { OpenVoiceActivityDetector } from "../../connectors/voice-activity/port.ts";
import { type TestSignal, testSignals } from "../../connectors/voice-activity/test-signals.ts";
import { loadVoiceActivity, NoiseFloor } from "../../connectors/voice-activity/web-rtc.ts";
import { decodeMulaw } from "../../simulators/speech-carrier/g711.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import { defineInstrument } from "../instrument.ts";
import { column, type Table } from "../table.ts";

const FRAME_BYTES = 160;

function loudnessOf(frame: Uint8Array): number {
  const samples = decodeMulaw(frame);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

const openEnergy: OpenVoiceActivityDetector = () => {
  const floor = new NoiseFloor();
  return { isVoiced: (frame) => floor.standsOut(loudnessOf(frame)), close: () => undefined };
};

function frameOf(audio: Uint8Array, index: number): Uint8Array {
  return audio.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
}

/** Share of the frames with a known truth that the detector judges otherwise, in percent. */
function wrongPercent(open: OpenVoiceActivityDetector, { audio, isSpeech }: TestSignal): number {
  const detector = open();
  let [wrong, judged] = [0, 0];
  for (const [index, truth] of isSpeech.entries()) {
    const isVoiced = detector.isVoiced(frameOf(audio, index));
    if (truth === null) continue;
    judged += 1;
    if (isVoiced !== truth) wrong += 1;
  }
  detector.close();
  return (100 * wrong) / Math.max(1, judged);
}

/** Microseconds of CPU time that a frame takes. */
function frameMicros(open: OpenVoiceActivityDetector, audio: Uint8Array, rounds: number): number {
  const detector = open();
  const frames = Math.floor(audio.length / FRAME_BYTES);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1)
    for (let index = 0; index < frames; index += 1) detector.isVoiced(frameOf(audio, index));
  const { user, system } = process.cpuUsage(before);
  detector.close();
  return (user + system) / Math.max(1, rounds * frames);
}

export const instrument = defineInstrument({
  name: "voice-activity",
  summary: "voice activity detectors on synthetic lines: wrong frames, and time for a frame",
  options: {
    rounds: {
      kind: "number",
      summary: "how often the first signal is judged to time a frame",
      fallback: 200,
      quick: 10,
      min: 1,
      max: 100_000,
    },
  },
  async prepare({ options }) {
    const detectors: readonly (readonly [string, OpenVoiceActivityDetector])[] = [
      ["energy", openEnergy],
      ["WebRTC 0", await loadVoiceActivity({ mode: 0, isGated: false })],
      ["WebRTC 2", await loadVoiceActivity({ mode: 2, isGated: false })],
      ["WebRTC 3", await loadVoiceActivity({ mode: 3, isGated: false })],
      ["WebRTC 1, gated", await loadVoiceActivity({ mode: 1 })],
      ["WebRTC 2, gated", await loadVoiceActivity({ mode: 2 })],
      ["WebRTC 3, gated", await loadVoiceActivity({ mode: 3 })],
    ];
    const signals = testSignals((text, voice) => decodeMulaw(speak(text, { voice })));
    const timed = signals[0]?.audio ?? new Uint8Array(FRAME_BYTES);
    return {
      async measure(): Promise<readonly Table[]> {
        return [
          {
            title: "Frames judged wrongly",
            labels: ["signal"],
            columns: detectors.map(([name]) => column(name, "%", 1)),
            rows: signals.map((signal) => ({
              labels: [signal.name],
              cells: detectors.map(([, open]) => wrongPercent(open, signal)),
            })),
          },
          {
            title: "CPU time for a frame of 20 ms",
            labels: ["detector"],
            columns: [column("time", "µs", 2)],
            rows: detectors.map(([name, open]) => ({
              labels: [name],
              cells: [frameMicros(open, timed, options.rounds)],
            })),
          },
        ];
      },
    };
  },
});
