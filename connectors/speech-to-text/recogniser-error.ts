/** Why recognition failed, with the vendor's status name as code. */
export class RecogniserError extends Error {
  readonly code: string;
  /** The same audio may succeed on a new stream. */
  readonly isRetryable: boolean;

  constructor(code: string, isRetryable: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RecogniserError";
    this.code = code;
    this.isRetryable = isRetryable;
  }
}

/** gRPC status names by number (https://grpc.io/docs/guides/status-codes/). */
const statusNames: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

const retryable: readonly string[] = [
  "UNKNOWN",
  "DEADLINE_EXCEEDED",
  "RESOURCE_EXHAUSTED",
  "ABORTED",
  "OUT_OF_RANGE",
  "INTERNAL",
  "UNAVAILABLE",
];

/** Reads an error of the vendor's client. Its message is not taken over: it may quote what was sent. */
export function recogniserErrorOf(cause: unknown): RecogniserError {
  const number =
    typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "number" ? cause.code : 2;
  const code = statusNames[number] ?? "UNKNOWN";
  return new RecogniserError(code, retryable.includes(code), `recogniser failed: ${code}`, { cause });
}

/** The vendor ended the stream for its age or for silence, not for a fault: the next stream takes over. */
export function isStreamExpiry(error: RecogniserError): boolean {
  return error.code === "ABORTED" || error.code === "OUT_OF_RANGE";
}
