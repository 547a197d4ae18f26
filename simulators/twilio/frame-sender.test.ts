import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFaultScript, type FaultRule } from "../kit/fault-script.ts";
import { FrameSender } from "./frame-sender.ts";

type Sent = { event: string; sequenceNumber: string; media: { chunk: string; timestamp: string; payload: string } };

function create(rules: readonly FaultRule[] = []) {
  const sent: Sent[] = [];
  let nowMs = 0;
  let cuts = 0;
  const sender = new FrameSender({
    streamSid: "MZ1",
    faults: createFaultScript(rules, 1),
    now: () => nowMs,
    send: (message) => sent.push(JSON.parse(message) as Sent),
    cut: () => {
      cuts += 1;
    },
  });
  const run = (frames: number): void => {
    for (let frame = 0; frame < frames; frame += 1) {
      sender.tick(true);
      sender.add(Buffer.alloc(160, frame));
      nowMs += 20;
    }
  };
  return { sender, sent, run, cuts: () => cuts };
}
const chunks = (sent: readonly Sent[]): string[] => sent.map((message) => message.media.chunk);
const wrong = (code: string): FaultRule => ({ operation: "media.frame", nth: 2, fault: "wrong", code });

describe("frames on a stream", () => {
  it("are numbered as strings, 20 ms apart, in one sequence with other messages", () => {
    const { sender, sent, run } = create();
    sender.sendEvent("start", { start: {} });
    run(2);
    sender.sendEvent("dtmf", { dtmf: { digit: "1" } });
    run(1);
    assert.deepEqual(
      sent.map(({ event, sequenceNumber }) => [event, sequenceNumber]),
      [
        ["start", "1"],
        ["media", "2"],
        ["media", "3"],
        ["dtmf", "4"],
        ["media", "5"],
      ],
    );
    const media = sent.filter((message) => message.event === "media").map((message) => message.media);
    assert.deepEqual(
      media.map(({ chunk, timestamp }) => [chunk, timestamp]),
      [
        ["1", "0"],
        ["2", "20"],
        ["3", "40"],
      ],
    );
    assert.equal(Buffer.from(media[1]?.payload ?? "", "base64").length, 160);
  });

  it("never leave faster than one per tick", () => {
    const { sender, sent } = create();
    for (let frame = 0; frame < 10; frame += 1) sender.add(Buffer.alloc(160));
    assert.equal(sent.length, 0);
    sender.tick(true);
    sender.tick(true);
    assert.equal(sent.length, 2);
  });

  it("give way to silence when the caller's side stalls", () => {
    const { sender, sent } = create();
    for (let tick = 0; tick < 10; tick += 1) sender.tick(true);
    assert.equal(sent.length, 0, "a short stall is waited for");
    for (let tick = 0; tick < 90; tick += 1) sender.tick(true);
    assert.equal(sent.length, 100);
    assert.deepEqual(Buffer.from(sent[0]?.media.payload ?? "", "base64"), Buffer.alloc(160, 0xff));
  });

  it("catch up after a stall by leaving out silence, never speech", () => {
    const { sender, sent, run } = create();
    const quiet = Buffer.alloc(160, 0xff);
    run(1);
    for (let tick = 0; tick < 100; tick += 1) sender.tick(true);
    for (let late = 0; late < 100; late += 1) sender.add(quiet);
    sender.add(Buffer.alloc(160, 0x20));
    for (let tick = 0; tick < 40; tick += 1) {
      sender.tick(true);
      sender.add(quiet);
    }
    const spoken = sent.findIndex(({ media }) => media.payload === Buffer.alloc(160, 0x20).toString("base64"));
    assert.ok(spoken > 0 && spoken < 130, `the word left as frame ${spoken}`);
  });

  it("are silent from the first tick when nobody is on the line", () => {
    const { sender, sent } = create();
    sender.tick(false);
    assert.equal(sent.length, 1);
  });

  it("can be dropped, doubled, reordered or missing", () => {
    const dropped = create([wrong("drop")]);
    dropped.run(3);
    assert.deepEqual(chunks(dropped.sent), ["1", "3"]);
    const doubled = create([wrong("double")]);
    doubled.run(3);
    assert.deepEqual(chunks(doubled.sent), ["1", "2", "2", "3"]);
    const reordered = create([wrong("reorder")]);
    reordered.run(4);
    assert.deepEqual(chunks(reordered.sent), ["1", "3", "2", "4"]);
    const gap = create([wrong("gap")]);
    gap.run(3);
    assert.deepEqual(
      gap.sent.map(({ media }) => [media.chunk, media.timestamp]),
      [
        ["1", "0"],
        ["2", "40"],
      ],
    );
  });

  it("can be delayed in order, and the connection cut", () => {
    const delayed = create([{ operation: "media.frame", nth: 2, fault: "delay", delayMs: 60 }]);
    delayed.run(4);
    assert.deepEqual(chunks(delayed.sent), ["1"]);
    delayed.run(1);
    assert.deepEqual(chunks(delayed.sent), ["1", "2", "3", "4", "5"]);
    const cut = create([{ operation: "media.frame", nth: 2, fault: "cut" }]);
    cut.run(2);
    assert.equal(cut.cuts(), 1);
  });
});
