/**
 * Identities are derived, never drawn: the same cause gives the same id, so that a redelivered input leads to the same records and effects
 * and whoever reads them drops what it has seen.
 */
import { createHash } from "node:crypto";

/** A short id (132 bits, base64url) from its parts. */
export function deriveId(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(parts.join("\u0000")).digest("base64url").slice(0, 22);
}

/** The eventId that a record emitted with a `key` gets; for cores that must know their own records again. */
export function eventIdOf(stage: string, callSid: string, key: string): string {
  return deriveId(stage, callSid, key);
}

/** The effectId that an effect ordered with a `key` gets; for cores that must tell what belongs to which effect. */
export function effectIdOf(stage: string, callSid: string, key: string): string {
  return deriveId(stage, "effect", callSid, key);
}

/** W3C trace id: one trace for each turn of a call. https://www.w3.org/TR/trace-context/#trace-id */
export function traceIdOf(callSid: string, turn: number): string {
  return createHash("sha256").update(`${callSid}/${turn}`).digest("hex").slice(0, 32);
}

/** W3C traceparent of a record: the turn's trace, with the record as span. */
export function traceparentOf(callSid: string, turn: number, eventId: string): string {
  const spanId = createHash("sha256").update(eventId).digest("hex").slice(0, 16);
  return `00-${traceIdOf(callSid, turn)}-${spanId}-01`;
}
