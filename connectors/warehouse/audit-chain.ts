/**
 * The audit log's hash chains. Each row carries the hash of the row before it in its chain, so that a row that was changed, taken out, put in or moved
 * breaks the chain there. What a chain cannot show is a tail that was cut off: checkpoints kept elsewhere do (audit-checkpoints.ts).
 */
import { createHash } from "node:crypto";
import type { AnyRecord } from "../../schemas/topics.ts";

/** What stands before the first row of a chain. */
export const GENESIS = "0".repeat(64);

export type AuditRow = {
  readonly chain: number;
  /** Position in its chain, from 1. */
  readonly seq: number;
  /** Event time, in milliseconds since the epoch. */
  readonly occurredAtMs: number;
  readonly callSid: string;
  readonly recordType: string;
  readonly eventId: string;
  readonly recordSha256: string;
  readonly previousHash: string;
  readonly hash: string;
};

/** The end of a chain. */
export type AuditHead = { readonly chain: number; readonly seq: number; readonly hash: string };

/** The row that follows `head` for a redacted record. */
export function nextRow(head: AuditHead, record: AnyRecord): AuditRow {
  const row = {
    chain: head.chain,
    seq: head.seq + 1,
    occurredAtMs: record.occurredAt,
    callSid: record.callSid,
    recordType: record.type,
    eventId: record.eventId,
    recordSha256: sha256(canonicalJson(record)),
    previousHash: head.hash,
  };
  return { ...row, hash: hashOf(row) };
}

/** Hash of a row from everything else in it. */
export function hashOf(row: Omit<AuditRow, "hash">): string {
  const { chain, seq, occurredAtMs, callSid, recordType, eventId, recordSha256, previousHash } = row;
  return sha256(JSON.stringify([chain, seq, occurredAtMs, callSid, recordType, eventId, recordSha256, previousHash]));
}

/** What is wrong with a row that should follow `head`, in words, or null. */
export function faultAfter(head: AuditHead, row: AuditRow): string | null {
  if (row.seq !== head.seq + 1) return `row ${head.seq + 1} is missing: row ${row.seq} follows row ${head.seq}`;
  if (row.previousHash !== head.hash) return `row ${row.seq} does not continue row ${head.seq}`;
  if (hashOf(row) !== row.hash) return `row ${row.seq} was changed`;
  return null;
}

/** JSON with the fields of every object in the order of their names; bytes as base64. */
export function canonicalJson(value: unknown): string {
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(",")}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
