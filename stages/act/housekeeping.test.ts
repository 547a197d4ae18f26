import assert from "node:assert/strict";
import { it } from "node:test";
import { startHousekeeping } from "./housekeeping.ts";

it("does everything else although one thing fails each time", async () => {
  const done: string[] = [];
  const nothing = (name: string) => async () => {
    done.push(name);
    return [];
  };
  const failing = async () => {
    throw new Error("a reservation that cannot be given back");
  };
  const reached = {
    orders: { releaseExpired: failing, unsettled: nothing("unsettled"), givenUp: nothing("givenUp") },
    payments: { listCharges: async () => ({ charges: [] }) },
    dueMoney: { dueMovements: nothing("dueMovements") },
    backorders: { overdueHolds: nothing("overdueHolds"), ready: nothing("ready") },
    awaited: { overdueLinks: nothing("overdueLinks") },
    links: {},
    receipts: { claimDue: nothing("receipts") },
    sms: { messaging: {}, isConfigured: true },
    customers: { forgetCodes: nothing("forgetCodes") },
  } as unknown as Parameters<typeof startHousekeeping>[0];
  const schedule = {
    smsSignature: "",
    housekeepingIntervalMs: 60_000,
    reconcilePendingMs: 60_000,
    reconcileUnknownMs: 10_000,
    giveUpPaymentMs: 600_000,
    reclaimIntervalMs: 600_000,
  };
  const warnings: object[] = [];
  const log = { info: () => undefined, warn: (fields: object) => void warnings.push(fields) };
  await startHousekeeping(reached, schedule, log).stop();
  assert.deepEqual(done, [
    "unsettled",
    "dueMovements",
    "overdueHolds",
    "ready",
    "overdueLinks",
    "receipts",
    "forgetCodes",
  ]);
  assert.equal(warnings.length, 1);
});
