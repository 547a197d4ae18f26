import { choice, integer, type SettingsSpec, text } from "../../runtime/settings.ts";

/** Google Cloud Speech-to-Text. */
export const speechToTextSettings = {
  googleProject: text({
    variable: "GOOGLE_CLOUD_PROJECT",
    doc: "Google Cloud project; the simulator takes any.",
    fallback: "partyline-local",
  }),
  speechApi: choice({
    variable: "GOOGLE_SPEECH_API",
    doc: "Version of the Speech API.",
    fallback: "v2",
    of: ["v1", "v2"],
  }),
  speechModel: text({ variable: "GOOGLE_SPEECH_MODEL", doc: "Recognition model.", fallback: "telephony" }),
  speechEndpoint: text({
    variable: "GOOGLE_SPEECH_ENDPOINT",
    doc: "host:port of a Speech simulator, spoken to without TLS; empty for Google's own.",
    fallback: "",
  }),
  speechRotateMs: integer({
    variable: "GOOGLE_SPEECH_ROTATE_MS",
    doc: "Age at which a recognition stream is replaced, before the vendor's limit of five minutes, in milliseconds.",
    fallback: 240_000,
    min: 1_000,
    max: 285_000,
  }),
} as const satisfies SettingsSpec;
