/** The gateway whole: core, Twilio adapter and voice activity together, called through the Twilio simulator. Only the log is missing. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Registry } from "prom-client";
import { WebSocket } from "ws";
import { openTwilioTelephony, type TwilioTelephony } from "../../connectors/telephony/twilio.ts";
import { loadVoiceActivity } from "../../connectors/voice-activity/web-rtc.ts";
import { type RunningRedis, startRedis } from "../../local/redis.ts";
import type { Input } from "../../runtime/stage.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { speak } from "../../simulators/speech-carrier/voice.ts";
import { startTwilioSimulator, type TwilioSimulator } from "../../simulators/twilio/server.ts";
import { type In, type Ports, type State, step } from "./core.ts";
import { config } from "./test-call.ts";

const origin = "https://voice.example.com";
const frameBytes = 160;
const silence = Buffer.alloc(frameBytes, 0xff);
let redis: RunningRedis;
let directory: string;
let twilio: TwilioSimulator;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "partyline-answer-"));
  redis = await startRedis({ directory });
});
after(async () => {
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

type Emitted = { readonly type: string; readonly [field: string]: unknown };

/** A worker without a log: runs the core, performs its effects, keeps what it emits. */
class Gateway {
  readonly emitted: Emitted[] = [];
  readonly #states = new Map<string, State>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  line: TwilioTelephony | undefined;

