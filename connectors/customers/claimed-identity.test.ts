import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { SendMessage } from "../messaging/port.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import type { ClaimedIdentity } from "./port.ts";
import { createPostgresCustomers } from "./postgres.ts";

const stranger = "+12025550199";
const ana = "+12025550101";
const ben = "+12025550102";
const nowMs = Date.parse("2026-11-23T12:00:00Z");
const isAna: ClaimedIdentity = { personName: "ana alder", postalCode: "97205" };

let database: TestDatabase;
let customers: ReturnType<typeof createPostgresCustomers>;
let effects = 0;
let sent: SendMessage[] = [];
before(async () => {
  database = await startTestDatabase();
  const messaging = {
    async send(message: SendMessage) {
      sent.push(message);
      return { status: "accepted", messageRef: `SM${sent.length}`, vendorWaitMs: 1 } as const;
    },
  };
  customers = createPostgresCustomers({
    pool: database.pool,
    clock: () => nowMs,
    codes: { messaging, signature: "Juniper House" },
  });
});
after(() => database.close());
beforeEach(async () => {
  await resetSmallShop(database.pool);
  await database.pool.query("UPDATE customers SET erased_at = NULL, do_not_contact = false");
  await database.pool.query("UPDATE addresses SET postal_code = '97205-1234' WHERE customer_id = 'ana'");
  await database.pool.query("UPDATE addresses SET postal_code = '10001' WHERE customer_id = 'ben'");
  sent = [];
});

const context = (callSid: string) => {
  effects += 1;
  return contextOf(callSid, `effect-${effects}`);
};

async function attempt(
  callSid: string,
  digits: string,
  claim: ClaimedIdentity | null,
  callerNumber: string | null = stranger,
): Promise<string> {
  const claimed = claim === null ? {} : { claim };
  const outcome = await customers.verify({ callerNumber, digits, ...claimed }, context(callSid));
  return outcome.status === "refused" ? `refused, ${outcome.triesLeft} left` : outcome.status;
}

async function provenAs(callSid: string): Promise<string | undefined> {
  const { rows } = await database.pool.query("SELECT customer_id FROM call_identities WHERE call_sid = $1", [callSid]);
  return rows[0]?.customer_id;
}

