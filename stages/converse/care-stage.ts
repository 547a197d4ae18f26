/** Taking care of an order: from what was known and what just happened to what comes next. Pure. */
import { type Care, type CareQuestion, type CareWish, careWishes, chosenOrder, isOpen } from "./care.ts";
import { filled } from "./care-filling.ts";
import type { Scene } from "./scene.ts";

/** The words of a wish, with what a reasoner read from them beyond their letters. */
function wordsOf(intent: Scene["intent"]): string {
  if (intent === null) return "";
  const { cancelReason, paymentMethod, address, productName } = intent.entities;
  const read = [cancelReason, paymentMethod, address, productName].filter(
    (part) => part !== null && !intent.text.toLowerCase().includes(part.toLowerCase()),
  );
  return [intent.text, ...read].join(", ");
}

/** A wish, as it was said; the order that was talked of before is what "it" means. */
export function begunCare({ memory, intent }: Scene, wish: CareWish): Care {
  return {
    wish,
    words: wordsOf(intent),
    orderNumber: intent?.entities.orderNumber?.replaceAll(/[^0-9]/g, "") || null,
    hint: memory.care?.chosen ?? memory.order?.orderNumber ?? null,
    quantity: intent?.entities.quantity ?? null,
    orders: null,
    methods: [],
    addresses: [],
    chosen: null,
    candidates: [],
    productIds: null,
    replacement: intent?.entities.replacement ?? null,
    variants: null,
    isSearched: false,
    newProductId: null,
    reason: null,
    partial: null,
    address: null,
    methodId: null,
    asked: null,
    missedCount: 0,
    readBack: null,
  };
}

/** What is known after what just happened: orders that were looked up, an answer, a key. Null when no order is taken care of, or something else is wished. */
export function careAfter(scene: Scene): Care | null {
  const { care } = scene.memory;
  if (care === null) return null;
  const { success, call, intent, digit } = scene;
  if (success !== null && call?.tool === "getOrderDetails" && call.arguments.productIds === null) {
    const { orders, methods, addresses } = success;
    return filled({ ...care, orders, methods, addresses }, { text: care.words, entities: null, digit: null });
  }
  if (success !== null && (call?.tool === "getOrderDetails" || call?.tool === "searchProducts")) {
    const known = success.products.length > 0 ? success.products : (care.variants ?? []);
    const found = { ...care, variants: known, isSearched: call.tool === "searchProducts" };
    return filled(found, { text: care.replacement ?? care.words, entities: null, digit: null });
  }
  if (intent !== null) {
    if (careWishes.some((wish) => wish === intent.intent && wish !== care.wish) && !isNaming(scene, care)) return null;
    return filled(care, { text: intent.text, entities: intent.entities, digit: null });
  }
  return digit === null ? care : filled(care, { text: "", entities: null, digit });
}

/** Whether words about an order answer the question which one, or which of its things. */
function isNaming({ intent }: Scene, { asked }: Care): boolean {
  return intent?.intent === "checkOrderStatus" && (asked === "order" || asked === "items");
}

/** What comes next. `unanswered`: what was said has nothing to do with what is missing. */
export type CareStage =
  | "none"
  | "unanswered"
  | "told"
  | "notOpen"
  | "variants"
  | "search"
  | "ready"
  | { readonly lacks: CareQuestion };

/** What is missing for a wish; the first of it is asked for. */
export function lacking(care: Care): CareStage {
  const order = chosenOrder(care);
  if (care.wish === "checkOrderStatus" && (care.chosen !== null || care.candidates.length < 2)) return "told";
  if (care.chosen === null) return { lacks: "order" };
  if (order !== null && !isOpen(care.wish, order)) return "notOpen";
  switch (care.wish) {
    case "checkOrderStatus":
      return "told";
    case "cancelOrder":
      return care.reason === null ? { lacks: "reason" } : "ready";
    case "returnItems":
      return care.productIds === null ? { lacks: "items" } : "ready";
    case "exchangeItems":
      if (care.productIds === null) return { lacks: "items" };
      if (care.variants === null) return "variants";
      if (care.newProductId !== null) return "ready";
      return care.replacement !== null && !care.isSearched ? "search" : { lacks: "replacement" };
    case "changeAddress":
      return care.address === null ? { lacks: "address" } : "ready";
    case "changePayment":
      return care.methodId === null ? { lacks: "method" } : "ready";
  }
}

function slots({ chosen, productIds, replacement, newProductId, reason, partial, address, methodId }: Care): string {
  return JSON.stringify([chosen, productIds, replacement, newProductId, reason, partial, address, methodId]);
}

/** Where taking care of an order stands after what just happened. */
export function careStage(scene: Scene): CareStage {
  const before = scene.memory.care;
  const after = careAfter(scene);
  if (before === null || after === null || after.orders === null) return "none";
  const isAnswer = scene.intent !== null || scene.digit !== null;
  return isAnswer && slots(before) === slots(after) ? "unanswered" : lacking(after);
}
