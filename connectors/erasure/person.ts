/** Whose data shall go, and by what they can be found. */
import { keyedHash } from "../../runtime/keyed-hash.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";

/** A customer by identifier, or whoever has a number, customer or not. */
export type Whom = { readonly customerId: string } | { readonly phone: string };

/** Something that a person can be told by. `exact`: it stands alone, or in quotes within JSON; otherwise anywhere in a text. */
export type Identifier = { readonly kind: string; readonly value: string; readonly isExact: boolean };

export type Person = {
  /** Null for a number that no customer has. */
  readonly customerId: string | null;
  readonly phone: string | null;
  /** The payment provider's name for them. */
  readonly providerRef: string | null;
  readonly callSids: readonly string[];
  /** Keyed hashes under which the number is remembered. */
  readonly callerHashes: readonly string[];
  readonly cardIds: readonly string[];
  readonly orderNumbers: readonly string[];
  readonly identifiers: readonly Identifier[];
  /** Kinds of identifiers that another customer has too, so that finding one proves nothing. */
  readonly shared: readonly string[];
};

type Customer = {
  id: string;
  fullName: string;
  phone: string | null;
  email: string | null;
  pinHash: string | null;
  providerRef: string | null;
};

const column = async (database: Queryable, statement: string, values: readonly unknown[]): Promise<string[]> =>
  (await rowsOf<{ value: string | null }>(database, statement, values)).flatMap(({ value }) =>
    value === null || value === "" ? [] : [value],
  );

/**
 * Everything by which a person can be found in the database; null when there is neither a customer nor a call. `riskKey` finds calls that were made
 * while nobody was told of calls; without it those are found whose number the outbox knows.
 */
export async function findPerson(database: Queryable, whom: Whom, riskKey: string | null): Promise<Person | null> {
  const [customer] = await rowsOf<Customer>(
    database,
    `SELECT id, full_name AS "fullName", phone, email, pin_hash AS "pinHash", provider_ref AS "providerRef"
     FROM customers WHERE erased_at IS NULL AND ${"phone" in whom ? "phone" : "id"} = $1`,
    ["phone" in whom ? whom.phone : whom.customerId],
  );
  const phone = customer?.phone ?? ("phone" in whom ? whom.phone : null);
  const id = customer?.id ?? null;
  const hashed = riskKey === null || phone === null ? [] : [keyedHash(riskKey, `caller/${phone}`, 32)];
  const callSids = await column(
    database,
    `SELECT call_sid AS value FROM call_identities WHERE customer_id = $1
     UNION SELECT call_sid FROM identity_refusals WHERE customer_id = $1
     UNION SELECT call_sid FROM one_time_codes WHERE customer_id = $1
     UNION SELECT call_sid FROM service_transfers WHERE customer_id = $1
     UNION SELECT call_sid FROM orders WHERE customer_id = $1
     UNION SELECT p.call_sid FROM order_operations p JOIN orders o ON o.number = p.order_number WHERE o.customer_id = $1 AND p.actor = 'owner'
     UNION SELECT call_sid FROM crm_interactions WHERE customer_id = $1 OR caller_number = $2
     UNION SELECT call_sid FROM crm_outbox WHERE caller_number = $2
     UNION SELECT call_sid FROM calls WHERE caller_hash = ANY ($3::text[])
     ORDER BY value`,
    [id, phone, hashed],
  );
  if (customer === undefined && callSids.length === 0) return null;
  // The number that a call came from may be another's: its hash is the person's only where the number is.
  const ownHashes = await column(
    database,
    `SELECT DISTINCT c.caller_hash AS value FROM calls c JOIN crm_outbox o ON o.call_sid = c.call_sid WHERE o.caller_number = $1`,
    [phone],
  );
  const cardIds = await column(database, "SELECT id AS value FROM cards WHERE customer_id = $1", [id]);
  const many = (kind: string, statement: string, isExact: boolean): Promise<Identifier[]> =>
    column(database, statement, [id]).then((values) => values.map((value) => ({ kind, value, isExact })));
  const one = (kind: string, value: string | null | undefined, isExact = false): Identifier[] =>
    value === null || value === undefined || value === "" ? [] : [{ kind, value, isExact }];
  const callerHashes = [...new Set([...hashed, ...ownHashes])];
  const all: Identifier[] = [
    ...one("customer", id, true),
    ...one("name", customer?.fullName),
    ...one("number", phone),
    ...one("e-mail", customer?.email),
    ...one("PIN hash", customer?.pinHash),
    ...one("provider's customer", customer?.providerRef),
    ...callerHashes.flatMap((value) => one("number's hash", value)),
    ...cardIds.flatMap((value) => one("card", value, true)),
    ...(await many("card token", "SELECT payment_method_ref AS value FROM cards WHERE customer_id = $1", false)),
    ...(await many("address", "SELECT id AS value FROM addresses WHERE customer_id = $1", true)),
    ...(await many("way to pay", "SELECT id AS value FROM payment_methods WHERE customer_id = $1", true)),
    ...(await many("street", "SELECT lines AS value FROM addresses WHERE customer_id = $1", false)),
    ...(await many("street", "SELECT ship_to_line1 AS value FROM orders WHERE customer_id = $1", false)),
    ...(await many(
      "tracking",
      "SELECT unnest(s.tracking_ids) AS value FROM order_shipments s JOIN orders o ON o.number = s.order_number WHERE o.customer_id = $1",
      true,
    )),
  ];
  const others = new Set(
    await column(
      database,
      `SELECT lines AS value FROM addresses WHERE customer_id <> $1
       UNION SELECT full_name FROM customers WHERE id <> $1
       UNION SELECT ship_to_line1 FROM orders WHERE customer_id <> $1
       UNION SELECT payment_method_ref FROM cards WHERE customer_id <> $1
       UNION SELECT id FROM payment_methods WHERE customer_id <> $1`,
      [id ?? ""],
    ),
  );
  const unique = [...new Map(all.map((identifier) => [`${identifier.kind}/${identifier.value}`, identifier])).values()];
  const orderNumbers = await column(database, "SELECT number AS value FROM orders WHERE customer_id = $1", [id]);
  return {
    customerId: id,
    phone,
    providerRef: customer?.providerRef ?? null,
    callSids,
    callerHashes,
    cardIds,
    orderNumbers,
    identifiers: unique.filter(({ value }) => !others.has(value)),
    shared: [...new Set(unique.filter(({ value }) => others.has(value)).map(({ kind }) => kind))],
  };
}
