/** What an operation on an order brings about, or why it is refused: a pure function of the order, what surrounds it, and the shop's rules. */

import type {
  Around,
  Decision,
  FactLine,
  FactProduct,
  Movement,
  OperationRefusalReason,
  OrderAmounts,
  OrderChange,
  OrderFacts,
  StockChange,
  SwapWish,
  TaxTerms,
} from "./order-facts.ts";
import { type Counted, countOf, gone, piecesOf, replacePieces } from "./order-pieces.ts";
import type { OrderOperation, OrderRules, OrderState } from "./order-rules.ts";

const DAY_MS = 86_400_000;

/** A refusal for a reason. */
export const refused = (
  reason: OperationRefusalReason,
): { readonly status: "refused"; readonly reason: typeof reason } => ({
  status: "refused",
  reason,
});

/** A change that leaves everything but what is given. */
export function allowed(state: OrderState, change: Partial<Omit<OrderChange, "state">>): Decision {
  const nothing = { lines: null, amounts: null, movements: [], cancelReason: null, request: null, stock: [] };
  return { status: "allowed", change: { ...nothing, ...change, state } };
}

/** The state that an operation leads to, or why it is not open: the shop's table of transitions, read for one case. */
export function nextState(
  operation: OrderOperation,
  state: OrderState,
  actor: Around["actor"],
  rules: OrderRules,
):
  | { readonly status: "open"; readonly state: OrderState }
  | { readonly status: "refused"; readonly reason: OperationRefusalReason } {
  const ofOperation = rules.transitions.filter((transition) => transition.operation === operation);
  const found = ofOperation.find(({ from }) => from.includes(state));
  if (found === undefined) return refused(ofOperation.length === 0 ? "notAllowed" : "wrongState");
  return found.by.includes(actor) ? { status: "open", state: found.to ?? state } : refused("notAllowed");
}

