import { sealDigits } from "../../../runtime/sealed-digits.ts";
import { stamped } from "../../../runtime/testing/record.ts";
import { noToolArguments, type Tool, type ToolArguments, type ToolCalled } from "../../../schemas/generated/records.ts";
import { tools } from "../tools.ts";

/** Key under which PINs are sealed in tests. */
export const proofKey = "the key of the tests, 32 characters";

/** A PIN or code as a tool call has it. */
export function sealed(digits: string, callSid = "CA00000000000000000000000000000001"): string {
  return sealDigits(proofKey, callSid, "key", digits);
}

/** An address as a caller's words give it. */
export const foundry = {
  line1: "9 Foundry Square",
  line2: "",
  city: "Albany",
  state: "NY",
  postalCode: "12210",
  country: "US",
  label: null,
};

/** Arguments that each tool takes. */
export const goodArguments: { readonly [T in Exclude<Tool, "none">]: Partial<ToolArguments> } = {
  searchProducts: { query: "a kettle", priceMaxMinor: 4_000, quantity: 2, sort: "priceAscending" },
  getProductDetails: { productId: "kettle", question: "is it loud?" },
  quoteOrder: { productId: "kettle", quantity: 2 },
  applyDiscount: { quoteId: "q-1", discountCode: "WELCOME" },
  cancelQuote: { quoteId: "q-1" },
  placeOrder: { quoteId: "q-1", quoteHash: "a".repeat(64), cardId: "card-1" },
  verifyIdentity: { digits: sealed("4071"), callerNumber: "+12025550143" },
  sendCode: { callerNumber: "+12025550143" },
  awaitPayment: { quoteId: "q-1" },
  sendLinkAgain: {},
  addCard: { paymentMethodRef: "pm_1" },
  checkOrderStatus: { orderNumber: "204817" },
  getOrderDetails: { orderNumber: "204817" },
  cancelOrder: { orderNumber: "204817", cancelReason: "no longer needed" },
  returnItems: { orderNumber: "204817", productIds: ["kettle", "kettle"], methodId: "card-1" },
  exchangeItems: { orderNumber: "204817", productIds: ["kettle"], newProductIds: ["kettle-large"] },
  changeOrderAddress: { orderNumber: "204817", address: foundry },
  changeOrderPayment: { orderNumber: "204817", methodId: "card-2" },
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
    arguments: { ...noToolArguments, ...goodArguments[tool], ...given.arguments },
    isConfirmed: given.isConfirmed ?? true,
  });
}
