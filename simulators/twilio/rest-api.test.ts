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

function post(
  path: string,
  form: Record<string, string>,
  auth = `${simulator.accountSid}:${authToken}`,
): Promise<Response> {
  return fetch(`${simulator.url}/2010-04-01/Accounts/${simulator.accountSid}/${path}.json`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(auth).toString("base64")}` },
    body: new URLSearchParams(form),
  });
}

describe("the REST API", () => {
  it("ends the stream of a running call and runs the new TwiML", async () => {
    const { callSid, stream } = await exchange.callWithStream("/rest", exchange.connect('action="/never"'));
    const dial = "<Response><Dial>+12025550199</Dial></Response>";
    const response = await post(`Calls/${callSid}`, { Twiml: dial });
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as { sid: string }).sid, callSid);
    await stream.until((message) => message.event === "stop");
    await stream.closed;
    const report = await exchange.ended(callSid);
    assert.deepEqual(report.transfers, ["+12025550199"]);
    assert.equal(report.webhooks.length, 1, "the action is not asked");
  });

  it("fetches new TwiML from a URL, and completes a call", async () => {
    application.answer("/elsewhere", exchange.connect());
    const { callSid } = await exchange.callWithStream("/moving", exchange.connect());
    await post(`Calls/${callSid}`, { Url: `${application.url}/elsewhere`, Method: "POST" });
    const second = await exchange.nextStream();
    const response = await post(`Calls/${callSid}`, { Status: "completed" });
    assert.equal(((await response.json()) as { status: string }).status, "completed");
    await second.closed;
    const over = await post(`Calls/${callSid}`, { Status: "completed" });
    assert.equal(over.status, 404);
    assert.equal(((await over.json()) as { code: number }).code, 20_404);
  });

  it("works with the vendor's own client", async () => {
    const { callSid, stream } = await exchange.callWithStream("/sdk", exchange.connect());
    const client = twilio(simulator.accountSid, authToken, {
      httpClient: {
        request: async (options: { method: string; uri: string; data?: Record<string, string>; headers?: unknown }) => {
          const uri = options.uri.replace("https://api.twilio.com", simulator.url);
          const authorization = `Basic ${Buffer.from(`${simulator.accountSid}:${authToken}`).toString("base64")}`;
          const body = options.method.toLowerCase() === "post" ? new URLSearchParams(options.data) : null;
          const response = await fetch(uri, { method: options.method.toUpperCase(), headers: { authorization }, body });
          return { statusCode: response.status, body: await response.json() };
        },
      } as never,
    });
    assert.equal((await client.calls(callSid).fetch()).status, "in-progress");
    const message = await client.messages.create({ to: numbers.from, from: numbers.to, body: "Your receipt" });
    assert.deepEqual(simulator.messages().at(-1), {
      sid: message.sid,
      to: numbers.from,
      from: numbers.to,
      body: "Your receipt",
    });
    assert.equal((await client.calls(callSid).update({ status: "completed" })).status, "completed");
    await stream.closed;
    await assert.rejects(client.calls(callSid).update({ status: "completed" }), { code: 20_404 });
  });

  it("refuses wrong credentials, unknown calls and bad updates", async () => {
    const { callSid, stream } = await exchange.callWithStream("/refused", exchange.connect());
    assert.equal((await post(`Calls/${callSid}`, { Status: "completed" }, "a:b")).status, 401);
    assert.equal((await post(`Calls/CA${"0".repeat(32)}`, { Status: "completed" })).status, 404);
    const bad = await post(`Calls/${callSid}`, { Twiml: "<Response><Dance/></Response>" });
    assert.deepEqual([bad.status, ((await bad.json()) as { code: number }).code], [400, 12_200]);
    assert.equal((await post(`Calls/${callSid}`, {})).status, 400);
    assert.equal((await post("Messages", { To: "me", From: "+1", Body: "x" })).status, 400);
    stream.socket.close(1000);
    await exchange.ended(callSid);
  });
});
