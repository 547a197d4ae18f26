/** What an operation on an order costs, on a card whose bank wants its owner: the link, the payment, and the operation that is taken back. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { agreeing } from "../../connectors/orders/operations/testing/agreeing-caller.ts";
import { placePaidOrder, resetVariantShop } from "../../connectors/orders/operations/testing/variant-shop.ts";
import { contextOf } from "../../connectors/postgres/testing/test-database.ts";
import { createOrderMoney, moveAllDue } from "./order-money.ts";
import { sendReceipts } from "./receipts.ts";
import { anasNumber, identity, openApprovalLine } from "./testing/approval-line.ts";

const line = await openApprovalLine();
const { database, stripe, twilio, payments, links, shop, sms, control, one, linkOf, sentTo, settled } = line;
const { dueMoney, awaitedMovements } = shop;
const approving = { awaitedMovements, links, sms, areLinksOffered: true, smsSignature: line.smsSignature };
const money = createOrderMoney({ dueMoney, payments, approving });
after(() => line.close());
let calls = 0;
let callSid = "";
beforeEach(async () => {
  await line.reset();
  await resetVariantShop(database.pool);
  await database.pool.query("UPDATE customers SET phone = $1, provider_ref = 'cus_ana' WHERE id = 'ana'", [anasNumber]);
  calls += 1;
  callSid = `CA${calls}`;
});

/** Ana's order of two kettles for 60.00, and her yes to large ones for 80.00: 20.00 are due on a card that wants her approval, or on a page. */
async function exchanged(methodId: "ana-visa" | "page" = "ana-visa"): Promise<string> {
  const orderNumber = await placePaidOrder(database.pool, shop.orders, callSid);
  if (methodId === "page")
    await database.pool.query("UPDATE payments SET card_id = NULL WHERE order_number = $1", [orderNumber]);
  const actor = { kind: "owner", identity, confirmation: null } as const;
  const [productIds, newProductIds] = [
    ["kettle", "kettle"],
    ["kettle-large", "kettle-large"],
  ];
  const changed = await agreeing(shop.orderOperations).changeItems(
    { orderNumber, actor, productIds, newProductIds, methodId },
    contextOf(callSid, `${callSid}/exchange`),
  );
  assert.equal(changed.status, "changed", JSON.stringify(changed));
  return orderNumber;
}

const ask = (orderNumber: string) => money.moveDue({ orderNumber }, contextOf(callSid, `${callSid}/money`));
const housekeeping = (laterMs = 0) => moveAllDue({ dueMoney, payments, approving }, 50, () => Date.now() + laterMs);
const words = () => twilio.messages().at(-1)?.body ?? "";
const orderOf = (number: string) =>
  one(
    `SELECT status, total_minor AS total, (SELECT string_agg(product_id || '*' || quantity, ' ') FROM order_lines WHERE order_number = number) AS lines,
       (SELECT string_agg(kind || amount_minor || settlement, ' ') FROM order_movements WHERE order_number = number) AS money,
       (SELECT on_hand - reserved FROM products WHERE id = 'kettle-large') AS "freeLarge"
     FROM orders WHERE number = $1`,
    number,
  );
const cashOf = async (number: string) =>
  (
    await one(
      "SELECT coalesce(sum(amount_minor), 0)::int AS cash FROM ledger_entries WHERE account = 'cash' AND order_number = $1",
      number,
    )
  ).cash;
const asItWas = { status: "paid", total: 6_000, lines: "kettle*2", money: null, freeLarge: 2 };

test("given a payer who is asked, then the order has the new items and owes the difference, and their payment settles it, however often it is told", async () => {
  const orderNumber = await exchanged();
  const sent = sentTo(anasNumber);
  const asked = await ask(orderNumber);
  assert.deepEqual([asked.status, asked.validForMs], ["asked", 600_000]);
  assert.match(twilio.messages().at(-1)?.body ?? "", /approve your payment of \$20\.00 for order \d+ here: http/);
  assert.equal((await orderOf(orderNumber)).money, "payment2000due");
  assert.equal(await cashOf(orderNumber), 6_000, "nothing is in the books before it is paid");
  // Housekeeping neither asks again nor charges.
  const charges = stripe.requestCount("payment_intents.create");
  assert.equal((await housekeeping()).open, 1);
  assert.equal((await housekeeping(120_000)).open, 1);
  assert.equal(stripe.requestCount("payment_intents.create"), charges);
  await control("webhooks", { copies: 3 });
  assert.equal((await fetch(linkOf(), { method: "POST" })).status, 200);
  await settled();
  assert.deepEqual(await orderOf(orderNumber), {
    ...asItWas,
    status: "itemsChanged",
    total: 8_000,
    lines: "kettle-large*2",
    money: "payment2000settled",
    freeLarge: 0,
  });
  assert.equal(await cashOf(orderNumber), 8_000);
  assert.equal(sentTo(anasNumber) - sent, 1);
  assert.equal((await housekeeping(700_000)).open, 0);
  await line.booksAreWhole();
});

test("given a link that runs out, then the page is closed, and the operation taken back: items, pieces and money as they were", async () => {
  const orderNumber = await exchanged();
  await ask(orderNumber);
  const url = linkOf();
  assert.equal((await housekeeping(599_000)).declined, 0);
  assert.equal((await housekeeping(601_000)).declined, 1);
  assert.deepEqual(await orderOf(orderNumber), asItWas);
  assert.equal((await fetch(url, { method: "POST" })).status, 400, "nothing can be paid any more");
  assert.equal(await cashOf(orderNumber), 6_000);
  await line.booksAreWhole();
});

