/** The whole system on this machine: servers, simulated vendors, and every stage as a process of its own. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withFileCache } from "../connectors/embeddings/file-cache.ts";
import { embeddingsOf } from "../connectors/embeddings/open-embeddings.ts";
import { prepareLog } from "../connectors/kafka/prepare.ts";
import { createPool } from "../connectors/postgres/pool.ts";
import { migrate } from "../deploy/migrate.ts";
import { createLogger } from "../runtime/logger.ts";
import { loadShop, readShop } from "../shop/load.ts";
import { provideCustomers, providePayments } from "../shop/provider-customers.ts";
import type { Shop } from "../shop/shop-files.ts";
import { pipeline } from "../stages/pipeline.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { type Stack, startStack } from "./stack.ts";
import { type StageProcess, startStageProcess } from "./stage-process.ts";
import { type LatencyProfile, startVendors, type Vendors } from "./vendors.ts";

export type SystemOptions = {
  readonly profile?: LatencyProfile;
  readonly seed?: number;
  /** Added to the environment of every stage, e.g. a setting under test. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly partitions?: number;
  /** What is sold, and to whom; the project's own shop by default. */
  readonly shop?: Shop;
  /** File in the cache folder that keeps the products' vectors. */
  readonly vectorFile?: string;
  readonly onProgress?: (line: string) => void;
  /** Told every line that a stage or simulator writes. */
  readonly onLine?: (name: string, line: string) => void;
};

/** What `npm start` writes: where everything is. */
export type RunningFile = {
  readonly webhookUrl: string;
  readonly statusUrl: string;
  readonly mediaUrl: string;
  readonly metricsUrl: Readonly<Record<string, string>>;
  readonly kafka: string;
  readonly registry: string;
  readonly postgres: string;
  readonly redis: string;
  /** Simulator only. */
  readonly twilioAuthToken?: string;
  readonly twilioControl?: string;
  readonly geminiControl?: string;
  readonly stripeControl?: string;
  readonly crmControl?: string;
  readonly speechControl?: string;
  readonly textToSpeechControl?: string;
  readonly numbers: readonly string[];
};

export type System = {
  readonly bootMs: number;
  readonly stack: Stack;
  readonly vendors: Vendors;
  readonly stages: ReadonlyMap<string, StageProcess>;
  readonly numbers: { readonly line: string; readonly transfer: string };
  describe(): RunningFile;
  /** One more worker of a stage, whose lines come under the label. It ends with the system, or before. */
  addWorker(stage: string, label: string, environment?: Readonly<Record<string, string>>): Promise<StageProcess>;
  /** Ends everything; nothing is left. May be called again. */
  stop(): Promise<void>;
};

/** Partitions of every topic, unless told otherwise. */
export const DEFAULT_PARTITIONS = 12;

/** Stages that only watch: on a machine of few cores, what they do for one record would delay the next one of the call. Orders wait for fraud. */
const watching: ReadonlySet<string> = new Set(["analytics"]);

