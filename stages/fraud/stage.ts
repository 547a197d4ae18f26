import { defineStage } from "../../runtime/stage.ts";
import { type InputTopic, type Ports, type State, step } from "./core.ts";
import { settings } from "./settings.ts";

export const stage = defineStage<InputTopic, "risk", State, Ports, typeof settings>({
  name: "fraud",
  summary: "Event-time features of caller and call, rules as data, one risk assessment for every event",
  inputs: ["calls", "transcripts", "intents", "toolCalls", "toolResults"],
  outputs: ["risk"],
  ports: ["riskHistory"],
  state: "session",
  reading: "shared",
  settings,
  step,
});
