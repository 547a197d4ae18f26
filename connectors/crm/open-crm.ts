import type pg from "pg";
import { PartylineError } from "../../runtime/errors.ts";
import type { SettingsOf } from "../../runtime/settings.ts";
import { createHubspotCrm } from "./hubspot.ts";
import type { Crm } from "./port.ts";
import { createPostgresCrm } from "./postgres.ts";
import type { crmSettings } from "./settings.ts";

/** The customer relations that the settings name; null when nobody is told. Throws SETTINGS_INVALID when HubSpot has no token. */
export function openCrm(
  settings: Pick<SettingsOf<typeof crmSettings>, "crm" | "crmUrl" | "crmToken">,
  pool: pg.Pool,
): Crm | null {
  switch (settings.crm) {
    case "off":
      return null;
    case "postgres":
      return createPostgresCrm(pool);
    case "hubspot":
      if (settings.crmToken === "")
        throw new PartylineError("SETTINGS_INVALID", "PARTYLINE_CRM is hubspot, so CRM_ACCESS_TOKEN must be set");
      return createHubspotCrm({
        accessToken: settings.crmToken,
        ...(settings.crmUrl === "" ? {} : { baseUrl: settings.crmUrl }),
      });
  }
}
