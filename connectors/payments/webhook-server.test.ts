import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import Stripe from "stripe";
import type { PaymentEvent } from "./port.ts";
import { startWebhookServer, stripeReceiver, type WebhookServer } from "./webhook-server.ts";

const secret = "whsec_test";
let server: WebhookServer;
let events: PaymentEvent[] = [];
let isStoreAway = false;
let failures = 0;
before(async () => {
  server = await startWebhookServer({
    host: "127.0.0.1",
    port: 0,
    receivers: {
      "/stripe/webhook": stripeReceiver({
        secrets: [secret],
        async onEvent(event) {
          if (isStoreAway) throw new Error("the database is away");
          events.push(event);
        },
      }),
    },
    onFailure: () => {
      failures += 1;
    },
  });
});
after(() => server.close());
beforeEach(() => {
  events = [];
  isStoreAway = false;
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
const eventOf = (type: string, object: object) =>
  JSON.stringify({ id: "evt_1", object: "event", type, created: 1_780_000_000, data: { object } });
const paidIntent = { id: "pi_1", amount_received: 2599, currency: "usd", metadata: { orderId: "700001" } };

async function deliver(
  payload: string,
  change: { timestamp?: number; secret?: string; header?: string; path?: string; method?: string } = {},
): Promise<number> {
  const { path = "/stripe/webhook", method = "POST", timestamp = nowSeconds(), secret: key = secret } = change;
  const header = change.header ?? Stripe.webhooks.generateTestHeaderString({ payload, secret: key, timestamp });
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { "stripe-signature": header },
    ...(method === "POST" ? { body: payload } : {}),
  });
  return response.status;
}

test("a genuine delivery is handed on as the shop understands it", async () => {
  assert.equal(await deliver(eventOf("payment_intent.succeeded", paidIntent)), 200);
  const about = { id: "evt_1", createdAtMs: 1_780_000_000_000 };
  const paid = { kind: "paid", orderId: "700001", paymentRef: "pi_1", amountMinor: 2599, currency: "USD" };
  assert.deepEqual(events, [{ ...about, type: "payment_intent.succeeded", ...paid }]);
});

test("a session that is complete but not paid, and a payment of no order, say nothing", async () => {
  const session = { client_reference_id: "700001", payment_intent: "pi_1", amount_total: 1, currency: "usd" };
  assert.equal(await deliver(eventOf("checkout.session.completed", { ...session, payment_status: "unpaid" })), 200);
  assert.equal(await deliver(eventOf("payment_intent.succeeded", { ...paidIntent, metadata: {} })), 200);
  assert.equal(await deliver(eventOf("customer.created", { id: "cus_1" })), 200);
  assert.deepEqual(events, []);
  assert.equal(await deliver(eventOf("checkout.session.completed", { ...session, payment_status: "paid" })), 200);
  assert.equal(events.length, 1);
});

test("a dispute says whether money is held and how it ended; a mere question holds none", async () => {
  const dispute = { id: "dp_1", payment_intent: "pi_1", amount: 2599, currency: "usd", reason: "fraudulent" };
  const kinds = [
    ["charge.dispute.created", "needs_response"],
    ["charge.dispute.created", "warning_needs_response"],
    ["charge.dispute.closed", "won"],
    ["charge.dispute.closed", "lost"],
    ["charge.dispute.closed", "warning_closed"],
  ] as const;
  for (const [type, status] of kinds) assert.equal(await deliver(eventOf(type, { ...dispute, status })), 200);
  assert.deepEqual(
    events.map((event) => event.kind === "disputed" && [event.isMoneyHeld, event.end]),
    [
      [true, null],
      [false, null],
      [true, "won"],
      [true, "lost"],
      [false, "won"],
    ],
  );
});

test("what is not genuine is refused before anything looks at it", async () => {
  const payload = eventOf("payment_intent.succeeded", paidIntent);
  assert.equal(await deliver(payload, { secret: "whsec_other" }), 400);
  assert.equal(await deliver(payload, { timestamp: nowSeconds() - 400 }), 400);
  assert.equal(await deliver(payload, { header: "" }), 400);
  const stolen = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: nowSeconds() });
  assert.equal(await deliver(payload.replace("2599", "2"), { header: stolen }), 400);
  assert.deepEqual(events, []);
});

test("when it cannot be kept the sender is told to come again", async () => {
  isStoreAway = true;
  assert.equal(await deliver(eventOf("payment_intent.succeeded", paidIntent)), 503);
  assert.equal(failures, 1);
});

test("other paths, other methods and endless bodies come to nothing", async () => {
  assert.equal(await deliver("{}", { path: "/elsewhere" }), 404);
  assert.equal(await deliver("{}", { path: "/__proto__" }), 404);
  assert.equal(await deliver("", { method: "GET" }), 405);
  const status = await new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", reject);
    socket.once("data", (data) => {
      resolve(data.toString().split("\r\n")[0] ?? "");
      socket.destroy();
    });
    socket.write("POST /stripe/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n");
    socket.write(Buffer.alloc(270_000, 0x20));
  });
  assert.match(status, /413/);
});

test("two workers of one machine share the port", async () => {
  const options = { host: "127.0.0.1", receivers: { "/x": async () => 204 }, onFailure: () => undefined };
  const first = await startWebhookServer({ ...options, port: 0 });
  const { port } = first;
  await first.close();
  const pair = [await startWebhookServer({ ...options, port }), await startWebhookServer({ ...options, port })];
  assert.equal((await fetch(`http://127.0.0.1:${port}/x`, { method: "POST" })).status, 204);
  await Promise.all(pair.map((one) => one.close()));
});
