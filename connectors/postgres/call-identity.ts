import { type Queryable, rowsOf } from "./pool.ts";

/** The customer who proved to be the caller. */
export type ProvenCustomer = {
  readonly customerId: string;
  /** State of the default address; null when there is none. */
  readonly state: string | null;
};

/**
 * Who has proven to be the caller of a call, or null. `provenSinceMs` (milliseconds since the epoch) refuses older proofs.
 * This is the only place that authority comes from: what a topic or a session says about identity counts for nothing.
 */
export async function provenCustomer(
  database: Queryable,
  callSid: string,
  provenSinceMs: number | null,
): Promise<ProvenCustomer | null> {
  const [row] = await rowsOf<{ customerId: string; state: string | null }>(
    database,
    `SELECT i.customer_id AS "customerId", a.state
     FROM call_identities i LEFT JOIN addresses a ON a.customer_id = i.customer_id AND a.is_default
     WHERE i.call_sid = $1 AND i.proven_at >= $2`,
    [callSid, new Date(provenSinceMs ?? 0)],
  );
  return row ?? null;
}
