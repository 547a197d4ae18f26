import { fieldOf, invalid, type WireError, type WireMessage } from "../kit/grpc-message.ts";
import type { VoiceName } from "../speech-carrier/voice.ts";

/** How to speak, after everything the vendor checks was checked. */
export type SpeechSettings = { readonly voice: VoiceName; readonly rate: number };

const voiceNames: readonly VoiceName[] = ["low", "middle", "high"];
const chirpVoice = /^([a-z]{2,3}-[A-Za-z0-9]{2,4})-Chirp3-HD-[A-Z][A-Za-z]+$/u;

/** One of the synthesiser's voices for each vendor voice, always the same one. */
function voiceFor(name: string): VoiceName {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return voiceNames[sum % voiceNames.length] ?? "middle";
}

function readRate(value: unknown, min: number, max: number): number | WireError {
  if (value === undefined || value === 0) return 1;
  return typeof value === "number" && value >= min && value <= max
    ? value
    : invalid(`speaking_rate must be between ${min} and ${max}.`);
}

/** Reads the configuration that must open a stream: a Chirp 3 HD voice and MULAW at 8000 Hz. */
export function readStreamingConfig(message: WireMessage): SpeechSettings | WireError {
  if (message.streamingRequest !== "streamingConfig")
    return invalid("The first message must contain only the streaming_config.");
  const config = fieldOf(message, "streamingConfig");
  const voice = fieldOf(config, "voice");
  const match = chirpVoice.exec(String(voice.name));
  if (match === null) return invalid("Currently, only Chirp 3: HD voices are supported for streaming synthesis.");
  if (String(voice.languageCode).toLowerCase() !== match[1]?.toLowerCase())
    return invalid(`Requested language code does not match the voice ${String(voice.name)}.`);
  const audio = fieldOf(config, "streamingAudioConfig");
  if (audio.audioEncoding !== "MULAW" || audio.sampleRateHertz !== 8000)
    return invalid("This simulator speaks MULAW at 8000 Hz.");
  const rate = readRate(audio.speakingRate, 0.25, 2);
  return typeof rate === "number" ? { voice: voiceFor(String(voice.name)), rate } : rate;
}

/** Reads the text of a later message of a stream. */
export function readStreamingText(message: WireMessage, maxTextBytes: number): { readonly text: string } | WireError {
  if (message.streamingRequest !== "input") return invalid("Only input may follow the streaming_config.");
  const input = fieldOf(message, "input");
  if (input.inputSource !== "text" && input.inputSource !== "markup") return invalid("Input must be text or markup.");
  const text = String(input[input.inputSource]);
  if (Buffer.byteLength(text) > maxTextBytes)
    return invalid(`input.text is longer than the limit of ${maxTextBytes} bytes.`);
  return { text };
}

/** Reads a request for a whole sentence at once; any voice will do here, and SSML is spoken without its marks. */
export function readWholeRequest(
  message: WireMessage,
  maxTextBytes: number,
): (SpeechSettings & { readonly text: string }) | WireError {
  const input = fieldOf(message, "input");
  const source = String(input.inputSource);
  if (source !== "text" && source !== "ssml" && source !== "markup") return invalid("Input must be text or SSML.");
  const raw = String(input[source]);
  if (Buffer.byteLength(raw) > maxTextBytes) return invalid(`input is longer than the limit of ${maxTextBytes} bytes.`);
  const text = (source === "ssml" ? raw.replace(/<[^>]*>/gu, " ") : raw).trim();
  if (text === "") return invalid("Input is empty.");
  const voice = fieldOf(message, "voice");
  if (typeof voice.languageCode !== "string" || voice.languageCode === "") return invalid("language_code is empty.");
  const audio = fieldOf(message, "audioConfig");
  const sampleRate = audio.sampleRateHertz;
  if (audio.audioEncoding !== "MULAW" || (sampleRate !== 8000 && sampleRate !== 0))
    return invalid("This simulator speaks MULAW at 8000 Hz.");
  const rate = readRate(audio.speakingRate, 0.25, 4);
  return typeof rate === "number" ? { text, voice: voiceFor(String(voice.name)), rate } : rate;
}
