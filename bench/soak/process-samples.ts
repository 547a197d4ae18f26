/** What the processes of a running system hold at a moment: memory, descriptors, records that wait. */
import type { System } from "../../local/system.ts";
import { metricSum, serverGroups, stageMetrics } from "../call/system-usage.ts";
import { groupUsage } from "../process-usage.ts";

/** Of one process; null where it does not say. */
export type ProcessSample = {
  readonly residentBytes: number | null;
  /** Used heap of JavaScript, garbage that was not collected yet included. */
  readonly heapBytes: number | null;
  readonly openDescriptors: number | null;
  /** Records in the log that the stage has not finished. */
  readonly lagRecords: number | null;
};

/** All processes at one moment, by name, in the order of the tables. */
export type Sample = { readonly atMs: number; readonly processes: ReadonlyMap<string, ProcessSample> };

/** Asks the stages, and looks at the servers from outside. */
export async function sampleProcesses(system: System): Promise<Sample> {
  const stages = [...(await stageMetrics(system))].map(([name, text]): readonly [string, ProcessSample] => [
    name,
    {
      residentBytes: metricSum(text, "process_resident_memory_bytes"),
      heapBytes: metricSum(text, "nodejs_heap_size_used_bytes"),
      openDescriptors: metricSum(text, "process_open_fds"),
      lagRecords: metricSum(text, "partyline_lag_records"),
    },
  ]);
  const servers = serverGroups(system).map(([name, group]): readonly [string, ProcessSample] => {
    const usage = groupUsage(group);
    return [
      name,
      {
        residentBytes: usage?.residentBytes ?? null,
        heapBytes: null,
        openDescriptors: usage?.openDescriptors ?? null,
        lagRecords: null,
      },
    ];
  });
  return { atMs: performance.now(), processes: new Map([...stages, ...servers]) };
}

/** Takes a sample now and every `everyMs`, one at a time, until the returned function is called; that takes a last one and gives all. */
export function sampleEvery(system: System, everyMs: number): () => Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const take = async (): Promise<void> => void samples.push(await sampleProcesses(system));
  let taking = take();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    taking = taking.then(take).finally(() => {
      isBusy = false;
    });
    // Whoever ends it is told.
    taking.catch(() => undefined);
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await taking;
    await take();
    return samples;
  };
}
