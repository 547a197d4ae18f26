/** The tools that are one effect, or one and what follows from it: every tool but placeOrder. */
import type { SearchProducts } from "../../connectors/catalogue/port.ts";
import type { ClaimedIdentity } from "../../connectors/customers/port.ts";
import type { IdentityDemand, OrderRefusal, PayerApproval } from "../../connectors/orders/port.ts";
import type { CardOnFile, RefusalReason, ToolArguments } from "../../schemas/generated/records.ts";
import type { ToolCall } from "./admission.ts";
import { type Changed, careAnswer, careEffect } from "./order-care.ts";
import type { ActEffect, PortAnswer } from "./ports.ts";
import { refused, succeeded, type ToolResult, type Waits } from "./results.ts";

/** A caller who has proven who they are, before their open quote was looked at. */
export type Proven = { readonly customerName: string; readonly cards: readonly CardOnFile[] };

/** What a search for products asks the catalogue. */
export function searchOf({ query, priceMinMinor, priceMaxMinor, quantity, sort }: ToolArguments): SearchProducts {
  return { query: query ?? "", priceMinMinor, priceMaxMinor, quantity: quantity ?? 1, sort: sort ?? "relevance" };
}

/** Who the caller says they are; nothing unless name and postal code were both said. */
function claimOf({ personName, postalCode }: ToolArguments): { readonly claim?: ClaimedIdentity } {
  return personName === null || postalCode === null ? {} : { claim: { personName, postalCode } };
}

/** The effect of a tool call. */
export function singleEffect(
  call: ToolCall,
  identity: IdentityDemand,
  { proven, changed }: { readonly proven: Proven | null; readonly changed: Changed | null },
): ActEffect {
  const given = call.arguments;
  if (proven !== null) return { port: "orders", call: "reprice", key: `${call.callId}/reprice`, input: {} };
  const key = `${call.callId}/${call.tool}`;
  switch (call.tool) {
    case "searchProducts":
      return { port: "catalogue", call: "search", key, input: searchOf(given) };
    case "getProductDetails":
      return { port: "catalogue", call: "details", key, input: { productId: given.productId ?? "" } };
    case "quoteOrder": {
      const lines = given.lines ?? [{ productId: given.productId ?? "", quantity: given.quantity ?? 1 }];
      return { port: "orders", call: "quote", key, input: { lines, identity } };
    }
    case "applyDiscount": {
      const input = { quoteId: given.quoteId ?? "", discountCode: given.discountCode ?? "", identity };
      return { port: "orders", call: "applyDiscount", key, input };
    }
    case "cancelQuote":
      return { port: "orders", call: "cancelQuote", key, input: { quoteId: given.quoteId ?? "", identity } };
    case "verifyIdentity": {
      // A withheld number is an empty one on the line.
      const callerNumber = given.callerNumber === "" ? null : given.callerNumber;
      const named = given.orderNumber === null ? {} : { orderNumber: given.orderNumber };
      const input = { callerNumber, ...named, ...claimOf(given), sealedDigits: given.digits ?? "" };
      return { port: "customers", call: "verify", key, input };
    }
    case "sendCode": {
      const callerNumber = given.callerNumber === "" ? null : given.callerNumber;
      return { port: "customers", call: "sendCode", key, input: { callerNumber, ...claimOf(given) } };
    }
    case "awaitPayment":
      return { port: "payerApproval", call: "awaited", key, input: { quoteId: given.quoteId ?? "" } };
    case "sendLinkAgain":
      return { port: "payerApproval", call: "sendAgain", key, input: { identity } };
    case "addCard": {
      const input = { paymentMethodRef: given.paymentMethodRef ?? "", identity };
      return { port: "cardEntry", call: "addCard", key, input };
    }
    case "checkOrderStatus":
      return { port: "orders", call: "status", key, input: { orderNumber: given.orderNumber, identity } };
    case "getOrderDetails":
    case "cancelOrder":
    case "returnItems":
    case "exchangeItems":
    case "changeOrderAddress":
    case "changeOrderPayment":
      return careEffect(call.tool, call, identity, changed);
    case "placeOrder":
      throw new Error("placing an order is more than one effect");
  }
}

