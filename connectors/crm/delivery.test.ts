import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { PartylineError } from "../../runtime/errors.ts";
import { inTransaction, type Queryable, rowsOf } from "../postgres/pool.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { crmContract } from "./contract.ts";
import { type Delivery, type DeliveryOptions, startDelivery } from "./delivery.ts";
import { createInteractions } from "./interactions.ts";
import { countWaiting, noteChanges, takeDue } from "./outbox.ts";
import type { Crm, Interaction } from "./port.ts";
import { createPostgresCrm } from "./postgres.ts";
import { CrmQuotaError } from "./quota-error.ts";

let database: TestDatabase;
let deliveries: Delivery[] = [];
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await resetSmallShop(database.pool);
  await rowsOf(database.pool, "TRUNCATE crm_outbox, crm_interactions, calls, call_turns");
});
afterEach(async () => {
  await Promise.all(deliveries.map((delivery) => delivery.stop()));
  deliveries = [];
});

crmContract("postgres", {
  open: () => createPostgresCrm(database.pool),
  held: () => rowsOf(database.pool, 'SELECT call_sid AS "callSid", summary FROM crm_interactions ORDER BY call_sid'),
});

/** A system that notes what it is told, and does `behave` first. */
function fakeCrm(behave: (call: number) => void = () => {}) {
  const upserts: Interaction[] = [];
  let count = 0;
  const crm: Crm = {
    async upsert(interaction) {
      count += 1;
      behave(count);
      upserts.push(interaction);
      return { reference: interaction.callSid };
    },
    forget: async () => ({ interactions: 0, contacts: 0 }),
  };
  return { crm, upserts, tries: () => count };
}

function deliveryTo(crm: Crm, options: Partial<DeliveryOptions> = {}): Delivery {
  // Rounds are asked for by the tests, not by the clock.
  const calm = { intervalMs: 0, pollMs: 600_000, firstPauseMs: 0, longestPauseMs: 0, onFailure: () => undefined };
  const delivery = startDelivery({ pool: database.pool, crm, ...calm, ...options });
  deliveries.push(delivery);
  return delivery;
}

const began = (callSid: string, fromNumber = "+12025550101") =>
  createInteractions(database.pool, new AbortController().signal).began(
    { fromNumber, toNumber: "+12025550199" },
    contextOf(callSid, "e"),
  );
const changed = (callSid: string, hasEnded = false) =>
  inTransaction(database.pool, async (transaction) => {
    if (hasEnded) await endCall(transaction, callSid);
    await noteChanges(transaction, [{ callSid, hasEnded }]);
  });
async function endCall(transaction: Queryable, callSid: string): Promise<void> {
  await rowsOf(
    transaction,
    `INSERT INTO calls (call_sid, started_at, ended_at, turns, orders, revenue_minor, is_converted, cost_micros, risk_score, risk_action, facts)
     VALUES ($1, '2026-11-23T12:00:00Z', '2026-11-23T12:01:00Z', 1, 0, 0, false, 0, 0, 'allow', '{}')`,
    [callSid],
  );
}

test("given a call that begins, goes on and ends, each state is told once, and a state that is the same is not told again", async () => {
  const { crm, upserts } = fakeCrm();
  const delivery = deliveryTo(crm);
  await began("CA1");
  await delivery.deliverDue();
  await changed("CA1");
  await delivery.deliverDue();
  await changed("CA1", true);
  await delivery.deliverDue();
  await delivery.deliverDue();
  assert.deepEqual(
    upserts.map(({ callSid, outcome, callerNumber }) => ({ callSid, outcome, callerNumber })),
    [
      { callSid: "CA1", outcome: "inProgress", callerNumber: "+12025550101" },
      { callSid: "CA1", outcome: "nothing", callerNumber: "+12025550101" },
    ],
  );
  assert.equal(await countWaiting(database.pool), 0);
});

test("given an outage, calls are noted all the same, and everything is told once when it is over", async () => {
  let isAway = true;
  const { crm, upserts, tries } = fakeCrm(() => {
    if (isAway) throw new PartylineError("VENDOR_UNAVAILABLE", "away", { isRetryable: true });
  });
  const failures: string[] = [];
  const delivery = deliveryTo(crm, { onFailure: ({ code }) => failures.push(code) });
  for (const callSid of ["CA1", "CA2", "CA3"]) {
    await began(callSid);
    await changed(callSid, true);
  }
  assert.equal(await delivery.deliverDue(), 3);
  assert.equal(await delivery.deliverDue(), 3);
  assert.deepEqual([tries(), upserts.length, await countWaiting(database.pool)], [6, 0, 3]);
  assert.deepEqual(new Set(failures), new Set(["VENDOR_UNAVAILABLE"]));
  isAway = false;
  await delivery.deliverDue();
  await delivery.deliverDue();
  assert.deepEqual(upserts.map(({ callSid }) => callSid).toSorted(), ["CA1", "CA2", "CA3"]);
  assert.equal(await countWaiting(database.pool), 0);
});

