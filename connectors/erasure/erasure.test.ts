import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { keyedHash } from "../../runtime/keyed-hash.ts";
import { stamped } from "../../runtime/testing/record.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { verifyAudit } from "../warehouse/audit-verification.ts";
import { openPostgresWarehouse } from "../warehouse/postgres.ts";
import { erasePerson } from "./erase.ts";
import { findTraces } from "./find-traces.ts";
import { findPerson, type Person } from "./person.ts";

const phone = "+12025550101";
const riskKey = "a key of the tests";
const hash = keyedHash(riskKey, `caller/${phone}`, 32);
/** Whatever Ana can be told by; written down here, not taken from the code that is tested. */
const traces = [
  "Alder",
  phone,
  "ana@example.com",
  "ana-visa",
  "ana-second",
  "ana-home",
  "ana-gift",
  "pm_ana",
  "cus_ana",
  hash,
].concat([
  "17 Linden Row",
  "9 Harbour Lane",
  "TRACK-77",
  "CA-ana",
  "CA-other",
  "SM-text to ana",
  '"ana"',
  "told by ana",
]);

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());

const run = (statement: string, values: readonly unknown[] = []) => rowsOf(database.pool, statement, values);

/** Ana with something in every table that knows customers, calls or orders; Ben, to whom nothing must happen. */
beforeEach(async () => {
  const { pool } = database;
  await run("TRUNCATE customers CASCADE");
  await resetSmallShop(pool);
  await run(`TRUNCATE crm_outbox, crm_interactions, calls, call_turns, messages, effects`);
  await run(`UPDATE customers SET email = 'ana@example.com', provider_ref = 'cus_ana' WHERE id = 'ana'`);
  await run(`UPDATE addresses SET lines = '17 Linden Row' WHERE customer_id = 'ana'`);
  await run(
    `INSERT INTO payment_methods (customer_id, id, kind, balance_minor, currency, position) VALUES ('ana', 'ana-gift', 'giftCard', 100, 'USD', 1)`,
  );
  await placeOrder(pool, "700001", "ana", "CA-ana", "ana-visa", "9 Harbour Lane");
  await placeOrder(pool, "700002", "ben", "CA-ben", null, "1 Test Street");
  for (const [sid, customer] of [
    ["CA-ana", "ana"],
    ["CA-ben", "ben"],
  ] as const) {
    await run("INSERT INTO call_identities (call_sid, customer_id, proven_at) VALUES ($1, $2, now())", [sid, customer]);
    await run(
      "INSERT INTO identity_refusals (effect_id, call_sid, customer_id, refused_at) VALUES ($1, $2, $3, now())",
      [`refused ${sid}`, sid, customer],
    );
    await run(
      "INSERT INTO one_time_codes (effect_id, call_sid, customer_id, expires_at, created_at) VALUES ($1, $2, $3, now(), now())",
      [`code ${sid}`, sid, customer],
    );
    await run(
      "INSERT INTO service_transfers (effect_id, call_sid, customer_id, summary, requested_at) VALUES ($1, $2, $3, $4, now())",
      [`moved ${sid}`, sid, customer, `${customer === "ana" ? "Ana Alder" : "Ben Birch"} has a question`],
    );
    await run(
      "INSERT INTO messages (effect_id, call_sid, purpose, status, provider_ref, created_at, updated_at) VALUES ($1, $2, 'oneTimeCode', 'accepted', 'SM-' || $1, now(), now())",
      [`text to ${customer}`, sid],
    );
  }
  await run(
    `INSERT INTO quotes (id, call_sid, status, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, currency, hash, valid_until, created_at)
     VALUES ('q1', 'CA-ana', 'closed', 3000, 0, 0, 0, 3000, 'USD', 'h', now(), now())`,
  );
  await run(
    "INSERT INTO quote_lines (quote_id, line, product_id, spoken_name, quantity, unit_price_minor) VALUES ('q1', 1, 'kettle', 'steel kettle', 1, 3000)",
  );
  await run(
    `INSERT INTO reservations (quote_id, call_sid, product_id, quantity, status, expires_at) VALUES ('q1', 'CA-ana', 'kettle', 1, 'released', now())`,
  );
  const told = JSON.stringify({
    status: "proven",
    customerName: "Ana",
    cards: [{ cardId: "ana-visa", last4: "4242" }],
  });
  await run(
    `INSERT INTO effects (effect_id, operation, fingerprint, result) VALUES ('e1', 'verify', 'f', $1), ('e2', 'search', 'f', '{"products":["kettle"]}')`,
    [told],
  );
  await run(
    `INSERT INTO crm_outbox (call_sid, caller_number, called_number) VALUES ('CA-ana', $1, '+12025550199'), ('CA-other', $1, '+12025550199'), ('CA-ben', '+12025550102', '+12025550199')`,
    [phone],
  );
  await run(
    `INSERT INTO crm_interactions (call_sid, direction, caller_number, customer_id, contact_name, outcome, summary, next_step, order_numbers, revenue_minor, is_recorded)
     VALUES ('CA-ana', 'inbound', $1, 'ana', 'Ana Alder', 'ordered', 'Order 700001.', 'None.', '{700001}', 3000, false)`,
    [phone],
  );
  await storeCalls();
});

