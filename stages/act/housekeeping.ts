/** What the worker does beside the calls: reservations that ran out, and payments without a known end. */
import type { SettingsOf } from "../../runtime/settings.ts";
import { type Reconciliation, reconcile } from "./reconcile.ts";
import type { settings } from "./settings.ts";

type Reached = Parameters<typeof reconcile>[0];
type Schedule = Pick<
  SettingsOf<typeof settings>,
  "housekeepingIntervalMs" | "reconcilePendingMs" | "reconcileUnknownMs" | "giveUpPaymentMs"
>;
type Log = { info(fields: object, message: string): void; warn(fields: object, message: string): void };

/** Work of one run. */
const LIMIT = 50;

/**
 * Runs at once and then at the interval, one run after another, until stopped; `stop` waits for the run under way. A run that fails is logged, and
 * the next one tries again.
 */
export function startHousekeeping(reached: Reached, schedule: Schedule, log: Log): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay = Promise.resolve();

  async function run(): Promise<void> {
    try {
      const released = await reached.orders.releaseExpired(LIMIT);
      const settled = await reconcile(reached, {
        now: Date.now(),
        giveUpAfterMs: schedule.giveUpPaymentMs,
        pendingForMs: schedule.reconcilePendingMs,
        unknownForMs: schedule.reconcileUnknownMs,
        limit: LIMIT,
      });
      if (released > 0) log.info({ released }, "reservations ran out");
      if (hasNews(settled)) log.info({ ...settled }, "payments reconciled");
    } catch (error) {
      log.warn({ code: "DATABASE_FAILED", error: String(error) }, "housekeeping failed, it is tried again");
    }
    if (!isStopped) timer = setTimeout(begin, schedule.housekeepingIntervalMs);
  }

  function begin(): void {
    underWay = run();
  }

  begin();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

function hasNews({ paid, released, refunded, failed }: Reconciliation): boolean {
  return paid + released + refunded + failed > 0;
}
