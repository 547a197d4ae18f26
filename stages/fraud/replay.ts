/** Runs this stage's core over records as the runtime would: for recorded calls, and for tests. */
import type { RiskAnswer, RiskHistory, RiskRecording } from "../../connectors/risk-history/port.ts";
import type { RiskAssessed } from "../../schemas/generated/records.ts";
import { type AnyRecord, type TopicKey, topics } from "../../schemas/topics.ts";
import { type InputTopic, type State, step } from "./core.ts";
import type { Config } from "./settings.ts";

export type Assessment = Omit<RiskAssessed, "eventId" | "occurredAt" | "callSid" | "causeId"> & { callSid: string };

export type ReplayOptions = {
  readonly config: Config;
  /** An empty one: what callers did before the first record is not known. */
  readonly history: RiskHistory;
  /** Records that are taken in before the answers to them come. */
  readonly batchSize?: number;
  /** In which order the answers of a batch come; default: as asked. */
  readonly answersIn?: (answers: RiskAnswer[]) => RiskAnswer[];
};

/** The assessments in the order in which they go out. */
export async function replay(records: readonly AnyRecord[], options: ReplayOptions): Promise<Assessment[]> {
  const { config, history, batchSize = 1, answersIn = (answers) => answers } = options;
  const states = new Map<string, State | null>();
  const assessments: Assessment[] = [];

  function advance(callSid: string, input: unknown, at: number): RiskRecording[] {
    const outcome = step(states.get(callSid) ?? null, input as Parameters<typeof step>[1], at, config);
    // As a session stage's state: nothing survives that JSON does not carry.
    states.set(callSid, JSON.parse(JSON.stringify(outcome.state)) as State | null);
    for (const { record } of outcome.emit ?? []) assessments.push({ ...record, callSid } as Assessment);
    return (outcome.effects ?? []).map((effect) => effect.input);
  }

  for (let first = 0; first < records.length; first += batchSize) {
    const answers: RiskAnswer[] = [];
    const calls = new Map<string, string>();
    for (const record of records.slice(first, first + batchSize)) {
      calls.set(record.eventId, record.callSid);
      const recordings = advance(record.callSid, { from: topicOf(record), record }, record.occurredAt);
      for (const recording of recordings)
        answers.push(
          await history.record(recording, {
            callSid: record.callSid,
            effectId: recording.eventId,
            signal: new AbortController().signal,
            notify: () => undefined,
          }),
        );
    }
    for (const result of answersIn(answers)) {
      const input = { from: "port", port: "riskHistory", call: "record", effectId: "", outcome: "result", result };
      advance(calls.get(result.eventId) ?? "", input, 0);
    }
  }
  return assessments;
}

function topicOf(record: AnyRecord): InputTopic {
  const found = (Object.keys(topics) as TopicKey[]).find((key) =>
    (topics[key].records as readonly string[]).includes(record.type),
  );
  return found as InputTopic;
}
