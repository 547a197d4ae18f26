import assert from "node:assert/strict";
import { test } from "node:test";
import Stripe from "stripe";
import { verifyStripeWebhook } from "./webhook.ts";

const secret = "whsec_current";
const older = "whsec_previous";
const nowMs = Date.UTC(2026, 10, 23, 12, 0, 0);
const nowSeconds = nowMs / 1000;
const payload = JSON.stringify({
  id: "evt_1",
  object: "event",
  type: "payment_intent.succeeded",
  created: nowSeconds - 5,
  data: { object: { id: "pi_1", status: "succeeded", description: "Zoë’s order" } },
});
const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** Signed by the vendor's own SDK, so that our verification is checked against another implementation. */
function sign(change: { payload?: string; secret?: string; timestamp?: number } = {}): string {
  return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: nowSeconds, ...change });
}

test("a delivery that the vendor's SDK signed is genuine, and its event is read", () => {
  const verdict = verifyStripeWebhook(bytes(payload), sign(), [secret], nowMs);
  assert.deepEqual(verdict, {
    isGenuine: true,
    event: {
      id: "evt_1",
      type: "payment_intent.succeeded",
      createdSeconds: nowSeconds - 5,
      object: { id: "pi_1", status: "succeeded", description: "Zoë’s order" },
    },
  });
});

test("while a secret is rotated, either secret and either signature will do", () => {
  assert.equal(verifyStripeWebhook(bytes(payload), sign({ secret: older }), [secret, older], nowMs).isGenuine, true);
  const [, current] = sign().split(",");
  const twoSignatures = `${sign({ secret: older })},${current}`;
  assert.equal(verifyStripeWebhook(bytes(payload), twoSignatures, [secret], nowMs).isGenuine, true);
});

test("what is not genuine is refused with the reason", () => {
  const refused = (body: string, header: string | undefined, secrets = [secret]): string => {
    const verdict = verifyStripeWebhook(bytes(body), header, secrets, nowMs);
    return verdict.isGenuine ? "genuine" : verdict.reason;
  };
  assert.equal(refused(payload, undefined), "signatureMissing");
  assert.equal(refused(payload, ""), "signatureMissing");
  assert.equal(refused(payload, "t=abc,v1=00"), "signatureMalformed");
  assert.equal(refused(payload, `t=${nowSeconds}`), "signatureMalformed");
  assert.equal(refused(payload, `${sign()},${"v0=x,".repeat(2000)}`), "signatureMalformed");
  assert.equal(refused(payload, sign().replace("v1=", "v0=")), "signatureMalformed");
  assert.equal(refused(`${payload} `, sign()), "signatureWrong");
  assert.equal(refused(payload.replace("succeeded", "canceled"), sign()), "signatureWrong");
  assert.equal(refused(payload, sign({ secret: "whsec_other" })), "signatureWrong");
  assert.equal(refused(payload, sign(), []), "signatureWrong");
  assert.equal(refused(payload, sign().replace(/t=\d+/, `t=${nowSeconds - 1}`)), "signatureWrong");
});

test("a genuine signature is good for 300 seconds either way", () => {
  const at = (offsetSeconds: number): boolean =>
    verifyStripeWebhook(bytes(payload), sign({ timestamp: nowSeconds + offsetSeconds }), [secret], nowMs).isGenuine;
  assert.equal(at(-300), true);
  assert.equal(at(-301), false);
  assert.equal(at(300), true);
  assert.equal(at(301), false);
});

test("signed bytes that are no event are refused, not thrown", () => {
  for (const body of [
    "",
    "{",
    "null",
    "[]",
    '{"id":"evt_1"}',
    '{"id":1,"type":"x","created":1,"data":{"object":{}}}',
  ]) {
    const verdict = verifyStripeWebhook(bytes(body), sign({ payload: body }), [secret], nowMs);
    assert.deepEqual(verdict, { isGenuine: false, reason: "bodyMalformed" }, JSON.stringify(body));
  }
});
