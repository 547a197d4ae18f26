import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { fetchArtifacts } from "./artifacts.ts";
import { type ChildOptions, startChild } from "./child-process.ts";
import { containerChild, removeContainer } from "./container.ts";
import { containerImages } from "./container-images.ts";
import { chooseEngine } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { fastStartFlags, findJava } from "./java.ts";
import type { PartStartOptions } from "./part-start-options.ts";
import { type RunningPart, startPart } from "./running-part.ts";

export interface RunningRegistry extends RunningPart {
  /** Base URL for clients of the Confluent Schema Registry API. */
  readonly url: string;
}

const readyTimeoutMs = 60_000;
const graceMs = 5_000;
const apiPath = "/apis/ccompat/v7";

/** Starts Apicurio Registry on 127.0.0.1. Schemas and their ids survive kill and restart: they are kept in a file. */
export async function startRegistry(options: PartStartOptions): Promise<RunningRegistry> {
  const port = options.port ?? (await freePort());
  await mkdir(options.directory, { recursive: true });
  const inContainer = (await chooseEngine()) === "docker";
  const launch = inContainer ? containerLaunch(options.directory, port) : await javaLaunch(options, port);
  const part = await startPart({
    name: "registry",
    port,
    start: () => startChild(launch),
    graceMs,
    afterKill: inContainer ? () => removeContainer("registry", port) : undefined,
    onUnexpectedExit: options.onUnexpectedExit,
  });
  return { ...part, url: registryUrl(port) };
}

function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}${apiPath}`;
}

function settings(dataDirectory: string): Record<string, string> {
  return {
    APICURIO_STORAGE_SQL_KIND: "h2",
    APICURIO_DATASOURCE_URL: `jdbc:h2:file:${join(dataDirectory, "registry")}`,
    QUARKUS_LOG_LEVEL: "WARN",
    QUARKUS_HTTP_ACCESS_LOG_ENABLED: "false",
  };
}

async function javaLaunch(options: PartStartOptions, port: number): Promise<ChildOptions> {
  const [folder = ""] = await fetchArtifacts(["registry"], options);
  const command = ["-jar", join(folder, "apicurio-registry-app-3.0.9-runner.jar")];
  const program = { name: "registry", command, version: basename(folder) };
  const flags = await fastStartFlags(program, options.cache, async (trialFlags, directory) => {
    options.onProgress?.("Preparing the schema registry for fast starts (once)");
    return javaChild(command, trialFlags, directory, await freePort());
  });
  return javaChild(command, flags, options.directory, port);
}

async function javaChild(
  command: readonly string[],
  flags: readonly string[],
  directory: string,
  port: number,
): Promise<ChildOptions> {
  await mkdir(directory, { recursive: true });
  return {
    name: "registry",
    command: await findJava(),
    args: [...flags, ...command],
    cwd: directory,
    env: { ...process.env, ...settings(directory), QUARKUS_HTTP_HOST: "127.0.0.1", QUARKUS_HTTP_PORT: String(port) },
    ready: { kind: "http", url: `${registryUrl(port)}/subjects` },
    readyTimeoutMs,
  };
}

function containerLaunch(directory: string, port: number): ChildOptions {
  return containerChild({
    part: "registry",
    image: containerImages.registry,
    port,
    containerPort: 8080,
    mount: { directory, at: "/partyline" },
    environment: settings("/partyline"),
    ready: { kind: "http", url: `${registryUrl(port)}/subjects` },
  });
}