/** Cancelling: every payment that was not refunded yet goes back where it came from, and the pieces go back to the shelf. */
export function decideCancel(order: OrderFacts, around: Around, rules: OrderRules, reason: string): Decision {
  const next = nextState("cancel", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  if (rules.cancel.reasons !== null && !rules.cancel.reasons.includes(reason)) return refused("reasonNotAccepted");
  const movements = outstandingOf(order.movements).map(asRefund);
  if (movements.some(({ methodId }) => methodOf(methodId, around) === undefined)) return refused("methodUnknown");
  // What an order waits for never left the shelf.
  const stock = order.state === "backordered" ? [] : counted(countOf(piecesOf(order.lines)), around, 1);
  return allowed(next.state, { movements, cancelReason: reason, stock });
}

/** Replacing pieces by other variants; the difference is paid or refunded with one method. */
export function decideChangeItems(order: OrderFacts, around: Around, rules: OrderRules, given: SwapWish): Decision {
  const next = nextState("changeItems", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  const priced = pricedSwap(order, around, given, rules.changeItems);
  if (priced.status === "refused") return priced;
  const { swaps, lines, amounts, differenceMinor } = priced.change;
  const movement: Movement = {
    kind: differenceMinor > 0 ? "payment" : "refund",
    amountMinor: Math.abs(differenceMinor),
    methodId: given.methodId,
  };
  const stock = [
    ...counted(countOf(swaps.map(({ piece }) => piece.productId)), around, 1),
    ...counted(countOf(swaps.map(({ product }) => product.productId)), around, -1),
  ];
  return allowed(next.state, { lines, amounts, movements: [movement], stock: joined(stock) });
}

/** Paying with another method: the new one pays what the first one paid, which gets it back. */
export function decideChangePayment(order: OrderFacts, around: Around, rules: OrderRules, methodId: string): Decision {
  const next = nextState("changePayment", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  const method = methodOf(methodId, around);
  if (method === undefined) return refused("methodUnknown");
  const [paid, ...more] = outstandingOf(order.movements);
  if (order.movements.length > rules.changePayment.maxMovements || paid === undefined || more.length > 0)
    return refused("movedAlready");
  if (paid.methodId === methodId) return refused("sameMethod");
  if (method.balanceMinor !== null && method.balanceMinor < paid.amountMinor) return refused("giftCardTooLow");
  if (methodOf(paid.methodId, around) === undefined) return refused("methodUnknown");
  return allowed(next.state, { movements: [{ ...paid, methodId }, asRefund(paid)] });
}

/** Sending the order elsewhere: only the state is decided here, and that the tax stays as it was paid. */
export function decideChangeAddress(
  order: OrderFacts,
  around: Around,
  rules: OrderRules,
  taxThere: TaxTerms,
): Decision {
  const next = nextState("changeAddress", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  return taxThere.basisPoints === around.tax.basisPoints ? allowed(next.state, {}) : refused("taxWouldChange");
}

/** Asking for a return: nothing moves before the pieces are back. */
export function decideReturn(
  order: OrderFacts,
  around: Around,
  rules: OrderRules,
  given: { readonly productIds: readonly string[]; readonly methodId: string },
): Decision {
  const { refundTo, withinDays } = rules.requestReturn;
  const next = nextState("requestReturn", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  if (isTooLate(order, around, withinDays)) return refused("tooLate");
  const method = methodOf(given.methodId, around);
  if (method === undefined) return refused("methodUnknown");
  const isOriginal = order.movements[0]?.methodId === given.methodId || payingMethodOf(order) === given.methodId;
  const isTaken =
    refundTo.includes("any") ||
    (refundTo.includes("giftCard") && method.kind === "giftCard") ||
    (refundTo.includes("original") && isOriginal);
  if (!isTaken) return refused("refundElsewhere");
  if (given.productIds.length === 0) return refused("nothingToDo");
  if (gone(piecesOf(order.lines), given.productIds) === null) return refused("itemNotInOrder");
  return allowed(next.state, { request: { kind: "return", ...given } });
}

/** Asking for an exchange: the difference is known and can be paid, the new pieces are put aside. */
export function decideExchange(order: OrderFacts, around: Around, rules: OrderRules, given: SwapWish): Decision {
  const next = nextState("requestExchange", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  if (isTooLate(order, around, rules.requestExchange.withinDays)) return refused("tooLate");
  const priced = pricedSwap(order, around, given, rules.requestExchange);
  if (priced.status === "refused") return priced;
  const { swaps, differenceMinor } = priced.change;
  const stock = countOf(swaps.map(({ product }) => product.productId))
    .filter(({ productId }) => around.products.get(productId)?.isCounted === true)
    .map(({ productId, pieces }) => ({ productId, onHandDelta: 0, reservedDelta: pieces }));
  const newUnitPricesMinor = swaps.map(({ product }) => product.priceMinor);
  return allowed(next.state, {
    request: { kind: "exchange", ...given, newUnitPricesMinor, differenceMinor },
    stock,
  });
}

/** A piece and what replaces it. */
export type Swap = { readonly piece: FactLine; readonly index: number; readonly product: FactProduct };

type SwapRule = { readonly sameType: boolean; readonly sameItemAllowed: boolean };

/** What the order is after a swap. */
type PricedSwap = {
  readonly swaps: readonly Swap[];
  readonly lines: readonly FactLine[];
  readonly amounts: OrderAmounts;
  /** More than before; below 0 when it costs less. */
  readonly differenceMinor: number;
};

/** The swap, when it can be had and the method can pay for it. */
function pricedSwap(order: OrderFacts, around: Around, given: SwapWish, rule: SwapRule): Decision<PricedSwap> {
  const swap = decideSwap(order, around, given, rule);
  if (swap.status === "refused") return swap;
  const lines = replacePieces(order.lines, swap.change);
  const amounts = repriced(order.amounts, lines, around.tax);
  const differenceMinor = amounts.totalMinor - order.amounts.totalMinor;
  const method = methodOf(given.methodId, around);
  if (method === undefined) return refused("methodUnknown");
  if (method.balanceMinor !== null && method.balanceMinor < differenceMinor) return refused("giftCardTooLow");
  return { status: "allowed", change: { swaps: swap.change, lines, amounts, differenceMinor } };
}

function decideSwap(order: OrderFacts, around: Around, given: SwapWish, rule: SwapRule): Decision<readonly Swap[]> {
  if (given.productIds.length !== given.newProductIds.length) return refused("countsDiffer");
  if (given.productIds.length === 0) return refused("nothingToDo");
  const pieces = piecesOf(order.lines);
  const indexes = gone(pieces, given.productIds);
  if (indexes === null) return refused("itemNotInOrder");
  const swaps: Swap[] = [];
  for (const [at, index] of indexes.entries()) {
    const piece = pieces[index];
    const newId = given.newProductIds[at];
    const product = newId === undefined ? undefined : around.products.get(newId);
    if (piece === undefined || product === undefined) return refused("unavailable");
    if (product.productId === piece.productId && !rule.sameItemAllowed) return refused("sameItem");
    const isSameType =
      product.typeId === null ? product.productId === piece.productId : product.typeId === piece.typeId;
    if (rule.sameType && !isSameType) return refused("otherType");
    swaps.push({ piece, index, product });
  }
  const isShort = countOf(swaps.map(({ product }) => product.productId)).some(({ productId, pieces: wanted }) => {
    const available = around.products.get(productId)?.availablePieces ?? null;
    return available !== null && available < wanted;
  });
  return isShort ? refused("unavailable") : { status: "allowed", change: swaps };
}

/** What lines cost. */
export function subtotalOf(lines: readonly FactLine[]): number {
  return lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
}

/**
 * Amounts of an order whose lines changed. Shipping stays as it was agreed, the discount too unless another one is given; the tax follows the
 * difference, rounded half up.
 */
export function repriced(
  before: OrderAmounts,
  lines: readonly FactLine[],
  tax: TaxTerms,
  discountAllowedMinor: number = before.discountMinor,
): OrderAmounts {
  const subtotalMinor = subtotalOf(lines);
  const discountMinor = Math.min(discountAllowedMinor, subtotalMinor);
  const { shippingMinor } = before;
  const taxOf = (subtotal: number, discount: number): number =>
    Math.round(((subtotal - discount + (tax.appliesToShipping ? shippingMinor : 0)) * tax.basisPoints) / 10_000);
  const taxDelta = taxOf(subtotalMinor, discountMinor) - taxOf(before.subtotalMinor, before.discountMinor);
  const taxMinor = Math.max(0, before.taxMinor + taxDelta);
  const totalMinor = subtotalMinor - discountMinor + taxMinor + shippingMinor;
  return { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor };
}

/**
 * Payments less what was refunded, in the order in which they were made: first what went back to their own method, then what went back to another one,
 * taken from the latest. The sum is what the shop still has of the order, never less than nothing.
 */
export function outstandingOf(movements: readonly Movement[]): readonly Movement[] {
  const refunds = new Map<string, number>();
  for (const { kind, amountMinor, methodId } of movements)
    if (kind === "refund") refunds.set(methodId, (refunds.get(methodId) ?? 0) + amountMinor);
  const left = movements
    .filter(({ kind }) => kind === "payment")
    .map((payment) => {
      const back = Math.min(refunds.get(payment.methodId) ?? 0, payment.amountMinor);
      refunds.set(payment.methodId, (refunds.get(payment.methodId) ?? 0) - back);
      return { ...payment, amountMinor: payment.amountMinor - back };
    });
  let elsewhere = [...refunds.values()].reduce((sum, amountMinor) => sum + amountMinor, 0);
  return left
    .reverse()
    .map((payment) => {
      const back = Math.min(elsewhere, payment.amountMinor);
      elsewhere -= back;
      return { ...payment, amountMinor: payment.amountMinor - back };
    })
    .reverse()
    .filter(({ amountMinor }) => amountMinor > 0);
}

/** The method that money of the order is on; the first one that paid when nothing is left of it, null for an order that was never paid. */
export function payingMethodOf({ movements }: OrderFacts): string | null {
  return outstandingOf(movements)[0]?.methodId ?? movements[0]?.methodId ?? null;
}

/** A payment, taken back. */
export const asRefund = ({ amountMinor, methodId }: Movement): Movement => ({ kind: "refund", amountMinor, methodId });

/** The method with an id; undefined when the customer has none such. */
export const methodOf = (methodId: string, { methods }: Around) =>
  methods.find((method) => method.methodId === methodId);

function isTooLate({ deliveredAtMs }: OrderFacts, { nowMs }: Around, withinDays: number | null): boolean {
  return withinDays !== null && deliveredAtMs !== null && nowMs > deliveredAtMs + withinDays * DAY_MS;
}

/** Stock changes of counted products; what the catalogue no longer has is not counted. */
export function counted(pieces: readonly Counted[], { products }: Around, sign: 1 | -1): readonly StockChange[] {
  return pieces
    .filter(({ productId }) => products.get(productId)?.isCounted === true)
    .map(({ productId, pieces: count }) => ({ productId, onHandDelta: sign * count, reservedDelta: 0 }));
}

/** One change for each product that something happens to. */
export function joined(changes: readonly StockChange[]): readonly StockChange[] {
  const sums = new Map<string, StockChange>();
  for (const { productId, onHandDelta, reservedDelta } of changes) {
    const before = sums.get(productId);
    sums.set(productId, {
      productId,
      onHandDelta: (before?.onHandDelta ?? 0) + onHandDelta,
      reservedDelta: (before?.reservedDelta ?? 0) + reservedDelta,
    });
  }
  return [...sums.values()].filter(({ onHandDelta, reservedDelta }) => onHandDelta !== 0 || reservedDelta !== 0);
}
