import { defineStage } from "../../runtime/stage.ts";
import { step } from "./core.ts";
import { settings } from "./settings.ts";

export { settings };

/** The call's dialogue: a state machine that asks, confirms and decides. */
export const stage = defineStage({
  name: "converse",
  summary: "Leads the dialogue: asks, confirms, decides; says only what is committed",
  inputs: ["intents", "toolResults", "calls", "risk", "playback"],
  outputs: ["toolCalls", "responses"],
  ports: [],
  state: "session",
  reading: "shared",
  settings,
  step,
});
