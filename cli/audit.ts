import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type pg from "pg";
import { createPool } from "../connectors/postgres/pool.ts";
import { addCheckpoint, CheckpointError, readCheckpoints } from "../connectors/warehouse/audit-checkpoints.ts";
import { type ChainReport, verifyAudit } from "../connectors/warehouse/audit-verification.ts";
import { runCommand } from "./run-command.ts";
import { databaseUrl, NotRunningError } from "./running-address.ts";

const usage = `Usage: npm run audit -- verify | checkpoint [options]

  verify        reads the audit log and says whether anything was changed, taken out, moved or cut off
  checkpoint    verifies it, then adds the signed ends of its chains to the checkpoint file

Options:
  --checkpoints FILE   .partyline/audit-checkpoints.jsonl by default; keep a copy where the database's users cannot write
  --running FILE       what "npm start" wrote, .partyline/running.json by default

Environment:
  POSTGRES_URL   the database; by default that of what "npm start" runs
  AUDIT_KEY      key that checkpoints are signed with, at least 16 characters; verify needs it when there are checkpoints

Ends with 0 when the log is whole, 1 when it is not, 2 when that could not be found out.
`;

/** Could not be found out: wrong use, no key. */
class AuditCommandError extends Error {}

function auditKey(): string | null {
  const { AUDIT_KEY } = process.env;
  if (AUDIT_KEY === undefined || AUDIT_KEY === "") return null;
  if (AUDIT_KEY.length < 16) throw new AuditCommandError("AUDIT_KEY must have at least 16 characters.");
  return AUDIT_KEY;
}

async function signedHeads(file: string, key: string | null) {
  if (key !== null) return (await readCheckpoints(file, key)).flatMap(({ heads }) => heads);
  const isThere = await readFile(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw new AuditCommandError(`AUDIT_KEY is not set, so ${file} cannot be checked.`);
  return [];
}

function print(reports: readonly ChainReport[], checkpointCount: number): boolean {
  for (const { chain, rows, fault } of reports)
    process.stdout.write(`chain ${chain}: ${fault === null ? `${rows} rows, whole` : `BROKEN: ${fault}`}\n`);
  const total = reports.reduce((sum, { rows }) => sum + rows, 0);
  const broken = reports.find(({ fault }) => fault !== null);
  const against = checkpointCount === 0 ? "no checkpoints" : `${checkpointCount} signed chain ends`;
  if (broken === undefined) process.stdout.write(`The audit log is whole: ${total} rows, compared with ${against}.\n`);
  else process.stdout.write(`The audit log is BROKEN. First break: chain ${broken.chain}, ${broken.fault}.\n`);
  return broken === undefined;
}

async function audit(pool: pg.Pool, command: string, file: string): Promise<boolean> {
  const key = auditKey();
  if (command === "checkpoint" && key === null) throw new AuditCommandError("AUDIT_KEY is not set.");
  const expected = await signedHeads(file, key);
  const reports = await verifyAudit(pool, expected);
  if (!print(reports, expected.length)) return false;
  if (command === "checkpoint" && key !== null) {
    const heads = reports.map(({ head }) => head).filter(({ seq }) => seq > 0);
    await addCheckpoint(file, key, heads, new Date());
    process.stdout.write(`Added the ends of ${heads.length} chains to ${file}.\n`);
  }
  return true;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      checkpoints: { type: "string", default: ".partyline/audit-checkpoints.jsonl" },
      running: { type: "string", default: ".partyline/running.json" },
      help: { type: "boolean", default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if ((command !== "verify" && command !== "checkpoint") || rest.length > 0) throw new AuditCommandError(usage);
  const pool = createPool({
    postgresUrl: await databaseUrl(values.running),
    postgresStatementTimeoutMs: 30_000,
    applicationName: "partyline audit",
    maxConnections: 1,
  });
  try {
    return (await audit(pool, command, values.checkpoints)) ? 0 : 1;
  } finally {
    await pool.end();
  }
}

// A file of checkpoints that does not hold is a broken log; all else could not be found out.
await runCommand(main, [AuditCommandError, CheckpointError, NotRunningError], (error) =>
  error instanceof CheckpointError ? 1 : 2,
);
