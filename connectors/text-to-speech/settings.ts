import { type SettingsSpec, text } from "../../runtime/settings.ts";

/** Google Cloud Text-to-Speech. */
export const textToSpeechSettings = {
  textToSpeechEndpoint: text({
    variable: "GOOGLE_TEXT_TO_SPEECH_ENDPOINT",
    doc: "host:port of a Text-to-Speech simulator, spoken to without TLS; empty for Google's own.",
    fallback: "",
  }),
  voice: text({ variable: "GOOGLE_TEXT_TO_SPEECH_VOICE", doc: "Chirp 3 HD voice.", fallback: "en-US-Chirp3-HD-Aoede" }),
} as const satisfies SettingsSpec;
