import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { Redis } from "ioredis";
import { Registry } from "prom-client";
import type { EffectContext } from "../../runtime/effect.ts";
import type { CallEvent } from "./port.ts";
import { MediaClient, newCallSid, startLines, tokenIn, until, voice } from "./test-line.ts";

type Lines = Awaited<ReturnType<typeof startLines>>;
type Line = Awaited<ReturnType<Lines["open"]>>;
let lines: Lines;
let line: Line;

before(async () => {
  lines = await startLines();
  line = await lines.open();
});
after(() => lines.close());

const never = new AbortController().signal;
const canSharePorts = process.platform === "linux";

function contextOf(callSid: string): EffectContext {
  return { callSid, effectId: "effect", signal: new AbortController().signal, notify: () => undefined };
}

async function attach(
  on: Line = line,
  callSid = newCallSid(),
  token?: string,
): Promise<{ callSid: string; client: MediaClient }> {
  const used = token ?? tokenIn((await on.ring(callSid)).body);
  const client = new MediaClient(on.gateway.port);
  await client.opened();
  client.start(callSid, used);
  await until("the stream", () => on.eventsOf(callSid).some((event) => event.type === "streamAttached"));
  return { callSid, client };
}

test("given a signed call, then it is connected to the media stream with a token, and is told of", async () => {
  const callSid = newCallSid();
  const answer = await line.ring(callSid, { StirVerstat: "TN-Validation-Passed-A-Diverted" });
  assert.equal(answer.status, 200);
  assert.match(
    answer.body,
    /<Connect action="https:\/\/voice\.example\.com\/twilio\/resume\?attachment=1"><Stream url="wss:\/\/voice\.example\.com\/ws\/media"><Parameter name="token" value="[\w-]{43}"\/><\/Stream><\/Connect>/,
  );
  const [event] = line.eventsOf(callSid) as Extract<CallEvent, { type: "callArrived" }>[];
  assert.equal(event?.type, "callArrived");
  const { startedAtMs, ...facts } = event?.facts ?? { startedAtMs: 0 };
  assert.ok(Math.abs(startedAtMs - Date.now()) < 10_000);
  assert.deepEqual(facts, {
    callSid,
    fromNumber: "+15550001111",
    toNumber: "+15550002222",
    attestation: "full",
    answeredBy: "gateway-a",
  });
});

test("given a repeated or replayed webhook, then it gets the same answer and nothing happens twice", async () => {
  const callSid = newCallSid();
  const answers = await Promise.all([line.ring(callSid), line.ring(callSid), line.ring(callSid)]);
  assert.equal(new Set(answers.map(({ body }) => body)).size, 1);
  assert.equal((await line.ring(callSid)).body, answers[0]?.body);
  assert.equal(line.eventsOf(callSid).length, 1);
});

test("given a token, then it opens one stream, once", async () => {
  const { callSid, client } = await attach();
  const replayed = new MediaClient(line.gateway.port);
  await replayed.opened();
  replayed.start(callSid, tokenIn((await line.ring(callSid)).body));
  assert.deepEqual(await replayed.closed(), { code: 1008, reason: "tokenUnknown" });
  assert.equal(client.socket.readyState, client.socket.OPEN);
  client.close();
});

test("given audio, then it comes in whole frames with voice activity, and what is played arrives as Twilio wants it", async () => {
  const { callSid, client } = await attach();
  client.media(0x20);
  const [frames] = await until("frames", () => line.framesOf(callSid).length > 0 && line.framesOf(callSid));
  assert.deepEqual([frames?.voiced, frames?.concealedFrames], [[true], 0]);
  assert.deepEqual(Buffer.from(frames?.audio ?? []), Buffer.alloc(160, 0x20));

  const { streamSid } = client;
  const { telephony } = line.gateway;
  await telephony.play({ streamSid, audio: new Uint8Array([1, 2, 3]) }, contextOf(callSid));
  await telephony.mark({ streamSid, markName: "0.1" }, contextOf(callSid));
  await telephony.clear({ streamSid }, contextOf(callSid));
  await until("three messages", () => client.received.length === 3);
  assert.deepEqual(client.received, [
    { event: "media", streamSid, media: { payload: "AQID" } },
    { event: "mark", streamSid, mark: { name: "0.1" } },
    { event: "clear", streamSid },
  ]);
  client.send({ event: "mark", streamSid, mark: { name: "0.1" } });
  client.send({ event: "dtmf", streamSid, dtmf: { track: "inbound_track", digit: "#" } });
  client.send({ event: "stop", streamSid, stop: {} });
  await client.closed();
  assert.deepEqual(line.eventsOf(callSid).slice(2), [
    { type: "markReturned", streamSid, markName: "0.1" },
    { type: "digit", streamSid, digit: "#" },
    { type: "streamClosed", streamSid, reason: "stopped" },
  ]);
});

