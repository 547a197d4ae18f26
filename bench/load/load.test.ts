/** The load generator against a server that speaks and hears through Twilio's media protocol, over real sockets. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
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

  it("talks until it is told that it is enough, and speaks at once when a reply was heard to its end", {
    timeout: 20_000,
  }, async () => {
    const lines = Array.from({ length: 50 }, () => "Red shoes please.");
    const { beginOpen, stop } = await startLoad(
      load(shop.voiceUrl, {
        calls: [{ from: "+12025550143", lines, startsAfterMs: 0 }],
        replySilenceMs: 30_000,
        endsOfReply: ["please."],
      }),
    );
    try {
      const { finish } = await beginOpen();
      const [call] = (await delay(2_500).then(finish)).calls;
      assert.equal(call?.failure, null);
      const turns = call?.turns.length ?? 0;
      assert.ok(turns >= 1 && turns < 50, `${turns} turns`);
      assert.ok((call?.durationMs ?? 0) < 20_000, "no reply was followed by silence");
    } finally {
      await stop();
    }
  });

  it("hears a reply that breaks off as silence", { timeout: 20_000 }, async () => {
    const [call] = (await play(load(shop.voiceUrl, { replySilenceMs: 700, endsOfReply: ["Goodbye."] }))).calls;
    const longestMs = Math.max(0, ...(call?.silences ?? []).map(({ fromMs, toMs }) => toMs - fromMs));
    assert.ok(longestMs >= 650, `${longestMs} ms`);
    const [whole] = (await play(load(shop.voiceUrl, { replySilenceMs: 700, endsOfReply: ["please."] }))).calls;
    assert.ok((whole?.silences ?? []).every(({ fromMs, toMs }) => toMs - fromMs < 650));
  });

  it("goes on speaking while its stream is away, and says how much nobody could hear", {
    timeout: 20_000,
  }, async () => {
    const broken = await startFakeApplication();
    try {
      const again = `<Response><Connect action="${broken.url}/voice"><Stream url="${broken.webSocketUrl}/media"/></Connect></Response>`;
      broken.answer("/voice", again);
      const playing = play(load(`${broken.url}/voice`, { replyTimeoutMs: 600 }));
      const first = await broken.stream(0);
      await delay(1_100);
      first.socket.terminate();
      const [call] = (await playing).calls;
      assert.equal(call?.failure, null);
      assert.equal(call?.turns.length, 1, "the line was said to its end");
      const [gap, ...more] = call?.gaps ?? [];
      assert.ok(gap !== undefined && more.length === 0);
      assert.ok(gap.spokenMs >= 80 && gap.spokenMs < 1_500, `${gap.spokenMs} ms`);
      assert.ok(gap.spokenMs <= gap.toMs - gap.fromMs);
      assert.ok(gap.words >= 1, "the word in which the stream broke off");
    } finally {
      await broken.close();
    }
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
