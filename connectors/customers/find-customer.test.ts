import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { findCustomer } from "./find-customer.ts";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());

test("a caller who withholds their number has the number of nobody, not of customers without one", async () => {
  const { pool } = database;
  for (const [id, phone] of [
    ["C-1", null],
    ["C-2", "+12025550177"],
  ] as const) {
    await pool.query(
      "INSERT INTO customers (id, first_name, full_name, phone, pin_hash) VALUES ($1, 'Eva', 'Eva Stone', $2, 'x')",
      [id, phone],
    );
    await pool.query(
      "INSERT INTO addresses (id, customer_id, lines, city, state, postal_code, is_default) VALUES ($1, $2, 'Road 1', 'Town', 'CA', '90001', true)",
      [`A-${id}`, id],
    );
  }
  const claim = { personName: "Eva Stone", postalCode: "90001" };
  assert.equal(await findCustomer(pool, { callerNumber: null, orderNumber: null, claim }), null);
  const known = await findCustomer(pool, { callerNumber: "+12025550177", orderNumber: null, claim });
  assert.deepEqual([known?.id, known?.hasNumber], ["C-2", true]);
});
