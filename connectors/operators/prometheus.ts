import { Counter, type Registry } from "prom-client";
import type { Operators } from "./port.ts";

/** Tells the operators by a worker's metrics; deploy/alerts says which of them call somebody. */
export function openOperators(registry: Registry): Operators {
  const unassessed = new Counter({
    name: "partyline_refused_unassessed_total",
    help: "Tool calls that were refused because nobody had assessed their risk",
    labelNames: ["tool"],
    registers: [registry],
  });
  return { noteUnassessed: async ({ tool }) => unassessed.inc({ tool }) };
}
