/** The end of a demo, for a person: what was bought, how fast it was, and what lies on the topics. */
import { amountText } from "./amount-text.ts";
import type { CallSummary, LatencySummary, PlayedCall } from "./call-summary.ts";
import type { Percentiles } from "./percentiles.ts";

/** What the last words are made of. */
export type DemoResult = {
  readonly ok: boolean;
  readonly bootMs: number;
  readonly calls: readonly CallSummary[];
  readonly latency: LatencySummary;
  readonly heardLatency: Omit<LatencySummary, "overheadMs">;
  readonly topics: Readonly<Record<string, number>>;
  readonly deadLetters: number;
};

/** One line each. */
export function closingWords(result: DemoResult, played: readonly PlayedCall[]): readonly string[] {
  const passed = result.calls.filter(({ outcome }) => outcome === "passed").length;
  return [
    "",
    `${passed} of ${result.calls.length} ${result.calls.length === 1 ? "call" : "calls"} went as expected.`,
    ...result.calls.flatMap(({ scenario, failures }) => failures.map((failure) => `  ${scenario}: ${failure}`)),
    "",
    "Bought",
    ...receipts(played),
    "",
    "Speed, in milliseconds                      P50     P95     P99",
    row("overhead (ours, without the vendors)", result.latency.overheadMs),
    row("first sound", result.latency.firstSoundMs),
    row("voice to voice", result.latency.voiceToVoiceMs),
    row("first sound, as the caller heard it", result.heardLatency.firstSoundMs),
    row("first word, as the caller heard it", result.heardLatency.voiceToVoiceMs),
    "",
    `Started in ${(result.bootMs / 1000).toFixed(1)} s. Records on the topics:`,
    ...Object.entries(result.topics).map(([name, records]) => `  ${name.padEnd(26)} ${String(records).padStart(7)}`),
    `  ${"dead letters".padEnd(26)} ${String(result.deadLetters).padStart(7)}`,
  ];
}

function receipts(played: readonly PlayedCall[]): readonly string[] {
  const lines = played.flatMap(({ evidence }) =>
    evidence.orders
      .filter(({ paymentStatus }) => paymentStatus === "succeeded")
      .flatMap((order) => {
        const charge = evidence.charges.find(({ paymentRef }) => paymentRef === order.paymentRef);
        const card = charge === undefined ? "" : `, paid with the card ending ${charge.last4}`;
        return [
          `  order ${order.number} for ${order.customerId}: ${amountText(order.totalMinor, order.currency)}${card}`,
          ...order.lines.map(({ quantity, productId, spokenName }) => `    ${quantity} × ${spokenName} (${productId})`),
        ];
      }),
  );
  return lines.length === 0 ? ["  nothing"] : lines;
}

function row(name: string, { p50, p95, p99 }: Percentiles): string {
  const value = (one: number | null): string => (one === null ? "–" : String(Math.round(one))).padStart(8);
  return `  ${name.padEnd(38)}${value(p50)}${value(p95)}${value(p99)}`;
}
