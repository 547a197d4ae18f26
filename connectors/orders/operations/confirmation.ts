import { createHash } from "node:crypto";
import { no, type Refused } from "./operation-refusal.ts";
import type { OrderRules } from "./order-rules.ts";
import type { Actor, ReadBack } from "./port.ts";

/** The refusal of what the rules want a yes to that has not been said to exactly this; null when nothing is missing. */
export function missingYes(
  operation: OrderRules["confirm"][number],
  actor: Actor,
  rules: OrderRules,
  asked: { readonly covered: readonly unknown[]; readonly told: Omit<ReadBack, "confirmation"> },
): Refused | null {
  if (actor.kind === "staff" || !rules.confirm.includes(operation)) return null;
  const confirmation = createHash("sha256")
    .update(JSON.stringify([operation, ...asked.covered]))
    .digest("hex");
  return actor.confirmation === confirmation ? null : no("notConfirmed", { ...asked.told, confirmation });
}
