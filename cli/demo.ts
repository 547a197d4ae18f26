/** `npm run demo`: starts everything, lets simulated callers dial in, shows their calls, and sums up. Leaves nothing behind, however it ends. */
import { readFile, writeFile } from "node:fs/promises";
import { endOwnProcesses } from "../local/own-processes.ts";
import { DEFAULT_PARTITIONS, type System, startSystem } from "../local/system.ts";
import { readShop } from "../shop/load.ts";
import type { Shop } from "../shop/shop-files.ts";
import { parseScenario, type Scenario } from "../simulators/caller/scenario-format.ts";
import type { CallEvent } from "../simulators/caller/simulated-call.ts";
import { heardLatencyOf, latencyOf, type PlayedCall, summariseCall } from "./call-summary.ts";
import { closingWords } from "./closing-words.ts";
import { type DemoOptions, demoUsage, parseDemoOptions } from "./demo-options.ts";
import { LiveView } from "./live-view.ts";
import { withOwnCustomers } from "./own-customers.ts";
import { turnSilenceMs } from "./query-calls.ts";
import { playQueries, queryWords, readCatalogue, readQueries } from "./query-run.ts";
import { otherVectors } from "./sell-catalogue.ts";
import { playAndCheck } from "./simulated-line.ts";
import { TappedCalls } from "./tapped-calls.ts";

/** How long the parts that were being started may take to go away after an interruption. */
const abandonMs = 3_000;
const screen = {
  write: (line: string) => void process.stdout.write(`${line}\n`),
  isColoured: process.stdout.isTTY === true && !process.env.NO_COLOR,
};

let booting: Promise<System> | undefined;
let system: System | undefined;
let tap: TappedCalls | undefined;
let isInterrupted = false;

async function endAll(): Promise<void> {
  await tap?.close().catch(() => undefined);
  await system?.stop();
}

/** Ctrl-C: what runs is stopped in order; what is only being started is killed. A second Ctrl-C does not wait. */
function interrupt(signal: NodeJS.Signals): void {
  const code = signal === "SIGINT" ? 130 : 143;
  if (isInterrupted) {
    endOwnProcesses();
    process.exit(code);
  }
  isInterrupted = true;
  screen.write("\nEnding …");
  if (system === undefined) endOwnProcesses();
  const ended = system === undefined ? (booting ?? Promise.resolve()).then(undefined, () => undefined) : endAll();
  const patience = new Promise((resolve) => setTimeout(resolve, system === undefined ? abandonMs : 20_000));
  void Promise.race([ended, patience]).finally(() => {
    endOwnProcesses();
    process.exit(code);
  });
}

async function readScenario(file: string): Promise<Scenario> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`There is no scenario ${file}; see the folder scenarios.`);
  });
  return parseScenario(text, file);
}

async function openTap(running: System, view: LiveView): Promise<TappedCalls> {
  const { kafka, registry } = running.stack;
  tap = await TappedCalls.open({ kafka, registry, partitions: DEFAULT_PARTITIONS }, (record) =>
    view.showRecord(record),
  );
  return tap;
}

async function boot(options: DemoOptions, shop: Shop): Promise<System> {
  // Nobody told the simulated model what a list of queries means: the local reasoner understands by itself.
  const isUnscripted = options.queries !== undefined && !process.env.GEMINI_API_KEY;
  booting = startSystem({
    profile: options.profile,
    shop,
    ...(options.products === undefined ? {} : { vectorFile: otherVectors }),
    ...(isUnscripted ? { environment: { PARTYLINE_INTERPRET_REASONER: "local" } } : {}),
    onProgress: (line) => screen.write(`  ${line}`),
    ...(options.isVerbose ? { onLine: (name: string, line: string) => screen.write(`  [${name}] ${line}`) } : {}),
  });
  system = await booting;
  return system;
}

function watched({ patience }: DemoOptions, view: LiveView, label: string) {
  return {
    patience,
    onAnswered: (callSid: string) => view.name(callSid, label),
    onEvent: (event: CallEvent) => view.showEvent(label, event),
  };
}

/** Plays what was asked for: scenarios, or a list of queries. */
async function play(options: DemoOptions) {
  const ownShop = await readShop();
  const view = new LiveView(screen);
  if (options.queries !== undefined) {
    const queries = await readQueries(options.queries);
    const products = options.products === undefined ? ownShop.products : await readCatalogue(options.products);
    const running = await boot(options, { ...ownShop, products: [...products] });
    const calls = await openTap(running, view);
    const line = { running: running.describe(), calls };
    const played: PlayedCall[] = [];
    const summaries = await playQueries(queries, options.calls, async (scenario, label) => {
      const call = await playAndCheck(scenario, line, { ...watched(options, view, label), turnSilenceMs });
      played.push(call);
      return call.result;
    });
    return { played, queries: summaries };
  }
  const scenarios = await Promise.all(options.scenarios.map(readScenario));
  const crowd = withOwnCustomers(ownShop, scenarios, options.calls);
  const running = await boot(options, crowd.shop);
  const calls = await openTap(running, view);
  for (const { title } of scenarios) screen.write(`\n${title}`);
  screen.write("");
  const line = { running: running.describe(), calls };
  const played = await Promise.all(
    crowd.scenarios.map((scenario, index) => {
      const label = crowd.scenarios.length === 1 ? "" : `[${index + 1}]`;
      return playAndCheck(scenario, line, watched(options, view, label));
    }),
  );
  return { played, queries: undefined };
}

async function demo(options: DemoOptions): Promise<boolean> {
  const { played, queries } = await play(options);
  if (system === undefined || tap === undefined) return false;
  const { topics, deadLetters } = await tap.count();
  const areCallsFine = played.every(({ result }) => result.outcome === "passed");
  const summary = {
    ok: areCallsFine && (queries ?? []).every(({ violations }) => violations.length === 0),
    bootMs: system.bootMs,
    calls: played.map(summariseCall),
    latency: latencyOf(played),
    heardLatency: heardLatencyOf(played),
    topics,
    deadLetters,
    ...(queries === undefined ? {} : { queries }),
  };
  if (options.summary !== undefined) await writeFile(options.summary, `${JSON.stringify(summary, null, 2)}\n`);
  for (const line of closingWords(summary, played)) screen.write(line);
  if (queries !== undefined) for (const line of queryWords(queries)) screen.write(line);
  return summary.ok;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
let code = 1;
try {
  const options = parseDemoOptions(process.argv.slice(2));
  if (options.isHelp) process.stdout.write(demoUsage);
  code = options.isHelp || (await demo(options)) ? 0 : 1;
} catch (error) {
  if (!isInterrupted) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
if (!isInterrupted) {
  await endAll();
  process.exit(code);
}