test("given a stream that breaks, then the call comes back with the next attachment, on any gateway, and keeps what is withheld", async () => {
  const { callSid, client } = await attach();
  await line.gateway.telephony.rememberWithheld({ isMasked: true }, contextOf(callSid));
  await line.gateway.telephony.rememberWithheld({ isProofAwaited: true }, contextOf(callSid));
  client.close();
  await until("the end", () => line.eventsOf(callSid).some((event) => event.type === "streamClosed"));

  const other = await lines.open({ gatewayId: "gateway-b" });
  const resumed = await other.post("/twilio/resume?attachment=1", voice(callSid, { CallStatus: "in-progress" }));
  assert.match(resumed.body, /action="https:\/\/voice\.example\.com\/twilio\/resume\?attachment=2"/);
  const { client: second } = await attach(other, callSid, tokenIn(resumed.body));
  const [event] = other.eventsOf(callSid) as Extract<CallEvent, { type: "streamAttached" }>[];
  assert.deepEqual([event?.attachment, event?.gatewayId], [1, "gateway-b"]);
  assert.deepEqual(event?.withheld, { isMasked: true, isProofAwaited: true });
  assert.equal(event?.facts.answeredBy, "gateway-a");
  assert.deepEqual(await line.gateway.telephony.locate({ attachment: 0 }, contextOf(callSid)), { isElsewhere: true });
  assert.deepEqual(await other.gateway.telephony.locate({ attachment: 1 }, contextOf(callSid)), { isElsewhere: false });
  second.close();
});

test("given a call that came back three times, then it is not connected a fourth time", async () => {
  const callSid = newCallSid();
  await line.ring(callSid);
  const answer = await line.post("/twilio/resume?attachment=4", voice(callSid, { CallStatus: "in-progress" }));
  assert.match(answer.body, /<Say>.*<\/Say><Hangup\/>/);
});

test("given a call that was told to end, then a resume ends it, and its end is known with the reason", async () => {
  const callSid = newCallSid();
  await line.ring(callSid);
  await assert.rejects(line.gateway.telephony.hangUp({}, contextOf(callSid)), { code: "VENDOR_UNAVAILABLE" });
  const answer = await line.post("/twilio/resume?attachment=1", voice(callSid, { CallStatus: "in-progress" }));
  assert.match(answer.body, /<Response><Hangup\/><\/Response>/);
  const completed = voice(callSid, { CallStatus: "completed", CallDuration: "4" });
  assert.equal((await line.post("/twilio/status", completed)).status, 204);
  assert.equal((await line.post("/twilio/status", completed)).status, 204);
  const over = line.eventsOf(callSid).filter((event) => event.type === "callOver");
  assert.deepEqual(
    over.map(({ hasFailed, ending, facts }) => [hasFailed, ending, facts?.toNumber]),
    [[false, "agentHungUp", "+15550002222"]],
  );
});

test("given that the call cannot be looked up when it is over, then Twilio is told so, and its end is known when Twilio asks again", async () => {
  const callSid = newCallSid();
  await line.ring(callSid);
  const completed = voice(callSid, { CallStatus: "completed", CallDuration: "4" });
  const ends = () => line.eventsOf(callSid).filter((event) => event.type === "callOver");
  const key = `partyline:call:${callSid}`;
  const redis = new Redis(lines.redisUrl);
  try {
    await redis.rename(key, `${key}:aside`);
    await redis.set(key, "not a call");
    assert.equal((await line.post("/twilio/status", completed)).status, 503);
    assert.deepEqual(ends(), []);
    await redis.rename(`${key}:aside`, key);
  } finally {
    redis.disconnect();
  }
  for (const _ of [1, 2]) assert.equal((await line.post("/twilio/status", completed)).status, 204);
  assert.deepEqual(
    ends().map((event) => event.type === "callOver" && event.facts?.toNumber),
    ["+15550002222"],
  );
});

