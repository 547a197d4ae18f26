/** Properties of money and pieces that hold whatever is done with an order, in whatever order. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  decideCancel,
  decideChangeItems,
  decideChangePayment,
  decideExchange,
  decideReturn,
  outstandingOf,
} from "./decide.ts";
import { decideCompleteExchange, decideProgress, decideReceiveReturn } from "./decide-fulfilment.ts";
import type { Decision, Movement, OrderFacts } from "./order-facts.ts";
import { type OrderRules, orderOperations, orderStates, standardOrderRules as standard } from "./order-rules.ts";
import { around, order } from "./testing/sample-order.ts";

const swap = (productIds: string[], newProductIds: string[], methodId: string) => ({
  productIds,
  newProductIds,
  methodId,
});

describe("money, whatever happens", () => {
  const methodId = fc.constantFrom("card", "wallet", "gift");
  const movement: fc.Arbitrary<Movement> = fc.record({
    kind: fc.constantFrom("payment" as const, "refund" as const),
    amountMinor: fc.integer({ min: 0, max: 1_000_000 }),
    methodId,
  });

  it("what the shop still has is never negative, and is paid less refunded", () => {
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 8 }), (movements) => {
        const sum = (kind: Movement["kind"]) =>
          movements.filter((each) => each.kind === kind).reduce((total, { amountMinor }) => total + amountMinor, 0);
        const left = outstandingOf(movements);
        assert.ok(left.every(({ amountMinor }) => amountMinor > 0));
        const total = left.reduce((all, { amountMinor }) => all + amountMinor, 0);
        assert.equal(total, Math.max(0, sum("payment") - sum("refund")));
      }),
    );
  });

  const step = fc.record({
    what: fc.constantFrom("cancel", "items", "payment", "return", "received", "exchange", "exchanged", "deliver"),
    ids: fc.array(fc.constantFrom("mug-red", "mug-blue", "rug-small", "rug-large"), { maxLength: 3 }),
    newIds: fc.array(fc.constantFrom("mug-red", "mug-blue", "mug-gold", "rug-small", "rug-large"), { maxLength: 3 }),
    methodId,
  });
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  /** Rules under which nearly everything can follow everything. */
  const open: OrderRules = {
    ...standard,
    transitions: orderOperations.map((operation) => {
      const to = standard.transitions.find((each) => each.operation === operation)?.to ?? null;
      const from = orderStates.filter((state) => !["placed", "paymentFailed", "cancelled", "refunded"].includes(state));
      return { operation, from, to, by: ["owner", "staff"] };
    }),
    changePayment: { maxMovements: 100 },
  };

  function decide({ what, ids, newIds, methodId: method }: Step, of: OrderFacts): Decision {
    const staff = around({ actor: "staff" });
    if (what === "cancel") return decideCancel(of, staff, open, "no longer needed");
    if (what === "items") return decideChangeItems(of, staff, open, swap(ids, newIds, method));
    if (what === "payment") return decideChangePayment(of, staff, open, method);
    if (what === "return") return decideReturn(of, staff, open, { productIds: ids, methodId: method });
    if (what === "received") return decideReceiveReturn(of, staff, open, []);
    if (what === "exchange") return decideExchange(of, staff, open, swap(ids, newIds, method));
    if (what === "exchanged") return decideCompleteExchange(of, staff, open);
    return decideProgress(of, staff, open, "deliver");
  }

  it("totals add up, no amount is negative, no more is refunded than was paid, and pieces are only swapped", () => {
    let allowedSteps = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        let current = order();
        for (const each of steps) {
          const decision = decide(each, current);
          if (decision.status === "refused") continue;
          allowedSteps += 1;
          const { change } = decision;
          current = {
            ...current,
            state: change.state,
            lines: change.lines ?? current.lines,
            amounts: change.amounts ?? current.amounts,
            movements: [...current.movements, ...change.movements],
            request: change.request ?? current.request,
          };
          const { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor } = current.amounts;
          assert.equal(totalMinor, subtotalMinor - discountMinor + taxMinor + shippingMinor);
          assert.equal(
            subtotalMinor,
            current.lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0),
          );
          assert.ok(
            [...Object.values(current.amounts), ...change.movements.map(({ amountMinor }) => amountMinor)].every(
              (amount) => Number.isSafeInteger(amount) && amount >= 0,
            ),
          );
          assert.equal(
            current.lines.reduce((sum, { quantity }) => sum + quantity, 0),
            3,
            "three pieces were ordered",
          );
          if (change.state === "cancelled") {
            assert.deepEqual(outstandingOf(current.movements), []);
            break;
          }
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(allowedSteps > 100, `${allowedSteps} steps were taken`);
  });
});
