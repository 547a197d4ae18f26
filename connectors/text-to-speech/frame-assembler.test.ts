import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FrameAssembler } from "./frame-assembler.ts";

describe("the frame assembler", () => {
  it("keeps every byte in order, in whole frames, whatever the vendor's chunks are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 5000 }), { minLength: 1, maxLength: 8 }),
        (pieces) => {
          const assembler = new FrameAssembler(1600);
          const chunks = pieces.flatMap((piece) => assembler.push(piece, 12));
          const last = assembler.finish(12);
          assert.ok(last !== undefined);
          chunks.push(last);

          const given = Buffer.concat(pieces);
          const made = Buffer.concat(chunks.map((chunk) => chunk.audio));
          assert.deepEqual(made.subarray(0, given.length), given);
          assert.ok(made.subarray(given.length).every((byte) => byte === 0xff));
          assert.ok(made.length - given.length < 160);
          assert.ok(chunks.every((chunk) => chunk.audio.length % 160 === 0 && chunk.audio.length <= 1760));
          assert.deepEqual(
            chunks.map(({ sequence, isLast, vendorWaitMs }) => ({ sequence, isLast, vendorWaitMs })),
            chunks.map((_, index) => ({
              sequence: index,
              isLast: index === chunks.length - 1,
              vendorWaitMs: index === 0 ? 12 : 0,
            })),
          );
        },
      ),
    );
  });

  it("gives the first frame as soon as a second one has begun", () => {
    const assembler = new FrameAssembler(1600);
    assert.deepEqual(assembler.push(new Uint8Array(160), 1), []);
    assert.equal(assembler.push(new Uint8Array(160), 1)[0]?.audio.length, 160);
    assert.equal(assembler.hasStarted, true);
  });

  it("has no last chunk where there was no audio, and refuses a chunk size that is no whole number of frames", () => {
    assert.equal(new FrameAssembler(1600).finish(1), undefined);
    assert.throws(() => new FrameAssembler(100), RangeError);
  });
});
