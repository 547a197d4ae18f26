import { defineStage } from "../../runtime/stage.ts";
import { step } from "./core.ts";
import { settings } from "./settings.ts";
import { durable, type Ports, type State } from "./state.ts";

export const stage = defineStage<
  "audioIn" | "calls" | "playback" | "responses",
  "transcripts",
  State,
  Ports,
  typeof settings
>({
  name: "transcribe",
  summary: "One streaming recognition per call; rotation before the vendor's limit; end of turn",
  inputs: ["audioIn", "calls", "playback", "responses"],
  outputs: ["transcripts"],
  ports: ["speechToText"],
  state: "session",
  reading: "shared",
  settings,
  durable,
  step,
});
