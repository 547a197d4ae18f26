/**
 * Placing an order, as data: what each step does, what takes it back, and which step follows which answer.
 *
 * Every step is an effect with a key of its own (the tool call's id and the step's name), so that a step that is done again after a crash has the same effect and gives
 * the same answer. Where the answer to the charge is lost, the order stays as it is and the reconciliation learns from the provider how it ended.
 */
import type { Charge, IdentityDemand, ReleaseCause } from "../../connectors/orders/port.ts";
import type { CardOnFile, OrderSummary, RefusalReason, ToolArguments } from "../../schemas/generated/records.ts";
import type { ActEffect, PortAnswer } from "./ports.ts";

export type PlaceOrderStep =
  | "begin"
  | "charge"
  | "askPayer"
  | "markPaid"
  | "hold"
  | "markHeld"
  | "letGo"
  | "release"
  | "markUnknown"
  | "refund"
  | "releaseRefunded";

/** What does a step, the step that takes it back, and how often a step is tried while the outside world does not answer. */
type StepRule = {
  /** The port's method that does it. */
  readonly effect: `${ActEffect["port"]}.${ActEffect["call"]}`;
  /** Follows when the order cannot go on after this step; null where there is nothing to take back. */
  readonly compensation: PlaceOrderStep | null;
  /** `caller`: someone waits · `settle`: money may have moved, so it is tried longer · `once`: the adapter retries by itself, with the provider's rules. */
  readonly patience: "caller" | "settle" | "once";
};

export const placeOrderSteps = {
  begin: { effect: "orders.begin", compensation: "release", patience: "caller" },
  charge: { effect: "payments.chargeSavedCard", compensation: "refund", patience: "once" },
  // It follows a charge that the bank did not allow, or the beginning of an order without a card. A payer who cannot be asked leaves an uncharged order. One who was asked is waited for: what follows is stages/act/payer-approval.ts.
  askPayer: { effect: "payerApproval.askPayer", compensation: "release", patience: "settle" },
  markPaid: { effect: "orders.markPaid", compensation: null, patience: "settle" },
  // Of goods that are not there yet the amount is held only; what follows when they are is stages/act/backorders.ts.
  hold: { effect: "holds.hold", compensation: "letGo", patience: "once" },
  markHeld: { effect: "orders.markHeld", compensation: null, patience: "settle" },
  letGo: { effect: "holds.letGo", compensation: "release", patience: "settle" },
  release: { effect: "orders.releasePayment", compensation: null, patience: "settle" },
  markUnknown: { effect: "orders.markUnknown", compensation: null, patience: "settle" },
  // A refund leaves the order to be closed as refunded.
  refund: { effect: "payments.refund", compensation: "releaseRefunded", patience: "settle" },
  releaseRefunded: { effect: "orders.releasePayment", compensation: null, patience: "settle" },
} as const satisfies { readonly [S in PlaceOrderStep]: StepRule };

/** How the whole ends, once the step under way is done. */
export type PlaceOrderEnd =
  | { readonly kind: "succeeded"; readonly order: OrderSummary }
  | {
      readonly kind: "refused";
      readonly reason: RefusalReason;
      readonly limit: number | null;
      readonly availableQuantity: number | null;
      readonly cards: readonly CardOnFile[];
    }
  | { readonly kind: "failed"; readonly code: string; readonly isOutcomeUnknown: boolean };

/** What is known so far. Plain JSON. */
export type Placing = {
  readonly step: PlaceOrderStep;
  readonly orderNumber: string | null;
  readonly charge: Charge | null;
  readonly paymentRef: string | null;
  readonly cause: ReleaseCause | null;
  /** The end that a compensating step leads to. */
  readonly end: PlaceOrderEnd | null;
};

export const newPlacing: Placing = {
  step: "begin",
  orderNumber: null,
  charge: null,
  paymentRef: null,
  cause: null,
  end: null,
};

/** Codes of a failed charge after which it is certain that no money moved: nothing was sent, or the provider refused the request itself. */
const CERTAINLY_NOT_CHARGED = new Set([
  "VENDOR_REFUSED",
  "CREDENTIALS_REFUSED",
  "INVALID_INPUT",
  "VENDOR_QUOTA",
  "QUEUE_FULL",
]);

