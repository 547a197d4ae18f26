/** What the worker does beside the calls: reservations and links that ran out, and payments without a known end. */
import type { SettingsOf } from "../../runtime/settings.ts";
import { moveAllDue } from "./order-money.ts";
import { endOverdue } from "./payer-approval.ts";
import { type Reconciliation, reclaim, reconcile } from "./reconcile.ts";
import type { settings } from "./settings.ts";

type Reached = Parameters<typeof reclaim>[0] &
  Parameters<typeof moveAllDue>[0] &
  Parameters<typeof endOverdue>[0] & { readonly customers: { forgetCodes(): Promise<number> } };
type Schedule = Pick<
  SettingsOf<typeof settings>,
  "housekeepingIntervalMs" | "reconcilePendingMs" | "reconcileUnknownMs" | "giveUpPaymentMs" | "reclaimIntervalMs"
>;
type Log = { info(fields: object, message: string): void; warn(fields: object, message: string): void };

/** How far back the provider's charges are looked through: longer than a session, and so a worker that goes on with one, can live. `npm run reconcile -- --payments` looks further. */
const RECLAIM_REACH_MS = 3 * 3_600_000;
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

  let reclaimedAt = Number.NEGATIVE_INFINITY;

  /** The provider's list is long, so it is asked for seldom: at the start, since a worker may have died, and then at its own interval. */
  async function reclaimSometimes(): Promise<void> {
    const now = Date.now();
    if (now - reclaimedAt < schedule.reclaimIntervalMs) return;
    const { refunded, failed } = await reclaim(reached, { now, sinceMs: now - RECLAIM_REACH_MS });
    reclaimedAt = now;
    if (refunded + failed > 0) log.warn({ code: "ABORTED", refunded, failed }, "charges of orders that were given up");
  }

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
      const money = await moveAllDue(reached, LIMIT);
      if (money.moved + money.declined > 0) log.info({ ...money }, "money of orders moved");
      if (money.stuck > 0) log.warn({ code: "VENDOR_REFUSED", ...money }, "money of orders needs a person");
      const overdue = await endOverdue(reached, LIMIT);
      await reached.customers.forgetCodes();
      if (overdue.released + overdue.paid + overdue.failed > 0) log.info({ ...overdue }, "payment links ran out");
      if (released > 0) log.info({ released }, "reservations ran out");
      if (hasNews(settled)) log.info({ ...settled }, "payments reconciled");
      await reclaimSometimes();
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
