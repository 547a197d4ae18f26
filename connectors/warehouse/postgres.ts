/** The warehouse in PostgreSQL. */
import type pg from "pg";
import type { PartylineError } from "../../runtime/errors.ts";
import { partitionOf } from "../../runtime/partition-of.ts";
import { inTransaction, type Queryable, rowsOf } from "../postgres/pool.ts";
import { type AuditHead, type AuditRow, GENESIS, nextRow } from "./audit-chain.ts";
import { joined } from "./facts.ts";
import type { Facts, RowMakers, Warehouse, WarehouseEntry } from "./port.ts";
import { insertAuditStatement, upsertCallsStatement, upsertTurnsStatement } from "./statements.ts";
import { WriteQueue } from "./write-queue.ts";

export type PostgresWarehouseOptions = RowMakers & {
  /** One connection is enough: there is one transaction at a time. */
  readonly pool: pg.Pool;
  /** Number of audit chains. As many as the log has partitions, a worker appends to its own chains only. Rows stay in the chain they were written to. */
  readonly chains: number;
  readonly onOverflow: (waiting: number) => void;
  readonly onRetry: (error: PartylineError, pauseMs: number) => void;
  readonly maxWaiting?: number;
  /** How long entries are collected for one transaction, in milliseconds. */
  readonly writeDelayMs?: number;
  /** Work that belongs to the entries' own transaction: it is committed with them or not at all. */
  readonly inSameTransaction?: (transaction: Queryable, batch: readonly WarehouseEntry[]) => Promise<void>;
};

/** The warehouse with the way to let go of it. */
export type PostgresWarehouse = Warehouse & {
  /** Entries that wait to be written. */
  readonly waiting: number;
  close(): Promise<void>;
};

/** Opens the warehouse. Entries are committed in the order in which they were stored, at most 200 in a transaction. */
export function openPostgresWarehouse(options: PostgresWarehouseOptions): PostgresWarehouse {
  const { pool, chains, onOverflow, onRetry, maxWaiting, writeDelayMs } = options;
  const queue = new WriteQueue<WarehouseEntry>({
    write: (batch) =>
      inTransaction(pool, async (database) => {
        await appendAudit(database, batch, chains);
        await joinTurns(database, batch, options);
        await joinCalls(database, batch, options);
        await options.inSameTransaction?.(database, batch);
      }),
    onOverflow,
    onRetry,
    ...(maxWaiting === undefined ? {} : { maxWaiting }),
    ...(writeDelayMs === undefined ? {} : { delayMs: writeDelayMs }),
  });
  return {
    store: (entry) => queue.add(entry),
    get waiting() {
      return queue.waiting;
    },
    async close() {
      queue.close();
      await pool.end();
    },
  };
}

async function appendAudit(database: Queryable, batch: readonly WarehouseEntry[], chains: number): Promise<void> {
  const chainOf = ({ record }: WarehouseEntry): number => partitionOf(record.callSid, chains);
  const touched = [...new Set(batch.map(chainOf))].sort((a, b) => a - b);
  await rowsOf(
    database,
    "INSERT INTO audit_chains (chain, seq, hash) SELECT unnest($1::int[]), 0, $2 ON CONFLICT (chain) DO NOTHING",
    [touched, GENESIS],
  );
  // Locked in one order, so that two workers that share chains for a moment wait instead of deadlocking.
  const heads = new Map<number, AuditHead>();
  for (const head of await rowsOf<AuditHead>(
    database,
    "SELECT chain, seq, hash FROM audit_chains WHERE chain = ANY ($1::int[]) ORDER BY chain FOR UPDATE",
    [touched],
  ))
    heads.set(head.chain, head);
  const known = new Set(
    (
      await rowsOf<{ event_id: string }>(database, "SELECT event_id FROM audit_log WHERE event_id = ANY ($1::text[])", [
        batch.map(({ record }) => record.eventId),
      ])
    ).map((row) => row.event_id),
  );
  const rows: AuditRow[] = [];
  for (const entry of batch) {
    if (known.has(entry.record.eventId)) continue;
    known.add(entry.record.eventId);
    const row = nextRow(heads.get(chainOf(entry)) as AuditHead, entry.record);
    heads.set(row.chain, row);
    rows.push(row);
  }
  if (rows.length === 0) return;
  await rowsOf(database, insertAuditStatement, [JSON.stringify(rows)]);
  await rowsOf(
    database,
    `UPDATE audit_chains SET seq = h.seq, hash = h.hash
     FROM jsonb_to_recordset($1::jsonb) AS h (chain int, seq bigint, hash text) WHERE audit_chains.chain = h.chain`,
    [JSON.stringify([...heads.values()].map(({ chain, seq, hash }) => ({ chain, seq, hash })))],
  );
}

async function joinTurns(database: Queryable, batch: readonly WarehouseEntry[], makers: RowMakers): Promise<void> {
  const news = new Map<string, { callSid: string; turn: number; facts: Facts }>();
  for (const { record, turnFacts } of batch) {
    if (turnFacts === null) continue;
    const key = `${record.callSid}/${record.turn}`;
    const facts = joined(news.get(key)?.facts ?? {}, turnFacts);
    news.set(key, { callSid: record.callSid, turn: record.turn, facts });
  }
  if (news.size === 0) return;
  const known = await rowsOf<{ call_sid: string; turn: number; facts: Facts }>(
    database,
    `SELECT t.call_sid, t.turn, t.facts FROM call_turns t
     JOIN jsonb_to_recordset($1::jsonb) AS k (call_sid text, turn int) ON t.call_sid = k.call_sid AND t.turn = k.turn
     ORDER BY t.call_sid, t.turn FOR UPDATE OF t`,
    [JSON.stringify([...news.values()].map(({ callSid, turn }) => ({ call_sid: callSid, turn })))],
  );
  const before = new Map(known.map((row) => [`${row.call_sid}/${row.turn}`, row.facts]));
  const rows = [...news].map(([key, { callSid, turn, facts: added }]) => {
    const facts = joined(before.get(key) ?? {}, added);
    return { callSid, turn, ...makers.turnRowOf(facts), facts };
  });
  await rowsOf(database, upsertTurnsStatement, [JSON.stringify(rows)]);
}

async function joinCalls(database: Queryable, batch: readonly WarehouseEntry[], makers: RowMakers): Promise<void> {
  const news = new Map<string, Facts>();
  for (const { record, callFacts } of batch)
    if (callFacts !== null) news.set(record.callSid, joined(news.get(record.callSid) ?? {}, callFacts));
  if (news.size === 0) return;
  const known = await rowsOf<{ call_sid: string; facts: Facts }>(
    database,
    "SELECT call_sid, facts FROM calls WHERE call_sid = ANY ($1::text[]) ORDER BY call_sid FOR UPDATE",
    [[...news.keys()]],
  );
  const before = new Map(known.map((row) => [row.call_sid, row.facts]));
  const rows = [...news].map(([callSid, added]) => {
    const facts = joined(before.get(callSid) ?? {}, added);
    return { callSid, ...makers.callRowOf(facts), facts };
  });
  await rowsOf(database, upsertCallsStatement, [JSON.stringify(rows)]);
}
