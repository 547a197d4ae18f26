/** Actions of ordering the same as last time. What the last order was is asked of the database once the caller has proven who they are, never before. */
import { proven } from "./identity-actions.ts";
import { quoteFor, spokenNumber } from "./order-actions.ts";
import { phrase, said } from "./phrases.ts";
import type { Action, Deed } from "./scene.ts";
import { focusOn, pieces } from "./search-actions.ts";
import { count, joined } from "./spoken-numbers.ts";
import { thanks } from "./talk-actions.ts";
import { lineText } from "./wording.ts";

function lookUp(orderNumber: string | null): NonNullable<Deed["call"]> {
  return { tool: "checkOrderStatus", arguments: { orderNumber } };
}

export const reorderActions = {
  askPinForReorder: ({ intent }) => ({
    memory: {
      purpose: "reorder",
      isIdentityProven: false,
      keyedDigits: "",
      orderNumber: spokenNumber(intent?.entities.orderNumber),
      wantedQuantity: pieces(intent?.entities.quantity ?? null),
    },
    say: [phrase("pin-reorder")],
  }),
  lookUpLastOrder: ({ memory, intent }) => ({
    memory: { purpose: "reorder", orderNumber: null, wantedQuantity: pieces(intent?.entities.quantity ?? null) },
    call: lookUp(spokenNumber(intent?.entities.orderNumber) ?? memory.toldOrder),
  }),
  welcomeAndLookUpLastOrder: (scene) => ({
    memory: { ...proven(scene), orderNumber: null },
    say: [thanks(scene.success?.customerName ?? null)],
    call: lookUp(scene.memory.orderNumber),
  }),
  /** What was ordered may be gone or cost something else by now: the product is asked for as it is today. */
  lookUpLastThing: ({ memory, success }) => {
    const line = success?.order?.lines[0];
    if (line === undefined) return {};
    return {
      memory: { wantedQuantity: memory.wantedQuantity ?? line.quantity },
      call: { tool: "getProductDetails", arguments: { productId: line.productId } },
    };
  },
  quoteLastOrder: ({ memory, success }) => {
    const product = success?.products[0];
    if (product === undefined) return {};
    const quantity = memory.wantedQuantity ?? 1;
    const things = quantity === 1 ? `the ${product.spokenName}` : `${count(quantity)} times the ${product.spokenName}`;
    return {
      memory: { ...focusOn(memory, product), purpose: null, wantedQuantity: quantity },
      say: [said(`Again, ${things}.`)],
      call: { tool: "quoteOrder", arguments: { productId: product.productId, quantity } },
    };
  },
  /** Several products are quoted as they are today; what is not sold any more is said then. */
  quoteLastThings: ({ success }) => {
    const lines = success?.order?.lines ?? [];
    const deed = quoteFor(
      lines.map(({ productId, quantity }) => ({ productId, quantity })),
      { purpose: null, focus: null },
    );
    return { ...deed, say: [said(`Again, ${joined(lines.map(lineText))}.`)] };
  },
} as const satisfies { readonly [name: string]: Action };
