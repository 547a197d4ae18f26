import { defineStage } from "../../runtime/stage.ts";
import { step } from "./core.ts";
import { settings } from "./settings.ts";

export { settings } from "./settings.ts";

export const stage = defineStage({
  name: "answer",
  summary: "Holds the phone call: webhooks, media, voice activity, barge-in, playback, keys",
  inputs: ["audioOut", "responses", "risk"],
  outputs: ["calls", "audioIn", "playback"],
  ports: ["telephony"],
  state: "memory",
  reading: "own",
  settings,
  step,
});
