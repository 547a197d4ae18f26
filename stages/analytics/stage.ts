import { defineStage } from "../../runtime/stage.ts";
import { type InputTopic, type Ports, step } from "./core.ts";
import { settings } from "./settings.ts";

export const stage = defineStage<InputTopic, never, null, Ports, typeof settings>({
  name: "analytics",
  summary: "Turns, calls, conversion and cost in PostgreSQL; every record in a hash-chained audit log",
  inputs: ["calls", "playback", "transcripts", "intents", "toolCalls", "toolResults", "responses", "risk"],
  outputs: [],
  ports: ["warehouse", "interactions"],
  state: "memory",
  reading: "shared",
  pace: "batched",
  settings,
  step,
});
