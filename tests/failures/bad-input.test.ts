/** Bad input from every side while a call runs: each gives a clear error or a counted drop, and the call notices nothing. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { openKafkaLog } from "../../connectors/kafka/kafkajs.ts";
import { registeredIds, schemaSource } from "../../connectors/kafka/registry.ts";
import { DEFAULT_PARTITIONS } from "../../local/system.ts";
import { Codec } from "../../runtime/codec.ts";
import type { EventLog } from "../../runtime/log.ts";
import { createLogger } from "../../runtime/logger.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import {
  noToolArguments,
  type RecordName,
  type ToolArguments,
  type ToolCalled,
} from "../../schemas/generated/records.ts";
import { type TopicKey, topics } from "../../schemas/topics.ts";
import type { SimulatedCall } from "../../simulators/caller/simulated-call.ts";
import { type CallReport, callMeanings, playBystander } from "../support/failure-call.ts";
import { checkBystander, checkWords, ring } from "./failure-drill.ts";
import { FailureSystem, until } from "./failure-system.ts";
import { RawLine } from "./raw-line.ts";

const tokenSeconds = 6;
const eventsTotal = "partyline_telephony_events_total";
const deadLettersTotal = "partyline_dead_letters_total";

describe("bad input during a call", { timeout: 240_000 }, () => {
  let fixture: FailureSystem;
  let line: RawLine;
  let log: EventLog;
  let codec: Codec;
  let ids: ReadonlyMap<RecordName, number>;
  let bystander: SimulatedCall;
  let isEnough = false;
  let report: Promise<CallReport>;
  /** Calls that were made up, to be ended. */
  const madeUp: string[] = [];

  before(async () => {
    fixture = await FailureSystem.open({ PARTYLINE_ANSWER_TOKEN_SECONDS: String(tokenSeconds) });
    await fixture.control("gemini", "meanings", callMeanings());
    line = new RawLine(fixture);
    log = await openKafkaLog({
      clientId: "bad-input",
      brokers: [fixture.where.kafka],
      sessionTimeoutMs: 10_000,
      writesTo: Object.values(topics).map(({ name }) => name),
      partitions: DEFAULT_PARTITIONS,
      logger: createLogger("test", "silent"),
    });
    ids = await registeredIds(fixture.where.registry);
    codec = new Codec(ids, schemaSource(fixture.where.registry));
    bystander = await ring(fixture, "+12025551999");
    report = playBystander(bystander, () => isEnough, false);
  });

  after(async () => {
    isEnough = true;
    await report;
    await log?.close();
    await fixture?.close();
  });

  const events = (kind: string): Promise<number> => fixture.metric("answer", eventsTotal, `kind="${kind}"`);

  /** Does something and says that the gateway counted it. */
  async function isCounted(kind: string, doing: () => Promise<unknown>): Promise<void> {
    const before = await events(kind);
    await doing();
    await until(`the gateway counts ${kind}`, async () => (await events(kind)) > before, 10_000);
  }

  async function ringing(): Promise<{ callSid: string; token: string }> {
    const call = await line.ring();
    madeUp.push(call.callSid);
    return call;
  }

  const streamSid = (): string => `MZ${randomUUID().replaceAll("-", "")}`;

  function append(key: TopicKey, callSid: string, value: Buffer): Promise<void> {
    const partition = partitionOf(callSid, DEFAULT_PARTITIONS);
    return log.publish([{ topic: topics[key].name, partition, key: callSid, value }]);
  }

  describe("webhooks", () => {
    it("unsigned, or signed by somebody else: 403 and nothing more", async () => {
      const callSid = line.newCallSid();
      const parameters = line.voiceParameters(callSid);
      await isCounted("webhook.unsigned", async () => {
        assert.deepEqual(await line.postVoice(parameters, null), { status: 403, body: "" });
      });
      await isCounted("webhook.badSignature", async () => {
        assert.deepEqual(await line.postVoice(parameters, "bm90IHRoZSBzaWduYXR1cmU="), { status: 403, body: "" });
      });
      assert.deepEqual(fixture.recordsOf("CallStarted", callSid), []);
    });

    it("replayed: the first answer again, one call, and its token opens one stream", async () => {
      const callSid = line.newCallSid();
      madeUp.push(callSid);
      const parameters = line.voiceParameters(callSid);
      const first = await line.postVoice(parameters);
      await fixture.record("CallStarted", callSid);
      await isCounted("webhook.repeated", async () => {
        assert.deepEqual(await line.postVoice(parameters), first, "the answer to a replay is the first one");
      });
      assert.equal(fixture.recordsOf("CallStarted", callSid).length, 1);
    });
  });

  describe("media streams", () => {
    it("without Twilio's signature: no upgrade", async () => {
      await isCounted("stream.refused.signature", async () => assert.equal(await line.connectUnsigned(), 403));
    });

    it("without a token, with a made-up one, with a used one, with another call's: closed, with the reason", async () => {
      const mine = await ringing();
      const other = await ringing();
      const refusal = async (callSid: string, token: string | null) => {
        const socket = await line.connect();
        return socket.send(line.start(callSid, streamSid(), token)).ended();
      };
      assert.deepEqual(await refusal(mine.callSid, null), { code: 1008, reason: "tokenMissing" });
      assert.deepEqual(await refusal(mine.callSid, "made-up"), { code: 1008, reason: "tokenUnknown" });
      assert.deepEqual(await refusal(mine.callSid, other.token), { code: 1008, reason: "tokenForeign" });
      const good = (await line.connect()).send(line.start(mine.callSid, streamSid(), mine.token));
      await fixture.record("StreamAttached", mine.callSid);
      assert.deepEqual(await refusal(mine.callSid, mine.token), { code: 1008, reason: "tokenUnknown" }, "used");
      assert.ok(good.isOpen, "the stream that used it goes on");
      await good.close();
      assert.deepEqual(fixture.recordsOf("StreamAttached", other.callSid), []);
    });

    it("with an expired token: closed, with the reason", async () => {
      const { callSid, token } = await ringing();
      await delay((tokenSeconds + 1) * 1000);
      const socket = await line.connect();
      assert.deepEqual(await socket.send(line.start(callSid, streamSid(), token)).ended(), {
        code: 1008,
        reason: "tokenUnknown",
      });
    });

    it("that never start: closed after the time for it", async () => {
      await isCounted("stream.refused.noStart", async () => {
        const socket = await line.connect();
        socket.send(JSON.stringify({ event: "connected", protocol: "Call", version: "1.0.0" }));
        assert.deepEqual(await socket.ended(), { code: 1008, reason: "noStart" });
      });
    });

    it("with binary or oversized messages: closed, with WebSocket's own code", async () => {
      assert.equal((await (await line.connect()).send(Buffer.alloc(160)).ended()).code, 1003);
      assert.equal((await (await line.connect()).send("x".repeat(70_000)).ended()).code, 1009);
    });

    it("with malformed messages: each counted, closed after fifty", async () => {
      await isCounted("message.malformed", async () => {
        const socket = await line.connect();
        for (let sent = 0; sent < 50; sent += 1) socket.send("{ this is not JSON");
        assert.deepEqual(await socket.ended(), { code: 1008, reason: "malformed" });
      });
    });

    it("with unknown events, frames out of order and frames twice: counted, put in order, the stream goes on", async () => {
      const { callSid, token } = await ringing();
      const stream = streamSid();
      const socket = await line.connect();
      socket.send(line.start(callSid, stream, token));
      await fixture.record("StreamAttached", callSid);
      await isCounted("message.unknown", async () =>
        socket.send(JSON.stringify({ event: "surprise", streamSid: stream })),
      );
      await isCounted("frame.reordered", () =>
        isCounted("frame.duplicate", async () => {
          for (const chunk of [1, 2, 4, 3, 3, 5, 6, 8, 7, 9, 10]) socket.sendFrame(stream, chunk);
          await fixture.record("AudioCaptured", callSid);
          assert.ok(socket.isOpen);
          await socket.close();
        }),
      );
      const audio = fixture.recordsOf("AudioCaptured", callSid);
      const bytes = audio.reduce((sum, record) => sum + record.audio.length, 0);
      assert.equal(bytes, 10 * 160, "ten frames, each once");
    });
  });

  describe("records", () => {
    it("that are no Avro of theirs, on every topic: put aside with place and reason, the partition moves on", async () => {
      const readers: readonly [TopicKey, string][] = [
        ["calls", "converse"],
        ["audioIn", "transcribe"],
        ["playback", "speak"],
        ["transcripts", "interpret"],
        ["intents", "converse"],
        ["toolCalls", "act"],
        ["toolResults", "converse"],
        ["responses", "speak"],
        ["risk", "act"],
      ];
      for (const [key, reader] of readers) {
        const [name] = topics[key].records;
        const poison = Buffer.from([0, 0, 0, 0, 0, 0x80, 0x80, 0x80, 0x80]);
        poison.writeInt32BE(ids.get(name) ?? 0, 1);
        const label = `topic="${topics[key].name}"`;
        const before = await fixture.metric(reader, deadLettersTotal, label);
        await append(key, bystander.callSid, poison);
        await until(
          `${reader} puts the poison on ${key} aside`,
          async () => (await fixture.metric(reader, deadLettersTotal, label)) > before,
        );
        await until(`the poison on ${key} lies in the dead letters`, () =>
          fixture.deadLetters.some(
            ({ headers, value }) =>
              headers.topic === topics[key].name &&
              headers.stage === reader &&
              headers.code?.startsWith("DECODE_") === true &&
              value?.equals(poison) === true,
          ),
        );
      }
    });

    it("of a schema that nobody registered: put aside as that", async () => {
      const unknown = Buffer.from([0, 0x05, 0xf5, 0xe0, 0xff, 1, 2, 3]);
      await append("intents", bystander.callSid, unknown);
      await until("it lies in the dead letters", () =>
        fixture.deadLetters.some(
          ({ headers, value }) => headers.code === "SCHEMA_UNKNOWN" && value?.equals(unknown) === true,
        ),
      );
    });
  });

  it("JSON from the model that is none, or not the contract's: the local reasoner answers", async () => {
    const since = Date.now();
    await fixture.faults("gemini", [{ operation: "*", fault: "wrong", code: "unknown-intent" }]);
    const turns = () =>
      fixture.recordsOf("IntentRecognised", bystander.callSid).filter(({ occurredAt }) => occurredAt > since);
    await until("the local reasoner stood in", () => turns().some(({ source }) => source === "localReasoner"), 60_000);
    await fixture.faults("gemini", []);
  });

  describe("tool calls that the dialogue never made", () => {
    async function forge(
      callSid: string,
      given: Pick<ToolCalled, "tool" | "intent"> & { isConfirmed?: boolean; arguments: Partial<ToolArguments> },
    ): Promise<string> {
      const eventId = randomUUID();
      const record: ToolCalled = {
        type: "ToolCalled",
        eventId,
        callSid,
        turn: 1,
        occurredAt: Date.now(),
        causeId: null,
        tool: given.tool,
        intent: given.intent,
        arguments: { ...noToolArguments, ...given.arguments },
        isConfirmed: given.isConfirmed ?? false,
      };
      await append("toolCalls", callSid, codec.encode(record));
      return eventId;
    }

    const refusalOf = async (callSid: string, callId: string): Promise<string> =>
      (await fixture.record("ToolRefused", callSid, (record) => record.callId === callId)).reason;

    it("are refused, each for its reason, and nothing is ordered or charged", async () => {
      const chargesBefore = (await fixture.charges()).length;
      const { callSid } = bystander;
      const victim = await ringing();
      const quoteCall = await forge(victim.callSid, {
        tool: "quoteOrder",
        intent: "orderProduct",
        arguments: { productId: "P-10101", quantity: 1 },
      });
      const { quote } = await fixture.record("ToolSucceeded", victim.callSid, ({ callId }) => callId === quoteCall);
      assert.ok(quote !== null);
      const { quoteId, quoteHash } = quote;
      const foreign = { quoteId, quoteHash, cardId: "card-1001-1" };

      const unconfirmed = await forge(victim.callSid, { tool: "placeOrder", intent: "confirm", arguments: foreign });
      assert.equal(await refusalOf(victim.callSid, unconfirmed), "notConfirmed");
      const unproven = { tool: "placeOrder", intent: "confirm", isConfirmed: true, arguments: foreign } as const;
      assert.equal(await refusalOf(victim.callSid, await forge(victim.callSid, unproven)), "identityRequired");
      assert.match(await refusalOf(callSid, await forge(callSid, unproven)), /^(?:identityRequired|ownership)$/);
      const million = {
        tool: "quoteOrder",
        intent: "orderProduct",
        arguments: { productId: "P-10101", quantity: 1e6 },
      } as const;
      assert.equal(await refusalOf(callSid, await forge(callSid, million)), "overLimit");
      const unknown = {
        tool: "quoteOrder",
        intent: "orderProduct",
        arguments: { productId: "P-0", quantity: 1 },
      } as const;
      assert.equal(await refusalOf(callSid, await forge(callSid, unknown)), "notFound");
      const outside = {
        tool: "quoteOrder",
        intent: "orderProduct",
        arguments: { productId: "'; DROP TABLE", quantity: 1 },
      } as const;
      assert.equal(await refusalOf(callSid, await forge(callSid, outside)), "invalidArguments");
      const surplus = {
        tool: "searchProducts",
        intent: "searchProducts",
        arguments: { query: "lamp", cardId: "card-1001-1" },
      } as const;
      assert.equal(await refusalOf(callSid, await forge(callSid, surplus)), "invalidArguments");
      const wrongIntent = { tool: "searchProducts", intent: "goodbye", arguments: { query: "lamp" } } as const;
      assert.equal(await refusalOf(callSid, await forge(callSid, wrongIntent)), "notAllowed");

      const { rows } = await fixture.pool.query("SELECT number FROM orders WHERE call_sid = ANY($1)", [
        [callSid, victim.callSid],
      ]);
      assert.deepEqual(rows, [], "nothing was ordered");
      assert.equal((await fixture.charges()).length, chargesBefore, "nothing was charged");
    });
  });

  it("leaves the other call as it was: every turn answered, every word understood", async () => {
    isEnough = true;
    const heard = await report;
    for (const callSid of madeUp) await line.endCall(callSid);
    console.log(`bystander during bad input: longest silence ${(heard.longestSilenceMs / 1000).toFixed(1)} s`);
    checkBystander(heard, { tries: 1 });
    await checkWords(fixture, heard, {});
  });
});