/** The effect of the step under way. */
export function placeOrderEffect(
  callId: string,
  given: ToolArguments,
  placing: Placing,
  identity: IdentityDemand,
): ActEffect {
  const key = `${callId}/${placing.step}`;
  const orderNumber = placing.orderNumber ?? "";
  switch (placing.step) {
    case "begin":
      return {
        port: "orders",
        call: "begin",
        key,
        input: {
          quoteId: given.quoteId ?? "",
          quoteHash: given.quoteHash ?? "",
          cardId: given.cardId,
          chargeKey: `${callId}/charge`,
          identity,
        },
      };
    case "charge": {
      const charge = placing.charge === null ? null : savedCardOf(placing.charge);
      if (charge === null) throw new Error("a charge was to be made of an order that has no card");
      return { port: "payments", call: "chargeSavedCard", key, input: { orderId: orderNumber, ...charge } };
    }
    case "hold": {
      const charge = placing.charge === null ? null : savedCardOf(placing.charge);
      if (charge === null) throw new Error("an amount was to be held for an order that has no card");
      return { port: "holds", call: "hold", key, input: { orderId: orderNumber, ...charge } };
    }
    case "markHeld":
      return { port: "orders", call: "markHeld", key, input: { orderNumber, paymentRef: placing.paymentRef ?? "" } };
    case "letGo":
      return { port: "holds", call: "letGo", key, input: { paymentRef: placing.paymentRef ?? "" } };
    case "askPayer": {
      const { charge } = placing;
      if (charge === null) throw new Error("a payer was to be asked about an order that was not begun");
      const { paymentRef } = placing;
      return { port: "payerApproval", call: "askPayer", key, input: { orderNumber, paymentRef, charge } };
    }
    case "markPaid":
      return { port: "orders", call: "markPaid", key, input: { orderNumber, paymentRef: placing.paymentRef ?? "" } };
    case "release":
    case "releaseRefunded":
      return {
        port: "orders",
        call: "releasePayment",
        key,
        input: { orderNumber, cause: placing.cause ?? { kind: "notCharged" } },
      };
    case "markUnknown":
      return { port: "orders", call: "markUnknown", key, input: { orderNumber } };
    case "refund":
      return {
        port: "payments",
        call: "refund",
        key,
        input: {
          paymentRef: placing.paymentRef ?? "",
          amountMinor: placing.charge?.amountMinor ?? 0,
          reason: "orderFailed",
        },
      };
  }
}

type Next = { readonly next: Placing } | { readonly end: PlaceOrderEnd };

