/** Takes a person out of the database in one transaction. */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import { PartylineError } from "../../runtime/errors.ts";
import { inTransaction, type Queryable, rowsOf } from "../postgres/pool.ts";
import type { Person } from "./person.ts";

/** What was done, by table: rows deleted or freed of personal data. */
export type Erased = readonly { readonly what: string; readonly rows: number }[];

type Reference = { readonly table: string; readonly column: string; readonly isCascade: boolean };

/** A call of theirs that has not ended keeps writing about them. */
const LONGEST_CALL_HOURS = 4;

/** The audit log only grows; it holds a call's identifier, times and hashes, and no personal data. */
const KEPT = ["audit_log"];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function references(database: Queryable, table: string): Promise<Reference[]> {
  return rowsOf<Reference>(
    database,
    `SELECT c.conrelid::regclass::text AS "table", a.attname AS "column", c.confdeltype = 'c' AS "isCascade"
     FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = $1::regclass ORDER BY 1, 2`,
    [table],
  );
}

/** Whether a call of the person goes on now. */
export async function isOnCall(database: Queryable, { callSids }: Person): Promise<boolean> {
  const [row] = await rowsOf<{ count: number }>(
    database,
    `SELECT count(*)::int AS count FROM calls WHERE call_sid = ANY ($1::text[]) AND ended_at IS NULL
       AND started_at > now() - make_interval(hours => ${LONGEST_CALL_HOURS})`,
    [callSids],
  );
  return (row?.count ?? 0) > 0;
}

/**
 * Deletes what is about the person alone and frees what the books need of them. Orders, payments and the ledger stay and belong to a row without personal
 * data; calls stay as numbers under a name that leads nowhere. Throws INVALID_INPUT while the person is on a call, DATABASE_FAILED when nothing was done.
 */
export function erasePerson(pool: pg.Pool, person: Person): Promise<Erased> {
  return inTransaction(pool, async (database) => {
    if (await isOnCall(database, person))
      throw new PartylineError("INVALID_INPUT", "a call of this customer is going on; try again when it is over");
    const done: { what: string; rows: number }[] = [];
    const change = async (what: string, statement: string, values: readonly unknown[]): Promise<void> => {
      const rows = (await rowsOf(database, statement, values)).length;
      if (rows > 0) done.push({ what, rows });
    };
    const { customerId, callSids, cardIds, orderNumbers, identifiers } = person;
    const tombstone = `erased-${randomUUID()}`;

    for (const table of ["crm_interactions", "crm_outbox"])
      await change(`${table} deleted`, `DELETE FROM ${table} WHERE call_sid = ANY ($1::text[]) RETURNING 1`, [
        callSids,
      ]);
    // Kept answers repeat what they were about. Calls are over, so nothing asks for one again.
    const told = [...identifiers.map(({ value }) => value), ...orderNumbers].map((value) =>
      JSON.stringify(value).slice(1, -1),
    );
    await change(
      "effects deleted",
      `DELETE FROM effects e USING unnest($1::text[]) AS w (value)
       WHERE strpos(e.result::text, '"' || w.value || '"') > 0 OR (length(w.value) > 8 AND strpos(e.result::text, w.value) > 0) RETURNING 1`,
      [told],
    );

    if (customerId !== null) {
      await rowsOf(database, "SELECT 1 FROM customers WHERE id = $1 FOR UPDATE", [customerId]);
      await rowsOf(
        database,
        `INSERT INTO customers (id, first_name, full_name, do_not_contact, erased_at) VALUES ($1, '', '', true, now())`,
        [tombstone],
      );
      await freeOrders(change, customerId);
      for (const { table, column, isCascade } of await references(database, "customers"))
        if (!isCascade)
          await change(
            `${table} kept without a customer`,
            `UPDATE ${table} SET ${quoted(column)} = $2 WHERE ${quoted(column)} = $1 RETURNING 1`,
            [customerId, tombstone],
          );
      await replaceCards(database, change, cardIds, tombstone);
      for (const { table, column, isCascade } of await references(database, "customers"))
        if (isCascade)
          await change(`${table} deleted`, `DELETE FROM ${table} WHERE ${quoted(column)} = $1 RETURNING 1`, [
            customerId,
          ]);
      await change("customers deleted", "DELETE FROM customers WHERE id = $1 RETURNING 1", [customerId]);
    }
    await renameCalls(database, change, callSids);
    return done;
  });
}

