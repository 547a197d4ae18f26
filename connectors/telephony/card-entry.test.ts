/** Cards that callers key in: the adapter against the simulated carrier, whose connector keeps them at the simulated payment provider. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import type { EffectContext } from "../../runtime/effect.ts";
import { type StripeSimulator, startStripeSimulator } from "../../simulators/stripe/server.ts";
import { startTwilioSimulator, type TwilioSimulator } from "../../simulators/twilio/server.ts";
import type { CallEvent } from "./port.ts";
import { accountSid, authToken, newCallSid, publicUrl, startLines, tokenIn, until, voice } from "./test-line.ts";

type Attached = Extract<CallEvent, { type: "streamAttached" }>;
type Lines = Awaited<ReturnType<typeof startLines>>;
type Line = Awaited<ReturnType<Lines["open"]>>;

const clearedKey = "sk_test_connector";
const good = "4242424242424242#";
let lines: Lines;
let line: Line;
let twilio: TwilioSimulator;
let stripe: StripeSimulator;

before(async () => {
  lines = await startLines();
  stripe = await startStripeSimulator({ clearedKey });
  const connectTo: Record<string, string> = {};
  twilio = await startTwilioSimulator({
    accountSid,
    authToken,
    connectTo,
    closeDetectionMs: 10,
    speak: () => Promise.resolve(new Uint8Array(320).fill(0x55)),
    payConnectors: { Default: { apiBase: `http://127.0.0.1:${stripe.port}`, apiKey: clearedKey } },
  });
  line = await lines.open({ twilioApiBase: twilio.url });
  connectTo[publicUrl] = line.origin;
  connectTo[publicUrl.replace("https", "wss")] = line.origin;
});
after(async () => {
  await twilio.close();
  await stripe.close();
  await lines.close();
});

const contextOf = (callSid: string): EffectContext => ({
  callSid,
  effectId: "effect",
  signal: new AbortController().signal,
  notify: () => undefined,
});
const attachedOf = (callSid: string, on = line): Attached[] =>
  on.eventsOf(callSid).filter((event): event is Attached => event.type === "streamAttached");

/** A call with its stream, and the caller's end of it. */
async function call() {
  const callSid = twilio.startCall({
    from: "+15550001111",
    to: "+15550002222",
    webhookUrl: `${publicUrl}/twilio/voice`,
    statusCallbackUrl: `${publicUrl}/twilio/status`,
    shouldWaitForCaller: true,
  });
  const socket = new WebSocket(`ws://127.0.0.1:${twilio.port}/_caller/${callSid}`);
  socket.on("message", (_, isBinary) => {
    if (isBinary) socket.send(Buffer.alloc(160, 0x20));
  });
  socket.on("error", () => undefined);
  await until("the stream", () => attachedOf(callSid).length > 0);
  return {
    callSid,
    /** Presses keys, one after the other. */
    press: (digits: string) => socket.send(JSON.stringify({ event: "dtmf", digits })),
    hangUp: () => socket.send(JSON.stringify({ event: "hangup" })),
    askedFor: (what: string, attempt = 1) =>
      until(what, () =>
        twilio
          .describeCall(callSid)
          ?.webhooks.some(({ parameters }) => parameters.For === what && parameters.Attempt === String(attempt)),
      ),
    ask: () => line.gateway.telephony.collectCard({ attachment: 0 }, contextOf(callSid)),
    returned: async () => {
      await until("the stream to be back", () => attachedOf(callSid).length > 1);
      return attachedOf(callSid)[1];
    },
  };
}

test("given a card is keyed in, then the provider's name for it comes back with the stream, and nothing of it was heard here", async () => {
  const { callSid, press, ask, askedFor, returned } = await call();
  assert.deepEqual(await ask(), { wasOver: false });
  await until("the end of the stream", () => line.eventsOf(callSid).some(({ type }) => type === "streamClosed"));
  const heardBefore = line.framesOf(callSid).length;
  await askedFor("payment-card-number");
  press(good);
  await askedFor("expiration-date");
  press("0931");
  await askedFor("security-code");
  press("642");
  await askedFor("postal-code");
  assert.equal(line.framesOf(callSid).length, heardBefore, "no frame while a card is being keyed in");
  press("85001");
  const event = await returned();
  assert.equal(event?.attachment, 1);
  assert.equal(event?.cardEntry?.outcome, "taken");
  assert.match(event?.cardEntry?.paymentMethodRef ?? "", /^pm_/);
  assert.deepEqual(
    line.eventsOf(callSid).filter(({ type }) => type === "digit"),
    [],
  );
  assert.doesNotMatch(JSON.stringify(line.eventsOf(callSid)), /4242|0931|642|85001/);
});

test("given star, then that is told, and the call goes on", async () => {
  const { press, ask, askedFor, returned } = await call();
  await ask();
  await askedFor("payment-card-number");
  press("42*");
  assert.deepEqual((await returned())?.cardEntry, { outcome: "stopped", paymentMethodRef: null });
});

