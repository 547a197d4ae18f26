/** What the processes of a running system use: stages by what they say of themselves, servers and simulators by what the kernel says of their process groups. */
import type { System } from "../../local/system.ts";
import { pipeline } from "../../stages/pipeline.ts";
import { groupUsage } from "../process-usage.ts";

/** A process at one moment; figures that are not known are null. */
export type Usage = {
  readonly cpuSeconds: number | null;
  readonly residentBytes: number | null;
  /** P99 of the event loop's delay since the last look, of stages alone. */
  readonly loopDelayP99Ms: number | null;
};

/** By name, in the order of the tables. */
export type SystemUsage = ReadonlyMap<string, Usage>;

const timeoutMs = 5_000;
/** The histogram behind the figure counts the sampling interval in, 10 ms by prom-client's default. https://nodejs.org/api/perf_hooks.html#perf_hooksmonitoreventloopdelayoptions */
const loopSamplingMs = 10;

/** Looks at everything at once. Looking resets the stages' event-loop figures. */
export async function systemUsage(system: System): Promise<SystemUsage> {
  const stages = [...(await stageMetrics(system))].map(([name, text]) => [name, stageUsage(text)] as const);
  return new Map([...stages, ...serverGroups(system).map(([name, group]) => [name, ofGroup(group)] as const)]);
}

/** The text of every stage's /metrics, by name, in flow order. */
export async function stageMetrics(system: System): Promise<ReadonlyMap<string, string>> {
  const texts = await Promise.all(
    pipeline.map(async ({ name }) => {
      const stage = system.stages.get(name);
      if (stage === undefined) throw new Error(`the system does not run ${name}`);
      const response = await fetch(stage.metricsUrl(), { signal: AbortSignal.timeout(timeoutMs) });
      return [name, await response.text()] as const;
    }),
  );
  return new Map(texts);
}

/** Names and process groups of servers and simulators, in the order of the tables. */
export function serverGroups(system: System): readonly (readonly [string, number | undefined])[] {
  const { broker, registry, postgres, redis } = system.stack.parts;
  return [
    ["broker", broker.pid()],
    ["registry", registry.pid()],
    ["database", postgres.pid()],
    ["Redis", redis.pid()],
    ...[...system.vendors.simulators]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, { child }]) => [`${name} (simulator)`, child.pid] as const),
  ];
}

/** Reads the text of a stage's /metrics. */
export function stageUsage(text: string): Usage {
  const lagSeconds = metricSum(text, "nodejs_eventloop_lag_p99_seconds");
  return {
    cpuSeconds: metricSum(text, "process_cpu_seconds_total"),
    residentBytes: metricSum(text, "process_resident_memory_bytes"),
    loopDelayP99Ms: lagSeconds === null ? null : Math.max(0, lagSeconds * 1000 - loopSamplingMs),
  };
}

/** Sum of a metric's samples, whatever their labels; null when there is none. https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metricSum(text: string, name: string): number | null {
  const samples = text
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => Number(line.split(" ").at(-1)));
  const sum = samples.reduce((total, sample) => total + sample, 0);
  return samples.length === 0 || Number.isNaN(sum) ? null : sum;
}

/** How busy each process was between two looks, in percent of a core; those that are not known are left out. */
export function busyOf(
  before: SystemUsage,
  after: SystemUsage,
  elapsedMs: number,
): readonly (readonly [string, number])[] {
  return [...after].flatMap(([name, { cpuSeconds }]) => {
    const start = before.get(name)?.cpuSeconds ?? null;
    return start === null || cpuSeconds === null ? [] : [[name, ((cpuSeconds - start) * 100_000) / elapsedMs] as const];
  });
}

function ofGroup(group: number | undefined): Usage {
  const usage = groupUsage(group);
  return {
    cpuSeconds: usage?.cpuSeconds ?? null,
    residentBytes: usage?.residentBytes ?? null,
    loopDelayP99Ms: null,
  };
}
