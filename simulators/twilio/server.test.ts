import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import twilio from "twilio";
import type { TwilioSimulator } from "./server.ts";
import { authToken, type Exchange, numbers, startExchange } from "./testing/exchange.ts";
import type { FakeApplication } from "./testing/fake-application.ts";

let exchange: Exchange;
let application: FakeApplication;
let simulator: TwilioSimulator;

before(async () => {
  exchange = await startExchange();
  ({ application, simulator } = exchange);
});

after(() => exchange.close());

describe("the voice webhook", () => {
  it("is signed over the exact public URL, with the documented parameters", async () => {
    application.answer("/signed", "<Response><Hangup/></Response>");
    const webhookUrl = "https://shop.example/signed?shop=1#rc=2";
    const callSid = simulator.startCall({ ...numbers, webhookUrl, stirVerstat: "TN-Validation-Passed-A" });
    const report = await exchange.ended(callSid);
    const { headers, parameters } = await application.webhook((webhook) => webhook.path === "/signed");
    assert.ok(
      twilio.validateRequest(
        authToken,
        String(headers["x-twilio-signature"]),
        "https://shop.example/signed?shop=1",
        parameters,
      ),
    );
    assert.equal(headers.host, "shop.example");
    assert.ok(headers["i-twilio-idempotency-token"]);
    const { CallSid, AccountSid, From, To, CallStatus, Direction, ApiVersion, StirVerstat, FromCity } = parameters;
    assert.deepEqual(
      { CallSid, AccountSid, From, To, CallStatus, Direction, ApiVersion, StirVerstat, FromCity },
      {
        CallSid: callSid,
        AccountSid: simulator.accountSid,
        From: numbers.from,
        To: numbers.to,
        CallStatus: "ringing",
        Direction: "inbound",
        ApiVersion: "2010-04-01",
        StirVerstat: "TN-Validation-Passed-A",
        FromCity: "",
      },
    );
    assert.equal(report.end?.by, "agent");
  });

  it("is tried once more with the same token when the answer is lost, if the URL asks for it", async () => {
    application.answer("/flaky", "hang up the connection", "<Response><Hangup/></Response>");
    const report = await exchange.ended(
      simulator.startCall({ ...numbers, webhookUrl: `${application.url}/flaky#rp=all` }),
    );
    assert.equal(report.webhooks.length, 2);
    assert.equal(report.webhooks[0]?.idempotencyToken, report.webhooks[1]?.idempotencyToken);
    assert.equal(report.webhooks[1]?.outcome, "200");
  });

  it("is tried twice when nobody listens, then the fallback is asked with the error", async () => {
    application.answer("/fallback", "<Response><Hangup/></Response>");
    const closed = "http://127.0.0.1:1/voice";
    const report = await exchange.ended(
      simulator.startCall({ ...numbers, webhookUrl: closed, fallbackUrl: `${application.url}/fallback` }),
    );
    assert.deepEqual(
      report.webhooks.map((attempt) => attempt.outcome),
      ["ECONNREFUSED", "ECONNREFUSED", "200"],
    );
    assert.equal(report.webhooks[2]?.parameters.ErrorCode, "11200");
    assert.equal(report.webhooks[2]?.parameters.ErrorUrl, closed);
    assert.equal(report.debugger[0]?.code, 11_200);
  });

  it("ends the call with 11200 on an error status and with 12100 or 12200 on bad TwiML", async () => {
    application.answer("/denied", { status: 403, body: "no" });
    const denied = await exchange.ended(simulator.startCall({ ...numbers, webhookUrl: `${application.url}/denied` }));
    assert.deepEqual([denied.status, denied.end?.code, denied.webhooks.length], ["failed", 11_200, 1]);
    assert.equal((await exchange.ended(exchange.call("/bad", "<Response>"))).end?.code, 12_100);
    assert.equal((await exchange.ended(exchange.call("/odd", "<Response><Dance/></Response>"))).end?.code, 12_200);
  });

  it("is given up when the answer takes too long", async () => {
    application.answer("/slow", "never answer");
    const report = await exchange.ended(
      simulator.startCall({ ...numbers, webhookUrl: `${application.url}/slow#rt=100&rp=rt` }),
    );
    assert.deepEqual(
      report.webhooks.map((attempt) => attempt.outcome),
      ["timed out", "timed out"],
    );
    assert.equal(report.end?.code, 11_200);
  });

  it("can be duplicated or replayed", async () => {
    exchange.faults({ operation: "webhook", nth: 1, fault: "wrong", code: "duplicate" });
    const callSid = exchange.call("/twice", "<Response><Hangup/></Response>");
    await exchange.ended(callSid);
    await application.webhook((webhook) => webhook.parameters.CallSid === callSid);
    const tokens = (): unknown[] =>
      application.webhooks.filter((w) => w.path === "/twice").map((w) => w.headers["i-twilio-idempotency-token"]);
    await application.webhook(() => tokens().length === 2);
    assert.equal(new Set(tokens()).size, 1);
    exchange.faults({ operation: "webhook", nth: 1, fault: "wrong", code: "replay" });
    const next = exchange.call("/after", "<Response><Hangup/></Response>");
    await exchange.ended(next);
    const replayed = application.webhooks.filter((webhook) => webhook.path === "/twice");
    assert.equal(replayed.length, 3);
    assert.equal(replayed[2]?.parameters.CallSid, callSid);
    assert.equal(replayed[2]?.headers["x-twilio-signature"], replayed[0]?.headers["x-twilio-signature"]);
    exchange.faults();
  });
});