/** Starts everything and resolves when a call can come in. When a part does not start, the others are stopped and the error is thrown. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const startedAt = performance.now();
  const report = options.onProgress ?? (() => undefined);
  const undo: (() => Promise<unknown>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      for (const action of undo.reverse()) await action();
    })();
    return stopped;
  };
  try {
    const [stack, vendors] = await Promise.all([
      startStack({ onProgress: report }).then((started) => {
        undo.push(() => started.stop());
        return started;
      }),
      startVendors({
        environment: process.env,
        profile: options.profile ?? "none",
        seed: options.seed ?? 1,
        onLine: options.onLine,
      }).then((started) => {
        undo.push(() => Promise.all([...started.simulators.values()].map(({ child }) => child.stop())));
        report(`simulators ready: ${[...started.simulators.keys()].join(", ") || "none, all vendors are real"}`);
        return started;
      }),
    ]);
    const logger = createLogger("local", "error");
    const shop = options.shop ?? (await readShop());
    const rules = shop.rules as { name: string; numbers: { line: string; transfer: string } };
    await Promise.all([
      prepareLog({
        brokers: [stack.kafka],
        registryUrl: stack.registry,
        partitions: options.partitions ?? DEFAULT_PARTITIONS,
        replicationFactor: 1,
        logger,
      }),
      loadDatabase(stack, vendors, shop, options.vectorFile ?? "embedded-shop.json", {
        ...vendors.environment,
        ...options.environment,
      }).then((summary) => report(`shop loaded: ${summary.products} products, ${summary.customers} customers`)),
    ]);
    report("topics and schemas ready");
    const environment = {
      ...process.env,
      KAFKA_BROKERS: stack.kafka,
      SCHEMA_REGISTRY_URL: stack.registry,
      POSTGRES_URL: stack.postgres,
      REDIS_URL: stack.redis,
      EMBEDDING_MODEL_PATH: stack.embeddingModel.modelPath,
      EMBEDDING_TOKENIZER_PATH: stack.embeddingModel.tokenizerPath,
      PARTYLINE_INTERPRET_EXAMPLE_VECTOR_FILE: join(cacheDirectory(), "embedded-examples.json"),
      PARTYLINE_CONVERSE_SHOP_NAME: rules.name,
      PARTYLINE_CONVERSE_TRANSFER_NUMBER: rules.numbers.transfer,
      SMS_SENDER: process.env.SMS_SENDER ?? (vendors.simulators.has("twilio") ? rules.numbers.line : ""),
      SMS_SIGNATURE: process.env.SMS_SIGNATURE ?? rules.name,
      // Keyed hashes of this machine's own: everything here is forgotten when the system ends.
      RISK_KEY: process.env.RISK_KEY ?? randomBytes(32).toString("hex"),
      PROOF_KEY: process.env.PROOF_KEY ?? randomBytes(32).toString("hex"),
      AUDIT_KEY: process.env.AUDIT_KEY ?? randomBytes(32).toString("hex"),
      ...vendors.environment,
      ...options.environment,
    };
    const stages = new Map<string, StageProcess>();
    const results = await Promise.allSettled(
      pipeline.map(async ({ name }) => {
        const onRestart = (stage: string, reason: string): void => report(`${stage} ${reason}; starting it again`);
        const child = await startStageProcess({
          name,
          environment,
          isWaitedFor: !watching.has(name),
          onLine: options.onLine,
          onRestart,
        });
        undo.push(() => child.stop());
        stages.set(name, child);
      }),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    // Stages end together, in parallel: each drains on its own.
    undo.splice(-stages.size);
    undo.push(() => Promise.all([...stages.values()].map((child) => child.stop())));
    const bootMs = Math.round(performance.now() - startedAt);
    report(`all stages ready after ${(bootMs / 1000).toFixed(1)} s`);
    return {
      bootMs,
      stack,
      vendors,
      stages,
      numbers: rules.numbers,
      describe: () => describe(stack, vendors, stages, rules.numbers.line),
      async addWorker(name, label, extra) {
        const child = await startStageProcess({
          name,
          environment: { ...environment, ...extra },
          isWaitedFor: !watching.has(name),
          onLine: (_, line) => options.onLine?.(label, line),
          onRestart: (_, reason) => report(`${label} ${reason}; starting it again`),
        });
        undo.push(() => child.stop());
        return child;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes the description of a running system to a file, and removes it when told to, unless it is another system's by then. */
export async function writeRunningFile(path: string, description: RunningFile): Promise<() => Promise<void>> {
  const text = `${JSON.stringify(description, null, 2)}\n`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
  return async () => {
    if ((await readFile(path, "utf8").catch(() => "")) === text) await rm(path, { force: true });
  };
}

function describe(
  stack: Stack,
  vendors: Vendors,
  stages: ReadonlyMap<string, StageProcess>,
  line: string,
): RunningFile {
  const control = (name: string, key: keyof RunningFile): Partial<RunningFile> => {
    const simulator = vendors.simulators.get(name);
    return simulator === undefined ? {} : { [key]: simulator.controlUrl };
  };
  return {
    webhookUrl: `${vendors.publicUrl}/twilio/voice`,
    statusUrl: `${vendors.publicUrl}/twilio/status`,
    mediaUrl: `${vendors.publicUrl.replace(/^http/, "ws")}/ws/media`,
    metricsUrl: Object.fromEntries([...stages.values()].map((stage) => [stage.name, stage.metricsUrl()])),
    kafka: stack.kafka,
    registry: stack.registry,
    postgres: stack.postgres,
    redis: stack.redis,
    ...(vendors.simulators.has("twilio") ? { twilioAuthToken: vendors.environment.TWILIO_AUTH_TOKEN ?? "" } : {}),
    ...control("twilio", "twilioControl"),
    ...control("gemini", "geminiControl"),
    ...control("stripe", "stripeControl"),
    ...control("crm", "crmControl"),
    ...control("google-speech", "speechControl"),
    ...control("google-text-to-speech", "textToSpeechControl"),
    numbers: [line],
  };
}

async function loadDatabase(
  stack: Stack,
  vendors: Vendors,
  shop: Shop,
  vectorFile: string,
  environment: Readonly<Record<string, string>>,
): ReturnType<typeof loadShop> {
  await migrate(stack.postgres);
  const model = await embeddingsOf({ ...process.env, ...environment }, stack.embeddingModel, 2);
  const embeddings = await withFileCache(model, join(cacheDirectory(), vectorFile));
  const pool = createPool({
    postgresUrl: stack.postgres,
    postgresStatementTimeoutMs: 30_000,
    applicationName: "partyline shop load",
    maxConnections: 1,
  });
  const { STRIPE_SECRET_KEY: apiKey = "", STRIPE_API_BASE: baseUrl = "" } = { ...process.env, ...vendors.environment };
  try {
    const provider = { apiKey, baseUrl };
    const refs = await provideCustomers(shop.customers, provider);
    const paid = await providePayments(shop.customers, refs, provider);
    const summary = await loadShop(pool, embeddings, shop, refs, paid);
    await embeddings.save();
    return summary;
  } finally {
    await pool.end();
    await model.close();
  }
}
