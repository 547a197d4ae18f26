/** A synthetic line for measuring and testing: audio, and for each frame whether it is speech; null where that is a matter of taste. */
export type TestSignal = {
  readonly name: string;
  readonly audio: Uint8Array;
  readonly isSpeech: readonly (boolean | null)[];
};

const sampleRateHz = 8000;
const frameSamples = 160;
const fullScale = 32_000;
type Voice = "low" | "middle" | "high";
type SpeakSamples = (text: string, voice: Voice) => Int16Array;

/** µ-law of a 16-bit sample (ITU-T G.711). */
function muLaw(sample: number): number {
  const clipped = Math.max(-32_635, Math.min(32_635, Math.round(sample)));
  const magnitude = Math.abs(clipped) + 0x84;
  const exponent = 24 - Math.clz32(magnitude);
  const bounded = Math.max(0, exponent);
  return ~((clipped < 0 ? 0x80 : 0) | (bounded << 4) | ((magnitude >> (bounded + 3)) & 0x0f)) & 0xff;
}

function encode(samples: Float64Array): Uint8Array {
  return Uint8Array.from(samples, muLaw);
}

/** Repeatable noise (linear congruential), from -1 to 1. */
function noiseSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function samplesOf(seconds: number, sampleAt: (time: number, index: number) => number): Float64Array {
  return Float64Array.from({ length: seconds * sampleRateHz }, (_, index) => sampleAt(index / sampleRateHz, index));
}

const tone = (time: number, frequencyHz: number): number => Math.sin(2 * Math.PI * frequencyHz * time);
const amplitude = (decibels: number): number => fullScale * 10 ** (decibels / 20);

function white(seconds: number, decibels: number, seed = 1): Float64Array {
  const noise = noiseSource(seed);
  return samplesOf(seconds, () => noise() * amplitude(decibels));
}

/** Noise that falls by 3 dB an octave (Kellet's filter, three poles). */
function pink(seconds: number, decibels: number): Float64Array {
  const noise = noiseSource(2);
  let [low, middle, high] = [0, 0, 0];
  return samplesOf(seconds, () => {
    const next = noise();
    low = 0.997_65 * low + next * 0.099_046;
    middle = 0.963 * middle + next * 0.296_516_4;
    high = 0.57 * high + next * 1.052_691_3;
    return ((low + middle + high + next * 0.1848) / 3) * amplitude(decibels);
  });
}

/** Breath into the microphone: low noise that swells and fades. */
function breath(seconds: number): Float64Array {
  const noise = noiseSource(3);
  let smooth = 0;
  return samplesOf(seconds, (time) => {
    smooth += (noise() - smooth) * 0.25;
    return smooth * Math.max(0, tone(time, 0.4)) * amplitude(-22);
  });
}

function music(seconds: number): Float64Array {
  const chords = [
    [262, 330, 392],
    [220, 262, 330],
    [175, 220, 262],
    [196, 247, 294],
  ];
  return samplesOf(seconds, (time) => {
    const chord = chords[Math.floor(time) % chords.length] ?? [];
    const sum = chord.reduce(
      (total, frequencyHz) => total + tone(time, frequencyHz) + 0.4 * tone(time, frequencyHz * 2),
      0,
    );
    return (sum / 4) * amplitude(-20) * (1 - 0.5 * (time % 1));
  });
}

/** The twelve keys, 120 ms each with pauses as long. */
function keyTones(): Float64Array {
  const rows = [697, 770, 852, 941];
  const columns = [1209, 1336, 1477];
  return samplesOf(4, (time) => {
    const key = Math.floor(time / 0.24) % 12;
    if (time % 0.24 > 0.12) return 0;
    const row = rows[Math.floor(key / 3)] ?? 0;
    const column = columns[key % 3] ?? 0;
    return ((tone(time, row) + tone(time, column)) / 2) * amplitude(-10);
  });
}

const words =
  "Hello. I am looking for a waterproof jacket, in blue if you have one. Not more than eighty dollars, please.";

/** Speech with half a second of quiet at both ends, and what of it is speech for sure. */
function speech(
  samples: Int16Array,
  decibels: number,
  background: Float64Array | null,
): [Float64Array, (boolean | null)[]] {
  const edge = sampleRateHz / 2;
  const gain = 10 ** (decibels / 20);
  const length = samples.length + 2 * edge;
  const line = new Float64Array(length - (length % frameSamples));
  for (const [index, sample] of samples.entries()) if (index + edge < line.length) line[index + edge] = sample * gain;
  const rms: number[] = [];
  for (let start = 0; start < line.length; start += frameSamples) {
    const frame = line.subarray(start, start + frameSamples);
    rms.push(Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / frameSamples));
  }
  const loudest = Math.max(...rms);
  const firstHeard = rms.findIndex((value) => value > loudest / 40);
  const lastHeard = rms.findLastIndex((value) => value > loudest / 40);
  const truth = rms.map((value, index) => {
    if (value > loudest / 6) return true;
    return index < firstHeard - 1 || index > lastHeard + 2 ? false : null;
  });
  if (background !== null)
    for (let index = 0; index < line.length; index += 1)
      line[index] = (line[index] ?? 0) + (background[index % background.length] ?? 0);
  return [line, truth];
}

function other(name: string, samples: Float64Array): TestSignal {
  const whole = samples.subarray(0, samples.length - (samples.length % frameSamples));
  return { name, audio: encode(whole), isSpeech: Array.from({ length: whole.length / frameSamples }, () => false) };
}

/** Speech at several levels and in noise, and everything on a line that is not speech. `speak` gives 16-bit samples at 8000 Hz. */
export function testSignals(speak: SpeakSamples): readonly TestSignal[] {
  const spoken = (name: string, voice: Voice, decibels: number, background: Float64Array | null): TestSignal => {
    const [samples, isSpeech] = speech(speak(words, voice), decibels, background);
    return { name, audio: encode(samples), isSpeech };
  };
  return [
    spoken("speech, middle voice", "middle", 0, null),
    spoken("speech, low voice", "low", 0, null),
    spoken("speech, high voice", "high", 0, null),
    spoken("speech, quiet (-12 dB)", "middle", -12, null),
    spoken("speech, very quiet (-24 dB)", "middle", -24, null),
    spoken("speech in white noise (-40 dB)", "middle", 0, white(10, -40)),
    spoken("speech in pink noise (-30 dB)", "high", 0, pink(10, -30)),
    other(
      "silence",
      samplesOf(4, () => 0),
    ),
    other(
      "line noise, one step",
      samplesOf(4, (_, index) => ((index * 7919) % 3) * 8 - 8),
    ),
    other("white noise -50 dB", white(8, -50)),
    other("white noise -35 dB", white(8, -35)),
    other("white noise -20 dB", white(8, -20)),
    other("pink noise -35 dB", pink(8, -35)),
    other("pink noise -20 dB", pink(8, -20)),
    other(
      "mains hum 50 Hz",
      samplesOf(4, (time) => (tone(time, 50) + 0.3 * tone(time, 150)) * amplitude(-30)),
    ),
    other("key tones", keyTones()),
    other(
      "ringing tone",
      samplesOf(4, (time) => (tone(time, 440) + tone(time, 480)) * (time % 2 < 1 ? amplitude(-22) : 0)),
    ),
    other(
      "clicks",
      samplesOf(4, (_, index) => (index % 3200 < 16 ? amplitude(-6) * (index % 2 === 0 ? 1 : -1) : 0)),
    ),
    other("breath", breath(5)),
    other("music", music(4)),
  ];
}