async function placeOrder(
  at: Queryable,
  number: string,
  customer: string,
  callSid: string,
  card: string | null,
  street: string,
) {
  await rowsOf(
    at,
    `INSERT INTO orders (number, customer_id, call_sid, status, subtotal_minor, discount_minor, tax_minor, shipping_minor, total_minor, currency, placed_at, updated_at,
       ship_to_state, ship_to_line1, ship_to_line2, ship_to_city, ship_to_postal_code, ship_to_country, cancel_reason)
     VALUES ($1, $2, $3, 'paid', 3000, 0, 0, 0, 3000, 'USD', now(), now(), 'OR', $4, 'Flat 2', 'Town', '97001', 'USA', 'told by ' || $2)`,
    [number, customer, callSid, street],
  );
  const steps = [
    [
      `INSERT INTO order_lines (order_number, line, product_id, spoken_name, quantity, unit_price_minor) VALUES ($1, 1, 'kettle', 'steel kettle', 1, 3000)`,
      [],
    ],
    [
      `INSERT INTO order_operations (order_number, revision, operation, from_status, to_status, effect_id, actor, call_sid, done_at, undo) VALUES ($1, 1, 'changeAddress', 'paid', 'paid', 'op ' || $1, 'owner', $2, now(), jsonb_build_object('line1', $3::text))`,
      [callSid, street],
    ],
    [
      `INSERT INTO order_movements (order_number, position, kind, amount_minor, method_id, settlement, created_at) VALUES ($1, 1, 'payment', 100, $2, 'settled', now())`,
      [`${customer}-visa`],
    ],
    [
      `INSERT INTO order_shipments (order_number, position, tracking_ids, product_ids) VALUES ($1, 1, ARRAY[$2], '{kettle}')`,
      [customer === "ana" ? "TRACK-77" : "TRACK-88"],
    ],
  ] as const;
  for (const [statement, values] of steps) await rowsOf(at, statement, [number, ...values]);
  if (card === null) return;
  await rowsOf(
    at,
    `INSERT INTO payments (order_number, charge_key, card_id, status, amount_minor, currency, provider_ref, created_at, updated_at) VALUES ($1, 'k' || $1, $2, 'succeeded', 3000, 'USD', 'pi_1', now(), now())`,
    [number, card],
  );
}

