/** The tools that look at a caller's orders and change them: their effects, and what the answers mean. */
import type { MoneyMoved, OperationRefusal, OrderDetails } from "../../connectors/orders/operations/port.ts";
import type { IdentityDemand } from "../../connectors/orders/port.ts";
import type { OrderReadBack, OrderSummary, RefusalReason, Tool } from "../../schemas/generated/records.ts";
import type { ToolCall } from "./admission.ts";
import type { ActEffect, PortAnswer } from "./ports.ts";
import { failed, refused, succeeded, type ToolResult, type Waits } from "./results.ts";

/** An order as an operation left it, before its money has moved. Plain JSON. */
export type Changed = {
  readonly order: OrderSummary;
  /** Whether the caller has to pay something. */
  readonly isPaying: boolean;
};

type CareTool = Extract<
  Tool,
  "getOrderDetails" | "cancelOrder" | "returnItems" | "exchangeItems" | "changeOrderAddress" | "changeOrderPayment"
>;

const nowhere = { line1: "", line2: "", city: "", state: "", postalCode: "", country: "" };

/** The effect under way: the operation, then the money that it brings about. */
export function careEffect(
  tool: CareTool,
  { callId, arguments: given }: ToolCall,
  identity: IdentityDemand,
  changed: Changed | null,
): ActEffect {
  const orderNumber = given.orderNumber ?? "";
  if (changed !== null) return { port: "orderMoney", call: "moveDue", key: `${callId}/money`, input: { orderNumber } };
  const key = `${callId}/${tool}`;
  const actor = { kind: "owner", identity, confirmation: given.confirmation } as const;
  const { methodId } = given;
  const productIds = given.productIds ?? [];
  switch (tool) {
    case "getOrderDetails":
      return given.productIds === null
        ? { port: "orderOperations", call: "ownOrders", key, input: { orderNumber: given.orderNumber, actor } }
        : { port: "orderOperations", call: "replacements", key, input: { productIds } };
    case "cancelOrder": {
      const input = { orderNumber, actor, reason: given.cancelReason ?? "" };
      return { port: "orderOperations", call: "cancel", key, input };
    }
    case "returnItems":
      return {
        port: "orderOperations",
        call: "requestReturn",
        key,
        input: { orderNumber, actor, productIds, methodId },
      };
    case "exchangeItems": {
      const input = { orderNumber, actor, productIds, newProductIds: given.newProductIds ?? [], methodId };
      return { port: "orderOperations", call: "swapItems", key, input };
    }
    case "changeOrderAddress": {
      const { line1, line2, city, state, postalCode, country } = given.address ?? nowhere;
      const address = { line1, line2, city, state, postalCode, country };
      return { port: "orderOperations", call: "changeAddress", key, input: { orderNumber, actor, address } };
    }
    case "changeOrderPayment": {
      const input = { orderNumber, actor, methodId: methodId ?? "" };
      return { port: "orderOperations", call: "changePayment", key, input };
    }
  }
}

/** The result that an answer means; an operation that may have brought about money is followed by moving it. */
export function careAnswer(
  call: ToolCall & Waits,
  answer: Extract<PortAnswer, { outcome: "result" }>,
  changed: Changed | null,
): ToolResult | { readonly changed: Changed } {
  switch (answer.call) {
    case "ownOrders": {
      const { result } = answer;
      if (result.status === "refused") return refusedBy(call, result);
      const addresses = result.addresses.map((address) => ({ ...address }));
      return succeeded(call, { orders: result.orders, methods: result.methods, addresses });
    }
    case "replacements":
      return answer.result.status === "refused"
        ? refusedBy(call, answer.result)
        : succeeded(call, { products: answer.result.products });
    case "cancel":
    case "requestReturn":
    case "swapItems":
    case "changeAddress":
    case "changePayment": {
      const { result } = answer;
      if (result.status === "refused") return refusedBy(call, result);
      return { changed: { order: summaryOf(result.order), isPaying: isPaying(answer.call, result.order) } };
    }
    case "moveDue":
      return afterMoney(call, answer.result, changed);
    default:
      throw new Error(`no order is taken care of by ${answer.call}`);
  }
}

function afterMoney(
  call: ToolCall & Waits,
  { status, validForMs = 0 }: MoneyMoved,
  changed: Changed | null,
): ToolResult {
  if (changed === null) throw new Error("money was moved for nothing");
  switch (status) {
    case "declined":
      return refused(call, { reason: "cardDeclined" });
    case "asked":
      return refused(call, {
        reason: "authenticationRequired",
        limit: Math.max(1, Math.round(validForMs / 60_000)),
        sentence: "The bank wants this payment to be approved by its payer.",
      });
    case "moved":
      return succeeded(call, { order: changed.order });
    case "open":
      return unmoved(call, changed);
  }
}

/** The operation is done and its money is not: a refund follows by itself, a payment may still be declined. */
export function unmoved(call: ToolCall & Waits, { order, isPaying }: Changed): ToolResult {
  return isPaying ? failed(call, "VENDOR_UNAVAILABLE", true) : succeeded(call, { order });
}

function isPaying(call: string, { movements }: OrderDetails): boolean {
  const last = call === "changePayment" ? movements.at(-2) : movements.at(-1);
  return call !== "cancel" && call !== "changeAddress" && call !== "requestReturn" && last?.kind === "payment";
}

function summaryOf({ orderNumber, state, lines, amounts, currency, placedAtMs }: OrderDetails): OrderSummary {
  return {
    orderNumber,
    status: state,
    lines: lines.map(({ productId, name, quantity, unitPriceMinor }) => ({
      productId,
      spokenName: name,
      quantity,
      unitPriceMinor,
      backorderDays: null,
    })),
    totalMinor: amounts.totalMinor,
    currency,
    placedAt: placedAtMs,
    paidWithLast4: null,
    options: [],
  };
}

function refusedBy(call: ToolCall & Waits, { reason, sentence, readBack }: OperationRefusal): ToolResult {
  const known: RefusalReason = reason === "notCalculable" ? "invalidArguments" : reason;
  return refused(call, { reason: known, sentence, readBack: readBack === null ? null : told(readBack) });
}

function told({
  confirmation,
  movements,
  request,
  totalMinor,
}: NonNullable<OperationRefusal["readBack"]>): OrderReadBack {
  return {
    confirmation,
    movements: movements.map(({ kind, amountMinor, methodId }) => ({
      isRefund: kind === "refund",
      amountMinor,
      methodId,
    })),
    differenceMinor: request?.kind === "exchange" ? request.differenceMinor : 0,
    requestMethodId: request?.methodId ?? null,
    totalMinor,
  };
}
