import type pg from "pg";
import type { SettingsOf } from "../../runtime/settings.ts";
import type { Messaging } from "../messaging/port.ts";
import type { Customers } from "./port.ts";
import { type CustomerKeeping, createPostgresCustomers } from "./postgres.ts";
import type { customerSettings } from "./settings.ts";

type Config = SettingsOf<typeof customerSettings> & { readonly smsSignature: string };
type Sms = { readonly messaging: Messaging; readonly isConfigured: boolean };
type Log = { warn(fields: object, message: string): void };

/** Customers as the settings say: codes are offered only where messages can be sent. */
export function openCustomers(pool: pg.Pool, config: Config, sms: Sms, log: Log): Customers & CustomerKeeping {
  if (!config.areCodesOffered || !sms.isConfigured) return createPostgresCustomers({ pool });
  const { messaging } = sms;
  const onFailure = (): void => log.warn({ code: "VENDOR_UNAVAILABLE" }, "a code was not sent");
  return createPostgresCustomers({ pool, codes: { messaging, signature: config.smsSignature, onFailure } });
}
