/** Calls as a person follows them in the terminal: who says what, what was recognised, decided and done, and how long each turn took. */
import type { Entities, ToolArguments } from "../schemas/generated/records.ts";
import type { AnyRecord } from "../schemas/topics.ts";
import type { CallEvent } from "../simulators/caller/simulated-call.ts";
import { timelineOf, turnLatency } from "../stages/analytics/turn-latency.ts";
import { amountText } from "./amount-text.ts";

/** Where lines go, and whether they may be coloured. */
export type Screen = { write(line: string): void; readonly isColoured: boolean };

const colours = { caller: 36, agent: 32, heard: 90, intent: 33, tool: 35, result: 35, risk: 31, time: 90, call: 90 } as const;
type Kind = keyof typeof colours;

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
    switch (event.kind) {
      case "caller-said":
        return this.#line(label, "caller", "caller", event.text);
      case "caller-pressed":
        return this.#line(label, "caller", "caller", `presses ${event.keys}`);
      case "agent-said":
        return this.#line(label, "agent", "agent", `${event.text}${event.isCut ? " —" : ""}`);
      case "agent-cleared":
        return event.droppedMs === 0 ? undefined : this.#line(label, "time", "", "(interrupted)");
      case "transferred":
        return this.#line(label, "call", "", "(transferred to a person)");
      case "ended":
        return this.#line(label, "call", "", `(the call ended: ${event.reason})`);
    }
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
    this.#show(label, record, records);
  }

  #show(label: string, record: AnyRecord, records: readonly AnyRecord[]): void {
    switch (record.type) {
      case "TurnEnded":
        return this.#line(label, "heard", "heard", `“${record.text}”`);
      case "IntentRecognised": {
        const values = listed(record.entities);
        const suspicion = record.isInjectionSuspected ? ", injection suspected" : "";
        const text = `${record.intent} (${Math.round(record.confidence * 100)} %, ${record.source}${suspicion})`;
        return this.#line(label, "intent", "intent", `${text}${values}`);
      }
      case "ToolCalled":
        return this.#line(label, "tool", "tool", `${record.tool}${listed(record.arguments)}`);
      case "ToolRefused":
        return this.#line(label, "risk", "result", `${record.tool} refused: ${record.reason}`);
      case "ToolFailed":
        return this.#line(label, "risk", "result", `${record.tool} failed: ${record.code}`);
      case "ToolSucceeded":
        return this.#line(label, "result", "result", resultText(record));
      case "RiskAssessed": {
        if (record.action === "allow") return;
        const signals = record.signals.map(({ name }) => name).join(", ");
        return this.#line(label, "risk", "risk", `${record.action} (${record.score.toFixed(2)}: ${signals})`);
      }
      case "PlaybackStarted":
        return record.isAcknowledgement ? undefined : this.#showTimes(label, record, records);
      default:
        return;
    }
  }

  #showTimes(label: string, { callSid, turn }: AnyRecord, records: readonly AnyRecord[]): void {
    const key = `${callSid}/${turn}`;
    const { overheadMs, firstSoundMs, voiceToVoiceMs } = turnLatency(timelineOf(records, turn));
    if (overheadMs === null || firstSoundMs === null || voiceToVoiceMs === null || this.#timedTurns.has(key)) return;
    this.#timedTurns.add(key);
    const [overhead, sound, voice] = [overheadMs, firstSoundMs, voiceToVoiceMs].map(Math.round);
    this.#line(label, "time", "time", `overhead ${overhead} ms · first sound ${sound} ms · voice to voice ${voice} ms`);
  }

  #line(label: string, kind: Kind, name: string, text: string): void {
    const prefix = label === "" ? "" : `${label} `;
    const body = `${name.padEnd(7)} ${text}`;
    const indented = kind === "caller" || kind === "agent" ? body : `  ${body}`;
    this.#screen.write(
      this.#screen.isColoured ? `${prefix}\u001b[${colours[kind]}m${indented}\u001b[0m` : `${prefix}${indented}`,
    );
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
