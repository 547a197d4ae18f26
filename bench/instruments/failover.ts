/** What callers hear when a process is killed or restarted during their calls, and when a server goes away. */
import { setTimeout as delay } from "node:timers/promises";
import { createSeededRandom } from "../../simulators/kit/seeded-random.ts";
import { pipeline } from "../../stages/pipeline.ts";
import { lineFor } from "../call/measured-line.ts";
import { endsOfReplies } from "../call/script.ts";
import { type Balancer, startBalancer } from "../failover/balancer.ts";
import { conclusions, effectsTable, gapTable, type Interrupted, silenceTable } from "../failover/failover-tables.ts";
import { type Intrusion, playInterrupted } from "../failover/interrupted-load.ts";
import { serverFaultNames, serverFaults } from "../failover/server-faults.ts";
import { startStageWorkers } from "../failover/stage-workers.ts";
import { defineInstrument } from "../instrument.ts";

const stageNames = pipeline.map(({ name }) => name);
const none = "none";
const signals = ["SIGKILL", "SIGTERM"] as const;
/** Those that an order's money depends on; with the others nobody orders, which takes three quarters of a minute. */
const orderStages: ReadonlySet<string> = new Set(["converse", "act"]);
/** Nothing is taken away for so long: what callers hear when all is well. */
const undisturbedMs = 6_000;
/** Silence that a server caused may begin only when it is back: it is looked for so long. */
const afterFaultMs = 8_000;
/** Longer than any silence that a failure should cost: a reply that broke off is waited for. */
const patienceMs = 8_000;

export const instrument = defineInstrument({
  name: "failover",
  summary: "silence heard, words lost and effects doubled when stages are killed or restarted and servers go away",
  options: {
    stages: { kind: "names", summary: "stages,", of: [...stageNames, none], fallback: stageNames, quick: ["converse"] },
    signal: { kind: "names", summary: "how they end,", of: signals, fallback: signals, quick: ["SIGKILL"] },
    faults: {
      kind: "names",
      summary: "servers that go away,",
      of: [...serverFaultNames, none],
      fallback: serverFaultNames,
      quick: [none],
    },
    calls: { kind: "number", summary: "calls at once", fallback: 6, quick: 1, min: 1, max: 200 },
    kills: { kind: "number", summary: "of each stage and kind in one run", fallback: 2, quick: 1, min: 1, max: 100 },
    orders: {
      kind: "number",
      summary: "callers who place an order while converse, act or a server ends, 0 or 1",
      fallback: 1,
      quick: 0,
      min: 0,
      max: 1,
    },
    workers: { kind: "number", summary: "of the stage that is killed", fallback: 2, quick: 1, min: 1, max: 4 },
  },
  defaultRuns: 1,
  async prepare(bench) {
    const { stages, signal: ends, faults, calls, kills, orders, workers } = bench.options;
    let balancer: Balancer | undefined;
    if (stages.includes("answer") && workers > 1) {
      balancer = await startBalancer();
      bench.atEnd(() => balancer?.close());
    }
    const url = balancer === undefined ? undefined : `http://127.0.0.1:${balancer.port}`;
    const line = await lineFor(bench, {
      profile: "none",
      // No call shall end because its gateway was killed too often.
      ...(url === undefined ? {} : { environment: { PUBLIC_URL: url, PARTYLINE_ANSWER_MAX_RESUMES: "20" } }),
    });
    balancer?.sendTo([line.system.vendors.answerPort]);
    const plan = {
      calls: Math.floor(calls),
      turns: 60,
      hasOrder: orders >= 1,
      endsOfReply: endsOfReplies,
      replySilenceMs: patienceMs,
      ...(url === undefined ? {} : { url: `${url}/twilio/voice`, statusUrl: `${url}/twilio/status` }),
    };
    const nothing: Intrusion = {
      what: "nothing",
      cause: () => delay(undisturbedMs, undefined, { signal: bench.signal }),
      affects: () => true,
    };
    const repeated = <T>(value: T): T[] => Array.from({ length: Math.floor(kills) }, () => value);
    return {
      settings: { workers: Math.floor(workers), hasBalancer: balancer !== undefined },
      async measure(run) {
        const surroundings = { random: createSeededRandom(run), progress: bench.progress, signal: bench.signal };
        const played: Interrupted[] = [];
        for (const stage of stages.filter((name) => name !== none)) {
          bench.progress(`${stage}: ${ends.join(" and ")} of one of ${Math.floor(workers)}`);
          const group = await startStageWorkers({ ...line, balancer, stage, count: Math.floor(workers) });
          try {
            await group.settled(bench.signal);
            const ending = (signal: (typeof signals)[number]): Intrusion => ({
              what: `${stage} ${signal}`,
              affects: (callSid, speaking) => group.ownerOf(callSid) === group.ownerOf(speaking),
              async cause(speaking) {
                const victim = (group.ownerOf(speaking) ?? group.workers[0])?.process;
                await (signal === "SIGKILL" ? victim?.kill() : victim?.restart());
                await group.settled(bench.signal);
              },
            });
            const intrusions = [
              ...(bench.isQuick || played.length > 0 ? [] : [nothing]),
              ...ends.flatMap((signal) => repeated(ending(signal))),
            ];
            const ownPlan = { ...plan, hasOrder: plan.hasOrder && orderStages.has(stage) };
            const load = await playInterrupted(line, ownPlan, intrusions, surroundings);
            played.push({ name: stage, load });
          } finally {
            await group.stop();
          }
        }
        for (const fault of serverFaultNames.filter((name) => faults.includes(name))) {
          const { what, cause } = serverFaults[fault];
          bench.progress(what);
          const intrusion: Intrusion = {
            what,
            affects: () => true,
            async cause() {
              await cause(line.system);
              await delay(afterFaultMs, undefined, { signal: bench.signal });
            },
          };
          const load = await playInterrupted(line, plan, repeated(intrusion), surroundings);
          played.push({ name: what, load });
        }
        return [silenceTable(played), gapTable(played), effectsTable(played)];
      },
      conclude: conclusions,
    };
  },
});
