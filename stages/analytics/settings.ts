import { crmSettings } from "../../connectors/crm/settings.ts";
import { postgresSettings } from "../../connectors/postgres/settings.ts";
import { callerKeySettings } from "../../connectors/risk-history/settings.ts";
import { integer, type SettingsOf, type SettingsSpec } from "../../runtime/settings.ts";

export const settings = {
  ...postgresSettings,
  ...callerKeySettings,
  ...crmSettings,
  auditChains: integer({
    doc: "Hash chains of the audit log: as many as topics have partitions, so that no two workers append to one",
    fallback: 12,
    min: 1,
    max: 1_000,
  }),
  writeDelayMs: integer({
    doc: "How long records are collected for one transaction, in milliseconds: nobody waits for these rows, and callers wait for the same database",
    fallback: 500,
    min: 0,
    max: 60_000,
  }),
  maxWaitingWrites: integer({
    doc: "Writes that may wait while the database is away; with more the worker ends, and its inputs are read again by the next",
    fallback: 20_000,
    min: 100,
    max: 1_000_000,
  }),
} as const satisfies SettingsSpec;

export type Config = SettingsOf<typeof settings>;
