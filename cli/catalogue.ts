/** `npm run catalogue -- import | export | stats`: the products of a shop, also of one that is taking calls. */
import { parseArgs } from "node:util";
import { createPool } from "../connectors/postgres/pool.ts";
import { exportCatalogue } from "./catalogue-export.ts";
import { formatOf, importCatalogue } from "./catalogue-import.ts";
import { catalogueStats } from "./catalogue-stats.ts";
import { runCommand } from "./run-command.ts";
import { databaseUrl, NotRunningError } from "./running-address.ts";

const usage = `Usage: npm run catalogue -- import FILE | export FILE | stats [options]

  import FILE   adds and changes products; rows that are wrong are told by line and left out. May be run again at any time, also while calls are made
  export FILE   writes all products that are sold, as import reads them; "-" writes to the terminal
  stats         what the catalogue holds

Options:
  --format jsonl|csv   by the file's name where it is not given
  --set-stock          import: the pieces in the house become those of the file; without it, only new products get them
  --replace            import: products that are not in the file are sold no longer
  --dry-run            import: only read and check the file
  --running FILE       what "npm start" wrote, .partyline/running.json by default

Environment:
  POSTGRES_URL   the database; by default that of what "npm start" runs

Ends with 0 when everything was done, 1 when rows were left out, 2 when it could not be done.
`;

/** Long enough for the index over a large catalogue. */
const statementTimeoutMs = 600_000;

class CatalogueCommandError extends Error {}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: "string" },
      "set-stock": { type: "boolean", default: false },
      replace: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      running: { type: "string", default: ".partyline/running.json" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [command, file, ...rest] = positionals;
  const isFile = command === "import" || command === "export";
  if ((!isFile && command !== "stats") || rest.length > 0 || isFile !== (file !== undefined))
    throw new CatalogueCommandError(usage);
  const format = formatOf(values.format, file ?? "");
  if (format === null) throw new CatalogueCommandError("--format must be jsonl or csv.");
  const open = async () =>
    createPool({
      postgresUrl: await databaseUrl(values.running),
      postgresStatementTimeoutMs: statementTimeoutMs,
      applicationName: "partyline catalogue",
      maxConnections: 1,
    });
  if (command === "import" && file !== undefined) {
    const { "set-stock": setsStock, replace: retiresOthers, "dry-run": isDryRun } = values;
    return importCatalogue(file, { format, setsStock, retiresOthers, isDryRun, open });
  }
  const pool = await open();
  try {
    if (command === "export" && file !== undefined) await exportCatalogue(pool, file, format);
    else process.stdout.write(await catalogueStats(pool));
    return 0;
  } finally {
    await pool.end();
  }
}

await runCommand(main, [CatalogueCommandError, NotRunningError]);
