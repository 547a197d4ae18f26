import { access, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fetchArtifacts } from "./artifacts.ts";
import { type ChildOptions, startChild } from "./child-process.ts";
import { containerChild, removeContainer } from "./container.ts";
import { containerImages } from "./container-images.ts";
import { chooseEngine } from "./engine.ts";
import { freePort } from "./free-port.ts";
import type { PartStartOptions } from "./part-start-options.ts";
import { isRedisReady } from "./redis-ready.ts";
import { type RunningPart, startPart } from "./running-part.ts";

export interface RunningRedis extends RunningPart {
  readonly url: string;
}

const readyTimeoutMs = 20_000;
const graceMs = 3_000;
// What was acknowledged is in the system's page cache, so that it survives a killed server (not a killed machine).
const persistence = ["--appendonly", "yes", "--appendfsync", "no", "--save", ""];

/** Starts Redis on 127.0.0.1. Keys survive kill and restart. */
export async function startRedis(options: PartStartOptions): Promise<RunningRedis> {
  const port = options.port ?? (await freePort());
  await mkdir(options.directory, { recursive: true });
  const inContainer = (await chooseEngine()) === "docker";
  const launch = inContainer ? containerLaunch(options.directory, port) : await programLaunch(options, port);
  const part = await startPart({
    name: "redis",
    port,
    start: () => startChild(launch),
    graceMs,
    afterKill: inContainer ? () => removeContainer("redis", port) : undefined,
    onUnexpectedExit: options.onUnexpectedExit,
  });
  return { ...part, url: `redis://127.0.0.1:${port}` };
}

/** A `redis-server` on the PATH, if there is one: then no binary need be fetched. */
export async function findRedis(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    const path = join(folder, "redis-server");
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (folder !== "" && isThere) return path;
  }
  return undefined;
}

async function programLaunch(options: PartStartOptions, port: number): Promise<ChildOptions> {
  let command = await findRedis();
  if (command === undefined) {
    const [folder = ""] = await fetchArtifacts(["redis"], options);
    command = join(folder, "redis-server");
  }
  const address = ["--port", String(port), "--bind", "127.0.0.1", "--dir", options.directory];
  return {
    name: "redis",
    command,
    args: [...address, ...persistence],
    cwd: options.directory,
    ready: { kind: "check", check: () => isRedisReady(port) },
    readyTimeoutMs,
  };
}

function containerLaunch(directory: string, port: number): ChildOptions {
  return containerChild({
    part: "redis",
    image: containerImages.redis,
    port,
    containerPort: 6379,
    mount: { directory, at: "/data" },
    command: ["redis-server", ...persistence],
    ready: { kind: "check", check: () => isRedisReady(port) },
  });
}
