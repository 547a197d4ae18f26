/** Brings what is in the outbox to the customer relations, until it is there. Beside the calls: none of them waits for it. */
import { createHash } from "node:crypto";
import type pg from "pg";
import { type PartylineError, toPartylineError } from "../../runtime/errors.ts";
import { interactionOf } from "./interaction.ts";
import { type DueCall, giveBack, settleDelivered, settleFailed, takeDue } from "./outbox.ts";
import type { Crm } from "./port.ts";
import { CrmQuotaError } from "./quota-error.ts";

export type DeliveryOptions = {
  readonly pool: pg.Pool;
  readonly crm: Crm;
  /** Shortest time between two reports of a call that is going on. */
  readonly intervalMs: number;
  /** Told of every attempt that failed, with the pause before the next. */
  readonly onFailure: (error: PartylineError, pauseMs: number) => void;
  /** How often the outbox is looked at. */
  readonly pollMs?: number;
  /** Wait before the second try; doubled before each further one up to `longestPauseMs`. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
};

export type Delivery = {
  /** Delivers what is due now; resolves with the number of calls that were dealt with. */
  deliverDue(): Promise<number>;
  stop(): Promise<void>;
};

const BATCH = 10;
const TRY_MS = 10_000;
/** Longer than a batch of tries can take, so that no two workers deliver one call. */
const LEASE_MS = BATCH * TRY_MS + 20_000;

/** Starts looking at the outbox. One call is delivered at a time; a failure lets the others go on, a refused token or a used-up quota makes all wait. */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { pool, crm, intervalMs, onFailure, pollMs = 1_000, firstPauseMs = 1_000, longestPauseMs = 300_000 } = options;
  const stopping = new AbortController();
  let pausedUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<unknown> = Promise.resolve();

  function pauseAfter(error: PartylineError, attempts: number): number {
    const grown = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 20));
    const asked = error instanceof CrmQuotaError ? error.retryAfterMs : 0;
    // What was refused as wrong is only tried again since somebody may put it right over there.
    const pause = error.isRetryable ? grown : longestPauseMs;
    return Math.max(pause, Math.min(asked, longestPauseMs));
  }

  async function deliver(call: DueCall): Promise<void> {
    try {
      const interaction = await interactionOf(pool, call.callSid);
      if (interaction === null) return;
      const sha256 = createHash("sha256").update(JSON.stringify(interaction)).digest("hex");
      if (sha256 === call.deliveredSha256)
        return await settleDelivered(pool, call, { sha256, reference: null, intervalMs });
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(TRY_MS)]);
      const effectId = `crm/${call.callSid}/${call.revision}`;
      const context = { callSid: call.callSid, effectId, signal, notify: () => undefined };
      const { reference } = await crm.upsert(interaction, context);
      await settleDelivered(pool, call, { sha256, reference, intervalMs });
    } catch (thrown) {
      const error = toPartylineError(thrown, "VENDOR_UNAVAILABLE");
      const pauseMs = pauseAfter(error, call.attempts);
      onFailure(error, pauseMs);
      if (error.code === "VENDOR_QUOTA" || error.code === "CREDENTIALS_REFUSED")
        pausedUntil = Math.max(pausedUntil, Date.now() + pauseMs);
      // The database is away: the lease ends by itself, and the call is due again.
      await settleFailed(pool, call, error.code, pauseMs).catch(() => undefined);
    }
  }

  async function deliverDue(): Promise<number> {
    if (Date.now() < pausedUntil || stopping.signal.aborted) return 0;
    const due = await takeDue(pool, BATCH, LEASE_MS);
    let count = 0;
    for (const call of due) {
      if (Date.now() < pausedUntil || stopping.signal.aborted) {
        await giveBack(pool, call).catch(() => undefined);
        continue;
      }
      await deliver(call);
      count += 1;
    }
    return count;
  }

  async function round(): Promise<void> {
    try {
      // What is due may be more than a batch.
      while ((await deliverDue()) === BATCH);
    } catch (thrown) {
      onFailure(toPartylineError(thrown, "DATABASE_FAILED"), pollMs);
    }
    if (!stopping.signal.aborted) timer = setTimeout(start, pollMs);
  }
  function start(): void {
    current = round();
  }
  timer = setTimeout(start, pollMs);

  return {
    deliverDue,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await current;
    },
  };
}