describe("a media stream", () => {
  it("begins with connected and start, then media in silence too, and is signed", async () => {
    const { callSid, stream } = await exchange.callWithStream(
      "/media",
      exchange.connect("", '<Parameter name="token" value="t1"/>'),
    );
    await stream.until((message) => message.media?.chunk === "5");
    const [connected, start, ...media] = stream.messages;
    assert.deepEqual(connected, { event: "connected", protocol: "Call", version: "1.0.0" });
    const streamSid = stream.streamSid();
    assert.match(streamSid, /^MZ[0-9a-f]{32}$/);
    assert.deepEqual(start, {
      event: "start",
      sequenceNumber: "1",
      start: {
        accountSid: simulator.accountSid,
        streamSid,
        callSid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        customParameters: { token: "t1" },
      },
      streamSid,
    });
    assert.deepEqual(
      media.slice(0, 2).map((message) => [message.sequenceNumber, message.media?.chunk, message.media?.timestamp]),
      [
        ["2", "1", "0"],
        ["3", "2", "20"],
      ],
    );
    const url = `${application.webSocketUrl}/ws/media`;
    assert.ok(twilio.validateRequest(authToken, String(stream.headers["x-twilio-signature"]), url, {}));
    stream.socket.close(1000);
    const report = await exchange.ended(callSid);
    assert.deepEqual([report.status, report.end?.reason], ["completed", "no more TwiML"]);
  });

  it("returns marks after the audio before them, and all of them on clear", async () => {
    const { callSid, stream } = await exchange.callWithStream("/marks", exchange.connect());
    stream.send({ event: "mark", mark: { name: "at once" } });
    await stream.until((message) => message.mark?.name === "at once");
    stream.send({ event: "media", media: { payload: Buffer.alloc(480).toString("base64") } });
    stream.send({ event: "mark", mark: { name: "played" } });
    await stream.until((message) => message.mark?.name === "played");
    stream.send({ event: "media", media: { payload: Buffer.alloc(80_000).toString("base64") } });
    stream.send({ event: "mark", mark: { name: "pending 1" } });
    stream.send({ event: "mark", mark: { name: "pending 2" } });
    stream.send({ event: "clear" });
    await stream.until((message) => message.mark?.name === "pending 2");
    const names = stream.messages.flatMap((message) => message.mark?.name ?? []);
    assert.deepEqual(names, ["at once", "played", "pending 1", "pending 2"]);
    stream.socket.close(1000);
    await exchange.ended(callSid);
  });

  it("warns once about messages it does not know and goes on; what is no JSON ends it", async () => {
    const { callSid, stream } = await exchange.callWithStream("/unknown", exchange.connect());
    stream.send({ event: "dance" });
    stream.send({ event: "media", media: {} });
    stream.send({ event: "mark", streamSid: "MZother", mark: { name: "x" } });
    stream.send({ event: "mark", mark: { name: "still here" } });
    await stream.until((message) => message.mark?.name === "still here");
    stream.socket.send("no json");
    await stream.closed;
    const report = await exchange.ended(callSid);
    assert.deepEqual(
      report.debugger.map(({ level, code }) => [level, code]),
      [
        ["warning", 31_951],
        ["error", 31_924],
      ],
    );
  });

  it("ends on an abrupt close as on a clean one: the action is asked and followed", async () => {
    application.answer("/resume", exchange.connect());
    const { callSid, stream } = await exchange.callWithStream("/crash", exchange.connect('action="/resume"'));
    stream.socket.terminate();
    const second = await exchange.nextStream();
    assert.notEqual(second.streamSid(), stream.streamSid());
    const resumed = await application.webhook(
      (webhook) => webhook.path === "/resume" && webhook.parameters.CallSid === callSid,
    );
    assert.equal(resumed.parameters.CallStatus, "in-progress");
    assert.ok(
      twilio.validateRequest(
        authToken,
        String(resumed.headers["x-twilio-signature"]),
        `${application.url}/resume`,
        resumed.parameters,
      ),
    );
    second.socket.close(1000);
    const report = await exchange.ended(callSid);
    assert.equal(report.streams.length, 2);
    assert.deepEqual(
      report.debugger.map(({ code }) => code),
      [31_921],
      "the crash is in the debugger, the clean end is not",
    );
  });

  it("goes on with the next verb without an action", async () => {
    const twiml = exchange.connect().replace("</Response>", "<Say>Good-bye</Say></Response>");
    const { callSid, stream } = await exchange.callWithStream("/next", twiml);
    stream.socket.close(1000);
    assert.equal((await exchange.ended(callSid)).end?.reason, "no more TwiML");
  });

  it("reports a refused handshake as 31920, with a status callback", async () => {
    const refusing = exchange
      .connect()
      .replace("/ws/media", '/ws/media" statusCallback="/stream-status')
      .replace(application.webSocketUrl, "ws://127.0.0.1:1");
    const report = await exchange.ended(exchange.call("/handshake", refusing));
    assert.equal(report.debugger[0]?.code, 31_920);
    const callback = await application.webhook((webhook) => webhook.path === "/stream-status");
    assert.equal(callback.parameters.StreamEvent, "stream-error");
    assert.ok(callback.parameters.StreamError);
  });

  it("can be cut by a fault, and doubled by a second socket", async () => {
    exchange.faults({ operation: "stream", nth: 1, fault: "wrong", code: "second-socket" });
    const { callSid, stream } = await exchange.callWithStream("/second", exchange.connect());
    const second = await exchange.nextStream();
    assert.deepEqual(second.messages.find((m) => m.event === "start")?.start?.callSid, callSid);
    // Every stream: which of the two sends the next frame is open.
    exchange.faults({ operation: "media.frame", probability: 1, fault: "cut" });
    await stream.closed;
    exchange.faults();
    await exchange.ended(callSid);
    await second.closed;
  });
});

