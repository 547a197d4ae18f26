/** Composition of a worker process: settings, log, sessions, codec, metrics server, signals. Every `worker.ts` is a call of this. */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import { systemClock } from "../../runtime/clock.ts";
import { Codec } from "../../runtime/codec.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { createLogger, type Logger } from "../../runtime/logger.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { type RunningStage, runStage } from "../../runtime/run.ts";
import { readSettings, SettingsError, type SettingsOf, type SettingsSpec } from "../../runtime/settings.ts";
import type { Ports, Stage } from "../../runtime/stage.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";
import { warmUp } from "../../runtime/warm-up.ts";
import { deadLetters, type TopicKey, topics } from "../../schemas/topics.ts";
import { openRedisSessions } from "../session-store/redis.ts";
import { toAccessError } from "./access-error.ts";
import { type BrokerAccess, brokerAccess } from "./broker-access.ts";
import { createKafkaClient, openKafkaLog } from "./kafkajs.ts";
import { registeredIds, schemaSource } from "./registry.ts";
import { infrastructureSettings } from "./settings.ts";

/** What a worker's composition may use. */
export type WorkerHost = {
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly redisUrl: string;
  /** Identity of this process among the stage's workers. */
  readonly workerId: string;
  /** Feeds what a port noticed by itself to the core of a call. */
  deliver(callSid: string, port: string, call: string, event: unknown): void;
  /** Ends the worker with an error. */
  fatal(error: Error): void;
};

/** What a worker brings. */
export type WorkerParts<P> = {
  readonly ports: P;
  /** Gateway's own partition of audio-out, for a stage that reads its own. */
  readonly replyPartition?: number;
  /** More to say in the ready line, e.g. a port number. */
  readonly ready?: Readonly<Record<string, unknown>>;
  /** First thing when the worker ends, while events are still delivered: refuse what is new, say good-bye to what is open; at once when it is told to `hurry`. */
  drain?(hurry: AbortSignal): Promise<void>;
  /** Last thing, when nothing is in flight any more. */
  close?(): Promise<void>;
};

const BOOT_PATIENCE_MS = 30_000;

/** Runs a stage in this process until SIGTERM or SIGINT, then drains; a further signal ends the wait for good moments. Settings that are unknown or invalid end it at once with all faults listed. */
export async function runWorker<
  In extends TopicKey,
  Out extends TopicKey,
  S,
  P extends Ports,
  Spec extends SettingsSpec,
>(
  stage: Stage<In, Out, S, P, Spec>,
  compose: (config: SettingsOf<Spec>, host: WorkerHost) => Promise<WorkerParts<P>>,
): Promise<void> {
  const { config, access } = settingsOrExit(stage);
  const logger = createLogger(stage.name, config.logLevel);
  const metrics = createMetrics(stage.name);
  const workerId = randomUUID();
  let running: RunningStage | null = null;
  const early: Parameters<RunningStage["deliver"]>[] = [];
  const fatal = (error: Error): void => {
    logger.error(
      { code: error instanceof PartylineError ? error.code : "STEP_FAILED", error: error.message, stack: error.stack },
      "worker ends: it cannot keep its promises",
    );
    process.exit(1);
  };
  process.on("unhandledRejection", (reason) => fatal(reason instanceof Error ? reason : new Error(String(reason))));
  const [ids, partitions] = await Promise.all([
    withPatience(() => registeredIds(config.schemaRegistryUrl)),
    withPatience(() => partitionCount(access, stage.name, logger)),
  ]).catch((error: unknown) => fatal(error as Error) as never);
  const log = await openKafkaLog({
    ...access,
    clientId: `partyline-${stage.name}`,
    sessionTimeoutMs: config.sessionTimeoutMs,
    writesTo: [...stage.outputs.map((key) => topics[key].name), topics.callState.name, deadLetters.name],
    partitions,
    logger,
  });
  const sessions = openRedisSessions(config.redisUrl);
  const host: WorkerHost = {
    logger,
    metrics: metrics.registry,
    redisUrl: config.redisUrl,
    workerId,
    deliver(callSid, port, call, event) {
      // A port may notice something before the stage runs: it is kept until then.
      if (running === null) early.push([callSid, port, call, event]);
      else running.deliver(callSid, port, call, event);
    },
    fatal,
  };
  const codec = new Codec(ids, schemaSource(config.schemaRegistryUrl));
  const [parts] = await Promise.all([
    compose(config, host),
    warmUp({ stage: stage.name, workerId, log, sessions, codec, now: systemClock.now }),
  ]);
  running = await runStage({
    stage: stage as unknown as AnyStage,
    config,
    ports: parts.ports,
    workerId,
    log,
    sessions,
    codec,
    metrics,
    logger,
    drainMs: config.drainMs,
    onFatal: fatal,
    ...(parts.replyPartition === undefined ? {} : { replyPartition: parts.replyPartition }),
  });
  for (const event of early.splice(0)) running.deliver(...event);
  let isEnding = false;
  const server = await serveMetrics(metrics.registry, config.metricsHost, config.metricsPort, () => !isEnding);
  const metricsPort = (server.address() as AddressInfo).port;
  process.stdout.write(`${JSON.stringify({ ready: true, name: stage.name, metricsPort, ...parts.ready })}\n`);

  const hurry = new AbortController();
  const end = async (): Promise<void> => {
    if (isEnding) {
      hurry.abort();
      return;
    }
    isEnding = true;
    await parts.drain?.(hurry.signal);
    const isFinished = await running?.drain();
    await parts.close?.();
    await log.close();
    await sessions.close();
    server.close();
    logger.info({ isFinished }, "worker drained");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end().catch(fatal));
}

function settingsOrExit<Spec extends SettingsSpec>(stage: {
  readonly name: string;
  readonly settings: Spec;
}): { config: SettingsOf<Spec> & SettingsOf<typeof infrastructureSettings>; access: BrokerAccess } {
  try {
    const spec = { ...infrastructureSettings, ...stage.settings };
    const config = readSettings(stage.name, spec, process.env) as SettingsOf<Spec> &
      SettingsOf<typeof infrastructureSettings>;
    return { config, access: brokerAccess(stage.name, config) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

async function partitionCount(access: BrokerAccess, name: string, logger: Logger): Promise<number> {
  const admin = createKafkaClient({ ...access, clientId: `partyline-${name}-admin`, logger }).admin();
  try {
    await admin.connect();
    const metadata = await admin.fetchTopicMetadata({ topics: [topics.calls.name] });
    const count = metadata.topics[0]?.partitions.length ?? 0;
    if (count === 0)
      throw new PartylineError("SETTINGS_INVALID", `${topics.calls.name} does not exist: prepare topics first`, {
        isRetryable: true,
      });
    return count;
  } catch (thrown) {
    throw toAccessError(thrown);
  } finally {
    await admin.disconnect();
  }
}

/** Tries again for a while, since servers may start together with the worker; what cannot get better by itself is thrown at once. */
async function withPatience<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + BOOT_PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isFinal = error instanceof PartylineError && !error.isRetryable;
      if (isFinal || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function serveMetrics(registry: Registry, host: string, port: number, isReady: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0];
    if (path === "/metrics") {
      registry.metrics().then(
        (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    } else if (path === "/healthz") response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
    else if (path === "/readyz")
      response
        .writeHead(isReady() ? 200 : 503, { "content-type": "text/plain" })
        .end(isReady() ? "ready\n" : "draining\n");
    else response.writeHead(404).end();
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}
