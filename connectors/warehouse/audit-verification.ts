/** Reads the audit log from beginning to end and says whether it is whole. */
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import { type AuditHead, type AuditRow, faultAfter, GENESIS } from "./audit-chain.ts";

/** What was found in a chain. */
export type ChainReport = {
  readonly chain: number;
  /** Rows that were read: all of them, or those up to the first fault. */
  readonly rows: number;
  /** The last good row. */
  readonly head: AuditHead;
  /** The first thing that is wrong, in words, or null. */
  readonly fault: string | null;
};

const PAGE = 2_000;

/**
 * Verifies every chain: that rows follow each other without a gap, that each continues the one before, and that none was changed; that the chain ends
 * where it is recorded to end; and that it holds every row of `checkpoints` (the heads that were signed earlier), which shows a tail that was cut off.
 * Rows that are appended meanwhile do no harm. Throws DATABASE_FAILED.
 */
export async function verifyAudit(
  database: Queryable,
  checkpoints: readonly AuditHead[] = [],
): Promise<readonly ChainReport[]> {
  // Recorded ends are read first: a chain may only have grown since.
  const recorded = await readHeads(database);
  const written = await rowsOf<{ chain: number }>(database, "SELECT DISTINCT chain FROM audit_log");
  const chains = new Set([...recorded, ...written, ...checkpoints].map(({ chain }) => chain));
  const reports: ChainReport[] = [];
  for (const chain of [...chains].sort((a, b) => a - b)) {
    const expected = [...checkpoints, ...recorded].filter((head) => head.chain === chain && head.seq > 0);
    reports.push(await verifyChain(database, chain, expected));
  }
  return reports;
}

/** The recorded end of every chain. */
function readHeads(database: Queryable): Promise<AuditHead[]> {
  return rowsOf<AuditHead>(database, "SELECT chain, seq, hash FROM audit_chains ORDER BY chain");
}

async function verifyChain(database: Queryable, chain: number, expected: readonly AuditHead[]): Promise<ChainReport> {
  const hashesAt = Map.groupBy(expected, (head) => head.seq);
  let head: AuditHead = { chain, seq: 0, hash: GENESIS };
  const broken = (fault: string): ChainReport => ({ chain, rows: head.seq, head, fault });
  for (;;) {
    const page = await readPage(database, chain, head.seq);
    for (const row of page) {
      const fault = faultAfter(head, row);
      if (fault !== null) return broken(fault);
      if (hashesAt.get(row.seq)?.some(({ hash }) => hash !== row.hash) === true)
        return broken(`row ${row.seq} is another than the one that was recorded`);
      head = { chain, seq: row.seq, hash: row.hash };
    }
    if (page.length < PAGE) break;
  }
  const longest = Math.max(0, ...expected.map(({ seq }) => seq));
  if (head.seq < longest) return broken(`the chain ends at row ${head.seq}, but had ${longest} rows`);
  return { chain, rows: head.seq, head, fault: null };
}

function readPage(database: Queryable, chain: number, afterSeq: number): Promise<AuditRow[]> {
  return rowsOf<AuditRow>(
    database,
    `SELECT chain, seq, occurred_at_ms AS "occurredAtMs", call_sid AS "callSid", record_type AS "recordType",
       event_id AS "eventId", record_sha256 AS "recordSha256", previous_hash AS "previousHash", hash
     FROM audit_log WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT ${PAGE}`,
    [chain, afterSeq],
  );
}
