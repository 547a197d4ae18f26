import { status } from "@grpc/grpc-js";

/** Why synthesis failed, with the vendor's status name (or `FIRST_AUDIO_TIMEOUT`, `AUDIO_STALLED`) as code. */
export class SynthesisError extends Error {
  readonly code: string;
  /** The same sentence may succeed when asked again. */
  readonly isRetryable: boolean;

  constructor(code: string, isRetryable: boolean, options?: ErrorOptions) {
    super(`synthesis failed: ${code}`, options);
    this.name = "SynthesisError";
    this.code = code;
    this.isRetryable = isRetryable;
  }
}

const retryable: readonly string[] = [
  "UNKNOWN",
  "DEADLINE_EXCEEDED",
  "RESOURCE_EXHAUSTED",
  "ABORTED",
  "INTERNAL",
  "UNAVAILABLE",
];

/** Reads an error of the vendor's client. Its message is not taken over: it may quote what was to be said. */
export function synthesisErrorOf(cause: unknown): SynthesisError {
  if (cause instanceof SynthesisError) return cause;
  const number =
    typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "number"
      ? cause.code
      : status.UNKNOWN;
  const code = status[number] ?? "UNKNOWN";
  return new SynthesisError(code, retryable.includes(code), { cause });
}