/** Calls as analytics stores them, with their part of the audit log. */
async function storeCalls(): Promise<void> {
  const warehouse = openPostgresWarehouse({
    pool: new Proxy(database.pool, {
      get: (pool, name) => (name === "end" ? async () => {} : Reflect.get(pool, name)),
    }),
    turnRowOf: () => ({
      words: "[redacted]",
      wordCount: 1,
      recogniserConfidence: 1,
      intent: "help",
      confidence: 1,
      source: "model",
      tools: [],
      outcomes: [],
      state: null,
      decidedBy: null,
      speechEndedAt: 1,
      turnEndedAt: 1,
      firstByteAt: 1,
      endpointWaitMs: 0,
      recogniserWaitMs: 0,
      modelWaitMs: 0,
      storeWaitMs: 0,
      paymentWaitMs: 0,
      synthesisWaitMs: 0,
      overheadMs: 0,
      voiceToVoiceMs: 0,
      firstSoundMs: 0,
      wasInterrupted: false,
      riskScore: 0,
      riskAction: "allow",
      costMicros: 0,
      inputTokens: 0,
      outputTokens: 0,
    }),
    callRowOf: (facts) => ({
      callerHash: Object.values(facts.started ?? {}).map(String)[0] ?? null,
      startedAt: 1,
      endedAt: 2,
      endReason: "callerHungUp",
      durationMs: 1,
      turns: 1,
      orders: 0,
      revenueMinor: 0,
      isConverted: false,
      costMicros: 0,
      riskScore: 0,
      riskAction: "allow",
    }),
    chains: 2,
    writeDelayMs: 0,
    onOverflow: () => assert.fail("no overflow was expected"),
    onRetry: () => undefined,
  });
  audits += 1;
  for (const callSid of ["CA-ana", "CA-other", "CA-ben"]) {
    const record = stamped("SpeechStarted", {
      callSid,
      eventId: `${callSid}/${audits}`,
      turn: 1,
      startsAtMs: 0,
      isBargeIn: false,
    });
    const facts = { started: { [record.eventId]: callSid === "CA-ben" ? "of ben" : hash } };
    await warehouse.store({ record, turnFacts: facts, callFacts: facts }, contextOf(callSid, "e"));
  }
  await warehouse.close();
}
let audits = 0;

async function ana(): Promise<Person> {
  const person = await findPerson(database.pool, { customerId: "ana" }, riskKey);
  assert.ok(person !== null);
  return person;
}

/** Every row of every table as text, whatever tables there are. */
async function everything(): Promise<readonly string[]> {
  const tables = await rowsOf<{ name: string }>(
    database.pool,
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'audit_log'",
  );
  const rows: string[] = [];
  for (const { name } of tables)
    for (const { row } of await rowsOf<{ row: string }>(
      database.pool,
      `SELECT '${name}: ' || to_jsonb(t)::text AS row FROM "${name}" t`,
    ))
      rows.push(row);
  return rows;
}
const holding = (rows: readonly string[], trace: string) =>
  rows.filter((row) => row.toLowerCase().includes(trace.toLowerCase()));

test("given a customer in every table, afterwards no text of any table tells of them, and nothing else changed", async () => {
  const rowsBefore = await everything();
  for (const trace of traces) assert.notEqual(holding(rowsBefore, trace).length, 0, `${trace} is there to be erased`);
  const benBefore = holding(rowsBefore, "ben").toSorted();
  const person = await ana();
  assert.deepEqual(person.callSids, ["CA-ana", "CA-other"]);
  const erased = await erasePerson(database.pool, person);
  assert.ok(erased.some(({ what }) => what === "customers deleted"));

  const rowsAfter = await everything();
  for (const trace of traces) assert.deepEqual(holding(rowsAfter, trace), [], trace);
  assert.deepEqual(holding(rowsAfter, "ben").toSorted(), benBefore);
  assert.deepEqual(await findTraces(database.pool, person.identifiers), []);
});

