/** The same callers against this system, an agent on Pipecat, and a bare WebSocket server. */
import { availableParallelism } from "node:os";
import { searchCapacity } from "../capacity/search-capacity.ts";
import { defineInstrument, UnusableRun } from "../instrument.ts";
import { refuseUnusable } from "../load/start-load.ts";
import { startEcho } from "../peers/echo-peer.ts";
import { type PeerLoad, playLoad, restOf } from "../peers/measured-peer.ts";
import { startOwn } from "../peers/own-peer.ts";
import { type Peer, setSilenceMs } from "../peers/peer.ts";
import {
  callCostTable,
  cpuCompared,
  figuresOf,
  type MeasuredPeer,
  processTable,
  replyTable,
} from "../peers/peer-tables.ts";
import { startPipecat } from "../peers/pipecat-peer.ts";
import { preparePipecat } from "../peers/python-environment.ts";
import { ownSilenceWaitMs, pipecatSilenceWaitMs } from "../peers/silence-waits.ts";
import { column } from "../table.ts";

const names = ["ours", "pipecat", "echo"] as const;
type PeerName = (typeof names)[number];

/** What is heard of Pipecat after every line, 4 s. */
const reply = "I found three, and the first one costs forty-nine dollars.";

export const instrument = defineInstrument({
  name: "peers",
  summary:
    "the same callers against this system, Pipecat and a bare WebSocket server: replies, CPU, memory, calls held",
  options: {
    peers: { kind: "names", summary: "peers,", of: names, fallback: names, quick: ["pipecat", "echo"] },
    calls: { kind: "numbers", summary: "calls at once", fallback: [1, 10], quick: [1], min: 1, max: 1000 },
    turns: { kind: "number", summary: "turns of each call", fallback: 2, quick: 1, min: 1, max: 100 },
    most: {
      kind: "number",
      summary: "calls that end the search for the most that is held; 0: no search",
      fallback: 80,
      quick: 0,
      min: 0,
      max: 2000,
    },
    within: { kind: "number", summary: "calls by which the search may be too low", fallback: 5, min: 1, max: 100 },
    limitMs: {
      kind: "number",
      summary: "P95 beyond the silence wait that counts as held",
      fallback: 100,
      quick: 60_000,
      min: 1,
      max: 60_000,
    },
    pipecatProcesses: {
      kind: "number",
      summary: "processes that share Pipecat's calls; 0: one for each core",
      fallback: 0,
      quick: 1,
      min: 0,
      max: 64,
    },
  },
  defaultRuns: 1,
  async prepare(bench) {
    const { turns, most, within, limitMs } = bench.options;
    const calls = [...new Set(bench.options.calls.map(Math.floor))].toSorted((a, b) => a - b);
    const processes = Math.floor(bench.options.pipecatProcesses) || availableParallelism();
    const wanted: PeerName[] = [...new Set(bench.options.peers)];
    const folder = await bench.folder();
    const said: string[] = [];
    let python = "";
    if (wanted.includes("pipecat"))
      try {
        python = await preparePipecat(bench.progress);
      } catch (error) {
        // A test of the instrument must pass on a machine without Python; a measurement of Pipecat must not leave it out.
        if (!bench.isQuick || wanted.length === 1) throw error;
        wanted.splice(wanted.indexOf("pipecat"), 1);
        said.push(`Without Pipecat: ${error instanceof Error ? error.message : error}`);
        bench.progress(said[0] ?? "");
      }
    const start: Readonly<Record<PeerName, () => Promise<Peer>>> = {
      ours: startOwn,
      pipecat: () => startPipecat({ python, processes, folder, reply: bench.isQuick ? "I found three." : reply }),
      echo: startEcho,
    };
    const silenceWaits: Readonly<Record<PeerName, () => Promise<number>>> = {
      ours: ownSilenceWaitMs,
      pipecat: () => pipecatSilenceWaitMs(python, folder),
      echo: async () => setSilenceMs,
    };
    // One at a time: peers that wait for their turn would share the machine.
    let current: Peer | undefined;
    const stopCurrent = async (): Promise<void> => {
      const stopped = current;
      current = undefined;
      await stopped?.stop();
    };
    bench.atEnd(stopCurrent);

    async function measurePeer(name: PeerName): Promise<{ readonly measured: MeasuredPeer; readonly held: number }> {
      bench.signal.throwIfAborted();
      const silenceWaitMs = await silenceWaits[name]();
      bench.progress(`starting ${name}, which listens to ${silenceWaitMs.toFixed(0)} ms of silence`);
      const peer = await start[name]();
      current = peer;
      const rest = await restOf(peer, bench.isQuick, bench.signal);
      const verdicts = new Map<number, boolean>();
      const attempt = async (count: number, isOptional: boolean): Promise<PeerLoad> => {
        bench.signal.throwIfAborted();
        const load = await playLoad(peer, { calls: count, turns, isQuick: bench.isQuick, signal: bench.signal });
        if (!isOptional) refuseUnusable(load.measured, bench.isQuick);
        const { fault, words } = judge(load, { rest, silenceWaitMs }, limitMs, bench.isQuick);
        verdicts.set(count, fault === "");
        said.push(`${name}, ${count} calls: ${fault === "" ? "held" : fault}; ${words}`);
        bench.progress(said.at(-1) ?? "");
        return load;
      };
      const loads: PeerLoad[] = [];
      for (const count of calls) loads.push(await attempt(count, false));
      let held = calls.findLast((count) => verdicts.get(count)) ?? 0;
      if (most > 0) {
        const from = Math.min(calls.at(-1) ?? 1, most);
        const found = await searchCapacity({ from, most, within }, async (count) => {
          if (!verdicts.has(count)) await attempt(count, true);
          return verdicts.get(count) ?? false;
        });
        held = Math.max(held, found.held);
      }
      await stopCurrent();
      return { measured: { name, silenceWaitMs, rest, loads }, held };
    }

    return {
      settings: { pipecatProcesses: processes },
      async measure() {
        const peers: MeasuredPeer[] = [];
        const held: number[] = [];
        for (const name of wanted) {
          const result = await measurePeer(name);
          peers.push(result.measured);
          held.push(result.held);
        }
        said.push(...cpuCompared(peers));
        const title = `Calls held at once with P95 below ${limitMs} ms beyond the silence wait`;
        const search = most > 0 ? `by search, at most ${most}` : "of those tried";
        return [
          replyTable(peers),
          callCostTable(peers),
          processTable(peers),
          {
            title: `${title}, ${search}`,
            labels: ["peer"],
            columns: [column("calls")],
            rows: peers.map(({ name }, index) => ({ labels: [name], cells: [held[index] ?? null] })),
          },
        ];
      },
      conclude: () => said,
    };
  },
});

/** Why a load was not held, empty when it was, and its figures in words. */
function judge(
  load: PeerLoad,
  peer: Pick<MeasuredPeer, "rest" | "silenceWaitMs">,
  limitMs: number,
  mayBeLate: boolean,
): { readonly fault: string; readonly words: string } {
  const { p95BeyondMs, cpuPerMinute } = figuresOf(load, peer);
  const others = load.othersShare === null ? "an unknown share" : `${Math.round(load.othersShare * 100)} %`;
  const words = `P95 ${p95BeyondMs?.toFixed(1) ?? "–"} ms beyond the wait, ${cpuPerMinute?.toFixed(2) ?? "–"} s CPU per call-minute, others took ${others} of all cores`;
  try {
    refuseUnusable(load.measured, mayBeLate);
  } catch (error) {
    if (!(error instanceof UnusableRun)) throw error;
    return { fault: error.message, words };
  }
  return { fault: p95BeyondMs === null || p95BeyondMs >= limitMs ? "too slow" : "", words };
}
