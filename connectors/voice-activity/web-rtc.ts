import { PartylineError } from "../../runtime/errors.ts";
import type { OpenVoiceActivityDetector, VoiceActivityDetector } from "./port.ts";

/** What is used of libfvad's build: memory, and the functions of fvad.h. */
type Fvad = {
  readonly HEAP16: Int16Array;
  _malloc(bytes: number): number;
  _fvad_new(): number;
  _fvad_free(handle: number): void;
  _fvad_set_mode(handle: number, mode: number): number;
  _fvad_set_sample_rate(handle: number, rateHz: number): number;
  /** 1 voiced, 0 not, -1 the frame has a length that is not supported. */
  _fvad_process(handle: number, samples: number, count: number): number;
};

const frameSamples = 160;
const sampleRateHz = 8000;
/** The third of libfvad's four modes: measured with bench/instruments/voice-activity.ts. */
const aggressive = 2;
/** Below this, in 16-bit samples, nobody speaks, whatever a line's own noise looks like. */
const leastSpeechRms = 90;
/** Speech stands out of the line's noise by this factor (about 8 dB). */
const overNoise = 2.5;
/** The noise is the quietest frame of about the last 1.6 s, kept as the quietest of each tenth of it. */
const windowFrames = 8;
const windows = 10;
const quietest = 8;
/** Energy that may sit in one or two tones alone before it is a key tone rather than speech. */
const toneShare = 0.82;
const leastToneShare = 0.1;

const decoded: Int16Array = Int16Array.from({ length: 256 }, (_, byte) => {
  const inverted = ~byte & 0xff;
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted >> 4) & 0x07)) - 0x84;
  return (inverted & 0x80) === 0 ? magnitude : -magnitude;
});

/** Root mean square of a frame, in 16-bit samples, without its constant part. */
function rmsOf(samples: Int16Array): number {
  let sum = 0;
  let squares = 0;
  for (const sample of samples) {
    sum += sample;
    squares += sample * sample;
  }
  const mean = sum / samples.length;
  return Math.sqrt(Math.max(0, squares / samples.length - mean * mean));
}

/** The line's own noise: the quietest moment of the last second and a half. Speech has such moments, between words; noise has no others. */
export class NoiseFloor {
  readonly #quietest: number[] = [];
  #frames = 0;
  #rms = quietest;

  /** Takes a frame's loudness; whether it stands out of the noise. */
  standsOut(rms: number): boolean {
    if (this.#frames % windowFrames === 0) {
      this.#quietest.push(rms);
      if (this.#quietest.length > windows) this.#quietest.shift();
      this.#rms = Math.min(...this.#quietest);
    }
    this.#frames += 1;
    const last = this.#quietest.length - 1;
    if (rms < (this.#quietest[last] ?? 0)) this.#quietest[last] = rms;
    if (rms < this.#rms) this.#rms = rms;
    return rms > leastSpeechRms && rms > Math.max(quietest, this.#rms) * overNoise;
  }
}

/** Rows and columns of the keypad, in Hz (ITU-T Q.23). */
const lowTonesHz = [697, 770, 852, 941];
const highTonesHz = [1209, 1336, 1477, 1633];

/** Share of a frame's energy that lies at one frequency (Goertzel), times two, so that a pure tone gives about 1. */
function toneEnergy(samples: Int16Array, frequencyHz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * frequencyHz) / sampleRateHz);
  let last = 0;
  let beforeLast = 0;
  for (const sample of samples) {
    const next = sample + turn * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  return last * last + beforeLast * beforeLast - turn * last * beforeLast;
}

/** Whether a frame is a key tone: nearly all of its energy at one row and one column. */
export function isKeyTone(samples: Int16Array, rms: number): boolean {
  const totalEnergy = (rms * rms * samples.length * samples.length) / 2;
  const low = Math.max(...lowTonesHz.map((frequencyHz) => toneEnergy(samples, frequencyHz)));
  const high = Math.max(...highTonesHz.map((frequencyHz) => toneEnergy(samples, frequencyHz)));
  const isBoth = low > totalEnergy * leastToneShare && high > totalEnergy * leastToneShare;
  return isBoth && low + high > totalEnergy * toneShare;
}

let loading: Promise<Fvad> | undefined;

async function loadFvad(): Promise<Fvad> {
  // The package has no types of its own.
  const load: { default: () => Promise<Fvad> } = await import("@echogarden/fvad-wasm" as string);
  return load.default();
}

/** Options for measuring; the defaults are what the gateway uses. */
export type WebRtcOptions = { readonly mode?: 0 | 1 | 2 | 3; readonly isGated?: boolean };

/**
 * Voice activity by WebRTC's detector (libfvad, 8 kHz), behind two gates: a frame must stand out of the line's own noise, which also takes away the
 * detector's hang-over of up to 100 ms, and must not be a key tone. One module serves all calls of the process; a call holds a handle.
 */
export async function loadVoiceActivity(options: WebRtcOptions = {}): Promise<OpenVoiceActivityDetector> {
  loading ??= loadFvad();
  const fvad = await loading;
  const { mode = aggressive, isGated = true } = options;
  const input = fvad._malloc(frameSamples * Int16Array.BYTES_PER_ELEMENT);
  const at = input / Int16Array.BYTES_PER_ELEMENT;
  return (): VoiceActivityDetector => {
    let handle = fvad._fvad_new();
    if (handle === 0) throw new PartylineError("QUEUE_FULL", "no memory for another voice activity detector");
    fvad._fvad_set_mode(handle, mode);
    fvad._fvad_set_sample_rate(handle, sampleRateHz);
    const floor = new NoiseFloor();
    return {
      isVoiced(frame) {
        if (handle === 0 || frame.length !== frameSamples) return false;
        // Taken anew for each frame: the module's memory moves when it grows.
        const samples = fvad.HEAP16.subarray(at, at + frameSamples);
        for (let index = 0; index < frameSamples; index += 1) samples[index] = decoded[frame[index] ?? 0xff] ?? 0;
        const isSpeech = fvad._fvad_process(handle, input, frameSamples) === 1;
        if (!isGated) return isSpeech;
        const rms = rmsOf(samples);
        const isLoud = floor.standsOut(rms);
        return isSpeech && isLoud && !isKeyTone(samples, rms);
      },
      close() {
        if (handle !== 0) fvad._fvad_free(handle);
        handle = 0;
      },
    };
  };
}
