/** Calls as a person follows them in the terminal: who says what, what was recognised, decided and done, and how long each turn took. */
import type { Entities, ToolArguments } from "../schemas/generated/records.ts";
import type { AnyRecord } from "../schemas/topics.ts";
import type { CallEvent } from "../simulators/caller/simulated-call.ts";
import { timelineOf, turnLatency } from "../stages/analytics/turn-latency.ts";
import { amountText } from "./amount-text.ts";

/** Where lines go, and whether they may be coloured. */
export type Screen = { write(line: string): void; readonly isColoured: boolean };

const colours = {
  caller: 36,
  agent: 32,
  heard: 90,
  intent: 33,
  tool: 35,
  result: 35,
  risk: 31,
  time: 90,
  call: 90,
} as const;
type Kind = keyof typeof colours;
type Shown = { readonly kind: Kind; readonly name: string; readonly text: string };

const maxValueLength = 60;

/** Writes one line for each thing that happens. Several calls at once are told apart by the label in front. */
export class LiveView {
  readonly #screen: Screen;
  readonly #labels = new Map<string, string>();
  readonly #early = new Map<string, AnyRecord[]>();
  readonly #records = new Map<string, AnyRecord[]>();
  readonly #timedTurns = new Set<string>();

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Names a call, from when it was answered. What was recorded of it before is shown now. */
  name(callSid: string, label: string): void {
    this.#labels.set(callSid, label);
    for (const record of this.#early.get(callSid) ?? []) this.showRecord(record);
    this.#early.delete(callSid);
  }

  /** What the caller did and heard. */
  showEvent(label: string, event: CallEvent): void {
    this.#write(label, eventLine(event));
  }

  /** A record of any topic; those of calls that have no name yet wait for it. */
  showRecord(record: AnyRecord): void {
    const label = this.#labels.get(record.callSid);
    if (label === undefined) {
      this.#early.set(record.callSid, [...(this.#early.get(record.callSid) ?? []), record]);
      return;
    }
    const records = this.#records.get(record.callSid) ?? [];
    records.push(record);
    this.#records.set(record.callSid, records);
    this.#write(label, recordLine(record) ?? this.#times(record, records));
  }

  /** How long a turn took, once, when its reply began to sound. */
  #times(record: AnyRecord, records: readonly AnyRecord[]): Shown | undefined {
    if (record.type !== "PlaybackStarted" || record.isAcknowledgement) return undefined;
    const key = `${record.callSid}/${record.turn}`;
    const { overheadMs, firstSoundMs, voiceToVoiceMs } = turnLatency(timelineOf(records, record.turn));
    if (overheadMs === null || firstSoundMs === null || voiceToVoiceMs === null) return undefined;
    if (this.#timedTurns.has(key)) return undefined;
    this.#timedTurns.add(key);
    const [overhead, sound, voice] = [overheadMs, firstSoundMs, voiceToVoiceMs].map(Math.round);
    return shown("time", `overhead ${overhead} ms · first sound ${sound} ms · voice to voice ${voice} ms`);
  }

  #write(label: string, line: Shown | undefined): void {
    if (line === undefined) return;
    const { kind, name, text } = line;
    const isSpeech = kind === "caller" || kind === "agent";
    const body = `${isSpeech ? "" : "  "}${name.padEnd(7)} ${text}`;
    const prefix = label === "" ? "" : `${label} `;
    this.#screen.write(this.#screen.isColoured ? `${prefix}\u001b[${colours[kind]}m${body}\u001b[0m` : prefix + body);
  }
}

function shown(kind: Kind, text: string, name: string = kind): Shown {
  return { kind, name, text };
}

function eventLine(event: CallEvent): Shown | undefined {
  switch (event.kind) {
    case "caller-said":
      return shown("caller", event.text);
    case "caller-pressed":
      return shown("caller", `presses ${event.keys}`);
    case "agent-said":
      return shown("agent", `${event.text}${event.isCut ? " —" : ""}`);
    case "agent-cleared":
      return event.droppedMs === 0 ? undefined : shown("call", "(interrupted)");
    case "transferred":
      return shown("call", "(transferred to a person)");
    case "ended":
      return shown("call", `(ended: ${event.reason})`);
  }
}

function recordLine(record: AnyRecord): Shown | undefined {
  switch (record.type) {
    case "TurnEnded":
      return shown("heard", `“${record.text}”`);
    case "IntentRecognised": {
      const suspicion = record.isInjectionSuspected ? ", injection suspected" : "";
      const sureness = `${Math.round(record.confidence * 100)} %, ${record.source}${suspicion}`;
      return shown("intent", `${record.intent} (${sureness})${listed(record.entities)}`);
    }
    case "ToolCalled":
      return shown("tool", `${record.tool}${listed(record.arguments)}`);
    case "ToolRefused":
      return shown("risk", `${record.tool} refused: ${record.reason}`, "result");
    case "ToolFailed":
      return shown("risk", `${record.tool} failed: ${record.code}`, "result");
    case "ToolSucceeded":
      return shown("result", resultText(record));
    case "RiskAssessed": {
      if (record.action === "allow") return undefined;
      const signals = record.signals.map(({ name }) => name).join(", ");
      return shown("risk", `${record.action} (${record.score.toFixed(2)}: ${signals})`);
    }
    default:
      return undefined;
  }
}

function resultText(record: Extract<AnyRecord, { type: "ToolSucceeded" }>): string {
  const { tool, products, quote, cards, order } = record;
  if (order !== null)
    return `${tool}: order ${order.orderNumber} ${order.status}, ${amountText(order.totalMinor, order.currency)}`;
  if (quote !== null) return `${tool}: ${amountText(quote.totalMinor, quote.currency)} in all`;
  if (products.length > 0) {
    const [first] = products;
    const others = products.length === 1 ? "" : ` and ${products.length - 1} more`;
    const nearest = products.some(({ isMatch }) => isMatch) ? "" : " (nearest)";
    return first === undefined
      ? tool
      : `${tool}: ${first.spokenName} ${amountText(first.priceMinor, first.currency)}${others}${nearest}`;
  }
  if (tool === "verifyIdentity") return `${tool}: proven, ${cards.length} saved cards`;
  return tool === "searchProducts" ? `${tool}: nothing found` : tool;
}

/** What was named, without what identifies the caller: that is for the stages alone. */
function listed(values: Entities | ToolArguments): string {
  const hidden = new Set(["digits", "callerNumber", "cardId", "quoteId", "quoteHash"]);
  const shown = Object.entries(values).flatMap(([name, value]) => {
    if (value === null || hidden.has(name)) return [];
    const text = String(value);
    return [`${name} ${text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text}`];
  });
  return shown.length === 0 ? "" : `: ${shown.join(", ")}`;
}