/** What follows the answer to the step under way. `isBlocked`: the call's risk has risen to a block meanwhile. */
export function afterAnswer(placing: Placing, answer: PortAnswer, isBlocked: boolean): Next {
  if (answer.outcome !== "result") throw new Error("only results have a follower");
  switch (answer.call) {
    case "begin": {
      const { result } = answer;
      if (result.status === "refused")
        return { end: refusal(result.reason, [], result.limit, result.availableQuantity) };
      const begun: Placing = { ...placing, orderNumber: result.orderNumber, charge: result.charge };
      if (isBlocked) return { next: releasing(begun, { kind: "notCharged" }, refusal("riskBlocked")) };
      if (result.isBackordered) return { next: { ...begun, step: "hold" } };
      return { next: { ...begun, step: savedCardOf(result.charge) === null ? "askPayer" : "charge" } };
    }
    case "hold": {
      const { result } = answer;
      if (result.status === "held") return { next: { ...placing, step: "markHeld", paymentRef: result.paymentRef } };
      if (result.status === "unknown") return { next: doubting(placing, "DEADLINE_EXCEEDED") };
      // A page takes the money at once, which is not what was promised: another card can be tried.
      const { paymentRef } = result;
      const declineCode = result.status === "declined" ? result.declineCode : "authentication_required";
      return { next: releasing(placing, { kind: "declined", declineCode, paymentRef }, refusal("cardDeclined")) };
    }
    case "markHeld":
      if (answer.result.status === "held") return { end: { kind: "succeeded", order: answer.result.order } };
      return { next: { ...placing, step: placeOrderSteps.hold.compensation } };
    case "letGo": {
      if (answer.result.status === "taken") return { next: { ...placing, step: "refund" } };
      return { next: releasing(placing, { kind: "notCharged" }, failure("ABORTED", false)) };
    }
    case "chargeSavedCard": {
      const { result } = answer;
      if (result.status === "succeeded")
        return { next: { ...placing, step: "markPaid", paymentRef: result.paymentRef } };
      if (result.status === "unknown") return { next: doubting(placing, "DEADLINE_EXCEEDED") };
      if (result.status === "authenticationRequired")
        return { next: { ...placing, step: "askPayer", paymentRef: result.paymentRef } };
      const { declineCode, paymentRef } = result;
      return { next: releasing(placing, { kind: "declined", declineCode, paymentRef }, refusal("cardDeclined")) };
    }
    case "askPayer": {
      const { status, validForMs } = answer.result;
      if (status === "asked")
        return { end: refusal("authenticationRequired", [], Math.max(1, Math.round(validForMs / 60_000))) };
      const { paymentRef } = placing;
      if (paymentRef === null) return { next: releasing(placing, { kind: "notCharged" }, refusal("noCard")) };
      // A card that wants its owner's approval cannot be approved by voice: another card can be tried.
      const cause: ReleaseCause = { kind: "declined", declineCode: "authentication_required", paymentRef };
      return { next: releasing(placing, cause, refusal("cardDeclined")) };
    }
    case "markPaid":
      if (answer.result.status === "paid") return { end: { kind: "succeeded", order: answer.result.order } };
      return { next: { ...placing, step: placeOrderSteps.charge.compensation } };
    case "refund": {
      const cause: ReleaseCause = { kind: "refunded", paymentRef: placing.paymentRef ?? "" };
      return { next: { ...placing, step: placeOrderSteps.refund.compensation, cause, end: failure("ABORTED", false) } };
    }
    case "releasePayment": {
      const { status, cards } = answer.result;
      if (status === "alreadyPaid") return { end: failure("ABORTED", true) };
      const end = placing.end ?? failure("ABORTED", false);
      return { end: end.kind === "refused" && end.reason === "cardDeclined" ? { ...end, cards } : end };
    }
    case "markUnknown":
      return { end: placing.end ?? failure("DEADLINE_EXCEEDED", true) };
    default:
      throw new Error(`placing an order has no step that ${answer.call} answers`);
  }
}

/** What follows when the step under way failed for good. */
export function afterFailure(placing: Placing, code: string): Next {
  switch (placing.step) {
    case "begin":
      // If it was committed after all, its payment is pending and uncharged, and the reconciliation gives it up.
      return { end: failure(code, false) };
    case "charge":
    case "hold":
      if (CERTAINLY_NOT_CHARGED.has(code))
        return { next: releasing(placing, { kind: "notCharged" }, failure(code, false)) };
      return { next: doubting(placing, code) };
    case "askPayer":
      // A link may have been sent: the order waits until it is paid or runs out.
      return { end: failure(code, true) };
    case "markPaid":
    case "markHeld":
    case "letGo":
    case "refund":
    case "markUnknown":
      // The payment stays pending in the database, which the reconciliation looks for.
      return { end: failure(code, true) };
    case "release":
    case "releaseRefunded":
      return { end: failure(code, placing.end?.kind === "failed" ? placing.end.isOutcomeUnknown : false) };
  }
}

/** The charge of a saved card; null for an order whose payer pays on a page. */
function savedCardOf(charge: Charge) {
  const { customerRef, paymentMethodRef } = charge;
  return customerRef === null || paymentMethodRef === null ? null : { ...charge, customerRef, paymentMethodRef };
}

function releasing(placing: Placing, cause: ReleaseCause, end: PlaceOrderEnd): Placing {
  return { ...placing, step: placeOrderSteps.begin.compensation, cause, end };
}

function doubting(placing: Placing, code: string): Placing {
  return { ...placing, step: "markUnknown", end: failure(code, true) };
}

function failure(code: string, isOutcomeUnknown: boolean): PlaceOrderEnd {
  return { kind: "failed", code, isOutcomeUnknown };
}

function refusal(
  reason: RefusalReason,
  cards: readonly CardOnFile[] = [],
  limit: number | null = null,
  availableQuantity: number | null = null,
): PlaceOrderEnd {
  return { kind: "refused", reason, limit, availableQuantity, cards };
}
