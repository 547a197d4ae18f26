/** What interruptions cost, as tables, and what they come to in words. */
import { quantilesOf } from "../quantiles.ts";
import { type Cell, column, type Row, type SpreadTable, type Table } from "../table.ts";
import type { InterruptedLoad } from "./interrupted-load.ts";

/** Loads in the order in which they were played, each with what was interrupted in it. */
export type Interrupted = { readonly name: string; readonly load: InterruptedLoad };

/** The goals, in milliseconds, for P95 over all stages. */
const goals = { SIGKILL: 2_000, SIGTERM: 600 } as const;
const undisturbed = "nothing";
/** Places in a row of the table. */
const [p95OfSpeaking, p95OfAffected] = [2, 6];

/** Silence by what was taken away; those rows first that put others together. */
export function silenceTable(played: readonly Interrupted[]): Table {
  const kinds = [...new Set(played.flatMap(({ load }) => load.interruptions.map(({ what }) => what)))];
  const rows = kinds.map((kind) => silenceRow(kind, played, (what) => what === kind));
  const over = Object.keys(goals).flatMap((signal) => {
    const isOfSignal = (what: string): boolean => what.endsWith(` ${signal}`);
    return kinds.some(isOfSignal) ? [silenceRow(`all stages ${signal}`, played, isOfSignal)] : [];
  });
  return {
    title: "Longest silence of each call, from the caller's end of the socket",
    labels: ["what ended"],
    columns: [
      column("times"),
      ...["P50", "P95", "max"].map((name) => column(`speaking caller ${name}`, "ms")),
      column("affected calls"),
      ...["P50", "P95", "max"].map((name) => column(`affected ${name}`, "ms")),
      column("other calls"),
      ...["P95", "max"].map((name) => column(`others ${name}`, "ms")),
    ],
    rows: [...rows, ...over],
  };
}

function silenceRow(label: string, played: readonly Interrupted[], isWanted: (what: string) => boolean): Row {
  const heard = played.map(({ load }) => load.silences(load.interruptions.filter(({ what }) => isWanted(what))));
  const [speaking, affected, others] = (["speaking", "affected", "others"] as const).map((who) =>
    quantilesOf(heard.flatMap((silences) => silences[who])),
  );
  const times = played.flatMap(({ load }) => load.interruptions.filter(({ what }) => isWanted(what))).length;
  return {
    labels: [label],
    cells: [
      times,
      ...[speaking?.p50, speaking?.p95, speaking?.max],
      ...[affected?.count, affected?.p50, affected?.p95, affected?.max],
      ...[others?.count, others?.p95, others?.max],
    ].map((cell): Cell => cell ?? null),
  };
}

/** How long calls had no stream, by what was taken away. */
export function gapTable(played: readonly Interrupted[]): Table {
  const kinds = [...new Set(played.flatMap(({ load }) => load.interruptions.map(({ what }) => what)))];
  return {
    title: "Without a stream, from the caller's end of the socket",
    labels: ["what ended"],
    columns: [
      column("streams"),
      column("P50", "ms"),
      column("max", "ms"),
      column("caller spoke", "ms"),
      column("words said to nobody"),
    ],
    rows: kinds.map((kind): Row => {
      const gaps = played.flatMap(({ load }) => load.gaps(load.interruptions.filter(({ what }) => what === kind)));
      const { p50, max } = quantilesOf(gaps.map(({ fromMs, toMs }) => toMs - fromMs));
      const spokenMs = gaps.reduce((sum, gap) => sum + gap.spokenMs, 0);
      const words = gaps.reduce((sum, gap) => sum + gap.words, 0);
      return { labels: [kind], cells: [gaps.length, p50, max, spokenMs, words] };
    }),
  };
}

/** What was lost and what was doubled. */
export function effectsTable(played: readonly Interrupted[]): Table {
  return {
    title: "Words, effects and records",
    labels: ["interrupted"],
    columns: [
      column("words lost"),
      column("of these said to nobody"),
      column("effects doubled"),
      column("lines without a reply"),
      column("calls that failed"),
      column("records written twice"),
      column("order confirmed to the caller"),
      column("orders"),
      column("charges"),
      column("that disagree"),
    ],
    rows: played.map(({ name, load }) => ({
      labels: [name],
      cells: [
        load.lostWords,
        load.unheardWords,
        load.twice.effects,
        load.unanswered,
        load.failedCalls,
        load.twice.records,
        load.books === null ? null : load.books.isConfirmed ? "yes" : "no",
        ...[load.books?.orders, load.books?.charges, load.books?.disagreements].map((count): Cell => count ?? null),
      ],
    })),
  };
}

/** Whether the goals are reached, and what undisturbed callers hear. */
export function conclusions([silences]: readonly SpreadTable[]): readonly string[] {
  return (silences?.rows ?? []).flatMap(({ labels, cells }) => {
    const [label = ""] = labels.map(String);
    const [speaking, affected] = [cells[p95OfSpeaking], cells[p95OfAffected]].map((cell) =>
      typeof cell === "object" && cell !== null ? (cell.median / 1000).toFixed(2) : undefined,
    );
    if (speaking === undefined || affected === undefined) return [];
    if (label === undisturbed) return [`When nothing ends, the longest silence of a call is ${affected} s at P95.`];
    return Object.entries(goals).flatMap(([signal, goalMs]) =>
      label === `all stages ${signal}`
        ? [
            `${signal}, all stages: P95 of the silence is ${speaking} s for callers who spoke or waited just then, and ${affected} s for all affected callers; the goal is ${goalMs / 1000} s.`,
          ]
        : [],
    );
  });
}
