import { choice, integer, type SettingsSpec, secret, text } from "../../runtime/settings.ts";

/** Which customer relations are told of calls, and how often. */
export const crmSettings = {
  crm: choice({
    doc: "Who is told of every call: the database's own table, HubSpot's API, or nobody",
    variable: "PARTYLINE_CRM",
    fallback: "postgres",
    of: ["off", "postgres", "hubspot"],
  }),
  crmUrl: text({
    doc: "Address of the CRM's API, where it is not the vendor's own",
    variable: "CRM_API_BASE",
    fallback: "",
  }),
  crmToken: secret({
    doc: "Access token of the CRM's API; needed for HubSpot",
    variable: "CRM_ACCESS_TOKEN",
    fallback: "",
  }),
  crmUpdateIntervalMs: integer({
    doc: "Shortest time between two reports of a call that is going on, in milliseconds; its end is reported at once",
    variable: "CRM_UPDATE_INTERVAL_MS",
    fallback: 5_000,
    min: 100,
    max: 3_600_000,
  }),
} as const satisfies SettingsSpec;
