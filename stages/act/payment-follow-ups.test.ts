/** What follows a payment link: the link again, and the receipt of who paid without having been told. */
import assert from "node:assert/strict";
import { after, beforeEach, describe, test } from "node:test";
import { contextOf } from "../../connectors/postgres/testing/test-database.ts";
import { openPayerApproval } from "./payer-approval.ts";
import { sendReceipts } from "./receipts.ts";
import { anasNumber, identity, openApprovalLine, type Waiting } from "./testing/approval-line.ts";

const line = await openApprovalLine();
const { database, stripe, twilio, links, shop, sms, approval, control, one, begun, linkOf, sentTo, settled } = line;
after(() => line.close());
beforeEach(() => line.reset());

const words = () => twilio.messages().at(-1)?.body ?? "";
const again = ({ callSid }: Pick<Waiting, "callSid">, effectId: string) =>
  approval.sendAgain({ identity }, contextOf(callSid, `${callSid}/${effectId}`));
const statusOf = async (asked: ReturnType<typeof again>) => (await asked).status;
const pages = async () => ((await control("checkout/sessions")).sessions as unknown[]).length;
const pay = async (url: string) => assert.equal((await fetch(url, { method: "POST" })).status, 200);

describe("the link again", () => {
  test("given an order that waits, then another message with the same page is sent, so often as it may be, and the page can be paid", async () => {
    const waiting = await begun();
    await waiting.ask();
    const [url, made, sent] = [linkOf(), await pages(), sentTo(anasNumber)];
    assert.equal(await statusOf(again(waiting, "second")), "sent");
    assert.match(
      words(),
      /^Juniper House: this is your link again \(message 2\): please approve your payment of \$60\.00 for order \d+ here: http/,
    );
    assert.equal(linkOf(), url);
    assert.equal(await statusOf(again(waiting, "third")), "sent");
    for (const effectId of ["fourth", "fifth"]) assert.equal(await statusOf(again(waiting, effectId)), "limited");
    assert.deepEqual([(await pages()) - made, sentTo(anasNumber) - sent], [0, 2]);
    await pay(url);
    await settled();
    assert.equal(await statusOf(again(waiting, "late")), "paid");
  });

  test("the same wish again sends nothing more, at whichever step the worker died, and whether or not the answer was lost", async () => {
    const waiting = await begun();
    await waiting.ask();
    const sent = sentTo(anasNumber);
    twilio.faults.replace([{ operation: "messages.create", fault: "cut", nth: 1 }]);
    stripe.replaceFaults([{ operation: "checkout.sessions.retrieve", fault: "error", code: "503", times: 2 }]);
    await assert.rejects(again(waiting, "second"), { isRetryable: true });
    stripe.replaceFaults([]);
    for (let round = 0; round < 3; round += 1) assert.equal(await statusOf(again(waiting, "second")), "sent");
    assert.equal(sentTo(anasNumber) - sent, 1);
    assert.equal(
      (await one("SELECT link_sendings AS n FROM payments WHERE order_number = $1", waiting.orderNumber)).n,
      2,
    );
    const keys = await database.pool.query("SELECT effect_id AS key FROM messages ORDER BY created_at");
    const key = `payment-link/${waiting.orderNumber}`;
    assert.deepEqual(
      keys.rows.map((row) => row.key),
      [`${key}/1`, `${key}/2`],
    );
  });

  test("the words of a second message are never taken for the first's: one that was cut off before it was taken is sent", async () => {
    const waiting = await begun();
    await waiting.ask();
    const sent = sentTo(anasNumber);
    twilio.faults.replace([{ operation: "messages.create", fault: "cut", code: "before", nth: 1 }]);
    assert.equal(await statusOf(again(waiting, "second")), "sent");
    assert.equal(sentTo(anasNumber) - sent, 1);
  });

  test("given another call, then only its proven customer gets their own link, and all calls together no more often than one may", async () => {
    const waiting = await begun();
    await waiting.ask();
    const sent = twilio.messages().length;
    const url = linkOf();
    assert.equal(await statusOf(again({ callSid: "CA-unproven" }, "asked")), "identityRequired");
    assert.equal(await statusOf(again({ callSid: await line.provenCall("ben") }, "asked")), "none");
    assert.equal(twilio.messages().length, sent);
    for (const expected of ["sent", "sent", "limited"])
      assert.equal(await statusOf(again({ callSid: await line.provenCall("ana") }, "asked")), expected);
    assert.equal(sentTo(anasNumber), sent + 2);
    assert.equal(linkOf(), url);
  });

  test("given two orders that wait, then it is the newest one's; of a newer one that was paid nobody is reminded while an older one waits", async () => {
    const older = await begun();
    await older.ask();
    const newer = await begun(null);
    await newer.ask();
    const url = linkOf();
    assert.equal(await statusOf(again(older, "newest")), "sent");
    assert.match(words(), new RegExp(`order ${newer.orderNumber} here`));
    await pay(url);
    await settled();
    assert.equal(await statusOf(again(newer, "oldest")), "sent");
    assert.match(words(), new RegExp(`order ${older.orderNumber} here`));
  });

  test("an order whose payer was not asked, one whose link has run out, and one of yesterday get nothing", async () => {
    const waiting = await begun();
    const sent = sentTo(anasNumber);
    assert.equal(await statusOf(again(waiting, "early")), "none");
    await waiting.ask();
    await line.runOut(waiting.orderNumber);
    assert.equal(await statusOf(again(waiting, "late")), "over");
    await line.overdue();
    assert.equal(await statusOf(again(waiting, "later")), "over");
    await database.pool.query("UPDATE payments SET link_valid_until = now() - interval '25 hours'");
    assert.equal(await statusOf(again(waiting, "tomorrow")), "none");
    assert.equal(sentTo(anasNumber) - sent, 1);
  });

  test("a line that sends no links waits for no payment", async () => {
    const { awaited, sentLinks } = shop;
    const silent = openPayerApproval({ awaited, sentLinks, links, sms, areLinksOffered: false }, { smsSignature: "" });
    const callSid = await line.provenCall("ana");
    assert.equal((await silent.sendAgain({ identity }, contextOf(callSid, `${callSid}/asked`))).status, "none");
  });

  test("who cannot, or must not, be written to is not", async () => {
    const waiting = await begun();
    await waiting.ask();
    const sent = twilio.messages().length;
    await database.pool.query("UPDATE customers SET phone = '+15005550004' WHERE id = 'ana'");
    assert.equal(await statusOf(again(waiting, "optedOut")), "unreachable");
    await database.pool.query("UPDATE customers SET phone = $1, do_not_contact = true WHERE id = 'ana'", [anasNumber]);
    assert.equal(await statusOf(again(waiting, "doNotContact")), "unreachable");
    assert.equal(twilio.messages().length, sent);
  });
});

