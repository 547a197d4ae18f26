import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArtifactPart, fetchArtifacts } from "./artifacts.ts";
import { type RunningBroker, startBroker } from "./broker.ts";
import { type EmbeddingModelFiles, embeddingModelFiles } from "./embedding-model.ts";
import { chooseEngine } from "./engine.ts";
import { type RunningPostgres, startPostgres } from "./postgres.ts";
import { isProcessAlive } from "./process-alive.ts";
import { findRedis, type RunningRedis, startRedis } from "./redis.ts";
import { type RunningRegistry, startRegistry } from "./registry.ts";

export interface StackOptions {
  /** Where data is kept, and stays; by default a temporary folder that is removed at the end. */
  readonly directory?: string | undefined;
  /** The cache folder, when not the user's. */
  readonly cache?: string | undefined;
  /** Told, in one line each, what is going on: fetching, parts that are ready, parts that ended unexpectedly. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** The servers that the system needs, running on this machine. */
export interface Stack {
  /** `host:port` for Kafka clients. */
  readonly kafka: string;
  /** Base URL of the Confluent-compatible schema registry API. */
  readonly registry: string;
  /** Connection string. */
  readonly postgres: string;
  readonly redis: string;
  readonly embeddingModel: EmbeddingModelFiles;
  /** To kill and restart them one by one. */
  readonly parts: {
    readonly broker: RunningBroker;
    readonly registry: RunningRegistry;
    readonly postgres: RunningPostgres;
    readonly redis: RunningRedis;
  };
  /** Stops everything and removes what is temporary. May be called again. */
  stop(): Promise<void>;
}

const temporaryPrefix = "partyline-stack-";

/**
 * Fetches what is missing, then starts broker, registry, PostgreSQL and Redis together. When one of them cannot be
 * started, the others are stopped and its error is thrown.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const report = options.onProgress ?? (() => undefined);
  const { cache, onProgress } = options;
  // In one go, because two runs of Maven at once could disturb each other.
  await fetchArtifacts(await neededParts(), { cache, onProgress });
  const embeddingModel = await embeddingModelFiles({ cache });
  const directory = options.directory ?? (await temporaryDirectory());
  await mkdir(directory, { recursive: true });

  const removeTemporary = async () => {
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  const startedMs = performance.now();
  const begin = async <T>(name: string, start: (part: Parameters<typeof startBroker>[0]) => Promise<T>): Promise<T> => {
    const part = await start({ directory: join(directory, name), cache, onProgress, onUnexpectedExit: onProgress });
    report(`${name} ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    return part;
  };
  const starts = [
    begin("broker", startBroker),
    begin("registry", startRegistry),
    begin("postgres", startPostgres),
    begin("redis", startRedis),
  ] as const;
  const results = await Promise.allSettled(starts);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await Promise.all(results.flatMap((result) => (result.status === "fulfilled" ? [result.value.stop()] : [])));
    await removeTemporary();
    throw failed.reason;
  }
  const [broker, registry, postgres, redis] = await Promise.all(starts);
  let stopped: Promise<void> | undefined;
  return {
    kafka: broker.address,
    registry: registry.url,
    postgres: postgres.connectionString,
    redis: redis.url,
    embeddingModel,
    parts: { broker, registry, postgres, redis },
    stop() {
      stopped ??= Promise.allSettled([broker, registry, postgres, redis].map((part) => part.stop())).then(
        removeTemporary,
      );
      return stopped;
    },
  };
}

async function neededParts(): Promise<ArtifactPart[]> {
  if ((await chooseEngine()) === "docker") return ["embedding-model"];
  const parts: ArtifactPart[] = ["broker", "registry", "embedding-model"];
  return (await findRedis()) === undefined ? [...parts, "redis"] : parts;
}

/** A folder named after this process; those of processes that were killed are removed on the way. */
async function temporaryDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(temporaryPrefix) ? Number(name.slice(temporaryPrefix.length).split("-")[0]) : 0;
    if (owner > 0 && !isProcessAlive(owner)) {
      // Another user's folder, or another process at the same work, is no reason not to start.
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
  const directory = await mkdtemp(join(tmpdir(), `${temporaryPrefix}${process.pid}-`));
  // A start that is broken off ends the process before anything is stopped in order.
  process.once("exit", () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}
