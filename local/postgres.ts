import { cp, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ChildOptions, startChild } from "./child-process.ts";
import { containerChild, removeContainer } from "./container.ts";
import { containerImages } from "./container-images.ts";
import { chooseEngine } from "./engine.ts";
import { freePort } from "./free-port.ts";
import type { PartStartOptions } from "./part-start-options.ts";
import { postgresProgramLaunch } from "./postgres-program.ts";
import { isPostgresReady } from "./postgres-ready.ts";
import { postgresTemplate } from "./postgres-template.ts";
import { type RunningPart, startPart } from "./running-part.ts";

export interface RunningPostgres extends RunningPart {
  readonly connectionString: string;
}

const readyTimeoutMs = 60_000;
const graceMs = 5_000;
const server = join(import.meta.dirname, "postgres-server.ts");

/** PGlite, or a PostgreSQL server. */
export type PostgresKind = "embedded" | "server";

/** What `PARTYLINE_POSTGRES` says, PGlite where it says nothing. Throws for another word. */
export function choosePostgres(setting: string | undefined = process.env.PARTYLINE_POSTGRES): PostgresKind {
  if (setting === "embedded" || setting === "server") return setting;
  if (setting) throw new Error(`PARTYLINE_POSTGRES is "${setting}"; it must be "embedded" or "server".`);
  return "embedded";
}

/**
 * Starts PostgreSQL with pgvector on 127.0.0.1: PGlite in a process of its own (see postgres-server.ts for what its
 * connections share), or a server (see postgres-program.ts), or the usual server in a container where Docker is the engine. Committed data
 * survives kill and restart.
 */
export async function startPostgres(
  options: PartStartOptions,
  kind: PostgresKind = choosePostgres(),
): Promise<RunningPostgres> {
  const port = options.port ?? (await freePort());
  await mkdir(options.directory, { recursive: true });
  const inContainer = (await chooseEngine()) === "docker";
  const { child, afterKill } = await launchFor(options, port, inContainer ? "container" : kind);
  const part = await startPart({
    name: "postgres",
    port,
    start: () => startChild(child),
    graceMs,
    afterKill,
    onUnexpectedExit: options.onUnexpectedExit,
  });
  return { ...part, connectionString: connectionString(port) };
}

function connectionString(port: number): string {
  return `postgresql://postgres@127.0.0.1:${port}/postgres?sslmode=disable`;
}

async function launchFor(
  options: PartStartOptions,
  port: number,
  how: PostgresKind | "container",
): Promise<{ readonly child: ChildOptions; afterKill?: () => Promise<void> }> {
  switch (how) {
    case "container":
      return { child: containerLaunch(options.directory, port), afterKill: () => removeContainer("postgres", port) };
    case "server":
      return postgresProgramLaunch({ ...options, port, connectionString: connectionString(port) });
    case "embedded":
      return { child: await processLaunch(options, port) };
  }
}

async function processLaunch(options: PartStartOptions, port: number): Promise<ChildOptions> {
  const launchOf = (data: string): ChildOptions => ({
    name: "postgres",
    command: process.execPath,
    args: [server, "--data", data, "--port", String(port)],
    ready: { kind: "line" },
    readyTimeoutMs,
  });
  const data = join(options.directory, "data");
  if (!(await isInitialised(data))) {
    const template = await postgresTemplate(launchOf, connectionString(port), options.cache, options.onProgress);
    await cp(template, data, { recursive: true, filter: (from) => !from.endsWith(".complete.json") });
  }
  return launchOf(data);
}

async function isInitialised(data: string): Promise<boolean> {
  return stat(join(data, "PG_VERSION")).then(
    () => true,
    () => false,
  );
}

function containerLaunch(directory: string, port: number): ChildOptions {
  return containerChild({
    part: "postgres",
    image: containerImages.postgres,
    port,
    containerPort: 5432,
    mount: { directory, at: "/partyline" },
    environment: { PGDATA: "/partyline/data", POSTGRES_HOST_AUTH_METHOD: "trust" },
    ready: { kind: "check", check: () => isPostgresReady(connectionString(port)) },
  });
}
