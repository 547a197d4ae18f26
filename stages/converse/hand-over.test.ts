import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { config, order, TestCall } from "./test-call.ts";

describe("a gateway that hands the call over", () => {
  it("given a list in the middle, then the rest is said, without a word about it", () => {
    const call = new TestCall().searched();
    call.hear(3);
    call.detach("draining");
    call.attach(1);
    assert.equal(call.said, "Third, the tarn speaker, for $30.99. Which one would you like?");
  });
  it("given everything was heard, then nothing is said, and the caller's silence is waited for again", () => {
    const call = new TestCall().reviewed();
    call.hear();
    call.detach("draining");
    assert.equal(call.timers.has("silence"), false);
    assert.deepEqual(call.attach(1), []);
    assert.equal(call.timers.get("silence"), call.at + config.silenceMs);
  });
  it("given a tool that works, then its result is waited for; one that came meanwhile is told", () => {
    const waiting = new TestCall().placing();
    waiting.detach("draining");
    assert.deepEqual(waiting.attach(1), []);
    waiting.succeed({ order: order() });
    assert.match(waiting.said, /order number is 1 0 0 4 2/);

    const meanwhile = new TestCall().placing();
    meanwhile.detach("draining");
    assert.deepEqual(meanwhile.succeed({ order: order() }), []);
    meanwhile.attach(1);
    assert.match(meanwhile.said, /^(?!.*cut off).*order number is 1 0 0 4 2/);
  });
  it("given last words that were not heard, then they are said again and the call ends behind them", () => {
    const call = new TestCall().greeted();
    call.means("goodbye");
    call.detach("draining");
    const emitted = call.attach(1);
    assert.deepEqual(
      emitted.map((record) => record.type),
      ["ResponsePrepared", "CallDirected"],
    );
  });
  it("given a stream that is lost afterwards, then that is told as ever", () => {
    const call = new TestCall().reviewed();
    call.hear();
    call.detach("draining");
    call.attach(1);
    call.detach();
    call.attach(2);
    assert.match(call.said, /cut off/);
  });
});
