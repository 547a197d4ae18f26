/** What has still to be told to the customer relations, in the database: table crm_outbox. A call has one row, whatever happens on it. */
import type pg from "pg";
import { type Queryable, rowsOf } from "../postgres/pool.ts";

/** A call of which something is to be told, on lease. */
export type DueCall = {
  readonly callSid: string;
  readonly revision: number;
  readonly attempts: number;
  readonly deliveredSha256: string | null;
};

/**
 * Notes that more is known of calls, within the transaction that makes it known: the facts and the duty to tell them cannot part. A call that has `ended` is
 * told at once.
 */
export async function noteChanges(
  transaction: Queryable,
  calls: readonly { readonly callSid: string; readonly hasEnded: boolean }[],
): Promise<void> {
  const ended = new Map<string, boolean>();
  for (const { callSid, hasEnded } of calls) ended.set(callSid, hasEnded || ended.get(callSid) === true);
  if (ended.size === 0) return;
  // In one order, so that two transactions that touch the same calls wait instead of deadlocking.
  const rows = [...ended]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([call_sid, has_ended]) => ({ call_sid, has_ended }));
  await rowsOf(
    transaction,
    `INSERT INTO crm_outbox (call_sid)
     SELECT call_sid FROM jsonb_to_recordset($1::jsonb) AS n (call_sid text, has_ended boolean)
     ON CONFLICT (call_sid) DO UPDATE SET revision = crm_outbox.revision + 1,
       due_at = CASE WHEN (SELECT n.has_ended FROM jsonb_to_recordset($1::jsonb) AS n (call_sid text, has_ended boolean)
         WHERE n.call_sid = crm_outbox.call_sid) AND crm_outbox.attempts = 0 THEN now() ELSE crm_outbox.due_at END`,
    [JSON.stringify(rows)],
  );
}

/** Takes at most `limit` due calls for `leaseMs`, the longest due first; nobody else gets them meanwhile. */
export function takeDue(pool: pg.Pool, limit: number, leaseMs: number): Promise<DueCall[]> {
  return rowsOf<DueCall>(
    pool,
    `UPDATE crm_outbox SET leased_until = now() + make_interval(secs => $2 / 1000.0)
     WHERE call_sid IN (
       SELECT call_sid FROM crm_outbox
       WHERE delivered_revision < revision AND due_at <= now() AND (leased_until IS NULL OR leased_until < now())
       ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING call_sid AS "callSid", revision, attempts, delivered_sha256 AS "deliveredSha256"`,
    [limit, leaseMs],
  );
}

/** Notes that the other side has a call as it was at `revision`; what became known since is due after `intervalMs`. */
export async function settleDelivered(
  pool: pg.Pool,
  call: DueCall,
  delivered: { readonly sha256: string; readonly reference: string | null; readonly intervalMs: number },
): Promise<void> {
  await rowsOf(
    pool,
    `UPDATE crm_outbox SET delivered_revision = greatest(delivered_revision, $2), delivered_sha256 = $3, reference = coalesce($4, reference),
       attempts = 0, failure = NULL, leased_until = NULL,
       due_at = CASE WHEN EXISTS (SELECT 1 FROM calls c WHERE c.call_sid = $1 AND c.ended_at IS NOT NULL)
         THEN now() ELSE now() + make_interval(secs => $5 / 1000.0) END
     WHERE call_sid = $1`,
    [call.callSid, call.revision, delivered.sha256, delivered.reference, delivered.intervalMs],
  );
}

/** Notes a failure; the call is due again after `pauseMs`. `failure` is a code of runtime/errors.ts. */
export async function settleFailed(pool: pg.Pool, call: DueCall, failure: string, pauseMs: number): Promise<void> {
  await rowsOf(
    pool,
    `UPDATE crm_outbox SET attempts = attempts + 1, failure = $2, leased_until = NULL,
       due_at = now() + make_interval(secs => $3 / 1000.0)
     WHERE call_sid = $1`,
    [call.callSid, failure, pauseMs],
  );
}

/** Gives a call back untried. */
export async function giveBack(pool: pg.Pool, { callSid }: DueCall): Promise<void> {
  await rowsOf(pool, "UPDATE crm_outbox SET leased_until = NULL WHERE call_sid = $1", [callSid]);
}

/** How many of these calls were told to somebody who has another name for them than we have: to a CRM that is not this database. */
export async function countToldElsewhere(pool: pg.Pool, callSids: readonly string[]): Promise<number> {
  const [row] = await rowsOf<{ told: number }>(
    pool,
    "SELECT count(*)::int AS told FROM crm_outbox WHERE call_sid = ANY ($1::text[]) AND reference <> call_sid",
    [callSids],
  );
  return row?.told ?? 0;
}

/** Calls that wait to be told. */
export async function countWaiting(pool: pg.Pool): Promise<number> {
  const [row] = await rowsOf<{ waiting: number }>(
    pool,
    "SELECT count(*)::int AS waiting FROM crm_outbox WHERE delivered_revision < revision",
  );
  return row?.waiting ?? 0;
}
