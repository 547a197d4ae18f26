/** Rows of the transition table for what is added, taken off or changed while an order waits for its PIN or its yes. */
import { defaults } from "./default-transitions.ts";
import type { Row } from "./row.ts";
import { basketHere } from "./shared-rows.ts";

/** The row, after a change of what is about to be ordered. */
export function unlessChanged(row: Row): Row {
  return [basketHere, ...row];
}

/** What may be meant by a change, with what it means otherwise. */
export const basketAtCounter = {
  "intent:orderProduct": unlessChanged(defaults["intent:orderProduct"]),
  "intent:selectProduct": unlessChanged(defaults["intent:selectProduct"]),
  "intent:changeQuantity": unlessChanged(defaults["intent:changeQuantity"]),
  "intent:refineSearch": unlessChanged(defaults["intent:refineSearch"]),
  "intent:searchProducts": unlessChanged(defaults["intent:searchProducts"]),
  "intent:returnItems": unlessChanged(defaults["intent:returnItems"]),
  "intent:goBack": unlessChanged(defaults["intent:goBack"]),
} as const satisfies { readonly [trigger: string]: Row };
