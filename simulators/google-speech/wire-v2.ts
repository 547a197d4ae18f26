import { status } from "@grpc/grpc-js";
import { fieldOf, invalid, type WireError, type WireMessage } from "../kit/grpc-message.ts";
import type { SessionErrors } from "./recognition-session.ts";
import type { Conclusion } from "./segmenter.ts";

/** What a client asked for in its first message. */
export type RecognitionRequest = {
  readonly languageCode: string;
  readonly model: string;
  readonly hasInterimResults: boolean;
  readonly hasActivityEvents: boolean;
};

/** One version of the streaming interface: how its messages are read and written. */
export type WireVersion = {
  readonly name: "v1" | "v2";
  readonly errors: SessionErrors;
  /** Reads the first message; gives the error that the vendor answers where it is not a valid configuration. */
  readConfig(message: WireMessage): RecognitionRequest | WireError;
  /** The audio in a later message, or the error where it has none. */
  readAudio(message: WireMessage): Uint8Array | WireError;
  writeConclusion(conclusion: Conclusion, request: RecognitionRequest): WireMessage | undefined;
};

/** Milliseconds as `google.protobuf.Duration`. */
export function durationOf(ms: number): WireMessage {
  return { seconds: Math.floor(ms / 1000), nanos: Math.round((ms % 1000) * 1_000_000) };
}

/** How likely an interim's settled and unsettled words stay as they are. */
export const stabilityOf = { head: 0.9, tail: 0.1 } as const;
/** Confidence of a final whose every word was heard whole. */
export const finalConfidence = 0.95;

const recognizerName = /^projects\/[^/]+\/locations\/[^/]+\/recognizers\/[^/]+$/u;

function resultsOf(conclusion: Conclusion, request: RecognitionRequest): WireMessage[] {
  const result = (transcript: string, atMs: number, fields: WireMessage): WireMessage => ({
    alternatives: [{ transcript, confidence: fields.isFinal === true ? finalConfidence : 0 }],
    resultEndOffset: durationOf(atMs),
    languageCode: request.languageCode,
    ...fields,
  });
  if (conclusion.type === "final") return [result(conclusion.text, conclusion.endsAtMs, { isFinal: true })];
  if (conclusion.type !== "interim" || !request.hasInterimResults) return [];
  const results: WireMessage[] = [];
  if (conclusion.head !== "")
    results.push(result(conclusion.head, conclusion.headEndsAtMs, { stability: stabilityOf.head }));
  if (conclusion.tail !== "")
    results.push(
      result(conclusion.head === "" ? conclusion.tail : ` ${conclusion.tail}`, conclusion.endsAtMs, {
        stability: stabilityOf.tail,
      }),
    );
  return results;
}

/** `google.cloud.speech.v2.Speech/StreamingRecognize`. */
export const wireV2: WireVersion = {
  name: "v2",
  errors: {
    tooLong: { code: status.ABORTED, details: "Max duration of 5 minutes reached for stream." },
    audioTimeout: {
      code: status.ABORTED,
      details: "Stream timed out after receiving no more client requests.",
    },
  },
  readConfig(message) {
    if (message.streamingRequest !== "streamingConfig") return invalid("The first message must be the configuration.");
    if (!recognizerName.test(String(message.recognizer)))
      return invalid("Invalid resource field value in the request: recognizer.");
    const streaming = fieldOf(message, "streamingConfig");
    const config = fieldOf(streaming, "config");
    const decoding = fieldOf(config, "explicitDecodingConfig");
    if (decoding.encoding !== "MULAW" || decoding.sampleRateHertz !== 8000 || Number(decoding.audioChannelCount) > 1)
      return invalid("This simulator recognises explicitly configured MULAW, 8000 Hz, one channel.");
    const languages = Array.isArray(config.languageCodes) ? config.languageCodes : [];
    if (languages.length === 0) return invalid("Invalid value for RecognitionConfig: language_codes is empty.");
    if (typeof config.model !== "string" || config.model === "")
      return invalid("Invalid value for RecognitionConfig: model is empty.");
    const features = fieldOf(streaming, "streamingFeatures");
    return {
      languageCode: String(languages[0]),
      model: config.model,
      hasInterimResults: features.interimResults === true,
      hasActivityEvents: features.enableVoiceActivityEvents === true,
    };
  },
  readAudio(message) {
    return message.streamingRequest === "audio" && message.audio instanceof Uint8Array
      ? message.audio
      : invalid("Only audio may follow the configuration.");
  },
  writeConclusion(conclusion, request) {
    if (conclusion.type === "activity-began" || conclusion.type === "activity-ended") {
      if (!request.hasActivityEvents) return undefined;
      const event = conclusion.type === "activity-began" ? "SPEECH_ACTIVITY_BEGIN" : "SPEECH_ACTIVITY_END";
      return { speechEventType: event, speechEventOffset: durationOf(conclusion.atMs) };
    }
    const results = resultsOf(conclusion, request);
    return results.length === 0 ? undefined : { results };
  },
};