  feed(callSid: string, input: Input<In, Ports>): void {
    const outcome = step(this.#states.get(callSid) ?? null, input, Date.now(), config);
    if (outcome.state === null) this.#states.delete(callSid);
    else this.#states.set(callSid, outcome.state);
    for (const { record } of outcome.emit ?? []) this.emitted.push(record as Emitted);
    for (const [name, dueAtMs] of Object.entries(outcome.timers ?? {})) {
      clearTimeout(this.#timers.get(name));
      if (dueAtMs === null) continue;
      const timer = setTimeout(() => this.feed(callSid, { from: "timer", name }), Math.max(0, dueAtMs - Date.now()));
      this.#timers.set(name, timer);
    }
    for (const effect of outcome.effects ?? []) {
      const { call, input: given } = effect;
      const method = this.line?.telephony[call] as (input: unknown, context: unknown) => Promise<unknown>;
      const context = { callSid, effectId: "e", signal: new AbortController().signal, notify: () => undefined };
      method(given, context).then(
        (result) => {
          if (result !== undefined) {
            this.feed(callSid, {
              from: "port",
              port: "telephony",
              call,
              effectId: "e",
              outcome: "result",
              result,
            } as never);
          }
        },
        (error: { code: "VENDOR_REFUSED" }) =>
          this.feed(callSid, {
            from: "port",
            port: "telephony",
            call,
            effectId: "e",
            outcome: "failure",
            code: error.code,
            isRetryable: false,
          }),
      );
    }
  }

  async open(): Promise<void> {
    const openDetector = await loadVoiceActivity();
    this.line = await openTwilioTelephony({
      ...config,
      host: "127.0.0.1",
      port: 0,
      publicUrl: origin,
      twilioAccountSid: `AC${"0".repeat(32)}`,
      twilioAuthToken: "token",
      twilioApiBase: twilio.url,
      gatewayId: "gateway",
      redisUrl: redis.url,
      metrics: new Registry(),
      openDetector,
      deliver: (callSid, event) =>
        this.feed(callSid, { from: "port", port: "telephony", call: "listen", effectId: "", outcome: "event", event }),
    });
  }

  of(type: string): Emitted[] {
    return this.emitted.filter((record) => record.type === type);
  }

  async close(): Promise<void> {
    await this.line?.close();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}

/**
 * The caller's end of the line. What they say waits at the line, which sends a frame every 20 ms: speech keeps its pace, however late this process is. Otherwise each frame that is heard is
 * answered with silence.
 */
class Caller {
  readonly #socket: WebSocket;
  readonly heard: Buffer[] = [];
  readonly told: { event: string; [field: string]: unknown }[] = [];
  /** Frames of speech at the line: as many frames need no answer. */
  #ahead = 0;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.on("message", (data: Buffer, isBinary) => {
      if (!isBinary) {
        this.told.push(JSON.parse(data.toString()));
        return;
      }
      this.heard.push(data);
      if (this.#ahead > 0) this.#ahead -= 1;
      else this.#socket.send(silence);
    });
  }

  say(audio: Uint8Array): void {
    for (let at = 0; at + frameBytes <= audio.length; at += frameBytes) {
      this.#socket.send(Buffer.from(audio.subarray(at, at + frameBytes)));
      this.#ahead += 1;
    }
  }

  press(digits: string): void {
    this.#socket.send(JSON.stringify({ event: "dtmf", digits }));
  }

  hangUp(): void {
    this.#socket.send(JSON.stringify({ event: "hangup" }));
  }
}

type Captured = { readonly startsAtMs: number; readonly audio: Uint8Array };

/** Frames that are no silence, with their place in the stream: a line that was late leaves silence out, or puts some in. */
function loudFrames(groups: readonly Captured[]): { atMs: number; frame: string }[] {
  return groups.flatMap(({ startsAtMs, audio }) =>
    Array.from({ length: Math.floor(audio.length / frameBytes) }, (_, index) => {
      const frame = Buffer.from(audio.subarray(index * frameBytes, (index + 1) * frameBytes));
      return { atMs: startsAtMs + index * 20, frame };
    })
      .filter(({ frame }) => frame.some((sample) => (sample & 0x7f) < 0x70))
      .map(({ atMs, frame }) => ({ atMs, frame: frame.toString("base64") })),
  );
}

async function until(what: string, look: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 20_000;
  while (!look()) {
    if (Date.now() > deadlineMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function withCall(body: (gateway: Gateway, caller: Caller, callSid: string) => Promise<void>): Promise<void> {
  const connectTo: Record<string, string> = {};
  twilio = await startTwilioSimulator({
    authToken: "token",
    speak: () => Promise.resolve(new Uint8Array(1600).fill(0x55)),
    connectTo,
  });
  const gateway = new Gateway();
  await gateway.open();
  const local = `http://127.0.0.1:${gateway.line?.port}`;
  connectTo[origin] = local;
  connectTo["wss://voice.example.com"] = local;
  try {
    const callSid = twilio.startCall({
      from: "+15550001111",
      to: "+15550002222",
      webhookUrl: `${origin}/twilio/voice`,
      statusCallbackUrl: `${origin}/twilio/status`,
      shouldWaitForCaller: true,
    });
    const caller = new Caller(`ws://127.0.0.1:${twilio.port}/_caller/${callSid}`);
    await until("the stream", () => gateway.of("StreamAttached").length > 0);
    await body(gateway, caller, callSid);
  } finally {
    await gateway.close();
    await twilio.close();
  }
}

function reply(gateway: Gateway, callSid: string, durationMs: number): void {
  const record = stamped("SpeechSynthesised", {
    callSid,
    responseId: "response-1",
    streamSid: String(gateway.of("StreamAttached").at(-1)?.streamSid),
    sentenceIndex: 0,
    sequence: 0,
    audio: new Uint8Array(durationMs * 8).fill(0x2a),
    sentenceText: "One two three four five six seven eight nine ten.",
    isSentenceEnd: true,
    isResponseEnd: true,
    isInterruptible: true,
    replacesCurrent: false,
    vendorWaitMs: 0,
  });
  gateway.feed(callSid, { from: "audioOut", record });
}

test("given a call, then speech, reply, keys and the end go both ways", async () => {
  await withCall(async (gateway, caller, callSid) => {
    const audio = speak("I would like a blue jacket in medium");
    const said = loudFrames([{ startsAtMs: 0, audio }]);
    const captured = () => loudFrames(gateway.of("AudioCaptured") as unknown as Captured[]);
    caller.say(audio);
    await until("all that was said", () => captured().length >= said.length);
    const lastMs = captured().at(-1)?.atMs ?? 0;
    await until("the end of speech", () => Number(gateway.of("SpeechEnded").at(-1)?.endsAtMs) > lastMs - 250);
    assert.deepEqual(
      captured().map(({ frame }) => frame),
      said.map(({ frame }) => frame),
      "what was said is in the log, byte by byte",
    );
    const [firstMs = 0] = captured().map(({ atMs }) => atMs);
    const spoken = gateway.of("SpeechEnded");
    assert.ok(Math.abs(Number(spoken[0]?.startsAtMs) - firstMs) < 250, `${spoken[0]?.startsAtMs}, not ${firstMs}`);
    assert.ok(Math.abs(Number(spoken.at(-1)?.endsAtMs) - lastMs) < 250, `${spoken.at(-1)?.endsAtMs}, not ${lastMs}`);

    await until("an acknowledgement", () => gateway.of("PlaybackStarted").length > 0);
    assert.equal(gateway.of("PlaybackStarted")[0]?.isAcknowledgement, true);

    reply(gateway, callSid, 400);
    const ofReply = (type: string) => gateway.of(type).filter(({ responseId }) => responseId === "response-1");
    await until("the mark", () => ofReply("PlaybackReached").length > 0);
    assert.ok(caller.heard.filter((frame) => frame.every((byte) => byte === 0x2a)).length >= 19);
    assert.deepEqual(ofReply("PlaybackCleared"), []);

    caller.press("5#");
    await until("two keys", () => gateway.of("DigitPressed").length === 2);
    caller.hangUp();
    await until("the end", () => gateway.of("CallEnded").length > 0);
    assert.equal(gateway.of("CallEnded")[0]?.reason, "callerHungUp");

    let positionMs = 0;
    for (const group of gateway.of("AudioCaptured") as unknown as Captured[]) {
      assert.equal(group.startsAtMs, positionMs);
      positionMs += group.audio.length / 8;
    }
  });
});

test("given a caller who speaks into a reply, then it falls silent, and what was heard is told", async () => {
  await withCall(async (gateway, caller, callSid) => {
    reply(gateway, callSid, 5000);
    await until("the reply to be heard", () => caller.heard.filter((frame) => frame[0] === 0x2a).length > 30);
    caller.say(speak("Wait, stop."));
    await until("the barge-in", () => gateway.of("PlaybackCleared").length > 0);
    await until("the clear", () => caller.told.some(({ event }) => event === "cleared"));
    const [cleared] = gateway.of("PlaybackCleared");
    const heardMs = caller.heard.filter((frame) => frame[0] === 0x2a).length * 20;
    assert.ok(Math.abs(Number(cleared?.heardMs) - heardMs) <= 150, `${cleared?.heardMs} told, ${heardMs} heard`);
    assert.equal(gateway.of("SpeechStarted")[0]?.isBargeIn, true);
    assert.deepEqual(gateway.of("PlaybackReached"), []);
  });
});

test("given a hang-up by the dialogue, then Twilio ends the call", async () => {
  await withCall(async (gateway, _, callSid) => {
    const record = stamped("CallDirected", { callSid, direction: "hangUp", toNumber: null, afterResponseId: null });
    gateway.feed(callSid, { from: "responses", record });
    await until("the end", () => gateway.of("CallEnded").length > 0);
    assert.equal(gateway.of("CallEnded")[0]?.reason, "agentHungUp");
    assert.equal(twilio.describeCall(callSid)?.end?.by, "agent");
  });
});

test("given a stream that breaks, then the call comes back and goes on", async () => {
  await withCall(async (gateway, caller, callSid) => {
    await until("audio", () => gateway.of("AudioCaptured").length > 0);
    const [attached] = gateway.of("StreamAttached");
    await gateway.line?.telephony.closeStream(
      { streamSid: String(attached?.streamSid) },
      { callSid, effectId: "e", signal: new AbortController().signal, notify: () => undefined },
    );
    await until("the resume", () => gateway.of("StreamAttached").length === 2);
    assert.equal(gateway.of("StreamAttached")[1]?.attachment, 1);
    const before = gateway.of("AudioCaptured").length;
    await until("audio again", () => gateway.of("AudioCaptured").length > before);
    caller.hangUp();
    await until("the end", () => gateway.of("CallEnded").length > 0);
    assert.equal(gateway.of("CallStarted").length, 1);
  });
});
