/** A payment that its payer has to approve, on the database, the simulated provider and the simulated text messages. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { agreeing } from "../../connectors/orders/operations/testing/agreeing-caller.ts";
import { contextOf } from "../../connectors/postgres/testing/test-database.ts";
import { createOrderMoney } from "./order-money.ts";
import { openPayerApproval } from "./payer-approval.ts";
import { reconcile } from "./reconcile.ts";
import { identity, openApprovalLine } from "./testing/approval-line.ts";

const line = await openApprovalLine();
const { database, stripe, twilio, payments, holds, links, shop, control, one, begun, stateOf, linkOf, sentTo } = line;
const { awaited, settled, runOut, overdue, booksAreWhole } = line;
after(() => line.close());
beforeEach(() => line.reset());

test("the payer gets a link, the order keeps its pieces, and is paid when the payer has paid, whichever event comes first and however often", async () => {
  for (const order of ["created", "reversed"] as const) {
    const waiting = await begun();
    await control("webhooks", { isHeld: true, copies: 3 });
    assert.equal((await waiting.ask()).status, "asked");
    assert.match(
      twilio.messages().at(-1)?.body ?? "",
      /^Juniper House: please approve your payment of \$60\.00 for order \d+ here: http/,
    );
    const before = await stateOf(waiting.orderNumber);
    assert.deepEqual([before.status, before.payment], ["placed", "awaitingPayer"]);
    assert.equal((await awaited(waiting)).status, "waiting");
    assert.equal((await fetch(linkOf(), { method: "POST" })).status, 200);
    await control("webhooks/release", { order });
    await settled();
    const paid = await awaited(waiting);
    assert.ok(paid.status === "paid");
    assert.deepEqual(
      [paid.order.orderNumber, paid.order.status, paid.order.totalMinor],
      [waiting.orderNumber, "paid", 6_000],
    );
    await control("webhooks", { isHeld: false, copies: 1 });
  }
  const { entries } = await one("SELECT count(*)::int AS entries FROM ledger_entries WHERE account = 'cash'");
  assert.equal(entries, 2);
  assert.equal((await one("SELECT on_hand AS kept FROM products WHERE id = 'kettle'")).kept, 16);
  await booksAreWhole();
});

test("an order without a card is paid on the page with whatever card: it is no card of the customer's, and what goes back goes where it came from", async () => {
  const waiting = await begun(null);
  const cancelled = stripe.requestCount("payment_intents.cancel");
  assert.equal((await waiting.ask()).status, "asked");
  assert.equal(stripe.requestCount("payment_intents.cancel"), cancelled, "there is no payment to replace");
  assert.match(twilio.messages().at(-1)?.body ?? "", /approve your payment of \$60\.00 for order \d+ here: http/);
  const { payment, reserved } = await stateOf(waiting.orderNumber);
  assert.deepEqual([payment, reserved], ["awaitingPayer", 2]);
  assert.equal((await fetch(linkOf(), { method: "POST" })).status, 200);
  await settled();
  const paid = await awaited(waiting);
  assert.ok(paid.status === "paid");
  assert.equal(paid.order.paidWithLast4, null);
  await booksAreWhole();
  const { orderNumber, callSid } = waiting;
  const actor = { kind: "owner", identity, confirmation: null } as const;
  const cancelling = { orderNumber, actor, reason: "no longer needed" };
  const gone = await agreeing(shop.orderOperations).cancel(cancelling, contextOf(callSid, `${callSid}/cancel`));
  assert.equal(gone.status, "changed");
  const money = createOrderMoney({ dueMoney: shop.dueMoney, payments });
  assert.equal((await money.moveDue({ orderNumber }, contextOf(callSid, `${callSid}/money`))).status, "moved");
  const { charges } = await payments.findCharges({ orderId: orderNumber }, contextOf(callSid, `${callSid}/find`));
  assert.deepEqual(
    charges.map(({ amountMinor, refundedMinor }) => [amountMinor, refundedMinor]),
    [[6_000, 6_000]],
  );
  await booksAreWhole();
});

test("an order without a card whose payer cannot be written to leaves nothing open", async () => {
  await database.pool.query("UPDATE customers SET phone = '+15005550004' WHERE id = 'ana'");
  const waiting = await begun(null);
  assert.equal((await waiting.ask()).status, "unreachable");
  const [page] = (await control("checkout/sessions")).sessions as { status: string }[];
  assert.equal(page?.status, "expired");
});

test("asking again after a crash makes one page and sends one message, at whichever step the worker died", async () => {
  const waiting = await begun();
  const sent = sentTo("+12025550101");
  const pages = ((await control("checkout/sessions")).sessions as unknown[]).length;
  // Lost answers of the provider and of the messages: the whole is asked for again, as the runtime does.
  stripe.replaceFaults([{ operation: "checkout.sessions.create", fault: "cut", nth: 1 }]);
  twilio.faults.replace([{ operation: "messages.create", fault: "cut", nth: 1 }]);
  for (let round = 0; round < 3; round += 1) assert.equal((await waiting.ask()).status, "asked");
  twilio.faults.replace([]);
  assert.equal(sentTo("+12025550101") - sent, 1);
  assert.equal(((await control("checkout/sessions")).sessions as unknown[]).length - pages, 1);
});

test("a link that runs out is closed before the order is given up: its pieces go back, and nothing can be paid any more", async () => {
  const waiting = await begun();
  await waiting.ask();
  const url = linkOf();
  assert.deepEqual(await overdue(), { released: 0, paid: 0, failed: 0 });
  await runOut(waiting.orderNumber);
  assert.deepEqual(await overdue(), { released: 1, paid: 0, failed: 0 });
  const state = await stateOf(waiting.orderNumber);
  assert.deepEqual(state, { status: "paymentFailed", payment: "notCharged", reserved: 0, onHand: 20 });
  assert.equal((await awaited(waiting)).status, "over");
  assert.equal((await fetch(url, { method: "POST" })).status, 400);
  assert.deepEqual(await overdue(), { released: 0, paid: 0, failed: 0 });
  await booksAreWhole();
});

test("a payment of which nobody told is found when the link runs out", async () => {
  const waiting = await begun();
  await control("webhooks", { isHeld: true });
  await waiting.ask();
  await fetch(linkOf(), { method: "POST" });
  await runOut(waiting.orderNumber);
  assert.deepEqual(await overdue(), { released: 0, paid: 1, failed: 0 });
  await control("webhooks/release", { order: "created" });
  await settled();
  assert.equal((await awaited(waiting)).status, "paid");
  await booksAreWhole();
});

test("while the provider is away nothing is given up: the next run tries again", async () => {
  const waiting = await begun();
  await waiting.ask();
  await runOut(waiting.orderNumber);
  stripe.replaceFaults([{ operation: "checkout.sessions.retrieve", fault: "error", code: "503" }]);
  assert.deepEqual(await overdue(), { released: 0, paid: 0, failed: 1 });
  assert.equal((await stateOf(waiting.orderNumber)).payment, "awaitingPayer");
  stripe.replaceFaults([]);
  assert.deepEqual(await overdue(), { released: 1, paid: 0, failed: 0 });
});

test("a payer who cannot be written to leaves nothing open: the page is closed and the order can be released", async () => {
  await database.pool.query("UPDATE customers SET phone = '+15005550004' WHERE id = 'ana'");
  const waiting = await begun();
  assert.equal((await waiting.ask()).status, "unreachable");
  const [page] = (await control("checkout/sessions")).sessions as { status: string }[];
  assert.equal(page?.status, "expired");
  const context = contextOf(waiting.callSid, `${waiting.callSid}/release`);
  const cause = { kind: "declined", declineCode: "authentication_required", paymentRef: null } as const;
  const released = await shop.orders.releasePayment({ orderNumber: waiting.orderNumber, cause }, context);
  assert.deepEqual([released.status, released.cards.length], ["released", 1]);
  assert.equal((await stateOf(waiting.orderNumber)).status, "paymentFailed");
});

test("a payer who must not be contacted gets no message", async () => {
  await database.pool.query("UPDATE customers SET do_not_contact = true WHERE id = 'ana'");
  const waiting = await begun();
  assert.equal((await waiting.ask()).status, "unreachable");
  assert.equal((await one("SELECT count(*)::int AS sent FROM messages")).sent, 0);
  assert.equal((await stateOf(waiting.orderNumber)).payment, "pending");
  // Who has no card and says yes to a link has asked for it.
  assert.equal((await (await begun(null)).ask()).status, "asked");
});

test("a line that sends no messages asks nobody", async () => {
  const waiting = await begun();
  const sms = { messaging: { send: () => assert.fail("a message") }, isConfigured: false };
  const { awaited, sentLinks } = shop;
  const silent = openPayerApproval({ awaited, sentLinks, links, sms, areLinksOffered: true }, { smsSignature: "" });
  const charge = { customerRef: "cus_ana", paymentMethodRef: "pm", amountMinor: 6_000, currency: "usd" };
  const asked = await silent.askPayer(
    { orderNumber: waiting.orderNumber, paymentRef: "pi", charge },
    contextOf(waiting.callSid, "silent"),
  );
  assert.equal(asked.status, "unreachable");
});

test("money that comes for an order that was given up goes back", async () => {
  const waiting = await begun();
  await control("webhooks", { isHeld: true });
  await waiting.ask();
  await fetch(linkOf(), { method: "POST" });
  // As if the provider had said that the page is closed and a payment were under way on it.
  const context = contextOf(waiting.callSid, `${waiting.callSid}/give-up`);
  await shop.awaited.giveUp({ orderNumber: waiting.orderNumber }, context);
  await control("webhooks/release", { order: "created" });
  await settled();
  assert.equal((await stateOf(waiting.orderNumber)).payment, "unknown");
  const ages = { now: Date.now(), giveUpAfterMs: 0, pendingForMs: 0, unknownForMs: 0, limit: 10 };
  assert.equal((await reconcile({ orders: shop.orders, payments, holds }, ages)).refunded, 1);
  const { charges } = await payments.findCharges({ orderId: waiting.orderNumber }, context);
  assert.equal(charges.find(({ status }) => status === "succeeded")?.refundedMinor, 6_000);
  await booksAreWhole();
});

test("another amount, another order and an unknown one are left alone, and every event is taken once", async () => {
  const waiting = await begun();
  await waiting.ask();
  const about = { id: "evt_a", type: "payment_intent.succeeded", createdAtMs: Date.now(), kind: "paid" } as const;
  const { orderNumber } = waiting;
  const paid = { ...about, orderId: orderNumber, paymentRef: "pi_x", amountMinor: 6_000, currency: "USD" };
  assert.equal(await shop.events.apply({ ...paid, id: "evt_b", amountMinor: 5_999 }), "ignored");
  assert.equal(await shop.events.apply({ ...paid, id: "evt_c", currency: "EUR" }), "ignored");
  assert.equal(await shop.events.apply({ ...paid, id: "evt_d", orderId: "999999" }), "ignored");
  assert.equal(await shop.events.apply(paid), "applied");
  assert.equal(await shop.events.apply(paid), "known");
  assert.equal(await shop.events.apply({ ...paid, id: "evt_e" }), "ignored");
});

test("a dispute is kept, marks its order, and moves money once, in whatever order the news comes", async () => {
  for (const [order, end, accounts] of [
    ["created", "won", { cash: 0, disputes: 0, sales: 0 }],
    ["reversed", "lost", { cash: -6_000, disputes: 0, sales: 6_000 }],
  ] as const) {
    const waiting = await begun();
    await waiting.ask();
    await fetch(linkOf(), { method: "POST" });
    await settled();
    const { ref } = await one("SELECT provider_ref AS ref FROM payments WHERE order_number = $1", waiting.orderNumber);
    await control("webhooks", { isHeld: true, copies: 2 });
    const dispute = await control("disputes", { paymentIntent: ref });
    await control("disputes/close", { dispute: dispute.id, status: end });
    await control("webhooks/release", { order });
    await settled();
    const kept = await one(
      "SELECT status, is_money_held AS held, closed_at IS NOT NULL AS closed, order_number AS number FROM disputes WHERE id = $1",
      dispute.id,
    );
    assert.deepEqual(kept, { status: end, held: true, closed: true, number: waiting.orderNumber });
    assert.equal((await one("SELECT dispute FROM orders WHERE number = $1", waiting.orderNumber)).dispute, end);
    const { rows } = await database.pool.query<{ account: keyof typeof accounts; minor: number }>(
      `SELECT account, sum(amount_minor)::int AS minor FROM ledger_entries WHERE transaction_ref LIKE $1 GROUP BY account`,
      [`dispute ${String(dispute.id)} %`],
    );
    const sums = {
      cash: 0,
      disputes: 0,
      sales: 0,
      ...Object.fromEntries(rows.map(({ account, minor }) => [account, minor])),
    };
    assert.deepEqual(sums, accounts);
    // What the bank has given back does not go back a second time.
    const actor = { kind: "owner", identity, confirmation: null } as const;
    const cancelled = await shop.orderOperations.cancel(
      { orderNumber: waiting.orderNumber, actor, reason: "no longer needed" },
      contextOf(waiting.callSid, `${waiting.callSid}/cancel`),
    );
    assert.equal("reason" in cancelled && cancelled.reason, end === "lost" ? "moneyUnderWay" : "notConfirmed");
    await control("webhooks", { isHeld: false, copies: 1 });
    await booksAreWhole();
  }
});

test("a bank's mere question is kept and moves no money; a dispute of a payment that is not the shop's is kept, too", async () => {
  const news = { type: "charge.dispute.created", createdAtMs: Date.now(), kind: "disputed", amountMinor: 700 } as const;
  const question = {
    ...news,
    id: "evt_q",
    disputeRef: "dp_q",
    paymentRef: "pi_elsewhere",
    currency: "USD",
    reason: "general",
  };
  assert.equal(
    await shop.events.apply({ ...question, status: "warning_needs_response", isMoneyHeld: false, end: null }),
    "applied",
  );
  assert.deepEqual((await database.pool.query("SELECT 1 FROM ledger_entries")).rows, []);
  // It becomes a dispute after all, and is lost: what was held and what was lost are both entered.
  assert.equal(
    await shop.events.apply({ ...question, id: "evt_l", status: "lost", isMoneyHeld: true, end: "lost" }),
    "applied",
  );
  const { entries } = await one(
    "SELECT count(*)::int AS entries FROM ledger_entries WHERE transaction_ref LIKE 'dispute dp_q %'",
  );
  assert.equal(entries, 4);
  await booksAreWhole();
});