test("given numbers that are no card's, then after three of them it is refused", async () => {
  const { press, ask, askedFor, returned } = await call();
  await ask();
  for (const attempt of [1, 2, 3]) {
    await askedFor("payment-card-number", attempt);
    press("4242424242424241#");
  }
  assert.deepEqual((await returned())?.cardEntry, { outcome: "refused", paymentMethodRef: null });
});

test("given the connector fails, then that is told as what nobody can help", async () => {
  twilio.faults.replace([{ operation: "pay.connector", fault: "error", times: 1 }]);
  const { press, ask, askedFor, returned } = await call();
  await ask();
  await askedFor("payment-card-number");
  press(`${good}093164285001`);
  assert.deepEqual((await returned())?.cardEntry, { outcome: "unavailable", paymentMethodRef: null });
});

test("given a caller who hangs up meanwhile, then the call is over, and no stream comes back", async () => {
  const { callSid, hangUp, ask, askedFor } = await call();
  await ask();
  await askedFor("payment-card-number");
  hangUp();
  await until("the end", () => line.eventsOf(callSid).some(({ type }) => type === "callOver"));
  assert.equal(attachedOf(callSid).length, 1);
});

test("given the answer never comes, then the call is connected again, and what comes late counts no more", async () => {
  const { callSid, ask, askedFor, returned } = await call();
  await ask();
  await askedFor("payment-card-number");
  assert.deepEqual(await line.gateway.telephony.reconnect({ attachment: 0 }, contextOf(callSid)), { wasOver: false });
  const event = await returned();
  assert.deepEqual([event?.attachment, event?.cardEntry], [1, null]);
  const late = { Result: "success", PaymentToken: "pm_late", CallStatus: "in-progress" };
  const answer = await line.post("/twilio/card?attachment=1", voice(callSid, late));
  assert.match(answer.body, /<Stream/, "Twilio must be told something");
  const resumed = await line.post("/twilio/resume?attachment=3", voice(callSid, { CallStatus: "in-progress" }));
  assert.match(resumed.body, /<Stream/);
  const { telephony } = line.gateway;
  await telephony.hangUp({}, contextOf(callSid));
  assert.deepEqual(
    attachedOf(callSid).filter(({ cardEntry }) => cardEntry !== null),
    [],
  );
});

test("given the result twice, then it is answered alike", async () => {
  const callSid = newCallSid();
  await line.ring(callSid);
  const parameters = voice(callSid, { Result: "success", PaymentToken: "pm_1", CallStatus: "in-progress" });
  const first = await line.post("/twilio/card?attachment=1", parameters);
  const second = await line.post("/twilio/card?attachment=1", parameters);
  assert.equal(second.body, first.body);
  assert.notEqual(tokenIn(first.body), "");
});

test("given any gateway, then the answer to a card entry comes there, too", async () => {
  const other = await lines.open({ gatewayId: "gateway-b" });
  const callSid = newCallSid();
  await line.ring(callSid);
  const parameters = voice(callSid, { Result: "caller-interrupted-with-star", CallStatus: "in-progress" });
  const answer = await other.post("/twilio/card?attachment=1", parameters);
  assert.match(answer.body, /resume\?attachment=2/);
});

test("given an answer that Twilio did not sign, then it is refused; given a token of another shape, then there is none", async () => {
  const callSid = newCallSid();
  await line.ring(callSid);
  const forged = voice(callSid, { Result: "success", PaymentToken: "pm_forged", CallStatus: "in-progress" });
  for (const path of ["/twilio/card?attachment=1", "/twilio/card-status"])
    for (const signature of [null, "bm8="])
      assert.deepEqual(await line.post(path, forged, { signature }), { status: 403, body: "" });
  assert.equal((await line.post("/twilio/card-status", voice(callSid, { ErrorType: "made-up" }))).status, 204);
  assert.equal((await line.post("/twilio/card", forged)).status, 404, "without its attachment");
});

test("given no connector, then no card can be asked for", async () => {
  const none = await lines.open({ payConnector: "" });
  await assert.rejects(none.gateway.telephony.collectCard({ attachment: 0 }, contextOf(newCallSid())), {
    code: "INVALID_INPUT",
  });
});

test("given a call that is over, then there is nothing to ask", async () => {
  assert.deepEqual(await line.gateway.telephony.collectCard({ attachment: 0 }, contextOf(newCallSid())), {
    wasOver: true,
  });
});

test("given cards were asked for, then coming back from them does not count as lost", async () => {
  const strict = await lines.open({ maxResumes: 0, twilioApiBase: twilio.url });
  const callSid = newCallSid();
  await strict.ring(callSid);
  await strict.gateway.telephony.collectCard({ attachment: 0 }, contextOf(callSid));
  const inProgress = voice(callSid, { CallStatus: "in-progress" });
  assert.match((await strict.post("/twilio/resume?attachment=1", inProgress)).body, /<Stream/);
  assert.match((await strict.post("/twilio/resume?attachment=2", inProgress)).body, /<Hangup\/>/);
});
