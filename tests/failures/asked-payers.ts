/** Payers whose bank wants their approval: their telephones, the pages that they are sent to, and what must be true of both. */
import assert from "node:assert/strict";
import type pg from "pg";
import { openOrders } from "../../connectors/orders/open-orders.ts";
import { createStripeLinks } from "../../connectors/payments/stripe-links.ts";
import type { StripeSimulator } from "../../simulators/stripe/server.ts";
import { startTwilioSimulator, type TwilioSimulator } from "../../simulators/twilio/server.ts";
import { endOverdue } from "../../stages/act/payer-approval.ts";

const PATIENCE_MS = 30_000;
/** Answers come this much later: longer than it takes to kill somebody who waits for them. */
const LATE_MS = 5_000;
/** Of the provider's test numbers, those that cannot be written to. */
const unwritable = ["+15005550004", "+15005550009", "+15005550001", "+15005550002", "+15005550003"];

/** Whether a buyer's telephone gets messages; null for a buyer of whom no number is known. */
export type Telephone = "works" | "refuses" | null;
/** What a vendor has done without having said so. */
export type Unheard = "within cancel" | "within createLink" | "within send";

/** Starts the simulated text messages. */
export async function openAskedPayers(pool: pg.Pool, stripe: StripeSimulator) {
  const twilio: TwilioSimulator = await startTwilioSimulator({ speak: () => Promise.resolve(new Uint8Array(160)) });
  const baseUrl = `http://127.0.0.1:${stripe.port}`;
  const links = createStripeLinks({ apiKey: "sk_test_killed", baseUrl, doneUrl: "https://shop.example/paid" });
  const { awaited, events, orders } = openOrders(pool, {
    quoteValidMs: 600_000,
    paymentLinkMs: 600_000,
    paymentLinkSendings: 3,
  });

  async function pages(): Promise<readonly { readonly client_reference_id: string; readonly status: string }[]> {
    const answer = await fetch(`${baseUrl}/_control/checkout/sessions`);
    return ((await answer.json()) as { sessions: { client_reference_id: string; status: string }[] }).sessions;
  }

  /** Whether the vendor has done what is not to be heard of, once more than so often. */
  const hasDone = async (what: Unheard, times: number): Promise<boolean> => (await timesDone(what)) > times;
  async function timesDone(what: Unheard): Promise<number> {
    if (what === "within send") return twilio.messages().length;
    if (what === "within createLink") return (await pages()).length;
    return stripe.requestCount("payment_intents.cancel");
  }

  return {
    /** What the worker needs to send messages. */
    environment: {
      TWILIO_URL: twilio.url,
      TWILIO_ACCOUNT: twilio.accountSid,
      TWILIO_TOKEN: twilio.authToken,
      SENDER: "+12025550100",
    },

    /** Gives these buyers their telephones, and nobody else one. */
    async setTelephones(buyers: readonly { readonly customerId: string; readonly telephone: Telephone }[]) {
      await pool.query("UPDATE customers SET phone = NULL WHERE id LIKE 'buyer-%'");
      const bad = [...unwritable];
      for (const [index, { customerId, telephone }] of buyers.entries()) {
        if (telephone === null) continue;
        const number = telephone === "works" ? `+1202556${String(index).padStart(4, "0")}` : bad.shift();
        assert.ok(number !== undefined, "more buyers than numbers that cannot be written to");
        await pool.query("UPDATE customers SET phone = $2, pin_hash = 'none' WHERE id = $1", [customerId, number]);
      }
    },

    /** The next request of this kind is done, and its answer kept back; resolves when it is done. */
    async keepBack(what: Unheard, act: () => Promise<void>): Promise<void> {
      const before = await timesDone(what);
      if (what === "within send")
        twilio.faults.replace([{ operation: "messages.create", fault: "delay", delayMs: LATE_MS, times: 1 }]);
      else {
        const operation = what === "within cancel" ? "payment_intents.cancel" : "checkout.sessions.create";
        stripe.replaceFaults([{ operation, fault: "delay", delayMs: LATE_MS, times: 1 }]);
      }
      await act();
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await hasDone(what, before))) {
        if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS} ms until it was ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },

    /** Everybody who has a message follows its link and pays. The provider tells of every second payment; the others are found when the links run out. */
    async payAll(): Promise<void> {
      for (const { body } of twilio.messages()) {
        const url = /http\S+/.exec(body)?.[0] ?? "";
        const page = await fetch(url, { method: "POST" });
        // A page that was paid or closed cannot be paid again.
        assert.ok(page.status === 200 || page.status === 400, `the page answers ${page.status}`);
      }
      const charges = stripe.charges().filter(({ status, captured }) => status === "succeeded" && captured === true);
      for (const [index, charge] of charges.entries()) {
        if (index % 2 === 0) continue;
        await events.apply({
          id: `evt_${String(charge.id)}`,
          type: "payment_intent.succeeded",
          createdAtMs: Date.now(),
          kind: "paid",
          orderId: (charge.metadata as Record<string, string>).orderId ?? "",
          paymentRef: String(charge.payment_intent),
          amountMinor: Number(charge.amount),
          currency: String(charge.currency).toUpperCase(),
        });
      }
      await pool.query(
        "UPDATE payments SET link_valid_until = now() - interval '2 minutes' WHERE status = 'awaitingPayer'",
      );
      assert.equal((await endOverdue({ awaited, links, orders }, 1_000)).failed, 0);
    },

    /** One page and one message at most for each order; nobody can pay on a page that they were told of for an order that is gone. */
    async check(): Promise<void> {
      const perOrder = Map.groupBy(await pages(), ({ client_reference_id }) => client_reference_id);
      for (const [order, ofOrder] of perOrder) assert.equal(ofOrder.length, 1, `order ${order} has one page`);
      for (const [number, sent] of Map.groupBy(twilio.messages(), ({ to }) => to)) {
        const orders = new Set(sent.map(({ body }) => /order (\d+)/.exec(body)?.[1]));
        assert.equal(sent.length, orders.size, `${number} has one message for each order`);
        for (const order of orders)
          assert.equal(perOrder.get(order ?? "")?.[0]?.status, "complete", `the page of order ${order} was paid`);
      }
    },

    async close(): Promise<void> {
      links.close();
      await twilio.close();
    },
  };
}
