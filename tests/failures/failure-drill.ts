/** A drill: an order call and a bystander's call at once, a failure in the middle, and then the books. */
import assert from "node:assert/strict";
import { readShop } from "../../shop/load.ts";
import { dial } from "../../simulators/caller/dial.ts";
import type { SimulatedCall } from "../../simulators/caller/simulated-call.ts";
import {
  type CallReport,
  type Customer,
  type Injections,
  playBystander,
  playOrder,
  wordsOf,
} from "../support/failure-call.ts";
import { type FailureSystem, until } from "./failure-system.ts";

/** What a failure may cost the callers at most. Nothing, unless it takes away audio that was not in the log yet. */
export type Allowance = {
  /** Words spoken while no gateway held the stream are in no log: only what the caller said last on each occasion must be complete. */
  readonly losesUnloggedAudio?: boolean;
  /** How often a caller may have to say a thing, 2 by default: each stage is one process here, and its return is waited for. */
  readonly tries?: number;
  /** The order may end without a receipt, if the call ends politely. */
  readonly mayEndWithoutOrder?: boolean;
};

/** What was measured of a drill, for those who read the test's output. */
export type DrillReport = { readonly order: CallReport; readonly bystander: CallReport };

const goodCards = ["pm_card_visa", "pm_card_mastercard", "pm_card_amex"];
let bystanders = 0;
let nextCustomer = 0;

async function customers(): Promise<readonly Customer[]> {
  const { customers } = await readShop();
  return customers.flatMap(({ phone, pin, savedCards }) => {
    const card = savedCards.find(({ isDefault }) => isDefault);
    return card !== undefined && goodCards.includes(card.providerPaymentMethod)
      ? [{ phone, pin, last4: card.last4 }]
      : [];
  });
}

/** Dials the line and waits until it is answered. */
export function ring(fixture: FailureSystem, from: string): Promise<SimulatedCall> {
  const { webhookUrl, statusUrl, twilioControl = "" } = fixture.where;
  return dial({ twilioControl, webhookUrl, statusCallbackUrl: statusUrl, from, to: fixture.system.numbers.line });
}

/**
 * Plays an order and a bystander, with failures at their moments, and checks what must hold after any failure: the caller got the receipt
 * (or a polite end), one order and one charge, every word that is in the log was understood, and the bystander noticed nothing.
 */
export async function drill(
  fixture: FailureSystem,
  title: string,
  injections: Injections & { readonly dialling?: () => Promise<void> },
  allowance: Allowance = {},
): Promise<DrillReport> {
  await fixture.ready();
  await fixture.clearFaults();
  const known = await customers();
  const customer = known[nextCustomer % known.length];
  assert.ok(customer !== undefined, "the shop has customers with good cards");
  nextCustomer += 1;
  bystanders += 1;
  const restartsBefore = fixture.restarted.length;
  const bystanderCall = await ring(fixture, `+1202555${String(2000 + bystanders)}`);
  await injections.dialling?.();
  const orderCall = await ring(fixture, customer.phone);
  let isOver = false;
  const [order, bystander] = await Promise.all([
    playOrder(orderCall, customer, injections).finally(() => {
      isOver = true;
    }),
    playBystander(bystanderCall, () => isOver),
  ]);
  await fixture.ready();
  print(title, { order, bystander }, fixture.restarted.slice(restartsBefore));
  try {
    checkCaller(order, allowance);
    checkBystander(bystander, allowance);
    await checkWords(fixture, order, allowance);
    await checkWords(fixture, bystander, allowance);
    await checkBooks(fixture, order);
    await checkBooks(fixture, bystander);
  } catch (error) {
    for (const report of [order, bystander])
      console.log(`--- ${report.callSid}\n${report.transcript}\n${understoodIn(fixture, report.callSid)}`);
    console.log(`--- last lines of the system\n${fixture.tail()}`);
    throw error;
  }
  return { order, bystander };
}

function print(title: string, { order, bystander }: DrillReport, restarted: readonly string[]): void {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const again = (report: CallReport): number => report.said.filter(({ tries }) => tries > 1).length;
  console.log(
    `${title}: longest silence ${seconds(order.longestSilenceMs)} (bystander ${seconds(bystander.longestSilenceMs)}); ` +
      `said again ${again(order)} (bystander ${again(bystander)}); ${restarted.join(", ") || "nothing was started again"}`,
  );
}

/** What the system made of a call's turns; test calls have no caller whose words could leak. */
function understoodIn(fixture: FailureSystem, callSid: string): string {
  const audio = fixture.recordsOf("AudioCaptured", callSid).toSorted((a, b) => a.startsAtMs - b.startsAtMs);
  const concealed = audio.reduce((sum, record) => sum + record.concealedFrames, 0);
  const gaps = audio.flatMap((record, index) => {
    const next = audio[index + 1];
    const missingMs = next === undefined ? 0 : next.startsAtMs - record.startsAtMs - record.audio.length / 8;
    return missingMs > 0 ? [`${missingMs} ms before ${next?.startsAtMs} ms`] : [];
  });
  const heard = `  audio in the log: ${concealed} frames concealed, gaps: ${gaps.join(", ") || "none"}\n`;
  const intents = fixture.recordsOf("IntentRecognised", callSid);
  const turns = fixture
    .recordsOf("TurnEnded", callSid)
    .map(({ turn, text, decidedBy, eventId }) => {
      const meant = intents.filter(({ causeId }) => causeId === eventId).concat(intents.filter((i) => i.turn === turn));
      const [intent] = meant;
      return `  turn ${turn} (${decidedBy}) ${JSON.stringify(text)} -> ${intent?.intent ?? "no intent"} by ${intent?.source ?? "nobody"}`;
    })
    .join("\n");
  return heard + turns;
}

