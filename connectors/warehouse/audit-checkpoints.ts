/**
 * Signed ends of the audit chains in a file, to be kept where whoever can write to the database cannot. One JSON object a line, each bound to the line
 * before it by that one's signature. Lines cut off the end of the file itself do not show: copy it to a place that only grows.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { AuditHead } from "./audit-chain.ts";

const line = z.strictObject({
  takenAt: z.iso.datetime(),
  heads: z.array(z.strictObject({ chain: z.int(), seq: z.int().min(0), hash: z.string().length(64) })),
  previous: z.string(),
  signature: z.string(),
});
export type Checkpoint = z.infer<typeof line>;

/** A file of checkpoints that cannot be trusted. */
export class CheckpointError extends Error {
  constructor(file: string, words: string) {
    super(`${file}: ${words}`);
    this.name = "CheckpointError";
  }
}

/** The checkpoints of a file, oldest first; none when there is no such file. Throws {@link CheckpointError} when a line is not one, or not signed with `key`. */
export async function readCheckpoints(file: string, key: string): Promise<readonly Checkpoint[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new CheckpointError(file, `cannot be read (${error.code ?? "unknown fault"})`);
  });
  const checkpoints: Checkpoint[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    if (raw === "") continue;
    const parsed = line.safeParse(readJson(raw));
    if (!parsed.success) throw new CheckpointError(file, `line ${index + 1} is not a checkpoint`);
    const { signature, ...unsigned } = parsed.data;
    if (unsigned.previous !== (checkpoints.at(-1)?.signature ?? ""))
      throw new CheckpointError(file, `line ${index + 1} does not follow the line before it`);
    if (!isEqual(signature, sign(unsigned, key)))
      throw new CheckpointError(file, `line ${index + 1} is not signed with this key`);
    checkpoints.push(parsed.data);
  }
  return checkpoints;
}

/** Adds a checkpoint to a file. The lines before it must be good: throws {@link CheckpointError} otherwise. */
export async function addCheckpoint(
  file: string,
  key: string,
  heads: readonly AuditHead[],
  takenAt: Date,
): Promise<Checkpoint> {
  const before = await readCheckpoints(file, key);
  const unsigned = {
    takenAt: takenAt.toISOString(),
    heads: heads.map(({ chain, seq, hash }) => ({ chain, seq, hash })),
    previous: before.at(-1)?.signature ?? "",
  };
  const checkpoint = { ...unsigned, signature: sign(unsigned, key) };
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(checkpoint)}\n`, { mode: 0o600 });
  return checkpoint;
}

/** HMAC-SHA-256 over everything else in the line. */
function sign({ takenAt, heads, previous }: Omit<Checkpoint, "signature">, key: string): string {
  const text = JSON.stringify([takenAt, heads.map(({ chain, seq, hash }) => [chain, seq, hash]), previous]);
  return createHmac("sha256", key).update(text).digest("hex");
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
