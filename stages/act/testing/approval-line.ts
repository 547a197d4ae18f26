/** Orders whose bank wants their payer: the database, the simulated provider with its news, and the simulated text messages. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createPostgresCustomers } from "../../../connectors/customers/postgres.ts";
import { createTwilioMessaging } from "../../../connectors/messaging/twilio.ts";
import { openOrders } from "../../../connectors/orders/open-orders.ts";
import { reconcile } from "../../../connectors/orders/reconciliation.ts";
import { ofCard } from "../../../connectors/orders/testing/buyers.ts";
import { createStripePayments } from "../../../connectors/payments/stripe.ts";
import { createStripeHolds } from "../../../connectors/payments/stripe-holds.ts";
import { createStripeLinks } from "../../../connectors/payments/stripe-links.ts";
import { startWebhookServer, stripeReceiver } from "../../../connectors/payments/webhook-server.ts";
import { resetSmallShop } from "../../../connectors/postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase } from "../../../connectors/postgres/testing/test-database.ts";
import type { Quote } from "../../../schemas/generated/records.ts";
import { startStripeSimulator } from "../../../simulators/stripe/server.ts";
import { startTwilioSimulator } from "../../../simulators/twilio/server.ts";
import { endOverdue, openPayerApproval } from "../payer-approval.ts";

const linkMs = 600_000;
const linkSendings = 3;
const smsSignature = "Juniper House";

/** Ana, whose number this is, pays with a card that always wants her approval. */
export const anasNumber = "+12025550101";
export const identity = { isRequired: true, provenSinceMs: null };

/** An order that waits, and the call that placed it. */
export type Waiting = {
  readonly callSid: string;
  readonly quote: Quote;
  readonly orderNumber: string;
  readonly ask: () => ReturnType<ReturnType<typeof openPayerApproval>["askPayer"]>;
};