function checkCaller(report: CallReport, { tries = 2, mayEndWithoutOrder = false }: Allowance): void {
  if (mayEndWithoutOrder && !report.heardReceipt) {
    assert.ok(report.endedByAgent, "without a receipt, the agent ends the call with its last words");
    return;
  }
  assert.deepEqual(report.complaints, [], "the order call went as a caller expects");
  assert.ok(report.heardReceipt, "the caller heard the receipt");
  for (const { text, tries: needed } of report.said)
    assert.ok(needed <= tries, `${JSON.stringify(text)} had to be said ${needed} times`);
}

/** The bystander was answered every time. */
export function checkBystander(report: CallReport, { tries = 2 }: Allowance): void {
  assert.deepEqual(report.complaints, [], "the bystander's call went as a caller expects");
  for (const { text, tries: needed } of report.said)
    assert.ok(needed <= tries, `the bystander had to say ${JSON.stringify(text)} ${needed} times`);
}

/** Every word that was said is in a TurnEnded, in order, once. */
export async function checkWords(fixture: FailureSystem, report: CallReport, allowance: Allowance): Promise<void> {
  const spoken = report.said.filter(({ text }) => !text.endsWith("#"));
  const understood = (): readonly string[] =>
    fixture.recordsOf("TurnEnded", report.callSid).flatMap(({ text }) => wordsOf(text));
  if (allowance.losesUnloggedAudio === true) {
    const text = ` ${understood().join(" ")} `;
    for (const { text: line } of spoken)
      assert.ok(text.includes(` ${wordsOf(line).join(" ")} `), `${JSON.stringify(line)} was understood at last`);
    return;
  }
  const said = spoken.flatMap(({ text, tries }) => Array.from({ length: tries }, () => wordsOf(text)).flat());
  await until("the last words are in the log", () => understood().length >= said.length, 5_000).catch(() => undefined);
  assert.deepEqual(understood(), said, "every word of the caller is in the turns, none lost and none doubled");
}

/** One order at most, paid by one charge; no charge without an order; what the caller was told is in the books. */
async function checkBooks(fixture: FailureSystem, report: CallReport): Promise<void> {
  const { rows: orders } = await fixture.pool.query<{ number: string; status: string; total: number }>(
    "SELECT number, status, total_minor::int AS total FROM orders WHERE call_sid = $1",
    [report.callSid],
  );
  const { rows: payments } = await fixture.pool.query<{ status: string; amount: number }>(
    "SELECT p.status, p.amount_minor::int AS amount FROM payments p JOIN orders o ON o.number = p.order_number WHERE o.call_sid = $1",
    [report.callSid],
  );
  const charges = (await fixture.charges()).filter(
    ({ status, amount_refunded, metadata }) =>
      metadata.callSid === report.callSid && status === "succeeded" && amount_refunded === 0,
  );
  if (!report.heardReceipt) {
    const paid = orders.filter(({ status }) => status === "paid");
    assert.equal(charges.length, paid.length, "every charge has its order and every paid order its charge");
    assert.ok(paid.length <= 1, "at most one order");
    return;
  }
  assert.deepEqual(
    orders.map(({ status }) => status),
    ["paid"],
    "exactly one order, paid",
  );
  const total = orders[0]?.total;
  assert.deepEqual(payments, [{ status: "succeeded", amount: total }], "exactly one payment of the order's total");
  assert.deepEqual(
    charges.map(({ amount }) => amount),
    [total],
    "exactly one charge, of the order's total",
  );
}

/** Over everything that happened in a file of drills, and what the shop was loaded with: each live charge belongs to a payment and the other way round, and so do paid orders. */
export async function checkAllBooks(fixture: FailureSystem): Promise<void> {
  const { rows: payments } = await fixture.pool.query<{ ref: string; amount: number }>(
    "SELECT provider_ref AS ref, amount_minor::int AS amount FROM payments WHERE status = 'succeeded'",
  );
  const { rows: unpaid } = await fixture.pool.query<{ number: string }>(
    `SELECT o.number FROM orders o LEFT JOIN payments p ON p.order_number = o.number
     WHERE o.call_sid IS NOT NULL AND (o.status = 'paid') IS DISTINCT FROM (p.status IS NOT DISTINCT FROM 'succeeded')`,
  );
  const charges = (await fixture.charges()).filter(
    ({ status, amount_refunded }) => status === "succeeded" && amount_refunded === 0,
  );
  const inOrder = (entries: readonly string[]): readonly string[] => entries.toSorted();
  assert.deepEqual(
    inOrder(charges.map(({ payment_intent, amount }) => `${payment_intent} ${amount}`)),
    inOrder(payments.map(({ ref, amount }) => `${ref} ${amount}`)),
    "charges and payments are the same",
  );
  assert.deepEqual(unpaid, [], "an order of a call is paid if its payment succeeded, and only then");
}
