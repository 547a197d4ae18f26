import { defineStage } from "../../runtime/stage.ts";
import { type State, step } from "./core.ts";
import type { ActPorts } from "./ports.ts";
import { settings } from "./settings.ts";

export { settings };

/** The only stage that touches money, stock and customers. */
export const stage = defineStage<"toolCalls" | "risk" | "calls", "toolResults", State, ActPorts, typeof settings>({
  name: "act",
  summary: "Does what was asked: permission, limits, identity, idempotency, execution",
  inputs: ["toolCalls", "risk", "calls"],
  outputs: ["toolResults"],
  ports: [
    "catalogue",
    "orders",
    "orderOperations",
    "orderMoney",
    "customers",
    "payments",
    "holds",
    "payerApproval",
    "cardEntry",
    "operators",
  ],
  state: "session",
  reading: "shared",
  settings,
  step,
});
