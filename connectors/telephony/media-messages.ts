import type { MediaChunk } from "./frame-order.ts";

/** What Twilio's start message says. */
export type StreamStart = {
  readonly streamSid: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly isMuLaw8000: boolean;
  readonly token: string | null;
};

/** A message from Twilio on a media socket, checked. */
export type MediaMessage =
  | { readonly type: "connected" }
  | { readonly type: "start"; readonly start: StreamStart }
  | { readonly type: "media"; readonly streamSid: string; readonly chunk: MediaChunk | null }
  | { readonly type: "digit"; readonly streamSid: string; readonly digit: string }
  | { readonly type: "mark"; readonly streamSid: string; readonly name: string }
  | { readonly type: "stop" }
  | { readonly type: "unknown" }
  | { readonly type: "malformed" };

type Fields = { readonly [name: string]: unknown };

const malformed: MediaMessage = { type: "malformed" };
const base64Pattern = /^[A-Za-z0-9+/]+={0,2}$/;
const streamSidPattern = /^MZ[0-9a-zA-Z]{1,64}$/;
const digitPattern = /^[0-9*#A-D]$/;
const maxMarkName = 200;
const maxPayload = 32_768;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Twilio writes numbers as strings; both are taken. */
function countOf(value: unknown): number | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  if (value === "") return null;
  const number = Number(value);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function readStart(message: Fields): MediaMessage {
  const start = fieldsOf(message.start);
  const format = fieldsOf(start.mediaFormat);
  const streamSid = textOf(start.streamSid) ?? textOf(message.streamSid);
  const callSid = textOf(start.callSid);
  const accountSid = textOf(start.accountSid);
  if (streamSid === null || !streamSidPattern.test(streamSid) || callSid === null || accountSid === null)
    return malformed;
  const isMuLaw8000 =
    format.encoding === "audio/x-mulaw" && countOf(format.sampleRate) === 8000 && countOf(format.channels) === 1;
  const token = textOf(fieldsOf(start.customParameters).token);
  return { type: "start", start: { streamSid, callSid, accountSid, isMuLaw8000, token } };
}

function readMedia(message: Fields, streamSid: string): MediaMessage {
  const media = fieldsOf(message.media);
  if (media.track !== undefined && media.track !== "inbound") return { type: "media", streamSid, chunk: null };
  const chunk = countOf(media.chunk);
  const timestampMs = countOf(media.timestamp);
  const payload = media.payload;
  const isUsable = typeof payload === "string" && payload.length <= maxPayload && base64Pattern.test(payload);
  if (chunk === null || timestampMs === null || !isUsable) return malformed;
  const audio = Buffer.from(payload, "base64");
  return audio.length === 0 ? malformed : { type: "media", streamSid, chunk: { chunk, timestampMs, audio } };
}

/** Reads one text message. Source: Twilio, "Media Streams - WebSocket Messages". Never throws. */
export function readMediaMessage(text: string): MediaMessage {
  let message: Fields;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return malformed;
    message = parsed as Fields;
  } catch {
    return malformed;
  }
  const { event } = message;
  if (typeof event !== "string") return malformed;
  if (event === "connected") return { type: "connected" };
  if (event === "start") return readStart(message);
  if (event === "stop") return { type: "stop" };
  if (event !== "media" && event !== "dtmf" && event !== "mark") return { type: "unknown" };
  const streamSid = textOf(message.streamSid);
  if (streamSid === null) return malformed;
  if (event === "media") return readMedia(message, streamSid);
  if (event === "dtmf") {
    const digit = textOf(fieldsOf(message.dtmf).digit);
    return digit === null || !digitPattern.test(digit) ? malformed : { type: "digit", streamSid, digit };
  }
  const name = textOf(fieldsOf(message.mark).name);
  return name === null || name.length > maxMarkName ? malformed : { type: "mark", streamSid, name };
}
