import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import Stripe from "stripe";
import { type StripeSimulator, startStripeSimulator } from "./server.ts";

type Delivery = { readonly body: string; readonly signature: string };

describe("webhooks of the stripe simulator", () => {
  let simulator: StripeSimulator;
  let stripe: Stripe;
  let endpoint: Server;
  let deliveries: Delivery[] = [];
  let failuresLeft = 0;
  const secret = "whsec_test";

  const control = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`http://127.0.0.1:${simulator.port}/_control/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as Record<string, unknown>;
  };
  const typesOf = (list: readonly Delivery[]): string[] => list.map((one) => JSON.parse(one.body).type);
  const settle = async (count: number): Promise<void> => {
    const deadline = Date.now() + 5000;
    while (deliveries.length < count && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(deliveries.length, count);
  };
  const pay = (): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      amount: 900,
      currency: "usd",
      payment_method: "pm_card_visa",
      confirm: true,
      off_session: true,
      allowed_payment_method_types: ["card"],
    });
  const ofPayment = ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"];

  before(async () => {
    endpoint = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const isRefused = failuresLeft > 0;
        failuresLeft -= isRefused ? 1 : 0;
        if (!isRefused)
          deliveries.push({
            body: Buffer.concat(chunks).toString("utf8"),
            signature: String(request.headers["stripe-signature"]),
          });
        response.writeHead(isRefused ? 500 : 200).end();
      });
    });
    await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
    const { port } = endpoint.address() as AddressInfo;
    simulator = await startStripeSimulator({ webhookUrl: `http://127.0.0.1:${port}/hook`, webhookSecret: secret });
    stripe = new Stripe("sk_test_1", { host: "127.0.0.1", port: simulator.port, protocol: "http" });
  });
  beforeEach(async () => {
    deliveries = [];
    failuresLeft = 0;
    await control("webhooks", { isHeld: false, copies: 1 });
  });
  after(async () => {
    await simulator.close();
    endpoint.closeAllConnections();
    await new Promise((resolve) => endpoint.close(resolve));
  });

  test("a payment's events are delivered, signed so that the vendor's SDK accepts them", async () => {
    const intent = await pay();
    await settle(3);
    assert.deepEqual(typesOf(deliveries).sort(), ofPayment);
    for (const { body, signature } of deliveries) {
      const event = Stripe.webhooks.constructEvent(body, signature, secret);
      assert.match(event.id, /^evt_/);
      assert.throws(() => Stripe.webhooks.constructEvent(body, signature, "whsec_other"));
      if (event.type === "payment_intent.succeeded") assert.equal(event.data.object.id, intent.id);
    }
    const events = await stripe.events.list({ type: "payment_intent.succeeded" });
    assert.equal(events.data.length, 1);
  });

  test("what the endpoint refuses is delivered again", async () => {
    failuresLeft = 2;
    await pay();
    await settle(3);
    assert.deepEqual(typesOf(deliveries).sort(), ofPayment);
  });

  test("on demand events come twice, late, and in reversed order", async () => {
    await control("webhooks", { isHeld: true, copies: 2 });
    const intent = await pay();
    await stripe.refunds.create({ payment_intent: intent.id });
    assert.equal(deliveries.length, 0);
    assert.deepEqual(await control("webhooks/release", { order: "reversed" }), { released: 5 });
    await settle(10);
    assert.equal(new Set(deliveries.map((one) => JSON.parse(one.body).id)).size, 5);
    await control("webhooks/resend", { eventId: JSON.parse(deliveries[0]?.body ?? "{}").id });
    await settle(11);
  });
});
