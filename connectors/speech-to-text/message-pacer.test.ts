import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isQuiet, MessagePacer } from "./message-pacer.ts";

describe("the message pacer", () => {
  it("sends a little audio at once and unchanged", () => {
    const sent: Uint8Array[] = [];
    const pacer = new MessagePacer((message) => sent.push(message));
    const audio = Uint8Array.from({ length: 800 }, (_, index) => index & 0xff);
    pacer.push(audio);
    assert.deepEqual(sent, [audio]);
    pacer.stop();
  });

  it("splits, holds a long stretch back, and keeps the order of all bytes", async () => {
    const sent: Uint8Array[] = [];
    const pacer = new MessagePacer((message, onSent) => {
      sent.push(message);
      onSent();
    });
    const long = Uint8Array.from({ length: 6 * 8000 }, (_, index) => (index * 7) & 0xff);
    const late = Uint8Array.from({ length: 160 }, () => 0x11);
    pacer.push(long);
    const sentAtOnce = sent.reduce((sum, message) => sum + message.length, 0);
    assert.ok(sentAtOnce < long.length, "not all at once");
    assert.ok(pacer.queuedMs > 0);
    pacer.push(late);
    await new Promise<void>((resolve) => pacer.whenEmpty(resolve));
    assert.deepEqual(Buffer.concat(sent), Buffer.concat([long, late]));
    assert.ok(sent.every((message) => message.length <= 15_000));
    assert.equal(pacer.queuedMs, 0);
  });

  it("counts what has not left the process, and sends nothing once stopped", () => {
    let sent = 0;
    const pacer = new MessagePacer(() => {
      sent += 1;
    });
    pacer.push(new Uint8Array(800));
    assert.equal(pacer.queuedMs, 100);
    pacer.stop();
    pacer.push(new Uint8Array(800));
    assert.equal(sent, 1);
  });
});

describe("quiet", () => {
  it("is µ-law silence of either sign, and faint noise; not a voice, however short", () => {
    assert.equal(isQuiet(new Uint8Array(1600).fill(0xff)), true);
    assert.equal(isQuiet(new Uint8Array(1600).fill(0x7f)), true);
    assert.equal(isQuiet(Uint8Array.from({ length: 1600 }, (_, index) => (index % 2 === 0 ? 0xf8 : 0x78))), true);
    const withClick = new Uint8Array(1600).fill(0xff);
    withClick.fill(0xa0, 320, 480);
    assert.equal(isQuiet(withClick), false);
    assert.equal(isQuiet(new Uint8Array(0)), true);
  });
});
