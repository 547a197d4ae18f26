import { parseArgs } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

// A PostgreSQL server for one machine: PGlite with pgvector behind a TCP port on 127.0.0.1.
//
// It is one PostgreSQL session shared by all connections: transactions of different connections are serialised, and
// session settings, advisory locks and names of prepared statements are shared. LISTEN does not deliver.

const maxConnections = 200;
const closeMs = 3_000;

const { values } = parseArgs({ options: { data: { type: "string" }, port: { type: "string", default: "0" } } });
if (values.data === undefined) throw new Error("--data <folder> is required");

const database = await PGlite.create({ dataDir: values.data, extensions: { vector } });
exitWhenBroken(database);
keepUnitsTogether(database);
const server = new PGLiteSocketServer({ db: database, host: "127.0.0.1", port: Number(values.port), maxConnections });
await server.start();
const port = Number(server.getServerConn().split(":").at(-1));
process.stdout.write(`${JSON.stringify({ ready: true, name: "postgres", port })}\n`);

process.once("SIGTERM", () => void close());
process.once("SIGINT", () => void close());

async function close(): Promise<void> {
  setTimeout(() => process.exit(1), closeMs).unref();
  await server.stop();
  await database.close();
  process.exit(0);
}

/**
 * SQL errors are answers; a rejected call means that the engine itself failed. The socket server would then keep every
 * connection waiting for ever, so the process ends instead, and whoever runs it sees that.
 */
function exitWhenBroken(engine: PGlite): void {
  const execute = engine.execProtocolRawStream.bind(engine);
  engine.execProtocolRawStream = async (...args: Parameters<PGlite["execProtocolRawStream"]>) => {
    try {
      return await execute(...args);
    } catch (error) {
      process.stderr.write(`The database engine failed: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    }
  };
}

/**
 * The socket server takes turns between connections after every protocol message, but one statement is several messages (Parse, Bind, Execute, Sync)
 * that share the session's unnamed statement: taking turns in between mixes up the statements of two connections (SQLSTATE 26000). It does not take turns
 * while the session is in a transaction, so a statement that is under way counts as one.
 * https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
function keepUnitsTogether(engine: PGlite): void {
  const inUnit = new Set([..."PBDECH"].map((letter) => letter.charCodeAt(0)));
  const execute = engine.execProtocolRawStream.bind(engine);
  const isInTransaction = engine.isInTransaction.bind(engine);
  let isUnitOpen = false;
  engine.execProtocolRawStream = (message, options) => {
    isUnitOpen = inUnit.has(message[0] ?? 0);
    return execute(message, options);
  };
  engine.isInTransaction = () => isUnitOpen || isInTransaction();
}