/** Starts everything. */
export async function openApprovalLine() {
  const database = await startTestDatabase();
  const { pool } = database;
  const shop = openOrders(pool, { quoteValidMs: 600_000, paymentLinkMs: linkMs, paymentLinkSendings: linkSendings });
  const news = await startWebhookServer({
    host: "127.0.0.1",
    port: 0,
    receivers: {
      "/stripe/webhook": stripeReceiver({
        secrets: ["whsec_simulated"],
        onEvent: async (event) => void (await shop.events.apply(event)),
      }),
    },
    onFailure: (_, error) => assert.fail(String(error)),
  });
  const stripe = await startStripeSimulator({
    webhookUrl: `http://127.0.0.1:${news.port}/stripe/webhook`,
    customers: [{ id: "cus_ana", cards: [{ id: "pm_ana-visa", behaviour: "authenticationRequired", last4: "4242" }] }],
  });
  const twilio = await startTwilioSimulator({ speak: () => Promise.resolve(new Uint8Array(160)) });
  const provider = { apiKey: "sk_test_approval", baseUrl: `http://127.0.0.1:${stripe.port}`, retryPauseMs: 1 };
  const payments = createStripePayments(provider);
  const holds = createStripeHolds(provider);
  const links = createStripeLinks({ ...provider, doneUrl: "https://shop.example/paid" });
  const messaging = createTwilioMessaging({
    accountSid: twilio.accountSid,
    authToken: twilio.authToken,
    apiBase: twilio.url,
    sender: "+12025550100",
    statusCallbackUrl: "",
    pool,
    retryPauseMs: 1,
  });
  const sms = { messaging, isConfigured: true };
  const { awaited, sentLinks } = shop;
  const approval = openPayerApproval({ awaited, sentLinks, links, sms, areLinksOffered: true }, { smsSignature });

  async function control(path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`http://127.0.0.1:${stripe.port}/_control/${path}`, {
      method: body === undefined ? "GET" : "POST",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, await response.clone().text());
    return (await response.json()) as Record<string, unknown>;
  }

  const one = async (statement: string, ...values: unknown[]): Promise<Record<string, unknown>> =>
    (await pool.query(statement, values)).rows[0] ?? {};

  return {
    database,
    stripe,
    twilio,
    payments,
    holds,
    links,
    shop,
    sms,
    smsSignature,
    approval,
    control,
    /** First row of an answer. */
    one,

    /** The shop as it was, and nothing sent or held. */
    async reset(): Promise<void> {
      await pool.query(
        "DELETE FROM receipts; DELETE FROM disputes; DELETE FROM payment_events; DELETE FROM messages; DELETE FROM one_time_codes",
      );
      await resetSmallShop(pool);
      await pool.query("UPDATE customers SET phone = $1 WHERE id = 'ana'", [anasNumber]);
      stripe.replaceFaults([]);
      twilio.faults.replace([]);
      await control("webhooks", { copies: 1, isHeld: false });
      await control("webhooks/release", { order: "created" });
    },

    /** A call on which a customer has proven who they are. */
    async provenCall(customerId: string): Promise<string> {
      const callSid = `CA${randomUUID()}`;
      await pool.query("INSERT INTO call_identities (call_sid, customer_id, proven_at) VALUES ($1, $2, now())", [
        callSid,
        customerId,
      ]);
      return callSid;
    },

    /** An order of Ana's whose charge her bank did not allow without her, or (`cardId` null) that she wants to pay by a link. */
    async begun(cardId: "ana-visa" | null = "ana-visa"): Promise<Waiting> {
      const callSid = `CA${randomUUID()}`;
      let count = 0;
      const on = (name = "") => {
        count += 1;
        return contextOf(callSid, `${callSid}/${name === "" ? count : name}`);
      };
      const customers = createPostgresCustomers({ pool });
      const { phone } = await one("SELECT phone FROM customers WHERE id = 'ana'");
      const proof = await customers.verify({ callerNumber: String(phone), digits: "4071" }, on());
      assert.equal(proof.status, "proven");
      const quoted = await shop.orders.quote({ lines: [{ productId: "kettle", quantity: 2 }], identity }, on());
      assert.ok(quoted.status === "quoted");
      const { quote } = quoted;
      const { quoteId, quoteHash } = quote;
      const chargeKey = `${callSid}/charge`;
      const order = await shop.orders.begin({ quoteId, quoteHash, cardId, chargeKey, identity }, on());
      assert.ok(order.status === "begun", JSON.stringify(order));
      const { orderNumber } = order;
      const charge = { ...order.charge, customerRef: "cus_ana" };
      const paymentRef = cardId === null ? null : await notAllowed();
      async function notAllowed(): Promise<string> {
        const charged = await payments.chargeSavedCard({ orderId: orderNumber, ...ofCard(charge) }, on());
        assert.ok(charged.status === "authenticationRequired", JSON.stringify(charged));
        return charged.paymentRef;
      }
      const ask = () => approval.askPayer({ orderNumber, paymentRef, charge }, on("ask"));
      return { callSid, quote, orderNumber, ask };
    },

    stateOf: (orderNumber: string) =>
      one(
        `SELECT o.status, p.status AS payment, (SELECT reserved FROM products WHERE id = 'kettle') AS reserved,
           (SELECT on_hand FROM products WHERE id = 'kettle') AS "onHand"
         FROM orders o JOIN payments p ON p.order_number = o.number WHERE o.number = $1`,
        orderNumber,
      ),
    /** The address in the last message. */
    linkOf: () => /http\S+/.exec(twilio.messages().at(-1)?.body ?? "")?.[0] ?? "",
    sentTo: (number: string) => twilio.messages().filter(({ to }) => to === number).length,
    awaited: ({ callSid, quote }: Waiting) =>
      approval.awaited({ quoteId: quote.quoteId }, contextOf(callSid, `${callSid}/look`)),

    /** Until the provider has told everything. */
    async settled(): Promise<void> {
      for (;;) {
        const { waiting } = (await control("webhooks")) as { waiting: number };
        if (waiting === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },

    /** Lets the link of an order run out. */
    runOut: (orderNumber: string) =>
      pool.query("UPDATE payments SET link_valid_until = now() - interval '2 minutes' WHERE order_number = $1", [
        orderNumber,
      ]),
    overdue: () => endOverdue({ awaited: shop.awaited, links, orders: shop.orders }, 10),

    async booksAreWhole(): Promise<void> {
      const { stock, money } = await reconcile(pool);
      assert.deepEqual([stock, money], [[], []]);
    },

    async close(): Promise<void> {
      await payments.close();
      links.close();
      await Promise.all([stripe.close(), twilio.close(), news.close()]);
      await database.close();
    },
  };
}
