/** Bytes of one 20 ms frame of G.711 at 8000 Hz. */
export const frameBytes = 160;
/** Duration of one frame in milliseconds. */
export const frameMs = 20;
/** µ-law silence. */
export const silenceByte = 0xff;

const bias = 0x84;
const clip = 32_635;

function decodeByte(byte: number): number {
  const inverted = ~byte & 0xff;
  const exponent = (inverted >> 4) & 0x07;
  const magnitude = ((((inverted & 0x0f) << 3) + bias) << exponent) - bias;
  return (inverted & 0x80) === 0 ? magnitude : -magnitude;
}

function encodeSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), clip) + bias;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

const decodeTable: Int16Array = Int16Array.from({ length: 256 }, (_, byte) => decodeByte(byte));
const encodeTable: Uint8Array = Uint8Array.from({ length: 65_536 }, (_, index) => encodeSample(index - 32_768));

/** The 16-bit linear value of one µ-law byte (ITU-T G.711). */
export function decodeMulawByte(byte: number): number {
  return decodeTable[byte & 0xff] ?? 0;
}

/** The µ-law byte of a 16-bit linear sample (ITU-T G.711); values beyond 16 bits are clipped. */
export function encodeMulawSample(sample: number): number {
  const clipped = Math.max(-32_768, Math.min(32_767, Math.round(sample)));
  return encodeTable[clipped + 32_768] ?? silenceByte;
}

/** µ-law to 16-bit linear samples. */
export function decodeMulaw(audio: Uint8Array): Int16Array {
  const samples = new Int16Array(audio.length);
  for (let index = 0; index < audio.length; index += 1) samples[index] = decodeMulawByte(audio[index] ?? silenceByte);
  return samples;
}

/** 16-bit linear samples to µ-law. */
export function encodeMulaw(samples: Int16Array): Uint8Array {
  const audio = new Uint8Array(samples.length);
  for (let index = 0; index < samples.length; index += 1) audio[index] = encodeMulawSample(samples[index] ?? 0);
  return audio;
}

/** µ-law silence of the given number of 20 ms frames. */
export function silentFrames(count: number): Uint8Array {
  return new Uint8Array(count * frameBytes).fill(silenceByte);
}

/** Root mean square of a stretch of µ-law audio as a share of full scale, 0 to 1. */
export function loudnessOf(audio: Uint8Array): number {
  if (audio.length === 0) return 0;
  let sum = 0;
  for (const byte of audio) sum += decodeMulawByte(byte) ** 2;
  return Math.sqrt(sum / audio.length) / 32_768;
}
