import { status } from "@grpc/grpc-js";

/** A message as decoded from the wire. */
export type WireMessage = Readonly<Record<string, unknown>>;

/** An error as the wire carries it. */
export type WireError = { readonly code: number; readonly details: string };

/** Tells an error from what was read. */
export function isWireError(value: object): value is WireError {
  return "code" in value && "details" in value;
}

/** An INVALID_ARGUMENT answer. */
export function invalid(details: string): WireError {
  return { code: status.INVALID_ARGUMENT, details };
}

/** A message inside a message; empty where it is absent. */
export function fieldOf(message: WireMessage, name: string): WireMessage {
  const value = message[name];
  return typeof value === "object" && value !== null ? (value as WireMessage) : {};
}

/** The code of a scripted fault, UNAVAILABLE where it names none. */
export function faultCode(name: string): number {
  const code = Object.entries(status).find(([key]) => key === name)?.[1];
  return typeof code === "number" ? code : status.UNAVAILABLE;
}
