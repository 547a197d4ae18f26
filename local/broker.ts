import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fetchArtifacts } from "./artifacts.ts";
import { type BrokerAddress, brokerProperties } from "./broker-properties.ts";
import { isBrokerReady } from "./broker-ready.ts";
import { cachedFolder } from "./cached-folder.ts";
import { type ChildOptions, startChild } from "./child-process.ts";
import { containerChild, removeContainer } from "./container.ts";
import { containerImages } from "./container-images.ts";
import { chooseEngine } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { fastStartFlags, findJava } from "./java.ts";
import type { PartStartOptions } from "./part-start-options.ts";
import { runProgram } from "./run-program.ts";
import { type RunningPart, startPart } from "./running-part.ts";

export interface RunningBroker extends RunningPart {
  /** `host:port` for Kafka clients. */
  readonly address: string;
}

export interface BrokerStartOptions extends PartStartOptions {
  /** A second listener with TLS, whose users show a password by SCRAM-SHA-512 and need rights. Who comes through the other may do everything. */
  readonly secured?: {
    readonly port: number;
    /** Private key and certificate, PEM. */
    readonly key: string;
  };
}

/** Any cluster id does: every broker here is a cluster of its own, told apart by its port. */
const clusterId = "cGFydHlsaW5lLWxvY2FsLQ";
const readyTimeoutMs = 60_000;
const graceMs = 5_000;
const logging = join(import.meta.dirname, "broker-log4j2.properties");

/**
 * Starts a single-node Kafka 4.2 broker on 127.0.0.1 and ends when it is ready to lead consumer groups. Topics and
 * committed offsets survive kill and restart.
 */
export async function startBroker(options: BrokerStartOptions): Promise<RunningBroker> {
  const port = options.port ?? (await freePort());
  await mkdir(options.directory, { recursive: true });
  const inContainer = (await chooseEngine()) === "docker";
  const launch = inContainer ? await containerLaunch(options, port) : await javaLaunch(options, port);
  const part = await startPart({
    name: "broker",
    port,
    start: async () => startChild(launch),
    graceMs,
    afterKill: inContainer ? () => removeContainer("broker", port) : undefined,
    onUnexpectedExit: options.onUnexpectedExit,
  });
  return { ...part, address: `127.0.0.1:${port}` };
}

async function javaLaunch(options: BrokerStartOptions, port: number): Promise<ChildOptions> {
  const [libraries = ""] = await fetchArtifacts(["broker"], options);
  const classPath = (await readdir(libraries)).filter((file) => file.endsWith(".jar")).sort();
  const command = ["-cp", classPath.map((file) => join(libraries, file)).join(":")];
  const version = basename(libraries);
  const cache = options.cache;
  const formatted = await cachedFolder(
    { name: `${version}-formatted`, ...(cache === undefined ? {} : { cache }) },
    (staging) => format(command, staging),
  );
  const program = { name: "broker", command, version };
  const flags = await fastStartFlags(program, cache, async (trialFlags, directory) => {
    options.onProgress?.("Preparing the broker for fast starts (once)");
    return javaChild({ command, flags: trialFlags, formatted, directory, port: await freePort() });
  });
  return javaChild({ command, flags, formatted, directory: options.directory, port, secured: options.secured });
}

interface JavaBroker {
  readonly command: readonly string[];
  readonly flags: readonly string[];
  readonly formatted: string;
  readonly directory: string;
  readonly port: number;
  readonly secured?: BrokerStartOptions["secured"];
}

async function javaChild(broker: JavaBroker): Promise<ChildOptions> {
  const data = join(broker.directory, "data");
  // A directory that has been used before keeps its data; restarting a stack on it finds its topics.
  await cp(broker.formatted, data, { recursive: true, force: false, filter: (from) => !from.endsWith(".json") });
  const properties = join(broker.directory, "server.properties");
  const controllerPort = await freePort();
  const secured = await securedListener(broker.directory, broker.directory, broker.secured);
  await writeFile(
    properties,
    brokerProperties({ port: broker.port, controllerPort, listenHost: "127.0.0.1", dataDirectory: data, ...secured }),
  );
  const log4j = `-Dlog4j2.configurationFile=${logging}`;
  return {
    name: "broker",
    command: await findJava(),
    args: [...broker.flags, log4j, ...broker.command, "kafka.Kafka", properties],
    cwd: broker.directory,
    ready: { kind: "check", check: () => isBrokerReady(broker.port) },
    readyTimeoutMs,
  };
}

/** Formats an empty data directory; what it holds does not depend on ports, so that one serves every broker. */
async function format(command: readonly string[], staging: string): Promise<void> {
  const data = join(staging, "data");
  const properties = join(staging, "server.properties");
  await writeFile(
    properties,
    brokerProperties({ port: 9092, controllerPort: 9093, listenHost: "127.0.0.1", dataDirectory: data }),
  );
  const tool = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties];
  await runProgram(await findJava(), [`-Dlog4j2.configurationFile=${logging}`, ...command, ...tool], {
    timeoutMs: 60_000,
  });
  for (const file of await readdir(data)) await rename(join(data, file), join(staging, file));
  await rm(data, { recursive: true });
  await rm(properties);
}

/** Lays the listener's key into the broker's directory, which the broker itself knows by the name `seenAs`. */
async function securedListener(
  directory: string,
  seenAs: string,
  secured: BrokerStartOptions["secured"],
): Promise<Pick<BrokerAddress, "secured">> {
  if (secured === undefined) return {};
  const file = "listener.pem";
  await writeFile(join(directory, file), secured.key, { mode: 0o600 });
  return { secured: { port: secured.port, keyFile: join(seenAs, file) } };
}

async function containerLaunch({ directory, secured }: BrokerStartOptions, port: number): Promise<ChildOptions> {
  const address = { port, controllerPort: port + 1, listenHost: "0.0.0.0", dataDirectory: "/partyline/data" };
  const listener = await securedListener(directory, "/partyline", secured);
  await writeFile(join(directory, "server.properties"), brokerProperties({ ...address, ...listener }));
  const properties = "/partyline/server.properties";
  const formatting = `/opt/kafka/bin/kafka-storage.sh format --ignore-formatted -t ${clusterId} -c ${properties}`;
  const script = `${formatting} && exec /opt/kafka/bin/kafka-server-start.sh ${properties}`;
  return containerChild({
    part: "broker",
    image: containerImages.broker,
    port,
    containerPort: port,
    secondPort: secured?.port,
    mount: { directory, at: "/partyline" },
    environment: { LOG_DIR: "/partyline/logs", KAFKA_HEAP_OPTS: "-Xmx512m" },
    command: ["sh", "-c", script],
    ready: { kind: "check", check: () => isBrokerReady(port) },
  });
}
