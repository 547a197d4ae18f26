import { status } from "@grpc/grpc-js";
import { fieldOf, invalid, type WireMessage } from "../kit/grpc-message.ts";
import { type WireVersion, wireV2 } from "./wire-v2.ts";

/** `google.cloud.speech.v1.Speech/StreamingRecognize`: other names for the same things, and other error codes. */
export const wireV1: WireVersion = {
  name: "v1",
  errors: {
    tooLong: { code: status.OUT_OF_RANGE, details: "Exceeded maximum allowed stream duration of 305 seconds." },
    audioTimeout: {
      code: status.OUT_OF_RANGE,
      details: "Audio Timeout Error: Long duration elapsed without audio. Audio should be sent close to real time.",
    },
  },
  readConfig(message) {
    if (message.streamingRequest !== "streamingConfig") return invalid("The first message must be the configuration.");
    const streaming = fieldOf(message, "streamingConfig");
    const config = fieldOf(streaming, "config");
    if (config.encoding !== "MULAW" || config.sampleRateHertz !== 8000 || Number(config.audioChannelCount) > 1)
      return invalid("This simulator recognises MULAW, 8000 Hz, one channel.");
    if (typeof config.languageCode !== "string" || config.languageCode === "")
      return invalid("Invalid recognition 'config': bad language code.");
    return {
      languageCode: config.languageCode,
      model: typeof config.model === "string" ? config.model : "",
      hasInterimResults: streaming.interimResults === true,
      hasActivityEvents: streaming.enableVoiceActivityEvents === true,
    };
  },
  readAudio(message) {
    return message.streamingRequest === "audioContent" && message.audioContent instanceof Uint8Array
      ? message.audioContent
      : invalid("Only audio may follow the configuration.");
  },
  writeConclusion(conclusion, request) {
    const written = wireV2.writeConclusion(conclusion, request);
    if (written === undefined) return undefined;
    if ("speechEventType" in written)
      return { speechEventType: written.speechEventType, speechEventTime: written.speechEventOffset };
    const results = Array.isArray(written.results) ? (written.results as WireMessage[]) : [];
    return { results: results.map(({ resultEndOffset, ...rest }) => ({ ...rest, resultEndTime: resultEndOffset })) };
  },
};