test("given a newer stream of a call, then the older one is fenced", async () => {
  const { callSid, client } = await attach();
  const resumed = await line.post("/twilio/resume?attachment=1", voice(callSid, { CallStatus: "in-progress" }));
  const newer = new MediaClient(line.gateway.port);
  await newer.opened();
  newer.start(callSid, tokenIn(resumed.body));
  assert.equal((await client.closed()).code, 1008);
  const { streamSid } = client;
  await line.gateway.telephony.play({ streamSid, audio: new Uint8Array(160) }, contextOf(callSid));
  await line.gateway.telephony.play({ streamSid: newer.streamSid, audio: new Uint8Array([9]) }, contextOf(callSid));
  await until("the audio", () => newer.received.length > 0);
  assert.equal(newer.received[0]?.media?.payload, "CQ==");
  assert.deepEqual(
    line.eventsOf(callSid).map((event) => event.type),
    ["callArrived", "streamAttached", "streamClosed", "streamAttached"],
  );
  newer.close();
});

test("given more calls than the gateway takes, then they are told that it is busy", async () => {
  const small = await lines.open({ maxCalls: 1 });
  const { client } = await attach(small);
  assert.match((await small.ring(newCallSid())).body, /<Reject reason="busy"\/>/);
  client.close();
});

test("given a gateway that closes, then its streams end so that Twilio asks how to go on", async () => {
  const leaving = await lines.open();
  const { callSid, client } = await attach(leaving);
  await leaving.close();
  assert.equal((await client.closed()).code, 1001);
  assert.deepEqual(leaving.eventsOf(callSid).at(-1), {
    type: "streamClosed",
    streamSid: client.streamSid,
    reason: "draining",
  });
});

test("given health checks, then the gateway answers, and takes no connection once it leaves", async () => {
  const leaving = await lines.open();
  assert.equal((await fetch(`${leaving.origin}/healthz`)).status, 200);
  assert.equal((await fetch(`${leaving.origin}/readyz`)).status, 200);
  // The port is public: what is counted is not shown there.
  assert.equal((await fetch(`${leaving.origin}/metrics`)).status, 404);
  await leaving.gateway.leave(1000, never);
  await assert.rejects(fetch(`${leaving.origin}/readyz`), "whoever asks for the way on must reach another gateway");
});

test("given a gateway that leaves, then its calls are told, go on while they are there, and are handed over without counting as lost", async () => {
  const leaving = await lines.open({ maxResumes: 0 });
  const { callSid, client } = await attach(leaving);
  const left = leaving.gateway.leave(5000, never);
  await until("the call to be told", () => leaving.eventsOf(callSid).at(-1)?.type === "gatewayLeaves");
  client.media(0x20);
  await until("audio", () => leaving.framesOf(callSid).length > 0);
  await leaving.gateway.telephony.handOver({ streamSid: client.streamSid }, contextOf(callSid));
  await client.closed();
  await left;
  assert.deepEqual(leaving.eventsOf(callSid).at(-1), {
    type: "streamClosed",
    streamSid: client.streamSid,
    reason: "draining",
  });
  const other = await lines.open({ maxResumes: 0 });
  const resumed = await other.post("/twilio/resume?attachment=1", voice(callSid, { CallStatus: "in-progress" }));
  await attach(other, callSid, tokenIn(resumed.body));
  const lost = await other.post("/twilio/resume?attachment=2", voice(callSid, { CallStatus: "in-progress" }));
  assert.match(lost.body, /<Say>.*<\/Say><Hangup\/>/);
});

test("given calls that stay, when a gateway leaves, then it waits no longer than told, and not at all in a hurry", async () => {
  const leaving = await lines.open();
  const { callSid } = await attach(leaving);
  await leaving.gateway.leave(50, never);
  const hurry = new AbortController();
  const left = leaving.gateway.leave(60_000, hurry.signal);
  hurry.abort();
  await left;
  assert.deepEqual(
    leaving.eventsOf(callSid).map((event) => event.type),
    ["callArrived", "streamAttached", "gatewayLeaves"],
  );
});

