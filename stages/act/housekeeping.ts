/** What the worker does beside the calls: reservations and links that ran out, receipts, payments without a known end, and orders whose goods have come. */
import type { AwaitedPayments } from "../../connectors/orders/port.ts";
import type { SettingsOf } from "../../runtime/settings.ts";
import { fulfilBackorders } from "./backorders.ts";
import { moveAllDue } from "./order-money.ts";
import { endOverdue, openPayerApproval } from "./payer-approval.ts";
import { sendReceipts } from "./receipts.ts";
import { type Reconciliation, reclaim, reconcile } from "./reconcile.ts";
import type { settings } from "./settings.ts";

type Reached = Parameters<typeof reclaim>[0] &
  Parameters<typeof moveAllDue>[0] &
  Parameters<typeof endOverdue>[0] &
  Parameters<typeof openPayerApproval>[0] &
  Omit<Parameters<typeof fulfilBackorders>[0], "lateApproval"> &
  Parameters<typeof sendReceipts>[0] & {
    readonly awaitedAfterCall: AwaitedPayments;
    readonly customers: { forgetCodes(): Promise<number> };
  };
type Schedule = Pick<
  SettingsOf<typeof settings>,
  | "smsSignature"
  | "housekeepingIntervalMs"
  | "reconcilePendingMs"
  | "reconcileUnknownMs"
  | "giveUpPaymentMs"
  | "reclaimIntervalMs"
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
  const lateApproval = openPayerApproval({ ...reached, awaited: reached.awaitedAfterCall }, schedule);

  /** The provider's list is long, so it is asked for seldom: at the start, since a worker may have died, and then at its own interval. */
  async function reclaimSometimes(): Promise<void> {
    const now = Date.now();
    if (now - reclaimedAt < schedule.reclaimIntervalMs) return;
    const found = await reclaim(reached, { now, sinceMs: now - RECLAIM_REACH_MS });
    reclaimedAt = now;
    if (found.refunded + found.released + found.failed > 0)
      log.warn({ code: "ABORTED", ...found }, "charges of orders that were given up");
  }

  /** What fails is tried again by the next run, and keeps nothing else from being done. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn({ code: "DATABASE_FAILED", error: String(error) }, "housekeeping failed, it is tried again");
    }
  }

  const chores: readonly (() => Promise<void>)[] = [
    async () => {
      const released = await reached.orders.releaseExpired(LIMIT);
      if (released > 0) log.info({ released }, "reservations ran out");
    },
    async () => {
      const settled = await reconcile(reached, {
        now: Date.now(),
        giveUpAfterMs: schedule.giveUpPaymentMs,
        pendingForMs: schedule.reconcilePendingMs,
        unknownForMs: schedule.reconcileUnknownMs,
        limit: LIMIT,
      });
      if (hasNews(settled)) log.info({ ...settled }, "payments reconciled");
    },
    async () => {
      const money = await moveAllDue(reached, LIMIT);
      if (money.moved + money.declined > 0) log.info({ ...money }, "money of orders moved");
      if (money.stuck > 0) log.warn({ code: "VENDOR_REFUSED", ...money }, "money of orders needs a person");
    },
    async () => {
      const backorders = await fulfilBackorders({ ...reached, lateApproval }, LIMIT);
      if (backorders.paid + backorders.asked + backorders.givenUp + backorders.lapsed > 0)
        log.info({ ...backorders }, "orders whose goods were awaited");
    },
    async () => {
      const overdue = await endOverdue(reached, LIMIT);
      if (overdue.released + overdue.paid + overdue.failed > 0) log.info({ ...overdue }, "payment links ran out");
    },
    async () => {
      const receipts = await sendReceipts(reached, schedule, LIMIT);
      if (receipts.sent + receipts.unsent > 0) log.info({ ...receipts }, "receipts sent");
    },
    async () => void (await reached.customers.forgetCodes()),
    reclaimSometimes,
  ];

  async function run(): Promise<void> {
    for (const chore of chores) await attempt(chore);
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

function hasNews({ paid, held, released, refunded, failed }: Reconciliation): boolean {
  return paid + held + released + refunded + failed > 0;
}