type Change = (what: string, statement: string, values: readonly unknown[]) => Promise<void>;

/** What orders hold beside amounts and goods. The state stays: tax is accounted for by it. */
async function freeOrders(change: Change, customerId: string): Promise<void> {
  const theirs = "order_number IN (SELECT number FROM orders WHERE customer_id = $1)";
  await change(
    "order_operations freed",
    `UPDATE order_operations SET undo = NULL WHERE undo IS NOT NULL AND ${theirs} RETURNING 1`,
    [customerId],
  );
  for (const table of ["order_movements", "withdrawn_movements", "order_requests"])
    await change(`${table} freed`, `UPDATE ${table} SET method_id = 'erased' WHERE ${theirs} RETURNING 1`, [
      customerId,
    ]);
  await change("order_shipments freed", `UPDATE order_shipments SET tracking_ids = '{}' WHERE ${theirs} RETURNING 1`, [
    customerId,
  ]);
  await change(
    "orders freed of addresses",
    `UPDATE orders SET ship_to_line1 = NULL, ship_to_line2 = NULL, ship_to_city = NULL, ship_to_postal_code = NULL, cancel_reason = NULL
     WHERE customer_id = $1 RETURNING 1`,
    [customerId],
  );
}

/** Payments name a card; the card that stands for it has neither token nor digits. */
async function replaceCards(database: Queryable, change: Change, cardIds: readonly string[], tombstone: string) {
  const kept = (await references(database, "cards")).filter(({ isCascade }) => !isCascade);
  if (cardIds.length === 0) return;
  await rowsOf(
    database,
    `INSERT INTO cards (id, customer_id, brand, last4, payment_method_ref, is_default) VALUES ($1, $1, '', '0000', '', false)`,
    [tombstone],
  );
  for (const { table, column } of kept)
    await change(
      `${table} kept without a card`,
      `UPDATE ${table} SET ${quoted(column)} = $2 WHERE ${quoted(column)} = ANY ($1::text[]) RETURNING 1`,
      [cardIds, tombstone],
    );
}

/** Every table that names calls gets other names for them, the same everywhere. What facts were made of goes: it repeats the keyed hash and the words' places. */
async function renameCalls(database: Queryable, change: Change, callSids: readonly string[]): Promise<void> {
  if (callSids.length === 0) return;
  await change(
    "call_turns freed of words",
    "UPDATE call_turns SET words = NULL, facts = '{}' WHERE call_sid = ANY ($1::text[]) RETURNING 1",
    [callSids],
  );
  await change(
    "calls freed of the number's hash",
    "UPDATE calls SET caller_hash = '', facts = '{}' WHERE call_sid = ANY ($1::text[]) RETURNING 1",
    [callSids],
  );
  await change(
    "messages freed of the provider's names",
    "UPDATE messages SET provider_ref = NULL WHERE provider_ref IS NOT NULL AND call_sid = ANY ($1::text[]) RETURNING 1",
    [callSids],
  );
  const names = JSON.stringify(callSids.map((from) => ({ from, to: `erased-${randomUUID()}` })));
  const tables = await rowsOf<{ table: string }>(
    database,
    `SELECT c.table_name AS "table" FROM information_schema.columns c
     JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
     WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.column_name = 'call_sid' AND c.table_name <> ALL ($1::text[])
     ORDER BY 1`,
    [KEPT],
  );
  for (const { table } of tables)
    await change(
      `${table} under another call`,
      `UPDATE ${quoted(table)} SET call_sid = n.to FROM jsonb_to_recordset($1::jsonb) AS n ("from" text, "to" text)
       WHERE call_sid = n.from RETURNING 1`,
      [names],
    );
}