test("given tries that fail, the pauses grow up to the longest; what was refused as wrong waits the longest at once", async () => {
  const pauses: number[] = [];
  const pausesOf = async (error: PartylineError, rounds: number) => {
    pauses.length = 0;
    const { crm } = fakeCrm(() => {
      throw error;
    });
    const onFailure = (_: PartylineError, pauseMs: number) => pauses.push(pauseMs);
    const delivery = deliveryTo(crm, { firstPauseMs: 1_000, longestPauseMs: 5_000, onFailure });
    for (let round = 0; round < rounds; round += 1) {
      await delivery.deliverDue();
      await rowsOf(database.pool, "UPDATE crm_outbox SET due_at = now()");
    }
    return [...pauses];
  };
  await began("CA1");
  assert.deepEqual(
    await pausesOf(new PartylineError("VENDOR_UNAVAILABLE", "away", { isRetryable: true }), 5),
    [1_000, 2_000, 4_000, 5_000, 5_000],
  );
  await rowsOf(database.pool, "UPDATE crm_outbox SET attempts = 0");
  assert.deepEqual(await pausesOf(new PartylineError("VENDOR_REFUSED", "wrong"), 1), [5_000]);
});

test("given a used-up quota, nothing is sent until the wait that was asked for is over", async () => {
  const { crm, tries } = fakeCrm(() => {
    throw new CrmQuotaError(60_000);
  });
  const delivery = deliveryTo(crm, { longestPauseMs: 300_000 });
  await began("CA1");
  await began("CA2");
  assert.equal(await delivery.deliverDue(), 1);
  await rowsOf(database.pool, "UPDATE crm_outbox SET due_at = now()");
  assert.equal(await delivery.deliverDue(), 0);
  assert.equal(tries(), 1);
  assert.equal(await countWaiting(database.pool), 2);
});

test("given one call that is refused, the others are told", async () => {
  const told: string[] = [];
  const { crm } = fakeCrm();
  const picky: Crm = {
    ...crm,
    async upsert(interaction) {
      if (interaction.callSid === "CA1") throw new PartylineError("VENDOR_REFUSED", "wrong");
      told.push(interaction.callSid);
      return { reference: interaction.callSid };
    },
  };
  await began("CA1");
  await began("CA2");
  await deliveryTo(picky, { longestPauseMs: 60_000 }).deliverDue();
  assert.deepEqual(told, ["CA2"]);
});

test("given a worker that died while it delivered, another has the call when the lease is over, not before", async () => {
  await began("CA1");
  assert.equal((await takeDue(database.pool, 10, 60_000)).length, 1);
  const { crm, upserts } = fakeCrm();
  const delivery = deliveryTo(crm);
  assert.equal(await delivery.deliverDue(), 0);
  await rowsOf(database.pool, "UPDATE crm_outbox SET leased_until = now() - interval '1 second'");
  assert.equal(await delivery.deliverDue(), 1);
  assert.equal(upserts.length, 1);
});

test("given news while a call is being told, they are told after it", async () => {
  const { crm, upserts } = fakeCrm();
  const slow: Crm = {
    ...crm,
    async upsert(interaction, context) {
      if (upserts.length === 0) await changed("CA1", true);
      return crm.upsert(interaction, context);
    },
  };
  const delivery = deliveryTo(slow, { intervalMs: 60_000 });
  await began("CA1");
  await delivery.deliverDue();
  await delivery.deliverDue();
  assert.deepEqual(
    upserts.map(({ outcome }) => outcome),
    ["inProgress", "nothing"],
  );
});

test("given a transaction that fails, neither the facts nor the duty to tell them are there", async () => {
  await assert.rejects(
    inTransaction(database.pool, async (transaction) => {
      await noteChanges(transaction, [{ callSid: "CA1", hasEnded: false }]);
      throw new PartylineError("DATABASE_FAILED", "rolled back");
    }),
  );
  assert.equal(await countWaiting(database.pool), 0);
});

test("given a proven caller with an order, the interaction has the contact, the order and the money", async () => {
  const { crm, upserts } = fakeCrm();
  await began("CA1", "");
  await rowsOf(database.pool, "UPDATE customers SET do_not_contact = true WHERE id = 'ana'");
  await rowsOf(
    database.pool,
    "INSERT INTO call_identities (call_sid, customer_id, proven_at) VALUES ('CA1', 'ana', now())",
  );
  await rowsOf(
    database.pool,
    `INSERT INTO orders (number, customer_id, call_sid, status, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, currency, placed_at, updated_at)
     VALUES ('700001', 'ana', 'CA1', 'paid', 6000, 0, 0, 0, 6000, 'USD', now(), now())`,
  );
  await rowsOf(
    database.pool,
    `INSERT INTO order_lines (order_number, line, product_id, spoken_name, quantity, unit_price_minor)
     VALUES ('700001', 1, 'kettle', 'steel kettle', 2, 3000)`,
  );
  await rowsOf(
    database.pool,
    `INSERT INTO payments (order_number, charge_key, card_id, status, amount_minor, currency, provider_ref, created_at, updated_at)
     VALUES ('700001', 'k', 'ana-visa', 'succeeded', 6000, 'USD', 'pi_1', now(), now())`,
  );
  await changed("CA1", true);
  await deliveryTo(crm).deliverDue();
  const [told] = upserts;
  assert.deepEqual(told?.contact, { customerId: "ana", name: "Ana Alder", phone: "+12025550101", email: null });
  assert.deepEqual(
    [told?.callerNumber, told?.outcome, told?.orderNumbers, told?.revenueMinor, told?.currency, told?.mayContact],
    [null, "ordered", ["700001"], 6_000, "USD", false],
  );
  assert.match(told?.summary ?? "", /Order 700001: 2 x steel kettle\./);
});
