import { defineStage } from "../../runtime/stage.ts";
import { type Ports, type State, step } from "./core.ts";
import { settings } from "./settings.ts";

export const stage = defineStage<"responses" | "calls" | "playback", "audioOut", State, Ports, typeof settings>({
  name: "speak",
  summary: "Streaming synthesis, first sentence first; fixed phrases from memory; µ-law 8 kHz",
  inputs: ["responses", "calls", "playback"],
  outputs: ["audioOut"],
  ports: ["textToSpeech"],
  state: "session",
  reading: "shared",
  settings,
  step,
});
