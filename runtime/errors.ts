/**
 * Every error that crosses a seam carries one of these codes. Logs, dead letters, metrics and docs/errors.md list exactly them.
 */
export const errorCodes = {
  DECODE_FAILED: "A record's bytes are not what its schema says.",
  DECODE_UNBOUNDED: "A record claims more array or map items than its bytes can hold.",
  SCHEMA_UNKNOWN: "The registry does not know a record's schema id.",
  SCHEMA_UNAVAILABLE: "The registry could not be asked.",
  RECORD_TOO_LARGE: "A record is larger than the bound.",
  STEP_FAILED: "A core broke an invariant of its own.",
  PUBLISH_FAILED: "The log did not take a record.",
  SESSION_FENCED: "Another worker owns the call now.",
  SESSION_STORE_FAILED: "The session store did not answer.",
  SETTINGS_INVALID: "Settings are unknown, missing or invalid.",
  QUEUE_FULL: "A bounded queue is full.",
  DEADLINE_EXCEEDED: "A deadline passed.",
  VENDOR_UNAVAILABLE: "A vendor could not be reached or is out of order.",
  VENDOR_REFUSED: "A vendor refused the request as wrong; sending it again gives the same.",
  VENDOR_QUOTA: "A vendor's quota is used up.",
  VENDOR_BLOCKED: "A vendor's safety filter withheld the answer.",
  VENDOR_ANSWER_INVALID: "A vendor answered something that cannot be used.",
  CREDENTIALS_REFUSED:
    "A vendor, the brokers or the registry do not accept our credentials, or give them too few rights.",
  DATABASE_FAILED: "The database did not answer or refused.",
  INVALID_INPUT: "Input from outside is malformed.",
  ABORTED: "The work was called off.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** An error with a stable code; `isRetryable` says whether the same request may succeed later. */
export class PartylineError extends Error {
  readonly code: ErrorCode;
  readonly isRetryable: boolean;
  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly isRetryable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "PartylineError";
    this.code = code;
    this.isRetryable = options.isRetryable ?? false;
  }
}

/** Classifies anything that was thrown; unknown things get `fallback` and are not retryable. */
export function toPartylineError(thrown: unknown, fallback: ErrorCode): PartylineError {
  if (thrown instanceof PartylineError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new PartylineError(fallback, message, { cause: thrown });
}