type SendAgain = Awaited<ReturnType<PayerApproval["sendAgain"]>>["status"];
/** Why a link is not sent again, with something to say. */
const linkRefusals: {
  readonly [S in SendAgain]: { readonly reason: RefusalReason; readonly sentence?: string } | null;
} = {
  sent: null,
  identityRequired: { reason: "identityRequired" },
  none: { reason: "nothingToDo", sentence: "There is no payment of yours that I'm waiting for right now." },
  limited: { reason: "overLimit", sentence: "I have sent you that link as often as I can." },
  paid: { reason: "nothingToDo", sentence: "Your payment has arrived already." },
  over: { reason: "paymentExpired", sentence: "That link can't be followed any more." },
  unreachable: { reason: "notAllowed", sentence: "I can't send a text message to the number that I have for you." },
};

/** The result that an answer means; a proof of identity is followed by a look at the quote that was made before it. */
export function answerOf(
  call: ToolCall & Waits,
  answer: PortAnswer,
  { proven, changed }: { readonly proven: Proven | null; readonly changed: Changed | null },
): ToolResult | { readonly proven: Proven } | { readonly changed: Changed } | { readonly isStillAwaited: true } {
  if (answer.outcome !== "result") throw new Error("only results mean a result");
  switch (answer.call) {
    case "search":
      return succeeded(call, { products: answer.result.products });
    case "details": {
      const { product } = answer.result;
      return product === null ? refused(call, { reason: "notFound" }) : succeeded(call, { products: [product] });
    }
    case "quote":
    case "applyDiscount": {
      const { result } = answer;
      if (result.status === "refused") return refusedBy(call, result);
      return succeeded(call, { quote: result.quote, cards: result.cards, leftLines: result.leftLines });
    }
    case "cancelQuote":
      return answer.result.status === "refused" ? refusedBy(call, answer.result) : succeeded(call, {});
    case "verify": {
      const { result } = answer;
      if (result.status === "proven") return { proven: { customerName: result.customerName, cards: result.cards } };
      if (result.status === "locked") return refused(call, { reason: "identityLocked", triesLeft: 0 });
      return refused(call, { reason: "identityRefused", triesLeft: result.triesLeft });
    }
    case "sendCode":
      if (answer.result.status === "limited") return refused(call, { reason: "overLimit" });
      return succeeded(call, {});
    case "awaited": {
      const { result } = answer;
      if (result.status === "waiting") return { isStillAwaited: true };
      return result.status === "paid"
        ? succeeded(call, { order: result.order })
        : refused(call, { reason: "paymentExpired" });
    }
    case "addCard": {
      const { result } = answer;
      if (result.status === "added") return succeeded(call, { cards: [result.card] });
      return refused(call, { reason: result.reason });
    }
    case "sendAgain": {
      const refusal = linkRefusals[answer.result.status];
      return refusal === null ? succeeded(call, {}) : refused(call, refusal);
    }
    case "reprice":
      return succeeded(call, { ...proven, quote: answer.result.quote });
    case "status":
      if (answer.result.status === "refused") return refusedBy(call, answer.result);
      return succeeded(call, { order: answer.result.order });
    case "ownOrders":
    case "replacements":
    case "cancel":
    case "requestReturn":
    case "swapItems":
    case "changeAddress":
    case "changePayment":
    case "moveDue":
      return careAnswer(call, answer, changed);
    default:
      throw new Error(`no tool of one effect is answered by ${answer.call}`);
  }
}

function refusedBy(call: ToolCall & Waits, { reason, limit, availableQuantity }: OrderRefusal): ToolResult {
  return refused(call, { reason, limit, availableQuantity });
}
