import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import {
  accountSid,
  MediaClient,
  newCallSid,
  publicUrl,
  sign,
  startLines,
  tokenIn,
  until,
  voice,
} from "./test-line.ts";

type Lines = Awaited<ReturnType<typeof startLines>>;
let lines: Lines;
let line: Awaited<ReturnType<Lines["open"]>>;

before(async () => {
  lines = await startLines();
  line = await lines.open();
});
after(() => lines.close());

async function attach(): Promise<{ callSid: string; client: MediaClient }> {
  const callSid = newCallSid();
  const client = new MediaClient(line.gateway.port);
  await client.opened();
  client.start(callSid, tokenIn((await line.ring(callSid)).body));
  await until("the stream", () => line.eventsOf(callSid).length === 2);
  return { callSid, client };
}

const count = (kind: string): number => line.gateway.counts.of(kind);

for (const [name, given] of [
  ["without a signature", { signature: null }],
  ["with a forged signature", { signature: "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }],
  ["with the signature of another path", { signature: sign(`${publicUrl}/twilio/status`, voice("CA")) }],
  [
    "with the signature of the address behind a proxy",
    { signature: sign("http://127.0.0.1/twilio/voice", voice("CA")) },
  ],
] as const) {
  test(`given a webhook ${name}, then it is refused and nothing happens`, async () => {
    const callSid = newCallSid();
    assert.deepEqual(await line.post("/twilio/voice", voice(callSid), given), { status: 403, body: "" });
    assert.deepEqual(line.eventsOf(callSid), []);
  });
}

test("given a signature with another body, then the webhook is refused", async () => {
  const callSid = newCallSid();
  const signature = sign(`${publicUrl}/twilio/voice`, voice(callSid));
  const body = new URLSearchParams(voice(callSid, { From: "+15559999999" })).toString();
  assert.equal((await line.post("/twilio/voice", voice(callSid), { signature, body })).status, 403);
});

test("given a body beyond 64 KB, or one that is no form, then it is refused unread", async () => {
  const large = await line.post("/twilio/voice", {}, { body: "x".repeat(65_537) }).catch(() => ({ status: 413 }));
  assert.equal(large.status, 413);
  assert.equal((await line.post("/twilio/voice", {}, { contentType: "application/json", body: "{}" })).status, 415);
});

test("given signed parameters of no call, or of another account, then they are refused", async () => {
  assert.equal((await line.post("/twilio/voice", voice("CA1"))).status, 400);
  assert.equal((await line.post("/twilio/voice", { AccountSid: accountSid })).status, 400);
  assert.equal(
    (await line.post("/twilio/voice", voice(newCallSid(), { AccountSid: `AC${"2".repeat(32)}` }))).status,
    400,
  );
});

test("given a withheld or malformed number, then the call is taken without it", async () => {
  const callSid = newCallSid();
  await line.ring(callSid, { From: "anonymous", To: "+" });
  const [event] = line.eventsOf(callSid);
  assert.ok(event?.type === "callArrived");
  assert.deepEqual([event.facts.fromNumber, event.facts.toNumber], ["", ""]);
});

test("given other paths and methods, then there is nothing", async () => {
  assert.equal((await fetch(`${line.origin}/twilio/other`)).status, 404);
  assert.equal((await fetch(`${line.origin}/twilio/resume?attachment=0`, { method: "POST" })).status, 404);
  assert.equal((await fetch(`${line.origin}/twilio/voice`)).status, 405);
});

test("given a stream without Twilio's signature, or at another path, then there is no upgrade", async () => {
  for (const [options, status] of [
    [{ signature: null }, 403],
    [{ signature: "AAAA" }, 403],
    [{ path: "/ws/other" }, 404],
  ] as const) {
    const client = new MediaClient(line.gateway.port, options);
    const [, response] = await once(client.socket, "unexpected-response");
    assert.equal(response.statusCode, status);
    client.close();
  }
});

test("given a start without a token, with a made-up one, or with another call's, then the stream is refused with 1008", async () => {
  const callSid = newCallSid();
  const token = tokenIn((await line.ring(callSid)).body);
  for (const [by, used, reason] of [
    [callSid, null, "tokenMissing"],
    [callSid, "made-up", "tokenUnknown"],
    [newCallSid(), token, "tokenForeign"],
    // A token that was tried for another call is used up.
    [callSid, token, "tokenUnknown"],
  ] as const) {
    const client = new MediaClient(line.gateway.port);
    await client.opened();
    client.start(by, used);
    assert.deepEqual(await client.closed(), { code: 1008, reason });
  }
  assert.equal(count("stream.refused.tokenForeign"), 1);
  assert.equal(line.eventsOf(callSid).length, 1);
});

test("given a token that expired, then the stream is refused", async () => {
  const quick = await lines.open({ tokenSeconds: 1 });
  const callSid = newCallSid();
  const token = tokenIn((await quick.ring(callSid)).body);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const client = new MediaClient(quick.gateway.port);
  await client.opened();
  client.start(callSid, token);
  assert.deepEqual(await client.closed(), { code: 1008, reason: "tokenUnknown" });
});

test("given a start in another account or another audio format, then the stream is refused", async () => {
  for (const [changes, reason] of [
    [{ accountSid: "AC2" }, "badStart"],
    [{ mediaFormat: { encoding: "audio/l16", sampleRate: 16_000, channels: 1 } }, "badFormat"],
  ] as const) {
    const callSid = newCallSid();
    const client = new MediaClient(line.gateway.port);
    const token = tokenIn((await line.ring(callSid)).body);
    await client.opened();
    client.start(callSid, token, changes);
    assert.deepEqual(await client.closed(), { code: 1008, reason });
  }
});

test("given a client that never sends start, then it is closed", async () => {
  const strict = await lines.open({ startWithinMs: 100 });
  const client = new MediaClient(strict.gateway.port);
  await client.opened();
  client.send({ event: "connected" });
  assert.deepEqual(await client.closed(), { code: 1008, reason: "noStart" });
});

test("given a binary message, a message beyond 64 KB, or many small fragments, then the socket is closed", async () => {
  const binary = new MediaClient(line.gateway.port);
  await binary.opened();
  binary.socket.send(Buffer.from([1]));
  assert.equal((await binary.closed()).code, 1003);

  const large = new MediaClient(line.gateway.port);
  await large.opened();
  large.send(`"${"x".repeat(65_536)}"`);
  assert.equal((await large.closed()).code, 1009);

  const fragments = new MediaClient(line.gateway.port);
  await fragments.opened();
  for (let index = 0; index < 10; index += 1) fragments.socket.send("x", { fin: false });
  assert.equal((await fragments.closed()).code, 1008);
});

test("given unknown events, then they are ignored and counted, and the stream goes on", async () => {
  const { callSid, client } = await attach();
  const before = count("message.unknown");
  client.send({ event: "weather", streamSid: client.streamSid });
  client.media(0x20);
  await until("the frame", () => line.framesOf(callSid).length === 1);
  assert.equal(count("message.unknown"), before + 1);
  client.close();
});

test("given malformed messages, then they are counted, and the fiftieth closes the stream", async () => {
  const { callSid, client } = await attach();
  const { streamSid } = client;
  const bad: unknown[] = [
    "{",
    "[".repeat(30_000),
    "null",
    "[]",
    {},
    { event: 7 },
    { event: "media", streamSid },
    { event: "media", streamSid: "MZother", media: { chunk: "1", timestamp: "0", payload: "AAAA" } },
    { event: "media", streamSid, media: { chunk: "1", timestamp: "0", payload: "not base64!" } },
    { event: "media", streamSid, media: { chunk: "1", timestamp: "0", payload: "" } },
    { event: "media", streamSid, media: { chunk: "1", timestamp: "0", payload: "A".repeat(40_000) } },
    { event: "media", streamSid, media: { chunk: "-1", timestamp: "0", payload: "AAAA" } },
    { event: "media", streamSid, media: { chunk: "1", timestamp: "1e99", payload: "AAAA" } },
    { event: "media", streamSid, media: { chunk: 1.5, timestamp: "0", payload: "AAAA" } },
    { event: "dtmf", streamSid, dtmf: { digit: "12" } },
    { event: "mark", streamSid, mark: { name: "x".repeat(1000) } },
    { event: "start", streamSid, start: {} },
    '{"event":"media","__proto__":{"streamSid":"x"},"streamSid":null}',
  ];
  const before = count("message.malformed");
  for (const message of bad) client.send(message);
  await until("the count", () => count("message.malformed") === before + bad.length);
  client.media(0x20);
  await until("the frame", () => line.framesOf(callSid).length === 1);
  for (let index = bad.length; index < 50; index += 1) client.send("{");
  assert.deepEqual(await client.closed(), { code: 1008, reason: "malformed" });
  assert.deepEqual(line.eventsOf(callSid).at(-1), { type: "streamClosed", streamSid, reason: "failed" });
});

test("given a flood of keys, then at most twenty a second count", async () => {
  const { callSid, client } = await attach();
  for (let index = 0; index < 100; index += 1)
    client.send({ event: "dtmf", streamSid: client.streamSid, dtmf: { digit: "1" } });
  await until("the flood", () => count("digit.flood") > 0);
  client.close();
  await until("the end", () => line.eventsOf(callSid).some((event) => event.type === "streamClosed"));
  assert.ok(line.eventsOf(callSid).filter((event) => event.type === "digit").length <= 40);
});

test("given a client that does not read, then audio for it is dropped, not kept", async () => {
  const { callSid, client } = await attach();
  client.socket.pause();
  const { streamSid } = client;
  const context = { callSid, effectId: "e", signal: new AbortController().signal, notify: () => undefined };
  const audio = new Uint8Array(16_000);
  for (let index = 0; index < 1000; index += 1) await line.gateway.telephony.play({ streamSid, audio }, context);
  assert.ok(count("outbound.dropped") > 0);
  client.close();
});

test("given headers that are too large, then they are refused", async () => {
  const large = connect(line.gateway.port, "127.0.0.1");
  large.on("error", () => undefined);
  large.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`);
  const [answer] = await once(large, "data");
  assert.match(String(answer), /^HTTP\/1\.1 431/);
  large.destroy();
});

test("given one call that misbehaves, then another does not notice", async () => {
  const good = await attach();
  const bad = await attach();
  for (let index = 0; index < 60; index += 1) bad.client.send("{");
  await bad.client.closed();
  good.client.media(0x20);
  await until("the frame", () => line.framesOf(good.callSid).length === 1);
  good.client.close();
});
