/** A keyed card on the real database, with a provider that remembers whose card is whose. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { createPostgresCardHolders } from "../../connectors/customers/card-holders.ts";
import type { Wallet } from "../../connectors/payments/port.ts";
import { cardsOf } from "../../connectors/postgres/cards.ts";
import { resetSmallShop } from "../../connectors/postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { openCardEntry } from "./card-entry.ts";

const callSid = "CA00000000000000000000000000000001";
const anyProof = { isRequired: true, provenSinceMs: null };
const face = { brand: "visa", last4: "1881", expiryMonth: 9, expiryYear: 2031 } as const;

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await resetSmallShop(database.pool);
  await database.pool.query("DELETE FROM cards WHERE id LIKE 'keyed-%'");
  await database.pool.query("DELETE FROM call_identities");
  await database.pool.query("UPDATE customers SET provider_ref = 'cus_' || id");
});

/** Cards with their holders; `answer` is given instead, once. */
function provider(answer?: "declined" | "unknownCard" | "away") {
  const holders = new Map<string, string>();
  const wallet: Wallet = {
    async attachCard({ customerRef, paymentMethodRef }) {
      if (answer === "away") throw new PartylineError("VENDOR_UNAVAILABLE", "away", { isRetryable: true });
      if (answer !== undefined) return { status: answer, vendorWaitMs: 3 };
      holders.set(paymentMethodRef, customerRef);
      return { status: "attached", ...face, vendorWaitMs: 3 };
    },
  };
  return { holders, wallet };
}

const prove = (customerId: string, at = new Date(1_000)) =>
  database.pool.query(
    `INSERT INTO call_identities (call_sid, customer_id, proven_at) VALUES ($1, $2, $3)
     ON CONFLICT (call_sid) DO UPDATE SET customer_id = excluded.customer_id`,
    [callSid, customerId, at],
  );
const savedLast4 = async () => (await cardsOf(database.pool, "ana")).map(({ last4 }) => last4);
const open = (wallet: Wallet) => openCardEntry({ holders: createPostgresCardHolders(database), wallet });
const context = (effectId = "e-1") => contextOf(callSid, effectId);

test("given a proven caller, then the card is theirs at the provider and among their saved cards, as far as it may be spoken of", async () => {
  await prove("ana");
  const { holders, wallet } = provider();
  const added = await open(wallet).addCard({ paymentMethodRef: "pm_1", identity: anyProof }, context());
  assert.equal(added.status, "added");
  assert.ok(added.status === "added");
  const { cardId, ...card } = added.card;
  assert.deepEqual(card, { brand: "visa", last4: "1881", isDefault: false });
  assert.doesNotMatch(cardId, /pm_1/);
  assert.ok(added.storeWaitMs > 0 && added.vendorWaitMs === 3);
  const [ana] = (await database.pool.query("SELECT provider_ref FROM customers WHERE id = 'ana'")).rows;
  assert.equal(holders.get("pm_1"), ana?.provider_ref);
  const stored = await database.pool.query(
    "SELECT customer_id, payment_method_ref, expiry_month, expiry_year FROM cards WHERE id = $1",
    [cardId],
  );
  assert.deepEqual(stored.rows, [
    { customer_id: "ana", payment_method_ref: "pm_1", expiry_month: 9, expiry_year: 2031 },
  ]);
});

test("given the same again, by a worker that took over, then it is the same card, once", async () => {
  await prove("ana");
  const entry = open(provider().wallet);
  const input = { paymentMethodRef: "pm_1", identity: anyProof };
  const first = await entry.addCard(input, context());
  const second = await entry.addCard(input, context());
  assert.deepEqual(second.status === "added" && second.card, first.status === "added" && first.card);
  assert.deepEqual((await savedLast4()).toSorted(), ["1881", "4242", "5555"]);
});

test("given a caller who has proven nothing, or not since the risk rose, then no provider is asked", async () => {
  const { holders, wallet } = provider();
  const input = { paymentMethodRef: "pm_1", identity: anyProof };
  const unproven = await open(wallet).addCard(input, context("e-1"));
  await prove("ana");
  const stale = await open(wallet).addCard(
    { ...input, identity: { isRequired: true, provenSinceMs: 2_000 } },
    context("e-2"),
  );
  for (const answer of [unproven, stale])
    assert.deepEqual(answer.status === "refused" && answer.reason, "identityRequired");
  assert.equal(holders.size, 0);
});

for (const [said, reason] of [
  ["declined", "cardDeclined"],
  ["unknownCard", "notFound"],
] as const)
  test(`given the provider says ${said}, then it is refused as ${reason}, and nothing is saved`, async () => {
    await prove("ana");
    const before = await savedLast4();
    const answer = await open(provider(said).wallet).addCard(
      { paymentMethodRef: "pm_1", identity: anyProof },
      context(),
    );
    assert.deepEqual(answer.status === "refused" && answer.reason, reason);
    assert.deepEqual(await savedLast4(), before);
  });

test("given the provider is away, then that is an error, and nothing is saved", async () => {
  await prove("ana");
  const before = await savedLast4();
  const input = { paymentMethodRef: "pm_1", identity: anyProof };
  await assert.rejects(open(provider("away").wallet).addCard(input, context()), { code: "VENDOR_UNAVAILABLE" });
  assert.deepEqual(await savedLast4(), before);
});

test("given somebody else proves to be the caller in between, then the card is saved for neither", async () => {
  await prove("ana");
  const { wallet } = provider();
  const slow: Wallet = {
    async attachCard(input, given) {
      await prove("ben");
      return wallet.attachCard(input, given);
    },
  };
  const input = { paymentMethodRef: "pm_1", identity: anyProof };
  await assert.rejects(open(slow).addCard(input, context()), { code: "DATABASE_FAILED" });
  const { rows } = await database.pool.query("SELECT id FROM cards WHERE payment_method_ref = 'pm_1'");
  assert.deepEqual(rows, []);
});