describe("the receipt", () => {
  const send = () => sendReceipts({ receipts: shop.receipts, sms }, { smsSignature: "Juniper House" }, 10);
  const hangUp = ({ callSid }: Waiting) => shop.orders.giveBack({}, contextOf(callSid, `${callSid}/hung-up`));
  const receiptOf = async ({ orderNumber }: Waiting) =>
    (await one("SELECT status FROM receipts WHERE order_number = $1", orderNumber)).status ?? null;
  /** Lets the minute pass in which nobody else takes a receipt on. */
  const later = () => database.pool.query("UPDATE receipts SET next_try_at = now() - interval '1 second'");

  async function paidAfterHangingUp(): Promise<Waiting> {
    const waiting = await begun();
    await waiting.ask();
    await hangUp(waiting);
    await pay(linkOf());
    await settled();
    return waiting;
  }

  test("given a payer who has hung up, when they pay, then they get one message, however often it is told and by however many workers sent", async () => {
    const waiting = await begun();
    await waiting.ask();
    await hangUp(waiting);
    const sent = sentTo(anasNumber);
    assert.deepEqual(await send(), { sent: 0, unsent: 0, open: 0 });
    await control("webhooks", { isHeld: false, copies: 3 });
    await pay(linkOf());
    await settled();
    const runs = await Promise.all([send(), send(), send()]);
    assert.equal(
      runs.reduce((sum, run) => sum + run.sent, 0),
      1,
    );
    assert.equal(
      words(),
      `Juniper House: thank you, your payment of $60.00 for order ${waiting.orderNumber} has arrived, and the order is placed.`,
    );
    await later();
    await send();
    assert.equal(sentTo(anasNumber) - sent, 1);
    assert.equal(await receiptOf(waiting), "sent");
  });

  test("given a payment of which nobody told, when the link runs out, then the receipt follows, too", async () => {
    const waiting = await begun();
    await control("webhooks", { isHeld: true });
    await waiting.ask();
    await hangUp(waiting);
    await pay(linkOf());
    await line.runOut(waiting.orderNumber);
    assert.equal((await line.overdue()).paid, 1);
    assert.equal((await send()).sent, 1);
  });

  test("given a payer who pays and hangs up before they could be told, then the receipt tells them", async () => {
    const waiting = await begun();
    await waiting.ask();
    await pay(linkOf());
    await settled();
    await hangUp(waiting);
    assert.equal((await send()).sent, 1);
  });

  test("given a payer who was told on the line, or never pays, then there is none", async () => {
    const onLine = await begun();
    await onLine.ask();
    await pay(linkOf());
    await settled();
    assert.equal((await line.awaited(onLine)).status, "paid");
    await hangUp(onLine);
    const gone = await begun();
    await gone.ask();
    await hangUp(gone);
    await line.runOut(gone.orderNumber);
    await line.overdue();
    assert.deepEqual(await send(), { sent: 0, unsent: 0, open: 0 });
    assert.deepEqual([await receiptOf(onLine), await receiptOf(gone)], [null, null]);
  });

  test("given a worker that died with a receipt that it had taken on, and an answer that is lost, then the next one sends one message", async () => {
    const waiting = await paidAfterHangingUp();
    const sent = sentTo(anasNumber);
    twilio.faults.replace([{ operation: "messages.create", fault: "cut", nth: 1 }]);
    const [receipt] = await shop.receipts.claimDue(10);
    assert.equal(receipt?.orderNumber, waiting.orderNumber);
    assert.deepEqual(await send(), { sent: 0, unsent: 0, open: 0 }, "nobody else sends it meanwhile");
    await later();
    assert.equal((await send()).sent, 1);
    assert.equal(sentTo(anasNumber) - sent, 1);
  });

  test("given messages that do not go, then it is tried again, longer and longer, and given up in the end", async () => {
    const waiting = await paidAfterHangingUp();
    twilio.faults.replace([{ operation: "messages.create", fault: "error", code: "503" }]);
    assert.deepEqual(await send(), { sent: 0, unsent: 0, open: 1 });
    assert.deepEqual(await send(), { sent: 0, unsent: 0, open: 0 });
    await later();
    twilio.faults.replace([]);
    assert.deepEqual(await send(), { sent: 1, unsent: 0, open: 0 });
    const other = await paidAfterHangingUp();
    await database.pool.query("UPDATE receipts SET tries = 10 WHERE order_number = $1", [other.orderNumber]);
    assert.deepEqual(await send(), { sent: 0, unsent: 0, open: 0 });
    assert.deepEqual([await receiptOf(waiting), await receiptOf(other)], ["sent", "givenUp"]);
  });

  test("given a customer who must not be written to, or whose number takes no messages, then nothing is sent, and that is kept", async () => {
    const unwanted = await paidAfterHangingUp();
    await database.pool.query("UPDATE customers SET do_not_contact = true WHERE id = 'ana'");
    const sent = twilio.messages().length;
    assert.deepEqual(await send(), { sent: 0, unsent: 1, open: 0 });
    await database.pool.query("UPDATE customers SET do_not_contact = false WHERE id = 'ana'");
    const unwritable = await paidAfterHangingUp();
    await database.pool.query("UPDATE customers SET phone = '+15005550004' WHERE id = 'ana'");
    const before = twilio.messages().length;
    assert.deepEqual(await send(), { sent: 0, unsent: 1, open: 0 });
    assert.deepEqual([await receiptOf(unwanted), await receiptOf(unwritable)], ["notWanted", "undeliverable"]);
    assert.deepEqual([twilio.messages().length - before, before - sent], [0, 1]);
  });
});
