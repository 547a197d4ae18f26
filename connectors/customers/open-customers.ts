import type pg from "pg";
import type { SettingsOf } from "../../runtime/settings.ts";
import type { Messaging } from "../messaging/port.ts";
import { createPostgresCardHolders } from "./card-holders.ts";
import type { CardHolders, Customers } from "./port.ts";
import { type CustomerKeeping, createPostgresCustomers } from "./postgres.ts";
import { withSealedDigits } from "./sealed-tries.ts";
import type { customerSettings, proofSettings } from "./settings.ts";

type Config = SettingsOf<typeof customerSettings & typeof proofSettings> & { readonly smsSignature: string };
type Sms = { readonly messaging: Messaging; readonly isConfigured: boolean };
type Log = { warn(fields: object, message: string): void };

/** Customers as the settings say, with their cards: codes are offered only where messages can be sent. */
export function openCustomers(
  pool: pg.Pool,
  config: Config,
  sms: Sms,
  log: Log,
): Customers & CustomerKeeping & CardHolders {
  const { messaging } = sms;
  const onFailure = (): void => log.warn({ code: "VENDOR_UNAVAILABLE" }, "a code was not sent");
  const areCodesSent = config.areCodesOffered && sms.isConfigured;
  const codes = areCodesSent ? { messaging, signature: config.smsSignature, onFailure } : null;
  const customers = withSealedDigits(createPostgresCustomers({ pool, codes }), config.proofKey);
  return { ...customers, ...createPostgresCardHolders({ pool }) };
}
