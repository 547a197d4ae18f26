import { PartylineError } from "../../runtime/errors.ts";

/** SQLSTATE classes and codes after which the same transaction may well succeed: connection, resources, operator intervention, serialisation, deadlock, lock. */
const RETRYABLE = /^(08...|53...|57P0[1-5]|57014|40001|40P01|55P03)$/;

/**
 * What a fault of the database becomes at the seam: DATABASE_FAILED, retryable unless the server refused the statement itself.
 * An error that is already classified passes unchanged.
 */
export function toDatabaseError(thrown: unknown): PartylineError {
  if (thrown instanceof PartylineError) return thrown;
  const state = sqlStateOf(thrown);
  const isRetryable = state === null || RETRYABLE.test(state);
  // The server's message may quote values, so only its state goes on.
  const words = state === null ? "the database did not answer" : `the database refused with SQLSTATE ${state}`;
  return new PartylineError("DATABASE_FAILED", words, { isRetryable, cause: thrown });
}

function sqlStateOf(thrown: unknown): string | null {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return null;
  const { code } = thrown;
  // Node's own faults have codes such as ECONNREFUSED; a SQLSTATE is five characters of digits and capitals.
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : null;
}
