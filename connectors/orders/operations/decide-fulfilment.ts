/** What happens to an order in the warehouse, as decisions: packing, shipping, delivery, and pieces that come back. */
import {
  allowed,
  asRefund,
  counted,
  joined,
  methodOf,
  nextState,
  outstandingOf,
  refused,
  repriced,
  subtotalOf,
} from "./decide.ts";
import type { Around, Decision, FactLine, Movement, OrderAmounts, OrderFacts, StockChange } from "./order-facts.ts";
import { countOf, gone, piecesOf, replacePieces } from "./order-pieces.ts";
import type { OrderRules } from "./order-rules.ts";

/** Packing, shipping, delivering: only the state changes. */
export function decideProgress(
  order: OrderFacts,
  around: Around,
  rules: OrderRules,
  operation: "pack" | "ship" | "deliver",
): Decision {
  const next = nextState(operation, order.state, around.actor, rules);
  return next.status === "refused" ? next : allowed(next.state, {});
}

/**
 * The returned pieces are back: their price with its share of discount and tax is refunded to the method that was agreed, never more than the shop
 * still has of the order. Damaged pieces do not go back to the shelf.
 */
export function decideReceiveReturn(
  order: OrderFacts,
  around: Around,
  rules: OrderRules,
  damagedProductIds: readonly string[],
): Decision {
  const next = nextState("receiveReturn", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  const { request } = order;
  if (request === null || request.kind !== "return") return refused("nothingToDo");
  const pieces = piecesOf(order.lines);
  const back = gone(pieces, request.productIds);
  if (back === null) return refused("itemNotInOrder");
  const returned = back.flatMap((index) => pieces[index] ?? []);
  const damaged = gone(returned, damagedProductIds);
  if (damaged === null) return refused("itemNotInOrder");
  const method = methodOf(request.methodId, around);
  if (method === undefined) return refused("methodUnknown");
  const kept = pieces.filter((_, index) => !back.includes(index));
  const { subtotalMinor, discountMinor, totalMinor } = order.amounts;
  const keptDiscountMinor = subtotalMinor === 0 ? 0 : Math.round((discountMinor * subtotalOf(kept)) / subtotalMinor);
  const worthMinor = totalMinor - repriced(order.amounts, kept, around.tax, keptDiscountMinor).totalMinor;
  const heldMinor = outstandingOf(order.movements).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const amountMinor = Math.max(0, Math.min(worthMinor, heldMinor));
  const movement: Movement = asRefund({ kind: "payment", amountMinor, methodId: request.methodId });
  const whole = returned.filter((_, index) => !damaged.includes(index));
  return allowed(next.state, { movements: [movement], stock: counted(countOf(whole), around, 1) });
}

/** The exchange is done: the old pieces are back, the new ones leave, the difference that was agreed moves. */
export function decideCompleteExchange(order: OrderFacts, around: Around, rules: OrderRules): Decision {
  const next = nextState("completeExchange", order.state, around.actor, rules);
  if (next.status === "refused") return next;
  const { request } = order;
  if (request === null || request.kind !== "exchange") return refused("nothingToDo");
  const indexes = gone(piecesOf(order.lines), request.productIds);
  if (indexes === null) return refused("itemNotInOrder");
  const swaps = indexes.flatMap((index, at) => {
    const product = around.products.get(request.newProductIds[at] ?? "");
    const priceMinor = request.newUnitPricesMinor[at];
    // What was agreed holds, whatever the catalogue says by now.
    return product === undefined || priceMinor === undefined ? [] : [{ index, product: { ...product, priceMinor } }];
  });
  if (swaps.length !== indexes.length) return refused("unavailable");
  const method = methodOf(request.methodId, around);
  if (method === undefined) return refused("methodUnknown");
  const { differenceMinor } = request;
  if (method.balanceMinor !== null && method.balanceMinor < differenceMinor) return refused("giftCardTooLow");
  const lines = replacePieces(order.lines, swaps);
  const amounts = exchanged(order.amounts, lines, differenceMinor);
  const movements: Movement[] =
    differenceMinor === 0
      ? []
      : [
          {
            kind: differenceMinor > 0 ? "payment" : "refund",
            amountMinor: Math.abs(differenceMinor),
            methodId: request.methodId,
          },
        ];
  const leaving: readonly StockChange[] = counted(countOf(request.newProductIds), around, -1).map((change) => ({
    ...change,
    reservedDelta: change.onHandDelta,
  }));
  const stock = joined([...counted(countOf(request.productIds), around, 1), ...leaving]);
  return allowed(next.state, { lines, amounts, movements, stock });
}

/** The difference that was agreed is what the total changes by; what of it is not price is tax. */
function exchanged(before: OrderAmounts, lines: readonly FactLine[], differenceMinor: number): OrderAmounts {
  const subtotalMinor = subtotalOf(lines);
  const discountMinor = Math.min(before.discountMinor, subtotalMinor);
  const { shippingMinor } = before;
  const totalMinor = before.totalMinor + differenceMinor;
  const taxMinor = totalMinor - subtotalMinor + discountMinor - shippingMinor;
  return { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor };
}