test("given an erased customer, the books still have the order, its money and its goods, under somebody without personal data", async () => {
  await erasePerson(database.pool, await ana());
  const [order] = await run(
    `SELECT o.status, o.total_minor, o.ship_to_state, o.ship_to_city, o.call_sid LIKE 'erased-%' AS "isRenamed", c.full_name, c.phone, c.erased_at IS NOT NULL AS "isErased", p.status AS paid,
       k.last4, k.payment_method_ref AS token, l.spoken_name FROM orders o JOIN customers c ON c.id = o.customer_id JOIN payments p ON p.order_number = o.number
     JOIN cards k ON k.id = p.card_id JOIN order_lines l ON l.order_number = o.number WHERE o.number = '700001'`,
  );
  assert.deepEqual(order, {
    status: "paid",
    total_minor: 3_000,
    ship_to_state: "OR",
    ship_to_city: null,
    isRenamed: true,
    full_name: "",
    phone: null,
    isErased: true,
    paid: "succeeded",
    last4: "0000",
    token: "",
    spoken_name: "steel kettle",
  });
});

test("given an erasure, the audit log is whole", async () => {
  await erasePerson(database.pool, await ana());
  const reports = await verifyAudit(database.pool);
  assert.ok(reports.length > 0);
  assert.deepEqual(new Set(reports.map(({ fault }) => fault)), new Set([null]));
});

test("given a call of theirs that goes on, nothing is erased", async () => {
  await run("UPDATE calls SET ended_at = NULL, started_at = now() WHERE call_sid = 'CA-other'");
  const rowsBefore = await everything();
  await assert.rejects(erasePerson(database.pool, await ana()), /going on/);
  assert.deepEqual((await everything()).toSorted(), rowsBefore.toSorted());
});

test("given a number that no customer has, what calls from it left is found and erased", async () => {
  await run("UPDATE crm_outbox SET caller_number = '+12025550177' WHERE call_sid = 'CA-other'");
  await run("UPDATE calls SET caller_hash = 'hash of 177' WHERE call_sid = 'CA-other'");
  const person = await findPerson(database.pool, { phone: "+12025550177" }, null);
  assert.deepEqual([person?.customerId, person?.callSids, person?.callerHashes], [null, ["CA-other"], ["hash of 177"]]);
  assert.ok(person !== null);
  await erasePerson(database.pool, person);
  const rows = await everything();
  for (const trace of ["+12025550177", "hash of 177", "CA-other"]) assert.deepEqual(holding(rows, trace), [], trace);
  assert.notEqual(holding(rows, "Ana Alder").length, 0);
});

test("given somebody unknown, or erased before, there is nobody to find", async () => {
  assert.equal(await findPerson(database.pool, { customerId: "nobody" }, riskKey), null);
  await erasePerson(database.pool, await ana());
  assert.equal(await findPerson(database.pool, { customerId: "ana" }, null), null);
});

test("given a text that another customer has too, it is not taken for a trace", async () => {
  await run("UPDATE addresses SET lines = '17 Linden Row' WHERE customer_id = 'ben'");
  const person = await ana();
  assert.deepEqual(person.shared, ["street"]);
  assert.equal(
    person.identifiers.some(({ value }) => value === "17 Linden Row"),
    false,
  );
});

test("given identifiers within other words, only whole ones are found", async () => {
  await run(
    "INSERT INTO discounts (code, kind, basis_points, min_total_minor, categories, expires_at, usage_limit, usage_limit_per_customer) VALUES ('BANANA', 'percent', 100, 0, '{ana-like,banana}', now(), 1, 1)",
  );
  const identifier = [{ kind: "customer", value: "ana", isExact: true }];
  const tables = (await findTraces(database.pool, identifier)).map(({ table }) => table);
  assert.equal(tables.includes("discounts"), false);
  assert.ok(tables.includes("orders"));
  await run("UPDATE discounts SET categories = '{kitchen,ana}' WHERE code = 'BANANA'");
  assert.ok(
    (await findTraces(database.pool, identifier)).some(
      ({ table, column }) => table === "discounts" && column === "categories",
    ),
  );
  await run("DELETE FROM discounts WHERE code = 'BANANA'");
});
