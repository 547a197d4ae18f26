import { defineStage } from "../../runtime/stage.ts";
import { step } from "./core.ts";
import { settings } from "./settings.ts";

export { settings } from "./settings.ts";

export const stage = defineStage({
  name: "interpret",
  summary: "Finds out what the caller means",
  inputs: ["transcripts", "toolResults"],
  outputs: ["intents"],
  ports: ["languageModel", "localReasoner"],
  state: "session",
  reading: "shared",
  settings,
  step,
});