test("given a stream that begins while its gateway leaves, then its call is told, too", async () => {
  const leaving = await lines.open();
  const callSid = newCallSid();
  const token = tokenIn((await leaving.ring(callSid)).body);
  const client = new MediaClient(leaving.gateway.port);
  await client.opened();
  const left = leaving.gateway.leave(5000, never);
  client.start(callSid, token);
  await until("the call to be told", () => leaving.eventsOf(callSid).at(-1)?.type === "gatewayLeaves");
  client.close();
  await left;
});

test("given gateways that share a port, then it is served as long as one of them is there", {
  skip: !canSharePorts,
}, async () => {
  const first = await lines.open({ sharesPort: true });
  const second = await lines.open({ sharesPort: true, port: first.gateway.port });
  const callSid = newCallSid();
  const token = tokenIn((await first.ring(callSid)).body);
  const client = new MediaClient(first.gateway.port);
  await client.opened();
  client.start(callSid, token);
  const holdsCall = (one: Line): boolean => one.eventsOf(callSid).some(({ type }) => type === "streamAttached");
  const holder = await until("the stream", () => [first, second].find(holdsCall));
  const rest = holder === first ? second : first;
  const left = holder.gateway.leave(5000, never);
  for (let time = 0; time < 5; time += 1) {
    const elsewhere = newCallSid();
    await rest.ring(elsewhere);
    assert.equal(rest.eventsOf(elsewhere)[0]?.type, "callArrived");
  }
  client.close();
  await left;
});

test("given what happened on the line, then it is in the metrics, without a word about callers", async () => {
  const metrics = new Registry();
  const on = await lines.open({ metrics });
  const { callSid, client } = await attach(on);
  const text = await metrics.metrics();
  assert.match(text, /partyline_telephony_streams 1/);
  assert.match(text, /partyline_telephony_events_total\{kind="webhook\.voice"\} 1/);
  assert.match(text, /partyline_telephony_events_total\{kind="stream\.attached"\} 1/);
  assert.ok(!text.includes(callSid) && !text.includes("+1555"));
  client.close();
});

/** Answers like Twilio's REST API. */
function startApi(status: number, body: object): Promise<{ server: Server; origin: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      requests.push(`${request.method} ${request.url} ${decodeURIComponent(text)}`);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests });
    });
  });
}

test("given Twilio's API, then a hang-up completes the call and a transfer dials", async () => {
  const api = await startApi(200, { sid: "CA" });
  const on = await lines.open({ twilioApiBase: api.origin });
  const callSid = newCallSid();
  assert.deepEqual(await on.gateway.telephony.hangUp({}, contextOf(callSid)), { wasOver: false });
  await on.gateway.telephony.transfer({ toNumber: "+15550003333" }, contextOf(callSid));
  const path = `/2010-04-01/Accounts/AC${"1".repeat(32)}/Calls/${callSid}.json`;
  assert.equal(api.requests[0], `POST ${path} Status=completed`);
  assert.ok(api.requests[1]?.startsWith(`POST ${path} Twiml=`), api.requests[1]);
  assert.match(api.requests[1] ?? "", /<Dial>\+15550003333<\/Dial>/);
  api.server.close();
});

for (const [status, code, expected] of [
  [404, 20_404, "over"],
  [400, 21_220, "over"],
  [401, 20_003, "CREDENTIALS_REFUSED"],
  [400, 21_205, "VENDOR_REFUSED"],
  [429, 20_429, "VENDOR_QUOTA"],
  [500, 20_500, "VENDOR_UNAVAILABLE"],
] as const) {
  test(`given Twilio's API answers ${status} with code ${code}, then a hang-up is: ${expected}`, async () => {
    const api = await startApi(status, { code, message: "no", status });
    const on = await lines.open({ twilioApiBase: api.origin });
    const hangingUp = on.gateway.telephony.hangUp({}, contextOf(newCallSid()));
    if (expected === "over") assert.deepEqual(await hangingUp, { wasOver: true });
    else await assert.rejects(hangingUp, { code: expected });
    api.server.close();
  });
}