describe("the life of a call", () => {
  it("is told by signed status callbacks in order", async () => {
    const statusCallbackUrl = `${application.url}/status`;
    const callSid = exchange.call("/life", "<Response><Say>Hi</Say></Response>", { statusCallbackUrl });
    await exchange.ended(callSid);
    const isMine = (webhook: { path: string; parameters: Readonly<Record<string, string>> }): boolean =>
      webhook.path === "/status" && webhook.parameters.CallSid === callSid;
    const last = await application.webhook((w) => isMine(w) && w.parameters.CallStatus === "completed");
    assert.deepEqual(
      application.webhooks.filter(isMine).map(({ parameters }) => [parameters.SequenceNumber, parameters.CallStatus]),
      [
        ["0", "initiated"],
        ["1", "ringing"],
        ["2", "in-progress"],
        ["3", "completed"],
      ],
    );
    assert.equal(last.parameters.CallbackSource, "call-progress-events");
    assert.ok(last.parameters.CallDuration);
    assert.ok(
      twilio.validateRequest(authToken, String(last.headers["x-twilio-signature"]), statusCallbackUrl, last.parameters),
    );
  });

  it("follows redirects but not for ever", async () => {
    application.answer("/there", "<Response><Hangup/></Response>");
    assert.equal(
      (await exchange.ended(exchange.call("/here", "<Response><Redirect>/there</Redirect></Response>"))).end?.reason,
      "hung up",
    );
    const circle = await exchange.ended(exchange.call("/circle", "<Response><Redirect>/circle</Redirect></Response>"));
    assert.equal(circle.end?.code, 11_205);
  });

  it("is rejected without being answered, or transferred", async () => {
    const busy = await exchange.ended(exchange.call("/busy", '<Response><Reject reason="busy"/></Response>'));
    assert.deepEqual([busy.status, busy.durationSeconds], ["busy", 0]);
    const dialled = await exchange.ended(
      exchange.call("/dial", "<Response><Dial><Number>+12025550199</Number></Dial></Response>"),
    );
    assert.deepEqual(dialled.transfers, ["+12025550199"]);
  });
});

describe("the control endpoint", () => {
  it("starts calls, describes them, and lists every fault of a bad request", async () => {
    application.answer("/controlled", "<Response><Hangup/></Response>");
    const post = (body: unknown): Promise<Response> =>
      fetch(`${simulator.url}/_control/calls`, { method: "POST", body: JSON.stringify(body) });
    const good = await post({ ...numbers, webhookUrl: `${application.url}/controlled` });
    assert.equal(good.status, 201);
    const { callSid } = (await good.json()) as { callSid: string };
    await exchange.ended(callSid);
    const report = await (await fetch(`${simulator.url}/_control/calls/${callSid}`)).json();
    assert.equal((report as { status: string }).status, "no-answer");
    const bad = await post({ from: "me", webhookUrl: "ftp://x", extra: 1 });
    assert.equal(bad.status, 400);
    const { error } = (await bad.json()) as { error: string };
    for (const field of ["from", "to", "webhookUrl", "extra"]) assert.match(error, new RegExp(field));
  });
});
