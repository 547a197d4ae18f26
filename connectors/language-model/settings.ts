import { type SettingsSpec, secret, text } from "../../runtime/settings.ts";

/** Access to the Gemini API. */
export const geminiSettings = {
  geminiApiKey: secret({
    doc: "Key of the Gemini API; needed when a language model is asked",
    variable: "GEMINI_API_KEY",
    fallback: "",
  }),
  geminiModel: text({
    doc: "Model that is asked",
    variable: "GEMINI_MODEL",
    fallback: "gemini-2.5-flash",
  }),
  geminiApiBase: text({
    doc: "Address of the Gemini API where it is not the vendor's own, e.g. that of the simulator",
    variable: "GEMINI_API_BASE",
    fallback: "",
  }),
} as const satisfies SettingsSpec;
