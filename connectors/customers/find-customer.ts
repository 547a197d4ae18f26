import { type Queryable, rowsOf } from "../postgres/pool.ts";
import { fitOfNames } from "./name-match.ts";
import type { ClaimedIdentity } from "./port.ts";

/** Somebody who may be the caller. */
export type Candidate = {
  readonly id: string;
  readonly firstName: string;
  readonly pinHash: string | null;
  /** Whether nothing is to be sent to them that they did not ask for. */
  readonly isNotContacted: boolean;
  /** Whether the call comes from their number; otherwise somebody else said who they are. */
  readonly hasNumber: boolean;
};

type Row = Candidate & { readonly fullName: string; readonly via: "number" | "order" | "place" };

/** Everything that tells who may be calling; none of it proves anything. */
export type Hints = {
  readonly callerNumber: string | null;
  readonly orderNumber: string | null;
  readonly claim: ClaimedIdentity | null;
};

/** Of one postal code so many names are compared. */
const MAX_NEIGHBOURS = 5_000;

/**
 * Whose PIN or code is to be checked; null when nobody is meant, or several could be. Who they say they are comes first, then whose number it is, then whose order they
 * named. The same is asked of the database whatever hints there are.
 */
export async function findCustomer(database: Queryable, hints: Hints): Promise<Candidate | null> {
  const { callerNumber, orderNumber, claim } = hints;
  const rows = await rowsOf<Row>(
    database,
    `WITH meant AS (
       SELECT id, 'number' AS via FROM customers WHERE phone = $1
       UNION ALL SELECT customer_id, 'order' FROM orders WHERE number = $2
       UNION ALL (SELECT DISTINCT customer_id, 'place' FROM addresses WHERE postal_key(postal_code) = postal_key($3) LIMIT $4)
     )
     SELECT c.id, c.first_name AS "firstName", c.full_name AS "fullName", c.pin_hash AS "pinHash", c.do_not_contact AS "isNotContacted",
       coalesce(c.phone = $1, false) AS "hasNumber", m.via
     FROM meant m JOIN customers c ON c.id = m.id WHERE c.erased_at IS NULL`,
    [callerNumber, orderNumber, claim?.postalCode ?? null, MAX_NEIGHBOURS],
  );
  const owner = rows.find(({ via }) => via === "number") ?? null;
  const claimed = claim === null ? null : claimedOf(rows, claim.personName);
  // Without a PIN an order number names nobody: what is asked for then is a PIN.
  const named = rows.find(({ via, pinHash }) => via === "order" && pinHash !== null) ?? null;
  const found = claimed ?? owner ?? named;
  if (found === null) return null;
  const { id, firstName, pinHash, isNotContacted, hasNumber } = found;
  return { id, firstName, pinHash, isNotContacted, hasNumber };
}

/** Who at that postal code has the name: the caller's own number decides between several, else nobody does. */
function claimedOf(rows: readonly Row[], personName: string): Row | null {
  const neighbours = rows
    .filter(({ via }) => via === "place")
    .map((row) => ({ row, fit: fitOfNames(personName, row.fullName) }));
  for (const wanted of ["same", "near"] as const) {
    const fitting = neighbours.flatMap(({ row, fit }) => (fit === wanted ? [row] : []));
    const own = fitting.find(({ hasNumber }) => hasNumber);
    if (own !== undefined) return own;
    if (fitting.length > 0) return fitting.length === 1 ? (fitting[0] ?? null) : null;
  }
  return null;
}
