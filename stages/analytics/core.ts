/** Keeps what happened: every record goes to the warehouse without caller content, with what it tells of its turn and call. Keeps no state. */
import type { Interactions } from "../../connectors/crm/port.ts";
import type { Warehouse } from "../../connectors/warehouse/port.ts";
import { keyedHash } from "../../runtime/keyed-hash.ts";
import { redact } from "../../runtime/redaction.ts";
import type { Step } from "../../runtime/stage.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { callFactsOf, turnFactsOf } from "./facts.ts";
import type { Config } from "./settings.ts";

export type InputTopic =
  | "calls"
  | "playback"
  | "transcripts"
  | "intents"
  | "toolCalls"
  | "toolResults"
  | "responses"
  | "risk";
export type Ports = { readonly warehouse: Warehouse; readonly interactions: Interactions };

/** Digits of a caller's hash: the same as the fraud stage's, so that both can be joined. */
const CALLER_HASH_LENGTH = 32;

export const step: Step<null, InputTopic, never, Ports, Config> = (_state, input, _at, config) => {
  if (input.from === "port" || input.from === "timer" || input.from === "restored") return { state: null };
  const { record } = input;
  // Interim words change many times a second and are no fact yet.
  if (record.type === "TranscriptUpdated") return { state: null };
  const hashNumber = (number: string): string => keyedHash(config.riskKey, `caller/${number}`, CALLER_HASH_LENGTH);
  const redacted: AnyRecord = redact(record, { hashNumber });
  const words = redacted.type === "TurnEnded" ? redacted.text : "";
  const callerHash = redacted.type === "CallStarted" ? redacted.fromNumber : "";
  const entry = {
    record: redacted,
    turnFacts: turnFactsOf(record, words),
    callFacts: callFactsOf(record, callerHash),
  };
  const store = { port: "warehouse", call: "store", input: entry } as const;
  if (record.type !== "CallStarted") return { state: null, effects: [store] };
  // The one place where the number itself is handed on: the warehouse has its hash alone.
  const { fromNumber, toNumber } = record;
  return { state: null, effects: [store, { port: "interactions", call: "began", input: { fromNumber, toNumber } }] };
};
