import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readFrame, writeFrame } from "./frame-codec.ts";
import { decodeMulawByte, encodeMulawSample, silentFrames } from "./g711.ts";

/** CRC-32 (IEEE 802.3) bit by bit, as the standard words it. */
function crcBitByBit(bytes: readonly number[]): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

function lowestBits(audio: Uint8Array): number[] {
  const bytes: number[] = [];
  for (let index = 0; index < audio.length; index += 8) {
    const bits = [...audio.subarray(index, index + 8)].map((byte) => byte & 1);
    bytes.push(Number.parseInt(bits.join(""), 2));
  }
  return bytes;
}

const frame = fc.record(
  {
    isFirst: fc.boolean(),
    isLast: fc.boolean(),
    utterance: fc.integer({ min: 0, max: 0xffff }),
    sequence: fc.integer({ min: 0, max: 0xffff }),
    text: fc.uint8Array({ maxLength: 9 }),
  },
  { noNullPrototype: true },
);
const sound = fc.uint8Array({ minLength: 160, maxLength: 160 });

describe("the frame codec", () => {
  it("lays a frame out as the format says", () => {
    const audio = silentFrames(1);
    const text = new TextEncoder().encode("Hi é");
    writeFrame(audio, { isFirst: true, isLast: true, utterance: 0x0102, sequence: 0x0304, text });

    const head = [0xa5, 0x03, 0x01, 0x02, 0x03, 0x04, 5, 0x48, 0x69, 0x20, 0xc3, 0xa9, 0, 0, 0, 0];
    const crc = crcBitByBit(head);
    const crcBytes = [crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff];
    assert.deepEqual(lowestBits(audio), [...head, ...crcBytes]);
  });

  it("reads back what was written, whatever the sound, and changes nothing but the lowest bits", () => {
    fc.assert(
      fc.property(frame, sound, (written, audio) => {
        const carrying = Uint8Array.from(audio);
        writeFrame(carrying, written);
        assert.deepEqual(readFrame(carrying), { kind: "carried", frame: written });
        assert.ok(carrying.every((byte, index) => (byte & 0xfe) === ((audio[index] ?? 0) & 0xfe)));
      }),
    );
  });

  it("believes no frame with a damaged bit", () => {
    fc.assert(
      fc.property(frame, sound, fc.integer({ min: 0, max: 159 }), (written, audio, at) => {
        const carrying = Uint8Array.from(audio);
        writeFrame(carrying, written);
        carrying[at] = (carrying[at] ?? 0) ^ 1;
        assert.equal(readFrame(carrying).kind, at < 8 ? "plain" : "damaged");
      }),
    );
  });

  it("takes silence for plain sound", () => {
    assert.deepEqual(readFrame(silentFrames(1)), { kind: "plain" });
  });

  it("refuses what does not fit", () => {
    const valid = { isFirst: false, isLast: false, utterance: 0, sequence: 0, text: new Uint8Array(0) };
    assert.throws(() => writeFrame(silentFrames(1), { ...valid, text: new Uint8Array(10) }), RangeError);
    assert.throws(() => writeFrame(silentFrames(1), { ...valid, sequence: 0x10000 }), RangeError);
    assert.throws(() => writeFrame(silentFrames(2), valid), RangeError);
  });
});

describe("G.711 µ-law", () => {
  it("has the standard's landmarks", () => {
    assert.equal(decodeMulawByte(0xff), 0);
    assert.equal(decodeMulawByte(0x7f), 0);
    assert.equal(decodeMulawByte(0x80), 32_124);
    assert.equal(decodeMulawByte(0x00), -32_124);
    assert.equal(encodeMulawSample(0), 0xff);
    assert.equal(encodeMulawSample(40_000), 0x80);
    assert.equal(encodeMulawSample(-40_000), 0x00);
  });

  it("encodes every byte's value back to that byte, negative zero aside", () => {
    for (let byte = 0; byte < 256; byte += 1)
      assert.equal(encodeMulawSample(decodeMulawByte(byte)), byte === 0x7f ? 0xff : byte);
  });

  it("is never further off than half a step of the sample's segment", () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_124, max: 32_124 }), (sample) => {
        const halfStep = 2 ** Math.max(2, Math.floor(Math.log2(Math.abs(sample) + 132)) - 5);
        assert.ok(Math.abs(decodeMulawByte(encodeMulawSample(sample)) - sample) <= halfStep);
      }),
    );
  });
});