test("given a payment of which nobody told, then it is found when the link runs out; while the provider is away nothing is taken back", async () => {
  const orderNumber = await exchanged();
  await control("webhooks", { isHeld: true });
  await ask(orderNumber);
  await fetch(linkOf(), { method: "POST" });
  stripe.replaceFaults([{ operation: "checkout.sessions.retrieve", fault: "error", code: "503" }]);
  assert.deepEqual(await housekeeping(601_000), { moved: 0, declined: 0, open: 1, stuck: 0 });
  stripe.replaceFaults([]);
  assert.equal((await housekeeping(601_000)).moved, 1);
  await control("webhooks/release", { order: "reversed" });
  await settled();
  assert.equal((await orderOf(orderNumber)).money, "payment2000settled");
  assert.equal(await cashOf(orderNumber), 8_000);
  await line.booksAreWhole();
});

test("given a payer who was asked, then the link is sent again, from whichever call, so often as it may be, and a receipt follows the payment, once", async () => {
  const orderNumber = await exchanged();
  await ask(orderNumber);
  const [url, sent] = [linkOf(), sentTo(anasNumber)];
  for (const expected of ["sent", "sent", "limited"]) {
    const call = await line.provenCall("ana");
    assert.equal((await line.approval.sendAgain({ identity }, contextOf(call, `${call}/again`))).status, expected);
  }
  assert.equal(sentTo(anasNumber) - sent, 2);
  assert.equal(linkOf(), url);
  assert.match(words(), /link again \(message 3\): please approve your payment of \$20\.00 for order \d+ here: http/);
  const receipts = () => sendReceipts({ receipts: shop.receipts, sms }, { smsSignature: line.smsSignature }, 10);
  assert.deepEqual(await receipts(), { sent: 0, unsent: 0, open: 0 });
  await control("webhooks", { copies: 3 });
  await fetch(url, { method: "POST" });
  await settled();
  const runs = await Promise.all([receipts(), receipts()]);
  assert.equal(
    runs.reduce((sum, run) => sum + run.sent, 0),
    1,
  );
  assert.equal(
    words(),
    `Juniper House: thank you, your payment of $20.00 for order ${orderNumber} has arrived, and the order is changed.`,
  );
  assert.deepEqual(await receipts(), { sent: 0, unsent: 0, open: 0 });
});

test("given a change that was charged at once, or was taken back, then there is no receipt", async () => {
  const orderNumber = await exchanged();
  await ask(orderNumber);
  assert.equal((await housekeeping(601_000)).declined, 1);
  callSid = `${callSid}-later`;
  const changed = await exchanged();
  await dueMoney.settleMovement({ orderNumber: changed, position: 1, providerRef: "pi_at_once" });
  assert.equal((await one("SELECT count(*)::int AS owed FROM receipts")).owed, 0);
  assert.equal((await orderOf(orderNumber)).money, null);
});

test("given an order that was paid on a page, then what a change of it costs is paid on a page, too, without a charge", async () => {
  const orderNumber = await exchanged("page");
  const charges = stripe.requestCount("payment_intents.create");
  assert.equal((await ask(orderNumber)).status, "asked");
  assert.equal(stripe.requestCount("payment_intents.create"), charges);
  assert.equal((await fetch(linkOf(), { method: "POST" })).status, 200);
  await settled();
  assert.equal((await orderOf(orderNumber)).money, "payment2000settled");
  await line.booksAreWhole();
});

test("asking again after a crash makes one page and sends one message, whatever answer was lost", async () => {
  const orderNumber = await exchanged();
  const sent = sentTo(anasNumber);
  stripe.replaceFaults([{ operation: "checkout.sessions.create", fault: "cut", nth: 1 }]);
  twilio.faults.replace([{ operation: "messages.create", fault: "cut", nth: 1 }]);
  const { sessions: before } = await control("checkout/sessions");
  for (let round = 0; round < 3; round += 1) assert.equal((await ask(orderNumber)).status, "asked");
  const { sessions } = await control("checkout/sessions");
  assert.deepEqual([sentTo(anasNumber) - sent, (sessions as unknown[]).length - (before as unknown[]).length], [1, 1]);
});

test("news of the order's own payment settles nothing that is due, even of the same amount", async () => {
  const orderNumber = await exchanged();
  await database.pool.query("UPDATE order_movements SET amount_minor = 6000 WHERE order_number = $1", [orderNumber]);
  await ask(orderNumber);
  const about = { id: "evt_own", type: "payment_intent.succeeded", createdAtMs: Date.now(), kind: "paid" } as const;
  const paid = { ...about, orderId: orderNumber, amountMinor: 6_000, currency: "USD" };
  assert.equal(await shop.events.apply({ ...paid, paymentRef: `pi-${orderNumber}` }), "ignored");
  assert.equal((await orderOf(orderNumber)).money, "payment6000due");
});

test("a payer who cannot be asked keeps the order as it was; a worker that died before it asked leaves that to the housekeeping", async () => {
  const unreachable = await exchanged();
  await database.pool.query("UPDATE customers SET do_not_contact = true WHERE id = 'ana'");
  assert.equal((await ask(unreachable)).status, "declined");
  assert.deepEqual(await orderOf(unreachable), asItWas);
  await database.pool.query("UPDATE customers SET do_not_contact = false WHERE id = 'ana'");
  callSid = `${callSid}-later`;
  const forgotten = await exchanged();
  const sent = sentTo(anasNumber);
  assert.equal((await housekeeping()).open, 1);
  assert.equal(sentTo(anasNumber), sent, "the call that it was made on may still be asking");
  assert.equal((await housekeeping(61_000)).open, 1);
  assert.equal(sentTo(anasNumber) - sent, 1);
  assert.equal((await orderOf(forgotten)).money, "payment2000due");
});