describe("who a caller says they are", () => {
  it("given a name and a postal code, when the PIN is theirs, then it is proven; the name alone proves nothing", async () => {
    assert.equal(await attempt("call-a", "0000", isAna), "refused, 2 left");
    assert.equal(await provenAs("call-a"), undefined);
    assert.equal(await attempt("call-a", "4071", isAna), "proven");
    assert.equal(await provenAs("call-a"), "ana");
  });

  it("given a name with an accent, a hyphen or one misheard letter, then it is the same name; the postal code must be exact", async () => {
    await database.pool.query("UPDATE customers SET full_name = 'Ána-Lena Alder' WHERE id = 'ana'");
    assert.equal(await attempt("call-a", "4071", { personName: "Anna Lena Alder", postalCode: "97205" }), "proven");
    const elsewhere = { personName: "Ana Lena Alder", postalCode: "97206" };
    assert.equal(await attempt("call-b", "4071", elsewhere), "refused, 2 left");
  });

  it("given nobody of that name, then the answers are those to a wrong PIN, one by one", async () => {
    const nobody = { personName: "Ada Lovelace", postalCode: "97205" };
    for (const [callSid, claim, digits] of [
      ["call-a", nobody, "4071"],
      ["call-b", isAna, "0000"],
    ] as const) {
      assert.equal(await attempt(callSid, digits, claim), "refused, 2 left");
      assert.equal(await attempt(callSid, digits, claim), "refused, 1 left");
      assert.equal(await attempt(callSid, digits, claim), "refused, 0 left");
      assert.equal(await attempt(callSid, digits, claim), "locked");
    }
  });

  it("given two people of the name at that code, then neither is meant, unless the call comes from the number of one", async () => {
    await database.pool.query("UPDATE customers SET full_name = 'Ana Alder' WHERE id = 'ben'");
    await database.pool.query("UPDATE addresses SET postal_code = '97205' WHERE customer_id = 'ben'");
    assert.equal(await attempt("call-a", "4071", isAna), "refused, 2 left");
    assert.equal(await attempt("call-a", "582916", isAna), "refused, 1 left");
    assert.equal(await attempt("call-b", "4071", isAna, ana), "proven");
    assert.equal(await attempt("call-c", "582916", isAna, ben), "proven");
  });

  it("given one whose name is the same and one whose name is near, then the same is meant", async () => {
    await database.pool.query("UPDATE customers SET full_name = 'Ane Alder' WHERE id = 'ben'");
    await database.pool.query("UPDATE addresses SET postal_code = '97205' WHERE customer_id = 'ben'");
    assert.equal(await attempt("call-a", "4071", isAna), "proven");
    assert.equal(await provenAs("call-a"), "ana");
  });

  it("given another customer's telephone, then who they say they are comes before the number; a name that nobody has leaves the number", async () => {
    assert.equal(await attempt("call-a", "4071", isAna, ben), "proven");
    assert.equal(await provenAs("call-a"), "ana");
    assert.equal(await attempt("call-b", "582916", { personName: "Ada Lovelace", postalCode: "97205" }, ben), "proven");
    assert.equal(await provenAs("call-b"), "ben");
  });

  it("given a customer who is locked, then a caller from elsewhere is refused as if nobody had the name, even with the PIN, and the lock grows no longer", async () => {
    for (let index = 0; index < 10; index += 1) await attempt(`call-${Math.floor(index / 3)}`, "0000", isAna);
    assert.equal(await attempt("call-x", "4071", isAna), "refused, 2 left");
    assert.equal(await attempt("call-own", "4071", null, ana), "locked", "at their own telephone they are told");
    const { rows } = await database.pool.query(
      "SELECT count(*)::int AS count FROM identity_refusals WHERE customer_id = 'ana'",
    );
    assert.equal(rows[0]?.count, 10);
  });

  it("given an erased customer, then nobody is meant", async () => {
    await database.pool.query("UPDATE customers SET erased_at = now() WHERE id = 'ana'");
    assert.equal(await attempt("call-a", "4071", isAna), "refused, 2 left");
  });

  it("stores nothing of the name and the code with the try", async () => {
    await attempt("call-a", "4071", { personName: "Zebulon Quartermain", postalCode: "97205" });
    const dump = await database.pool.query(
      "SELECT e::text AS row FROM effects e UNION ALL SELECT r::text FROM identity_refusals r",
    );
    assert.equal(dump.rows.length, 2);
    assert.ok(dump.rows.every(({ row }) => !/zebulon|quartermain|97205/i.test(String(row))));
  });

  it("given a wish for a code, then it goes to the customer's own number, and is answered alike for a name that nobody has", async () => {
    const ask = async (callSid: string, claim: ClaimedIdentity) => {
      const { status } = await customers.sendCode({ callerNumber: stranger, claim }, context(callSid));
      await customers.close();
      return status;
    };
    assert.equal(await ask("call-a", isAna), "sent");
    assert.deepEqual(
      sent.map(({ toNumber }) => toNumber),
      [ana],
    );
    const code = /\b\d{6}\b/.exec(sent[0]?.body ?? "")?.[0] ?? "";
    assert.equal(await attempt("call-a", code, isAna), "proven");
    assert.equal(await ask("call-b", { personName: "Ada Lovelace", postalCode: "97205" }), "sent");
    assert.equal(sent.length, 1);
  });

  it("given a customer who wants no messages, then a caller from elsewhere makes none go to them, and is not told so", async () => {
    await database.pool.query("UPDATE customers SET do_not_contact = true WHERE id = 'ana'");
    const from = async (callSid: string, callerNumber: string) => {
      const { status } = await customers.sendCode({ callerNumber, claim: isAna }, context(callSid));
      await customers.close();
      return status;
    };
    assert.equal(await from("call-a", stranger), "sent");
    assert.equal(sent.length, 0);
    assert.equal(await from("call-b", ana), "sent");
    assert.equal(sent.length, 1, "from their own telephone they asked for it");
  });
});
