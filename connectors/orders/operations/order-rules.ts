/** What may be done with orders, by whom and when: a shop's rules as data, and how they are checked. docs/order-rules.md says what each field means. */
import { z } from "zod";
import { PartylineError } from "../../../runtime/errors.ts";

/** States of an order, in the order of its life. */
export const orderStates = [
  "placed",
  "paymentFailed",
  "backordered",
  "paid",
  "itemsChanged",
  "packed",
  "shipped",
  "delivered",
  "returnRequested",
  "returned",
  "exchangeRequested",
  "exchanged",
  "cancelled",
  "refunded",
] as const;
/** A state of an order. */
export type OrderState = (typeof orderStates)[number];

/** What can be done with an order that was placed. Paying for it is not among it: `Orders` does that. */
export const orderOperations = [
  "cancel",
  "changeItems",
  "changeAddress",
  "changePayment",
  "requestReturn",
  "requestExchange",
  "pack",
  "ship",
  "deliver",
  "receiveReturn",
  "completeExchange",
] as const;
/** An operation on an order. */
export type OrderOperation = (typeof orderOperations)[number];

/** Who asks: the proven customer whose order it is, or the shop's staff. */
export type ActorKind = "owner" | "staff";

const actors = z.array(z.enum(["owner", "staff"])).min(1);
const days = z.int().min(1).max(3_650).nullable();
/** Where a state belongs to the payment of an order, which is not decided here. */
const unpaid: readonly OrderState[] = ["placed", "paymentFailed"];
/** All that can be done while neither money nor goods have moved. */
const whileBackordered: readonly OrderOperation[] = ["cancel", "changeAddress"];

const transition = z.strictObject({
  operation: z.enum(orderOperations),
  from: z.array(z.enum(orderStates)).min(1),
  /** Null: the order stays in its state. */
  to: z.enum(orderStates).nullable(),
  by: actors,
});

const orderRulesSchema = z
  .strictObject({
    transitions: z.array(transition).min(1),
    /** Operations that are done only after the customer said yes to what was read back. */
    confirm: z.array(z.enum([...orderOperations, "changeCustomerAddress"])),
    cancel: z.strictObject({
      /** Reasons that are taken; null for any. */
      reasons: z.array(z.string().min(1).max(100)).min(1).nullable(),
    }),
    changeItems: z.strictObject({ sameType: z.boolean(), sameItemAllowed: z.boolean() }),
    changePayment: z.strictObject({
      /** Payments that the order may have had so far, refunds included. */
      maxMovements: z.int().min(1).max(100),
    }),
    requestReturn: z.strictObject({
      refundTo: z.array(z.enum(["original", "giftCard", "any"])).min(1),
      /** Days after delivery; null for ever. */
      withinDays: days,
    }),
    requestExchange: z.strictObject({ sameType: z.boolean(), sameItemAllowed: z.boolean(), withinDays: days }),
    changeCustomerAddress: z.strictObject({ by: actors }),
  })
  .superRefine(({ transitions }, context) => {
    const seen = new Set<string>();
    for (const [index, { operation, from, to }] of transitions.entries()) {
      const path = ["transitions", index];
      for (const state of from) {
        const key = `${operation} from ${state}`;
        if (seen.has(key)) context.addIssue({ code: "custom", path, message: `${key} is named twice` });
        seen.add(key);
        if (unpaid.includes(state))
          context.addIssue({ code: "custom", path, message: `an order that is ${state} is left by its payment alone` });
        if (state === "backordered" && !whileBackordered.includes(operation))
          context.addIssue({ code: "custom", path, message: "an order that is backordered waits for its goods" });
      }
      if (to !== null && (unpaid.includes(to) || to === "backordered"))
        context.addIssue({ code: "custom", path, message: `an order becomes ${to} by its payment alone` });
    }
  });

/** A shop's rules for orders. */
export type OrderRules = z.infer<typeof orderRulesSchema>;

/** Checks rules that come from outside. Throws INVALID_INPUT with every fault. */
export function parseOrderRules(given: unknown): OrderRules {
  const parsed = orderRulesSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new PartylineError("INVALID_INPUT", `the rules for orders are not valid: ${z.prettifyError(parsed.error)}`);
}

/** The rules of a shop that has none of its own. */
export const standardOrderRules: OrderRules = parseOrderRules({
  transitions: [
    { operation: "cancel", from: ["paid", "backordered"], to: "cancelled", by: ["owner", "staff"] },
    { operation: "changeItems", from: ["paid"], to: "itemsChanged", by: ["owner", "staff"] },
    { operation: "changeAddress", from: ["paid", "itemsChanged", "backordered"], to: null, by: ["owner", "staff"] },
    { operation: "changePayment", from: ["paid", "itemsChanged"], to: null, by: ["owner", "staff"] },
    { operation: "pack", from: ["paid", "itemsChanged"], to: "packed", by: ["staff"] },
    { operation: "ship", from: ["packed"], to: "shipped", by: ["staff"] },
    { operation: "deliver", from: ["shipped"], to: "delivered", by: ["staff"] },
    { operation: "requestReturn", from: ["delivered"], to: "returnRequested", by: ["owner", "staff"] },
    { operation: "receiveReturn", from: ["returnRequested"], to: "returned", by: ["staff"] },
    { operation: "requestExchange", from: ["delivered"], to: "exchangeRequested", by: ["owner", "staff"] },
    { operation: "completeExchange", from: ["exchangeRequested"], to: "exchanged", by: ["staff"] },
  ],
  confirm: [
    "cancel",
    "changeItems",
    "changeAddress",
    "changePayment",
    "requestReturn",
    "requestExchange",
    "changeCustomerAddress",
  ],
  cancel: { reasons: ["no longer needed", "ordered by mistake"] },
  changeItems: { sameType: true, sameItemAllowed: false },
  changePayment: { maxMovements: 1 },
  requestReturn: { refundTo: ["original", "giftCard"], withinDays: null },
  requestExchange: { sameType: true, sameItemAllowed: true, withinDays: null },
  changeCustomerAddress: { by: ["owner", "staff"] },
});
