import { crc32 } from "node:zlib";
import { frameBytes } from "./g711.ts";

/** Most text bytes that one frame carries. */
export const maxFrameTextBytes = 9;

/** What one 20 ms frame of carrying audio says. */
export type CarriedFrame = {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Counts up per speaker and call, 0 to 65535. */
  readonly utterance: number;
  /** Frame number in the utterance, from 0. */
  readonly sequence: number;
  /** A slice of the utterance's UTF-8 text, 0 to 9 bytes; a character may be split between frames. */
  readonly text: Uint8Array;
};

/** What a frame turned out to be: carrying, carrying but damaged (right magic, wrong checksum or length), or plain sound. */
export type FrameReading =
  | { readonly kind: "carried"; readonly frame: CarriedFrame }
  | { readonly kind: "damaged" }
  | { readonly kind: "plain" };

const magic = 0xa5;
const payloadBytes = 20;
const firstFlag = 0x01;
const lastFlag = 0x02;

function packPayload(frame: CarriedFrame): Uint8Array {
  if (frame.text.length > maxFrameTextBytes) throw new RangeError("a frame carries at most 9 text bytes");
  for (const value of [frame.utterance, frame.sequence])
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new RangeError("number does not fit 16 bits");
  const payload = new Uint8Array(payloadBytes);
  const view = new DataView(payload.buffer);
  view.setUint8(0, magic);
  view.setUint8(1, (frame.isFirst ? firstFlag : 0) | (frame.isLast ? lastFlag : 0));
  view.setUint16(2, frame.utterance);
  view.setUint16(4, frame.sequence);
  view.setUint8(6, frame.text.length);
  payload.set(frame.text, 7);
  view.setUint32(16, crc32(payload.subarray(0, 16)));
  return payload;
}

/**
 * Writes a frame's payload into the lowest bits of 160 µ-law bytes, most significant bit first, in place. The lowest bit of a µ-law byte is the
 * least step of the quantiser, so the ear does not notice.
 */
export function writeFrame(audio: Uint8Array, frame: CarriedFrame): void {
  if (audio.length !== frameBytes) throw new RangeError(`a frame has ${frameBytes} bytes, not ${audio.length}`);
  const payload = packPayload(frame);
  for (let index = 0; index < frameBytes; index += 1) {
    const bit = ((payload[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
    audio[index] = ((audio[index] ?? 0) & 0xfe) | bit;
  }
}

/** Reads 160 µ-law bytes. Only a whole, undamaged frame is believed. */
export function readFrame(audio: Uint8Array): FrameReading {
  if (audio.length !== frameBytes) return { kind: "plain" };
  const payload = new Uint8Array(payloadBytes);
  for (let index = 0; index < frameBytes; index += 1) {
    const at = index >> 3;
    payload[at] = ((payload[at] ?? 0) << 1) | ((audio[index] ?? 0) & 1);
    if (index === 7 && payload[0] !== magic) return { kind: "plain" };
  }
  const view = new DataView(payload.buffer);
  const length = view.getUint8(6);
  if (view.getUint32(16) !== crc32(payload.subarray(0, 16)) || length > maxFrameTextBytes) return { kind: "damaged" };
  const flags = view.getUint8(1);
  return {
    kind: "carried",
    frame: {
      isFirst: (flags & firstFlag) !== 0,
      isLast: (flags & lastFlag) !== 0,
      utterance: view.getUint16(2),
      sequence: view.getUint16(4),
      text: payload.slice(7, 7 + length),
    },
  };
}
