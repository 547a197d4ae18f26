import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FrameOrder } from "./frame-order.ts";

type Taken = { fill: number; isConcealed: boolean };

function ordered(): { order: FrameOrder; taken: Taken[]; push(number: number, fill?: number): boolean } {
  const taken: Taken[] = [];
  const order = new FrameOrder((frame, isConcealed) => {
    assert.equal(frame.length, 160);
    taken.push({ fill: frame[0] ?? -1, isConcealed });
  });
  const push = (number: number, fill = number) =>
    order.push({ chunk: number, timestampMs: (number - 1) * 20, audio: new Uint8Array(160).fill(fill) });
  return { order, taken, push };
}

const heard = (fill: number): Taken => ({ fill, isConcealed: false });
const silence: Taken = { fill: 0xff, isConcealed: true };

test("given frames in order, then they pass at once", () => {
  const { order, taken, push } = ordered();
  for (const number of [1, 2, 3]) push(number);
  assert.deepEqual(taken, [heard(1), heard(2), heard(3)]);
  assert.deepEqual(order.counts, { concealed: 0, duplicate: 0, reordered: 0, jumped: 0 });
});

test("given a frame that overtook another, then they are put in order", () => {
  const { order, taken, push } = ordered();
  for (const number of [1, 3, 2, 4]) push(number);
  assert.deepEqual(taken, [heard(1), heard(2), heard(3), heard(4)]);
  assert.equal(order.counts.reordered, 1);
});

test("given doubled frames, then each passes once", () => {
  const { order, taken, push } = ordered();
  for (const number of [1, 1, 3, 3, 2, 2, 1]) push(number);
  assert.deepEqual(taken, [heard(1), heard(2), heard(3)]);
  assert.equal(order.counts.duplicate, 4);
});

test("given a lost frame, then it becomes silence once three later ones are there", () => {
  const { order, taken, push } = ordered();
  for (const number of [1, 3, 4, 5]) push(number);
  assert.deepEqual(taken, [heard(1)]);
  push(6);
  assert.deepEqual(taken, [heard(1), silence, heard(3), heard(4), heard(5), heard(6)]);
  assert.equal(order.counts.concealed, 1);
});

test("given numbers that go on and a time that jumps, then the gap becomes silence", () => {
  const { order, taken } = ordered();
  order.push({ chunk: 1, timestampMs: 0, audio: new Uint8Array(160).fill(1) });
  order.push({ chunk: 2, timestampMs: 80, audio: new Uint8Array(160).fill(2) });
  assert.deepEqual(taken, [heard(1), silence, silence, silence, heard(2)]);
});

test("given a time that jumps by a century, then at most two seconds of silence are made, and the stream goes on", () => {
  const { order, taken } = ordered();
  order.push({ chunk: 1, timestampMs: 0, audio: new Uint8Array(160).fill(1) });
  order.push({ chunk: 2, timestampMs: Number.MAX_SAFE_INTEGER, audio: new Uint8Array(160).fill(2) });
  assert.equal(taken.length, 102);
  assert.equal(order.counts.jumped, 1);
  order.push({ chunk: 3, timestampMs: 40, audio: new Uint8Array(160).fill(3) });
  assert.deepEqual(taken.at(-1), heard(3));
});

test("given a number that jumps by more than a minute, then it is refused and the stream is not deaf", () => {
  const { taken, push } = ordered();
  push(1);
  assert.equal(push(2 ** 53 - 1), false);
  push(2);
  assert.deepEqual(taken, [heard(1), heard(2)]);
});

test("given chunks of other sizes, then whole frames come out, and the rest at the end is filled up", () => {
  const frames: Uint8Array[] = [];
  const order = new FrameOrder((frame) => frames.push(frame));
  let timestampMs = 0;
  for (const [index, bytes] of [80, 400, 8].entries()) {
    order.push({ chunk: index + 1, timestampMs, audio: new Uint8Array(bytes).fill(index + 1) });
    timestampMs += bytes / 8;
  }
  assert.equal(frames.length, 3);
  order.flush();
  const expected = Buffer.concat([
    Buffer.alloc(80, 1),
    Buffer.alloc(400, 2),
    Buffer.alloc(8, 3),
    Buffer.alloc(152, 0xff),
  ]);
  assert.deepEqual(Buffer.concat(frames), expected);
});

test("given any loss, doubling and disorder within three frames, then what comes out is as long as the time that passed, and in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("keep", "drop", "double", "swap"), { minLength: 1, maxLength: 60 }),
      (fates) => {
        const { order, taken, push } = ordered();
        const line: number[] = [1];
        for (const [index, fate] of fates.entries()) {
          const number = index + 2;
          if (fate !== "drop") line.push(number);
          if (fate === "double") line.push(number);
          if (fate === "swap" && line.length > 2) {
            const [before = 0, last = 0] = line.splice(-2);
            line.push(last, before);
          }
        }
        line.push(fates.length + 2);
        for (const number of line) push(number, number % 200);
        order.flush();
        assert.equal(taken.length, fates.length + 2);
        for (const [index, frame] of taken.entries())
          if (!frame.isConcealed) assert.equal(frame.fill, (index + 1) % 200);
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});
