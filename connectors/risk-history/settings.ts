import { type SettingsSpec, secret } from "../../runtime/settings.ts";

/** How callers are remembered without their numbers; the same for every stage that does, so that what they keep can be joined. */
export const callerKeySettings = {
  riskKey: secret({
    doc: "Key of the hashes under which callers are remembered. Another key forgets everybody.",
    variable: "RISK_KEY",
  }),
} as const satisfies SettingsSpec;
