/** The usage of calls that were made, from the records that they left on the topics. */
import { readLog } from "../../connectors/kafka/recorded-log.ts";
import { registeredIds, schemaSource } from "../../connectors/kafka/registry.ts";
import { Codec } from "../../runtime/codec.ts";
import { createLogger } from "../../runtime/logger.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import type { Usage } from "./usage.ts";

const BYTES_PER_SECOND = 8_000;
/** JSON and base64 around each frame that goes to the carrier. */
export const MEDIA_OVERHEAD = 1.9;

/** Averages over the calls that ended. Throws when there is none. */
export async function recordedUsage(
  broker: string,
  registryUrl: string,
  cpuSecondsPerMinute: number,
  signal: AbortSignal,
): Promise<Usage> {
  const sums = new UsageSums();
  await readLog({
    brokers: [broker],
    codec: new Codec(await registeredIds(registryUrl), schemaSource(registryUrl)),
    logger: createLogger("bench", "error"),
    signal,
    topics: [
      "calls",
      "audioIn",
      "playback",
      "transcripts",
      "intents",
      "toolCalls",
      "toolResults",
      "responses",
      "audioOut",
      "risk",
      "callState",
    ],
    onRecord: (record, { value, headers }) =>
      sums.add(record, (value?.length ?? 0) + JSON.stringify(headers).length + record.callSid.length),
  });
  return sums.usage("calls on the topics of a broker", cpuSecondsPerMinute);
}

/** Adds records up; one that comes twice is used twice only where it is paid twice, in the log. */
export class UsageSums {
  readonly #seen = new Set<string>();
  readonly #ended = new Set<string>();
  #seconds = 0;
  #startedMinutes = 0;
  #turns = 0;
  #recognisedBytes = 0;
  #characters = 0;
  #inputTokens = 0;
  #outputTokens = 0;
  #logBytes = 0;
  #sentBytes = 0;

  add(record: AnyRecord, bytes: number): void {
    this.#logBytes += bytes;
    if (this.#seen.has(record.eventId)) return;
    this.#seen.add(record.eventId);
    if (record.type === "AudioCaptured") this.#recognisedBytes += record.audio.length;
    if (record.type === "SpeechSynthesised") this.#sentBytes += record.audio.length;
    if (record.type === "TurnEnded") this.#turns += 1;
    if (record.type === "IntentRecognised") {
      this.#inputTokens += record.inputTokens;
      this.#outputTokens += record.outputTokens;
    }
    if (record.type === "ResponsePrepared")
      for (const { text, phraseId } of record.sentences) if (phraseId === null) this.#characters += text.length;
    if (record.type === "CallEnded") {
      this.#ended.add(record.callSid);
      this.#seconds += record.durationMs / 1000;
      this.#startedMinutes += Math.ceil(record.durationMs / 60_000);
    }
  }

  usage(source: string, cpuSecondsPerMinute: number): Usage {
    const calls = this.#ended.size;
    if (calls === 0) throw new Error("no call ended on these topics");
    return {
      source,
      calls,
      perCall: {
        seconds: this.#seconds / calls,
        startedMinutes: this.#startedMinutes / calls,
        turns: this.#turns / calls,
        recognisedSeconds: this.#recognisedBytes / BYTES_PER_SECOND / calls,
        synthesisedCharacters: this.#characters / calls,
        inputTokens: this.#inputTokens / calls,
        outputTokens: this.#outputTokens / calls,
        cpuSeconds: (this.#seconds / 60 / calls) * cpuSecondsPerMinute,
        logBytes: this.#logBytes / calls,
        egressBytes: (this.#sentBytes * MEDIA_OVERHEAD) / calls,
      },
    };
  }
}
