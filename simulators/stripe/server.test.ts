import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import Stripe from "stripe";
import { type StripeSimulator, startStripeSimulator } from "./server.ts";

const customer = "cus_caller";
const card = "pm_good";

describe("stripe simulator", () => {
  let simulator: StripeSimulator;
  let stripe: Stripe;
  let base: string;

  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
  const post = async (
    path: string,
    body: string,
    key = "",
  ): Promise<{ status: number; headers: Headers; json: Record<string, unknown> }> => {
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: {
        authorization: "Bearer sk_test_1",
        "content-type": "application/x-www-form-urlencoded",
        ...(key === "" ? {} : { "idempotency-key": key }),
      },
      body,
    });
    return {
      status: response.status,
      headers: response.headers,
      json: (await response.json()) as Record<string, unknown>,
    };
  };
  const errorOf = (json: Record<string, unknown>): Record<string, unknown> => json.error as Record<string, unknown>;
  const charge = (change: Record<string, string> = {}): string =>
    form({
      amount: "1000",
      currency: "usd",
      customer,
      payment_method: card,
      confirm: "true",
      off_session: "true",
      "allowed_payment_method_types[0]": "card",
      ...change,
    });

  before(async () => {
    simulator = await startStripeSimulator({ searchDelayMs: 500, requestsPerSecond: 10_000 });
    base = `http://127.0.0.1:${simulator.port}`;
    stripe = new Stripe("sk_test_1", {
      host: "127.0.0.1",
      port: simulator.port,
      protocol: "http",
      maxNetworkRetries: 0,
      telemetry: false,
    });
  });
  beforeEach(async () => {
    await post("/_control/reset", "{}");
    await post(
      "/_control/customers",
      JSON.stringify([{ id: customer, name: "Ada", cards: [{ id: card, last4: "4444" }] }]),
    );
  });
  after(() => simulator.close());

  test("the same key and parameters replay the first answer byte by byte, marked as replayed", async () => {
    const first = await post("/v1/payment_intents", charge(), "key-1");
    const second = await post("/v1/payment_intents", charge(), "key-1");
    assert.equal(first.status, 200);
    assert.equal(first.headers.get("idempotent-replayed"), null);
    assert.deepEqual(second.json, first.json);
    assert.equal(second.headers.get("idempotent-replayed"), "true");
    assert.equal(simulator.charges().length, 1);
  });

  test("a decline is kept with its key, even when the card has become good", async () => {
    await post("/_control/cards", JSON.stringify({ paymentMethod: card, behaviour: "insufficientFunds" }));
    const first = await post("/v1/payment_intents", charge(), "key-2");
    await post("/_control/cards", JSON.stringify({ paymentMethod: card, behaviour: "succeeds" }));
    const second = await post("/v1/payment_intents", charge(), "key-2");
    assert.equal(first.status, 402);
    assert.deepEqual(second.json, first.json);
    assert.equal((await post("/v1/payment_intents", charge(), "key-3")).status, 200);
  });

  test("the same key with other parameters or for another endpoint is an idempotency_error", async () => {
    await post("/v1/payment_intents", charge(), "key-4");
    for (const [path, body] of [
      ["/v1/payment_intents", charge({ amount: "2000" })],
      ["/v1/customers", form({ name: "Bob" })],
    ] as const) {
      const { status, json } = await post(path, body, "key-4");
      assert.equal(status, 400);
      assert.equal(errorOf(json).type, "idempotency_error");
      assert.match(String(errorOf(json).message), /^Keys for idempotent requests can only be used/);
    }
  });

  test("a request with a key that is under way is answered 409, and only one charge is made", async () => {
    await post(
      "/_control/faults",
      JSON.stringify([{ operation: "payment_intents.create", fault: "delay", delayMs: 300, code: "before" }]),
    );
    const [first, second] = await Promise.all([
      post("/v1/payment_intents", charge(), "key-5"),
      new Promise((resolve) => setTimeout(resolve, 20)).then(() => post("/v1/payment_intents", charge(), "key-5")),
    ]);
    assert.equal(first.status, 200);
    assert.equal(second.status, 409);
    assert.equal(errorOf(second.json).code, "idempotency_key_in_use");
    assert.equal(simulator.charges().length, 1);
  });

  test("what failed before execution is not kept: the key may be used again", async () => {
    assert.equal((await post("/v1/payment_intents", charge({ amount: "0" }), "key-6")).status, 400);
    assert.equal((await post("/v1/payment_intents", charge(), "key-6")).status, 200);
    await post("/_control/faults", JSON.stringify([{ operation: "*", fault: "error", code: "429", times: 1 }]));
    assert.equal((await post("/v1/payment_intents", charge(), "key-7")).status, 429);
    assert.equal((await post("/v1/payment_intents", charge(), "key-7")).status, 200);
  });

  test("a 500 in the middle of execution is kept and replayed", async () => {
    await post("/_control/faults", JSON.stringify([{ operation: "*", fault: "error", code: "500", times: 1 }]));
    assert.equal((await post("/v1/payment_intents", charge(), "key-8")).status, 500);
    assert.equal((await post("/v1/payment_intents", charge(), "key-8")).status, 500);
    assert.equal(simulator.charges().length, 0);
  });

  test("each test card fails as the vendor's documentation says", async () => {
    const expected: [string, string, string | undefined][] = [
      ["pm_card_visa_chargeDeclined", "card_declined", "generic_decline"],
      ["pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
      ["pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"],
      ["pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"],
      ["pm_card_chargeDeclinedExpiredCard", "expired_card", undefined],
      ["pm_card_authenticationRequired", "authentication_required", "authentication_required"],
    ];
    for (const [name, code, declineCode] of expected) {
      const { status, json } = await post("/v1/payment_intents", charge({ payment_method: name }));
      const error = errorOf(json);
      assert.deepEqual(
        [status, error.type, error.code, error.decline_code],
        [402, "card_error", code, declineCode],
        name,
      );
      const intent = error.payment_intent as Record<string, unknown>;
      assert.equal(intent.status, "requires_payment_method");
      assert.match(String(intent.id), /^pi_/);
    }
    assert.equal((await post("/v1/payment_intents", charge({ payment_method: "pm_card_visa" }))).status, 200);
  });

  test("wrong parameters are refused as the API refuses them", async () => {
    const refused: [Record<string, string>, string][] = [
      [{ amount: "" }, "parameter_missing"],
      [{ amount: "ten" }, "parameter_invalid_integer"],
      [{ amount: "49" }, "amount_too_small"],
      [{ customer: "cus_nobody" }, "resource_missing"],
      [{ payment_method: "pm_nothing" }, "resource_missing"],
      [{ amuont: "5" }, "parameter_unknown"],
      [{ "payment_method_types[0]": "card" }, "payment_method_types_no_longer_supported"],
    ];
    for (const [change, code] of refused) {
      const { status, json } = await post("/v1/payment_intents", charge(change));
      assert.deepEqual([status, errorOf(json).type, errorOf(json).code], [400, "invalid_request_error", code]);
    }
    const withoutTypes = charge().replace(/&allowed[^&]*/, "");
    assert.match(String(errorOf((await post("/v1/payment_intents", withoutTypes)).json).message), /return_url/);
    assert.equal((await post("/v1/payment_intents", charge({ confirm: "false" }))).status, 400);
    assert.equal((await post("/v1/payment_intents", charge({ "__proto__[x]": "1" }))).status, 400);
  });

  test("a reserved amount is captured in part and refunded up to what was captured", async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: "usd",
      customer,
      payment_method: card,
      confirm: true,
      off_session: true,
      allowed_payment_method_types: ["card"],
      capture_method: "manual",
      metadata: { orderId: "o-1" },
    });
    assert.equal(intent.status, "requires_capture");
    const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 800 });
    assert.deepEqual([captured.status, captured.amount_received], ["succeeded", 800]);
    await stripe.refunds.create({ payment_intent: intent.id, amount: 300 });
    await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 501 }), { statusCode: 400 });
    await stripe.refunds.create({ payment_intent: intent.id });
    await assert.rejects(stripe.refunds.create({ payment_intent: intent.id }), { code: "charge_already_refunded" });
    await assert.rejects(stripe.paymentIntents.cancel(intent.id), { code: "payment_intent_unexpected_state" });
    const found = await stripe.paymentIntents.retrieve(intent.id, { expand: ["latest_charge", "customer"] });
    assert.equal(typeof found.latest_charge === "object" && found.latest_charge?.amount_refunded, 800);
    assert.equal(typeof found.customer === "object" && found.customer?.id, customer);
  });

  test("a held amount that is let go, by the shop or by its bank, counts as given back and cannot be taken", async () => {
    const hold = () =>
      stripe.paymentIntents.create({
        amount: 900,
        currency: "usd",
        customer,
        payment_method: card,
        confirm: true,
        off_session: true,
        allowed_payment_method_types: ["card"],
        capture_method: "manual",
      });
    const byShop = await hold();
    await stripe.paymentIntents.cancel(byShop.id);
    const byBank = await hold();
    assert.equal((await post("/_control/holds/expire", JSON.stringify({ paymentIntent: byBank.id }))).status, 200);
    for (const [{ id }, reason] of [
      [byShop, null],
      [byBank, "automatic"],
    ] as const) {
      const ended = await stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
      assert.deepEqual([ended.status, ended.cancellation_reason, ended.amount_capturable], ["canceled", reason, 0]);
      const charge = typeof ended.latest_charge === "object" ? ended.latest_charge : null;
      assert.deepEqual([charge?.captured, charge?.refunded, charge?.amount_refunded], [false, true, 900]);
      await assert.rejects(stripe.paymentIntents.capture(id), { code: "payment_intent_unexpected_state" });
      await assert.rejects(stripe.paymentIntents.cancel(id), { code: "payment_intent_unexpected_state" });
      await assert.rejects(stripe.refunds.create({ payment_intent: id }), { statusCode: 400 });
      assert.equal((await post("/_control/holds/expire", JSON.stringify({ paymentIntent: id }))).status, 400);
    }
    const { data } = await stripe.events.list({ type: "charge.expired" });
    assert.equal(data.length, 1);
  });

  test("an intent may be confirmed later, with the card's holder present for authentication, or cancelled", async () => {
    const create = { amount: 700, currency: "usd", customer, allowed_payment_method_types: ["card"] };
    const first = await stripe.paymentIntents.create(create);
    assert.equal(first.status, "requires_payment_method");
    const waiting = await stripe.paymentIntents.confirm(first.id, { payment_method: "pm_card_authenticationRequired" });
    assert.deepEqual([waiting.status, waiting.next_action?.type], ["requires_action", "use_stripe_sdk"]);
    assert.equal((await stripe.paymentIntents.cancel(first.id)).status, "canceled");
  });

  test("saved cards are attached, listed and retrieved; a declining card cannot be attached", async () => {
    const created = await stripe.customers.create({ name: "Bob", metadata: { tier: "gold" } });
    assert.deepEqual(created.metadata, { tier: "gold" });
    const attached = await stripe.paymentMethods.attach("pm_card_visa", { customer: created.id });
    assert.match(attached.id, /^pm_[0-9a-f]+$/);
    const { data } = await stripe.paymentMethods.list({ customer: created.id, type: "card" });
    assert.deepEqual(
      data.map((method) => [method.id, method.card?.last4]),
      [[attached.id, "4242"]],
    );
    const listed = await stripe.customers.listPaymentMethods(customer);
    assert.deepEqual(
      listed.data.map((method) => [method.id, method.card?.last4]),
      [[card, "4444"]],
    );
    assert.equal((await stripe.paymentMethods.retrieve(card)).customer, customer);
    await assert.rejects(stripe.paymentMethods.attach("pm_card_visa_chargeDeclined", { customer: created.id }), {
      type: "StripeCardError",
    });
    await assert.rejects(stripe.paymentMethods.attach(card, { customer: created.id }), { statusCode: 400 });
  });

  test("lists are paged newest first; the list knows a new intent at once, search only later", async () => {
    const ids: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      const { json } = await post("/v1/payment_intents", charge({ "metadata[orderId]": `o-${number % 2}` }));
      ids.unshift(String(json.id));
    }
    const found = async (orderId: string): Promise<string[]> => {
      const { data } = await stripe.paymentIntents.search({ query: `metadata['orderId']:'${orderId}'` });
      return data.map((intent) => intent.id);
    };
    assert.ok(!(await found("o-0")).includes(String(ids[0])), "the newest is not searchable yet");
    const seen: string[] = [];
    for await (const intent of stripe.paymentIntents.list({ customer, limit: 2 })) seen.push(intent.id);
    assert.deepEqual(seen, ids);
    await new Promise((resolve) => setTimeout(resolve, 520));
    assert.deepEqual(await found("o-1"), [ids[1], ids[3]]);
    assert.deepEqual(await found("o-0"), [ids[0], ids[2], ids[4]]);
    const paged: string[] = [];
    for await (const intent of stripe.paymentIntents.search({ query: `customer:'${customer}'`, limit: 2 }))
      paged.push(intent.id);
    assert.deepEqual(paged, ids);
    assert.equal((await stripe.charges.list({ customer, limit: 100 })).data.length, 5);
    await assert.rejects(stripe.paymentIntents.search({ query: "nonsense" }), { statusCode: 400 });
    await assert.rejects(stripe.paymentIntents.list({ limit: 101 }), { statusCode: 400 });
  });

  test("keys, addresses and objects that do not exist are refused", async () => {
    const stranger = new Stripe("sk_live_1", { host: "127.0.0.1", port: simulator.port, protocol: "http" });
    await assert.rejects(stranger.customers.list(), { type: "StripeAuthenticationError", statusCode: 401 });
    await assert.rejects(stripe.paymentIntents.retrieve("pi_none"), { statusCode: 404, code: "resource_missing" });
    const unknown = await post("/v1/unheard_of", "");
    assert.equal(unknown.status, 404);
    assert.match(String(errorOf(unknown.json).message), /Unrecognized request URL/);
  });

  test("more requests in a second than allowed are answered 429", async () => {
    const small = await startStripeSimulator({ requestsPerSecond: 2 });
    const client = new Stripe("sk_test_1", { host: "127.0.0.1", port: small.port, protocol: "http" });
    await client.customers.list();
    await client.customers.list();
    await assert.rejects(client.customers.list(), { type: "StripeRateLimitError", code: "rate_limit" });
    await small.close();
  });

  test("control refuses what is malformed", async () => {
    const wrong: [string, string][] = [
      ["/_control/customers", "{}"],
      ["/_control/customers", '[{"id":"c","cards":[{"id":"p","behaviour":"explodes"}]}]'],
      ["/_control/cards", '{"paymentMethod":"pm_none","behaviour":"succeeds"}'],
      ["/_control/webhooks", '{"url":"not a url"}'],
      ["/_control/webhooks/resend", '{"eventId":"evt_none"}'],
      ["/_control/faults", '[{"operation":"x","fault":"explode"}]'],
    ];
    for (const [path, body] of wrong) assert.equal((await post(path, body)).status, 400, `${path} ${body}`);
    assert.equal((await post("/_control/nothing", "{}")).status, 404);
  });
});
