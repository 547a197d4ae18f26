import type { SignedParameters } from "./signature.ts";

/** What a test or a caller says about a call when it dials. */
export type CallRequest = {
  /** E.164 numbers. */
  readonly from: string;
  readonly to: string;
  /** The number's voice URL. */
  readonly webhookUrl: string;
  /** The number's fallback URL, asked when the voice URL or its TwiML fails. */
  readonly fallbackUrl?: string;
  readonly statusCallbackUrl?: string;
  /** e.g. `TN-Validation-Passed-A`; without it the parameter is absent, as outside North America. */
  readonly stirVerstat?: string;
  readonly forwardedFrom?: string;
  readonly callerName?: string;
  /** Rings only after a caller attached to the call's audio socket. */
  readonly shouldWaitForCaller?: boolean;
};

/** A call's status as Twilio names it. */
export type CallStatus = "queued" | "ringing" | "in-progress" | "completed" | "busy" | "failed" | "no-answer";

/** What never changes during a call. */
export type CallIdentity = { readonly callSid: string; readonly accountSid: string; readonly request: CallRequest };

function placeOf(role: "From" | "To" | "Caller" | "Called", number: string): Record<string, string> {
  // Twilio knows the country by the prefix and often nothing else; unknown fields are sent empty.
  const country = number.startsWith("+1") ? "US" : number.startsWith("+44") ? "GB" : "";
  return { [`${role}City`]: "", [`${role}State`]: "", [`${role}Zip`]: "", [`${role}Country`]: country };
}

/** The parameters of a voice webhook. Source: Twilio, "TwiML for Programmable Voice: Twilio's request to your application". */
export function voiceParameters({ callSid, accountSid, request }: CallIdentity, status: CallStatus): SignedParameters {
  const { from, to, forwardedFrom, callerName, stirVerstat } = request;
  return {
    CallSid: callSid,
    AccountSid: accountSid,
    ApiVersion: "2010-04-01",
    Direction: "inbound",
    CallStatus: status,
    From: from,
    To: to,
    Caller: from,
    Called: to,
    ...placeOf("From", from),
    ...placeOf("To", to),
    ...placeOf("Caller", from),
    ...placeOf("Called", to),
    ...(forwardedFrom === undefined ? {} : { ForwardedFrom: forwardedFrom }),
    ...(callerName === undefined ? {} : { CallerName: callerName }),
    ...(stirVerstat === undefined ? {} : { StirVerstat: stirVerstat }),
  };
}

/** Adds what a call progress callback has beside the voice parameters. Source: Twilio, "Voice webhooks: status callbacks". */
export function progressParameters(sequenceNumber: number, at: Date, durationSeconds?: number): SignedParameters {
  return {
    CallbackSource: "call-progress-events",
    SequenceNumber: String(sequenceNumber),
    Timestamp: at.toUTCString().replace("GMT", "+0000"),
    ...(durationSeconds === undefined
      ? {}
      : { CallDuration: String(durationSeconds), Duration: String(Math.max(1, Math.ceil(durationSeconds / 60))) }),
  };
}
