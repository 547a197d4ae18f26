/** Risk history in this process: for replay, where a log is read again from its beginning. */
import {
  LATENESS_MS,
  MAX_ENTRIES,
  MAX_FACTS,
  type RiskFact,
  type RiskHistory,
  type RiskRecording,
  type RiskWindow,
  type RiskWindowQuery,
  WIDEST_WINDOW_MS,
} from "./port.ts";

type Kept = { readonly eventId: string; readonly occurredAt: number; readonly value: string };

/** Keys and kinds that are remembered; of more, the ones that were written longest ago are forgotten. */
const MAX_SERIES = 200_000;

/** An empty history. */
export function createMemoryRiskHistory(): RiskHistory {
  const series = new Map<string, Kept[]>();

  function keep(fact: RiskFact, { eventId, occurredAt }: RiskRecording): void {
    const name = nameOf(fact);
    const kept = series.get(name) ?? [];
    series.delete(name);
    series.set(name, kept);
    if (series.size > MAX_SERIES) series.delete(series.keys().next().value as string);
    const added = { eventId, occurredAt, value: fact.value };
    if (kept.some((other) => other.eventId === eventId && other.value === fact.value)) return;
    let index = kept.length;
    while (index > 0 && isBefore(added, kept[index - 1] as Kept)) index -= 1;
    kept.splice(index, 0, added);
    const oldestAt = (kept.at(-1) as Kept).occurredAt - WIDEST_WINDOW_MS - LATENESS_MS;
    while (kept.length > MAX_FACTS || (kept[0] as Kept).occurredAt < oldestAt) kept.shift();
  }

  function answer(query: RiskWindowQuery, event: RiskRecording): RiskWindow {
    const from = event.occurredAt - query.windowMs;
    const within = (series.get(nameOf(query)) ?? []).filter(
      (kept) => kept.occurredAt >= from && isBefore(kept, event) && kept.eventId !== event.eventId,
    );
    return {
      count: within.length,
      entries: within.slice(-MAX_ENTRIES).map(({ value, occurredAt }) => ({ value, occurredAt })),
    };
  }

  return {
    async record(input) {
      for (const fact of input.facts) keep(fact, input);
      const answers = Object.entries(input.windows).map(([name, query]) => [name, answer(query, input)] as const);
      return { eventId: input.eventId, windows: Object.fromEntries(answers) };
    },
  };
}

function nameOf({ key, kind }: { readonly key: string; readonly kind: string }): string {
  return `${key}/${kind}`;
}

/** Order of facts: by time, then by event. */
function isBefore(
  one: { readonly occurredAt: number; readonly eventId: string },
  other: { readonly occurredAt: number; readonly eventId: string },
): boolean {
  return one.occurredAt === other.occurredAt ? one.eventId < other.eventId : one.occurredAt < other.occurredAt;
}
