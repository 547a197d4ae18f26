/**
 * How long each peer listens to silence before it takes a line for ended, in milliseconds of audio: what it is set to, and what its detector needs beyond that
 * until it no longer hears the last word. Computed from the lines' audio alone, so that no load and no machine is in it.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadVoiceActivity } from "../../connectors/voice-activity/web-rtc.ts";
import { comfortNoise } from "../../simulators/caller/comfort-noise.ts";
import { decodeMulaw, frameMs } from "../../simulators/speech-carrier/g711.ts";
import { plannedCalls } from "../call/script.ts";
import { spokenLine } from "../load/caller-speech.ts";
import { setSilenceMs } from "./peer.ts";

const run = promisify(execFile);
const timeoutMs = 60_000;

/** A line between two stretches of what a silent caller sounds like. */
type HeardLine = { readonly frames: readonly Buffer[]; readonly endsAtMs: number };

/** Of all lines that are said. They begin at different times: detectors look at windows that are longer than a frame. */
function heardLines(): readonly HeardLine[] {
  const texts = new Set(plannedCalls(100, 1).flatMap(({ lines }) => lines));
  return [...texts].map((text, index) => {
    const { frames, lastVoiced } = spokenLine(text, 1, "speech");
    const before = Array.from({ length: 100 + 3 * index }, (_, frame) => comfortNoise(frame + 1));
    const after = Array.from({ length: 50 }, (_, frame) => comfortNoise(frame + 1));
    return { frames: [...before, ...frames, ...after], endsAtMs: (before.length + lastVoiced + 1) * frameMs };
  });
}

/** Ours: from the last frame that was loud enough for speech to the end of speech, as the mean over all lines. */
export async function ownSilenceWaitMs(): Promise<number> {
  const open = await loadVoiceActivity();
  return meanOf(
    heardLines().map(({ frames, endsAtMs }) => {
      const detector = open();
      const judged = frames.map((frame) => detector.isVoiced(frame));
      detector.close();
      return (judged.lastIndexOf(true) + 1) * frameMs - endsAtMs + setSilenceMs;
    }),
  );
}

/** Pipecat's, with its own analyser and its settings. `folder` takes the audio. */
export async function pipecatSilenceWaitMs(python: string, folder: string): Promise<number> {
  const lines = heardLines();
  const files = await Promise.all(
    lines.map(async ({ frames }, index) => {
      const file = join(folder, `line-${index}.raw`);
      await writeFile(file, Buffer.from(decodeMulaw(Buffer.concat(frames)).buffer));
      return file;
    }),
  );
  const program = join(import.meta.dirname, "pipecat", "speech_ends.py");
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const { stdout } = await run(python, [program, ...files], { timeout: timeoutMs, env });
  const ends = JSON.parse(stdout) as readonly (number | null)[];
  return meanOf(
    lines.map(({ endsAtMs }, index) => {
      const end = ends[index] ?? null;
      if (end === null) throw new Error(`Silero does not hear the end of line ${index + 1}`);
      return end - endsAtMs;
    }),
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
