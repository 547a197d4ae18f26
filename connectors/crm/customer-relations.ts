/** Everything that telling of calls needs, composed from settings. */
import { Gauge, type Registry } from "prom-client";
import type { PartylineError } from "../../runtime/errors.ts";
import type { SettingsOf } from "../../runtime/settings.ts";
import type { RecordName } from "../../schemas/generated/records.ts";
import { createPool, type Queryable } from "../postgres/pool.ts";
import type { postgresSettings } from "../postgres/settings.ts";
import { startDelivery } from "./delivery.ts";
import { createInteractions, noInteractions } from "./interactions.ts";
import { openCrm } from "./open-crm.ts";
import { countWaiting, noteChanges } from "./outbox.ts";
import type { Interactions } from "./port.ts";
import type { crmSettings } from "./settings.ts";

/** A record of which more is known now, as far as this must look at it. */
type Noted = {
  readonly record: { readonly callSid: string; readonly type: RecordName };
  /** Null when it tells nothing of its call. */
  readonly callFacts: unknown;
};

export type CustomerRelations = {
  readonly interactions: Interactions;
  /** To be run in the transaction that stores what the records tell. */
  noteChanges(transaction: Queryable, batch: readonly Noted[]): Promise<void>;
  close(): Promise<void>;
};

const telling: readonly RecordName[] = ["IntentRecognised", "ToolSucceeded", "ToolRefused", "ToolFailed"];

/** Opens the outbox and starts delivering what is in it; does nothing at all when nobody is to be told. Throws SETTINGS_INVALID. */
export function openCustomerRelations(
  config: SettingsOf<typeof crmSettings> & SettingsOf<typeof postgresSettings>,
  metrics: Registry,
  onFailure: (error: PartylineError, pauseMs: number) => void,
): CustomerRelations {
  const pool = createPool({ ...config, applicationName: "partyline analytics crm", maxConnections: 2 });
  const crm = openCrm(config, pool);
  if (crm === null)
    return {
      interactions: noInteractions,
      noteChanges: async () => {},
      close: () => pool.end(),
    };
  const delivery = startDelivery({ pool, crm, intervalMs: config.crmUpdateIntervalMs, onFailure });
  const closing = new AbortController();
  new Gauge({
    name: "partyline_crm_waiting_calls",
    help: "Calls of which something has still to be told to the customer relations",
    registers: [metrics],
    async collect() {
      this.set(await countWaiting(pool).catch(() => Number.NaN));
    },
  });
  return {
    interactions: createInteractions(pool, closing.signal),
    noteChanges: (transaction, batch) =>
      noteChanges(
        transaction,
        batch
          .filter(({ record, callFacts }) => callFacts !== null || telling.includes(record.type))
          .map(({ record }) => ({ callSid: record.callSid, hasEnded: record.type === "CallEnded" })),
      ),
    async close() {
      closing.abort();
      await delivery.stop();
      await pool.end();
    },
  };
}
