import { proofSettings } from "../../connectors/customers/settings.ts";
import { speechToTextSettings } from "../../connectors/speech-to-text/settings.ts";
import { integer, type SettingsOf, type SettingsSpec, text } from "../../runtime/settings.ts";

export const settings = {
  ...speechToTextSettings,
  ...proofSettings,
  languageCode: text({ doc: "Language that callers speak, BCP 47.", fallback: "en-US" }),
  openSilenceMs: integer({
    doc: "Silence that ends a turn whose words neither end a sentence nor want another word, in milliseconds.",
    fallback: 450,
    min: 100,
    max: 5_000,
  }),
  longSilenceMs: integer({
    doc: "Silence that ends a turn whatever was said, in milliseconds.",
    fallback: 700,
    min: 200,
    max: 5_000,
  }),
  coverageToleranceMs: integer({
    doc: "How much of the end of the speech the recogniser's text may leave uncovered, in milliseconds: vendors round positions.",
    fallback: 120,
    min: 0,
    max: 1_000,
  }),
  recogniserPatienceMs: integer({
    doc: "How long the recogniser's text is waited for after the end of speech while neither audio nor text comes, in milliseconds.",
    fallback: 2_000,
    min: 200,
    max: 10_000,
  }),
} as const satisfies SettingsSpec;

export type Config = SettingsOf<typeof settings>;
