/** Notes the beginnings of calls in the outbox. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { toDatabaseError } from "../postgres/database-error.ts";
import { rowsOf } from "../postgres/pool.ts";
import type { Interactions } from "./port.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Interactions that are noted nowhere. */
export const noInteractions: Interactions = { began: async () => {} };

/** Opens the outbox for beginnings. Tries end when `closing` aborts; what was not noted then is noted when the record is read again. */
export function createInteractions(pool: pg.Pool, closing: AbortSignal): Interactions {
  return {
    async began({ fromNumber, toNumber }, { callSid }) {
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        try {
          await rowsOf(
            pool,
            `INSERT INTO crm_outbox (call_sid, caller_number, called_number) VALUES ($1, $2, $3)
             ON CONFLICT (call_sid) DO UPDATE SET caller_number = excluded.caller_number, called_number = excluded.called_number,
               revision = crm_outbox.revision + 1
             WHERE (crm_outbox.caller_number, crm_outbox.called_number) IS DISTINCT FROM (excluded.caller_number, excluded.called_number)`,
            [callSid, fromNumber === "" ? null : fromNumber, toNumber === "" ? null : toNumber],
          );
          return;
        } catch (thrown) {
          const error = toDatabaseError(thrown);
          if (!error.isRetryable || closing.aborted) throw error;
        }
        await sleep(pauseMs, undefined, { signal: closing }).catch(() => undefined);
      }
    },
  };
}
