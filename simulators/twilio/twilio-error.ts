/** Codes of Twilio's error catalogue that the simulator raises. */
export const twilioErrors = {
  documentParseFailure: 12100,
  schemaViolation: 12200,
  retrievalFailure: 11200,
  tooManyDocuments: 11205,
  streamHandshake: 31920,
  streamClosedByServer: 31921,
  streamBrokenPipe: 31903,
  streamProtocol: 31924,
  streamInvalidMessage: 31951,
  streamTrack: 31941,
  notFound: 20404,
  authenticate: 20003,
} as const;

/** What Twilio's debugger would show for a call. */
export type DebuggerEntry = {
  readonly level: "warning" | "error";
  readonly code: number;
  readonly message: string;
};

/** A failure that ends the running TwiML, with its code of Twilio's catalogue. */
export class TwilioError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "TwilioError";
    this.code = code;
  }
}
