import { openCardEntry } from "./card-entry.ts";
import { createOrderMoney } from "./order-money.ts";
import { openPayerApproval } from "./payer-approval.ts";
import type { ActPorts } from "./ports.ts";

type Reached = Parameters<typeof createOrderMoney>[0] &
  Parameters<typeof openPayerApproval>[0] &
  Parameters<typeof openCardEntry>[0];

/** The roles that the stage fills itself, out of what its adapters offer. */
export function ownPorts(
  reached: Reached,
  config: Parameters<typeof openPayerApproval>[1],
): Pick<ActPorts, "orderMoney" | "payerApproval" | "cardEntry"> {
  return {
    orderMoney: createOrderMoney(reached),
    payerApproval: openPayerApproval(reached, config),
    cardEntry: openCardEntry(reached),
  };
}
