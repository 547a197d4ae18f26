import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { hashPin, isPin } from "./pin-hash.ts";
import { createPostgresCustomers, type OpenCustomers } from "./postgres.ts";

const ana = "+12025550101";
const hour = 3_600_000;

let database: TestDatabase;
let customers: OpenCustomers;
let nowMs = 0;
let effects = 0;
before(async () => {
  database = await startTestDatabase();
  customers = createPostgresCustomers({ pool: database.pool, clock: () => nowMs });
});
after(() => database.close());
beforeEach(async () => {
  nowMs = Date.parse("2026-11-23T12:00:00Z");
  await resetSmallShop(database.pool);
});

function attempt(callSid: string, digits: string, callerNumber: string | null = ana, effectId?: string) {
  effects += 1;
  return customers.verify({ callerNumber, digits }, contextOf(callSid, effectId ?? `effect-${effects}`));
}

async function outcome(...given: Parameters<typeof attempt>): Promise<string> {
  const answer = await attempt(...given);
  return answer.status === "refused" ? `refused, ${answer.triesLeft} left` : answer.status;
}

test("the right PIN proves the customer, with the cards that may be spoken of, and is stored with the call", async () => {
  const { storeWaitMs, ...proven } = await attempt("call-a", "4071");
  assert.ok(storeWaitMs > 0);
  assert.deepEqual(proven, {
    status: "proven",
    customerName: "Ana",
    cards: [
      { cardId: "ana-visa", brand: "visa", last4: "4242", isDefault: true },
      { cardId: "ana-second", brand: "visa", last4: "5555", isDefault: false },
    ],
  });
  const stored = await database.pool.query("SELECT call_sid, customer_id, proven_at FROM call_identities");
  assert.deepEqual(stored.rows, [{ call_sid: "call-a", customer_id: "ana", proven_at: new Date(nowMs) }]);
});

test("three tries a call, whatever they are", async () => {
  assert.equal(await outcome("call-a", "0000"), "refused, 2 left");
  assert.equal(await outcome("call-a", "1"), "refused, 1 left");
  assert.equal(await outcome("call-a", "582916"), "refused, 0 left", "another customer's PIN");
  assert.equal(await outcome("call-a", "4071"), "locked");
  assert.equal(await outcome("call-b", "4071"), "proven");
});

test("a number that nobody has, and a withheld one, look like a wrong PIN", async () => {
  for (const [callSid, number] of [
    ["call-a", "+12025550199"],
    ["call-b", null],
  ] as const) {
    assert.equal(await outcome(callSid, "4071", number), "refused, 2 left");
    assert.equal(await outcome(callSid, "4071", number), "refused, 1 left");
    assert.equal(await outcome(callSid, "4071", number), "refused, 0 left");
    assert.equal(await outcome(callSid, "4071", number), "locked");
  }
  assert.equal((await database.pool.query("SELECT 1 FROM call_identities")).rowCount, 0);
});

test("ten refusals in a day lock the customer on every call, until the day is over", async () => {
  for (let index = 0; index < 10; index += 1) {
    nowMs += hour;
    assert.match(await outcome(`call-${Math.floor(index / 3)}`, "0000"), /^refused/);
  }
  assert.equal(await outcome("call-new", "4071"), "locked");
  assert.equal(await outcome("call-other", "582916", "+12025550102"), "proven", "other customers are not concerned");
  // The first of the ten is a day old now.
  nowMs += 24 * hour - 9 * hour;
  assert.equal(await outcome("call-new", "4071"), "proven");
});

test("a try that is delivered twice counts once and gives the same answer", async () => {
  assert.equal(await outcome("call-a", "0000", ana, "one-try"), "refused, 2 left");
  assert.equal(await outcome("call-a", "0000", ana, "one-try"), "refused, 2 left");
  assert.equal(await outcome("call-a", "0000"), "refused, 1 left");
});

test("nothing that is stored of a try tells its digits", async () => {
  await attempt("call-a", "918273");
  const dump = await database.pool.query(
    "SELECT e::text AS row FROM effects e UNION ALL SELECT r::text FROM identity_refusals r",
  );
  assert.ok(dump.rows.length === 2 && dump.rows.every(({ row }) => !String(row).includes("918273")));
});

test("a PIN's hash is salted, matches its PIN alone, and a broken hash matches nothing", async () => {
  const [first, second] = await Promise.all([hashPin("4071"), hashPin("4071")]);
  assert.notEqual(first, second);
  assert.equal(await isPin("4071", first), true);
  assert.equal(await isPin("4072", first), false);
  assert.equal(await isPin("4071", "4071"), false);
  assert.equal(await isPin("4071", first.slice(0, -8)), false);
});

test("where nobody has the number, an order's number says whose PIN it is; the PIN still proves, and tries are counted for its customer", async () => {
  const stranger = "+12025550199";
  const named = async (callSid: string, digits: string, callerNumber: string | null, orderNumber: string) => {
    effects += 1;
    const context = contextOf(callSid, `effect-${effects}`);
    const answer = await customers.verify({ callerNumber, orderNumber, digits }, context);
    return answer.status === "refused" ? `refused, ${answer.triesLeft} left` : answer.status;
  };
  assert.equal(await named("call-a", "4071", stranger, "204817"), "refused, 2 left", "Ana's PIN for Ben's order");
  assert.equal(await named("call-a", "582916", stranger, "204817"), "proven");
  const stored = await database.pool.query("SELECT customer_id FROM call_identities WHERE call_sid = 'call-a'");
  assert.deepEqual(stored.rows, [{ customer_id: "ben" }]);
  const refused = await database.pool.query("SELECT customer_id FROM identity_refusals WHERE call_sid = 'call-a'");
  assert.deepEqual(refused.rows, [{ customer_id: "ben" }]);
  assert.equal(await named("call-b", "582916", null, "204817"), "proven", "a withheld number");
  assert.equal(await named("call-c", "582916", stranger, "999999"), "refused, 2 left", "an order that nobody has");
  assert.equal(await named("call-d", "582916", ana, "204817"), "refused, 2 left", "a customer's number comes first");
  assert.equal(await named("call-d", "4071", ana, "204817"), "proven");
});
