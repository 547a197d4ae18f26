/** All instruments, each loaded only when it is run: what one needs does not slow down another. */
import type { Instrument } from "./instrument.ts";

type Entry = {
  readonly name: string;
  /** What it measures, in one line. */
  readonly summary: string;
  /** Starts the whole system, which takes half a minute: too long for the quick test of all instruments. */
  readonly needsSystem?: boolean;
  readonly load: () => Promise<{ readonly instrument: unknown }>;
};

const entries: readonly Entry[] = [
  {
    name: "call",
    summary: "whole calls: overhead, first sound and voice to voice, where the time goes, CPU and memory by process",
    needsSystem: true,
    load: () => import("./instruments/call.ts"),
  },
  {
    name: "capacity",
    summary:
      "the largest number of calls held with overhead P95 within a limit and no word lost, and what is full first",
    needsSystem: true,
    load: () => import("./instruments/capacity.ts"),
  },
  {
    name: "peers",
    summary:
      "the same callers against this system, Pipecat and a bare WebSocket server: replies, CPU, memory, calls held",
    load: () => import("./instruments/peers.ts"),
  },
  {
    name: "failover",
    summary: "silence heard, words lost and effects doubled when stages are killed or restarted and servers go away",
    needsSystem: true,
    load: () => import("./instruments/failover.ts"),
  },
  {
    name: "soak",
    summary: "calls for a long time: growth of memory, descriptors and lag, drift of latency, every word accounted for",
    needsSystem: true,
    load: () => import("./instruments/soak.ts"),
  },
  {
    name: "hop",
    summary: "one hop through Kafka: latency and CPU by record size, rate and client",
    load: () => import("./instruments/hop.ts"),
  },
  {
    name: "codec",
    summary: "encode and decode rates of every schema, against JSON and the registry client's own path",
    load: () => import("./instruments/codec.ts"),
  },
  {
    name: "search",
    summary: "product search: latency by catalogue size, with and without an index, recall, and Redis beside it",
    load: () => import("./instruments/search.ts"),
  },
  {
    name: "stt-rate",
    summary: "transcription requests a second through the recogniser adapter, and streams at the pace of speech",
    load: () => import("./instruments/stt-rate.ts"),
  },
  {
    name: "replay",
    summary: "events a second when fraud replays recorded topics, and whether the decisions are those taken live",
    load: () => import("./instruments/replay.ts"),
  },
  {
    name: "cost",
    summary: "cost of a call by what is paid for, from usage and list prices",
    load: () => import("./instruments/cost.ts"),
  },
  {
    name: "voice-activity",
    summary: "voice activity detectors on synthetic lines: wrong frames, and time for a frame",
    load: () => import("./instruments/voice-activity.ts"),
  },
];

/** Names and summaries, in the order of the list. */
export const instrumentList: readonly Pick<Entry, "name" | "summary" | "needsSystem">[] = entries;

/** An instrument by its name; undefined when there is none. Its options are checked against its own declaration. */
export async function loadInstrument(name: string): Promise<Instrument | undefined> {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) return undefined;
  const { instrument } = await entry.load();
  return instrument as Instrument;
}
