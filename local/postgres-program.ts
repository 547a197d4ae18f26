import { chmod, chown, cp, mkdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import type { ChildOptions } from "./child-process.ts";
import { type PostgresPrograms, postgresPrograms } from "./postgres-programs.ts";
import { isPostgresReady } from "./postgres-ready.ts";
import type { ProgramUser } from "./run-program.ts";
import { runProgram } from "./run-program.ts";
import { unprivilegedUser } from "./unprivileged-user.ts";

/** What the launch of a server needs. */
export interface PostgresProgramOptions {
  /** Gets the folders `server-data` and, where needed, `server-programs`. */
  readonly directory: string;
  readonly port: number;
  readonly connectionString: string;
  readonly cache?: string | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** How the server is started, and what is left to do when it is gone. */
export interface PostgresProgramLaunch {
  readonly child: ChildOptions;
  afterKill(): Promise<void>;
}

const readyTimeoutMs = 60_000;
const initialiseTimeoutMs = 60_000;

/**
 * How a PostgreSQL server (postgres-programs.ts) is started on 127.0.0.1, with an initialised data folder. Committed data survives kill and
 * restart of the server, though not of the machine. PostgreSQL refuses to run as root: for root it runs as `nobody`, which `onProgress` is told. `nobody` then owns
 * the data folder, and gets a copy of the programs where it may not enter the cache. Throws NoPostgresServerError.
 */
export async function postgresProgramLaunch(options: PostgresProgramOptions): Promise<PostgresProgramLaunch> {
  const programs = await postgresPrograms(options);
  const user = await unprivilegedUser();
  const data = join(options.directory, "server-data");
  await mkdir(data, { recursive: true, mode: 0o700 });
  let { folder } = programs;
  if (user !== undefined) {
    options.onProgress?.("PostgreSQL refuses to run as root: it runs as nobody");
    await openTemporary(options.directory);
    await chown(data, user.uid, user.gid);
    folder = await reachablePrograms(programs, options.directory);
  }
  await initialise(folder, data, user);
  // Unix sockets would need a folder of their own; fsync guards against a machine that dies.
  const settings = [
    `port=${options.port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "fsync=off",
    "full_page_writes=off",
    "timezone=UTC",
    "log_timezone=UTC",
  ];
  const child: ChildOptions = {
    name: "postgres",
    command: join(folder, "postgres"),
    args: ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    cwd: options.directory,
    user,
    // The fast shutdown; at SIGTERM it would wait for its clients to leave.
    stopSignal: "SIGINT",
    ready: { kind: "check", check: () => isPostgresReady(options.connectionString) },
    readyTimeoutMs,
  };
  // A killed server counts as running for as long as nobody has collected its exit code, which may be for ever in a container without init.
  return { child, afterKill: () => rm(join(data, "postmaster.pid"), { force: true }) };
}

async function initialise(folder: string, data: string, user: ProgramUser | undefined): Promise<void> {
  const isThere = await stat(join(data, "PG_VERSION")).catch(() => undefined);
  if (isThere !== undefined) return;
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const args = ["-D", data, "--username=postgres", "--auth=trust", ...locale, "--no-sync", "--no-instructions"];
  // Its own folder may be closed to the other user.
  await runProgram(join(folder, "initdb"), args, { timeoutMs: initialiseTimeoutMs, user, cwd: dirname(data) });
}

/** The programs where others may run them: in the cache if it can be entered, else a copy beside the data. */
async function reachablePrograms({ folder, root }: PostgresPrograms, directory: string): Promise<string> {
  if (root === undefined || (await closedFolders(root)).length === 0) return folder;
  const copy = join(directory, "server-programs");
  await cp(root, copy, { recursive: true });
  return join(copy, relative(root, folder));
}

/** Lets others pass through (not read) the folders down to a temporary one. Throws for a closed folder outside of the machine's temporary folder. */
async function openTemporary(directory: string): Promise<void> {
  for (const path of await closedFolders(directory)) {
    if (!`${path}${sep}`.startsWith(`${tmpdir()}${sep}`))
      throw new Error(`PostgreSQL cannot run as root, and nobody else may enter ${path}: use a folder in ${tmpdir()}`);
    await chmod(path, (await stat(path)).mode | 0o011);
  }
}

/** Folders from the root down to `directory` that others may not enter. */
async function closedFolders(directory: string): Promise<string[]> {
  const closed: string[] = [];
  for (let path = directory; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) closed.push(path);
    if (path === dirname(path)) return closed;
  }
}
