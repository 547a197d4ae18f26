/**
 * What a measured record carries in its first 16 bytes: when it was handed to the client, which batch it belongs to, and its number. The clock is
 * the one that processes share.
 */
const STAMP_BYTES = 16;
/** Smallest record that can be measured. */
export const MIN_RECORD_BYTES = STAMP_BYTES;

/** Writes the stamp into a record's first bytes. */
export function writeStamp(record: Buffer, sentAtMs: number, batch: number, sequence: number): void {
  record.writeDoubleBE(sentAtMs, 0);
  record.writeUInt32BE(batch, 8);
  record.writeUInt32BE(sequence, 12);
}

/** Reads it. */
export function readStamp(record: Buffer): {
  readonly sentAtMs: number;
  readonly batch: number;
  readonly sequence: number;
} {
  return { sentAtMs: record.readDoubleBE(0), batch: record.readUInt32BE(8), sequence: record.readUInt32BE(12) };
}
