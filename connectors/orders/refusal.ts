import type { OrderRefusal } from "./port.ts";

/** A refusal before its time is taken. */
export type Refusal = Omit<OrderRefusal, "storeWaitMs">;

/** A refusal for a reason. */
export function refusal(
  reason: OrderRefusal["reason"],
  details: { readonly limit?: number; readonly availableQuantity?: number } = {},
): Refusal {
  return {
    status: "refused",
    reason,
    limit: details.limit ?? null,
    availableQuantity: details.availableQuantity ?? null,
  };
}
