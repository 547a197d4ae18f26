/** The load generator against a server that speaks and hears through Twilio's media protocol, over real sockets. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { FakeApplication } from "../../simulators/twilio/testing/fake-application.ts";
import { startFakeApplication } from "../../simulators/twilio/testing/fake-application.ts";
import {
  startTalkingApplication,
  type TalkingApplication,
} from "../../simulators/twilio/testing/talking-application.ts";
import { UnusableRun } from "../instrument.ts";
import type { Load } from "./plan.ts";
import { refuseUnusable, startLoad } from "./start-load.ts";

const load = (url: string, more: Partial<Load> = {}): Load => ({
  calls: [{ from: "+12025550143", lines: ["Red shoes please."], startsAfterMs: 0 }],
  url,
  authToken: "0123456789abcdef0123456789abcdef",
  accountSid: "AC00000000000000000000000000000001",
  to: "+12025550100",
  audio: "speech",
  replySilenceMs: 300,
  replyTimeoutMs: 5_000,
  ...more,
});

async function play(given: Load) {
  const { begin, stop } = await startLoad(given);
  try {
    return await begin();
  } finally {
    await stop();
  }
}

describe("the load generator", () => {
  let shop: TalkingApplication;
  let silent: FakeApplication;
  before(async () => {
    shop = await startTalkingApplication("Hello.", (heard) => `You said ${heard}`);
    silent = await startFakeApplication();
    shop.answer("/status", "");
    silent.answer("/voice", `<Response><Connect><Stream url="${silent.webSocketUrl}/media"/></Connect></Response>`);
  });
  after(() => Promise.all([shop.close(), silent.close()]));

  it("says its lines one after the other, hears the replies, hangs up and reports it", {
    timeout: 20_000,
  }, async () => {
    const lines = ["Red shoes please.", "Blue ones."];
    const calls = [0, 1].map((index) => ({ from: `+1202555014${index}`, lines, startsAfterMs: index * 100 }));
    const measured = await play(load(shop.voiceUrl, { calls, statusUrl: `${shop.url}/status` }));

    assert.deepEqual(
      measured.calls.map(({ failure, turns }) => [failure, turns.map(({ text }) => text)]),
      [
        [null, lines],
        [null, lines],
      ],
    );
    for (const { firstByteMs, firstSoundMs, firstWordMs } of measured.calls.flatMap(({ turns }) => turns))
      assert.ok(firstByteMs !== null && firstSoundMs !== null && firstWordMs !== null && firstWordMs > firstByteMs);
    const frames = measured.calls.reduce((sum, { durationMs }) => sum + durationMs / 20, 0);
    assert.ok(Math.abs(measured.own.frameLateness.count - frames) < frames / 2, "about one frame every 20 ms");
    const ended = shop.webhooks.filter(({ path }) => path === "/status").map(({ parameters }) => parameters);
    assert.deepEqual(
      ended.map(({ CallSid, CallStatus }) => [CallSid, CallStatus]).sort(),
      measured.calls.map(({ callSid }) => [callSid, "completed"]).sort(),
    );
    assert.deepEqual([shop.webhooks[0]?.path, shop.webhooks[0]?.parameters.CallStatus], ["/voice", "ringing"]);
    assert.match(String(shop.webhooks[0]?.headers["x-twilio-signature"]), /^[\w+/]{27}=$/);
    const stream = await shop.streamOf(measured.calls[0]?.callSid ?? "");
    assert.deepEqual(
      stream.messages.filter(({ mark }) => mark !== undefined).map(({ mark }) => mark?.name),
      ["1", "2", "3"],
      "every mark comes back",
    );
    assert.equal(stream.messages.at(-1)?.event, "stop");
  });

  it("gives up on a server that never speaks, and refuses its figures", { timeout: 20_000 }, async () => {
    const measured = await play(load(`${silent.url}/voice`, { audio: "noise", replyTimeoutMs: 300 }));
    assert.deepEqual(measured.calls[0]?.turns, [
      { text: "Red shoes please.", firstByteMs: null, firstSoundMs: null, firstWordMs: null },
    ]);
    assert.throws(
      () =>
        refuseUnusable({
          ...measured,
          own: { frameLateness: { ...measured.own.frameLateness, p99: 0 }, eventLoopP99Ms: 0 },
        }),
      (error) => error instanceof UnusableRun && /1 of 1 turns had no reply/.test(error.message),
    );
  });

  it("tells a call that could not be made from one that was", { timeout: 20_000 }, async () => {
    const measured = await play(load(`${silent.url}/nothing`));
    assert.match(measured.calls[0]?.failure ?? "", /404/);
    assert.deepEqual(measured.calls[0]?.turns, []);
  });

  it("refuses its figures when it was late itself", () => {
    const frameLateness = { count: 9, p50: 1, p95: 9, p99: 20.1, max: 30 };
    assert.throws(() => refuseUnusable({ calls: [], own: { frameLateness, eventLoopP99Ms: 0 } }), /late itself/);
    refuseUnusable({ calls: [], own: { frameLateness: { ...frameLateness, p99: 20 }, eventLoopP99Ms: 0 } });
  });
});
