import { textToSpeechSettings } from "../../connectors/text-to-speech/settings.ts";
import { integer, type SettingsOf, type SettingsSpec, text } from "../../runtime/settings.ts";

export const settings = {
  ...textToSpeechSettings,
  languageCode: text({ doc: "Language that the agent speaks, BCP 47.", fallback: "en-US" }),
  maxAttempts: integer({ doc: "How often a sentence is tried before it is left out.", fallback: 2, min: 1, max: 5 }),
} as const satisfies SettingsSpec;

export type Config = SettingsOf<typeof settings>;
