import { stamped } from "../../../runtime/testing/record.ts";
import type { Tool, ToolArguments, ToolCalled } from "../../../schemas/generated/records.ts";
import { tools } from "../tools.ts";

export const noArguments: ToolArguments = {
  query: null,
  priceMinMinor: null,
  priceMaxMinor: null,
  sort: null,
  productId: null,
  question: null,
  quantity: null,
  quoteId: null,
  quoteHash: null,
  cardId: null,
  orderNumber: null,
  discountCode: null,
  digits: null,
  callerNumber: null,
};

/** Arguments that each tool takes. */
export const goodArguments: { readonly [T in Exclude<Tool, "none">]: Partial<ToolArguments> } = {
  searchProducts: { query: "a kettle", priceMaxMinor: 4_000, quantity: 2, sort: "priceAscending" },
  getProductDetails: { productId: "kettle", question: "is it loud?" },
  quoteOrder: { productId: "kettle", quantity: 2 },
  applyDiscount: { quoteId: "q-1", discountCode: "WELCOME" },
  cancelQuote: { quoteId: "q-1" },
  placeOrder: { quoteId: "q-1", quoteHash: "a".repeat(64), cardId: "card-1" },
  verifyIdentity: { digits: "4071", callerNumber: "+12025550143" },
  checkOrderStatus: { orderNumber: "204817" },
};

/** A record that asks for a tool, as it would be right, but for what is given. */
export function toolCalled(
  tool: Exclude<Tool, "none">,
  given: {
    eventId?: string;
    intent?: ToolCalled["intent"];
    arguments?: Partial<ToolArguments>;
    isConfirmed?: boolean;
  } = {},
): ToolCalled {
  const { intents } = tools[tool];
  return stamped("ToolCalled", {
    eventId: given.eventId ?? "call-1",
    turn: 3,
    tool,
    intent: given.intent ?? (intents === "any" ? "unclear" : (intents[0] ?? "unclear")),
    arguments: { ...noArguments, ...goodArguments[tool], ...given.arguments },
    isConfirmed: given.isConfirmed ?? true,
  });
}
