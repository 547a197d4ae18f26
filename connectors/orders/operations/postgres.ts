import type pg from "pg";
import type { EffectContext } from "../../../runtime/effect.ts";
import { provenCustomer } from "../../postgres/call-identity.ts";
import { once } from "../../postgres/effect-record.ts";
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import { timed } from "../timed.ts";
import { applyChange } from "./apply-change.ts";
import { areShort, isAddress, isSummary } from "./argument-bounds.ts";
import { calculate } from "./calculate.ts";
import { missingYes } from "./confirmation.ts";
import {
  decideCancel,
  decideChangeAddress,
  decideChangeItems,
  decideChangePayment,
  decideExchange,
  decideReturn,
  nextState,
  payingMethodOf,
} from "./decide.ts";
import { decideCompleteExchange, decideProgress, decideReceiveReturn } from "./decide-fulfilment.ts";
import { customerOf, customersByEmail, customersByName, productOf, typeOf, typesOf } from "./look-ups.ts";
import { no, type Refused } from "./operation-refusal.ts";
import type { Around, Decision, OperationRefusalReason, OrderFacts } from "./order-facts.ts";
import { isDisputed, isPaymentDue, isRefundOfNothing } from "./order-money.ts";
import type { OrderOperation, OrderRules } from "./order-rules.ts";
import { ownOrdersOf, replacementsOf } from "./own-orders.ts";
import type { Actor, OrderDetails, OrderOperations, PostalAddress } from "./port.ts";
import { detailsOf, lockFactProducts, lockMethods, readOrder, taxTermsOf } from "./stored-order.ts";
import { readOrderRules } from "./stored-rules.ts";

/** Options of {@link createPostgresOrderOperations}. */
export type PostgresOrderOperationsOptions = {
  readonly pool: pg.Pool;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

type InputOf<M extends keyof OrderOperations> = Parameters<OrderOperations[M]>[0];

/** What a decision needs beside the order. */
type Question = {
  /** One that depends on the order is found in the transaction. */
  readonly operation: OrderOperation | ((order: OrderFacts, rules: OrderRules) => OrderOperation);
  readonly orderNumber: string;
  readonly actor: Actor;
  /** Products beside those of the order. */
  readonly productIds?: readonly string[];
  readonly shipTo?: PostalAddress;
  readonly decide: (
    order: OrderFacts,
    around: Around,
    rules: OrderRules,
    connection: Queryable,
  ) => Decision | Promise<Decision>;
};

/** Operations on orders in PostgreSQL; tables in deploy/migrations/0006_order_operations.sql. Failures are DATABASE_FAILED, or INVALID_INPUT for a key that was used for something else. */
export function createPostgresOrderOperations(options: PostgresOrderOperationsOptions): OrderOperations {
  const { pool, clock = Date.now } = options;

  /** Something that changes the store: once for each effect id, in one transaction, timed. */
  function changing<I, A extends object>(
    operation: string,
    input: I,
    { callSid, effectId }: EffectContext,
    work: (connection: Queryable) => Promise<A>,
  ) {
    return timed(() => once(pool, { effectId, operation, input: { callSid, input } }, work));
  }

  async function change(connection: Queryable, question: Question, { callSid, effectId }: EffectContext) {
    const { orderNumber, actor, shipTo } = question;
    const now = new Date(clock());
    const order = await readOrder(connection, orderNumber, true);
    const refusal = await refusalOf(connection, actor, callSid, order?.customerId ?? null);
    if (refusal !== null) return no(refusal);
    if (order === null) return no("notFound");
    const rules = await readOrderRules(connection);
    const operation =
      typeof question.operation === "string" ? question.operation : question.operation(order.facts, rules);
    const ids = order.facts.lines.map(({ productId }) => productId);
    const { request } = order.facts;
    const promised = request?.kind === "exchange" ? request.newProductIds : [];
    const products = await lockFactProducts(
      connection,
      [...ids, ...promised, ...(question.productIds ?? [])],
      order.currency,
    );
    const methods = await lockMethods(connection, order);
    const tax = await taxTermsOf(connection, order.shipToState);
    const around: Around = { actor: actor.kind, methods, products, tax, nowMs: now.getTime() };
    const decision = await question.decide(order.facts, around, rules, connection);
    if (decision.status === "refused") return no(decision.reason);
    // What is not paid yet may have to be taken back: nothing else is built upon it.
    if ((await isPaymentDue(connection, orderNumber)) || (await isDisputed(connection, orderNumber)))
      return no("moneyUnderWay");
    const { movements, request: asked, amounts } = decision.change;
    if (isRefundOfNothing(order.facts.movements, movements, methods)) return no("refundElsewhere");
    const missing = missingYes(operation, actor, rules, {
      // Whatever was done since is another revision, and needs another yes.
      covered: [orderNumber, order.revision, decision.change, shipTo ?? null],
      told: { movements, request: asked, totalMinor: (amounts ?? order.facts.amounts).totalMinor },
    });
    if (missing !== null) return missing;
    const brought = shipTo === undefined ? decision.change : { ...decision.change, shipTo };
    await applyChange(connection, order, brought, methods, { operation, actor: actor.kind, callSid, effectId, now });
    const after = await readOrder(connection, orderNumber, false);
    return after === null ? no("notFound") : { status: "changed" as const, order: detailsOf(after) };
  }

  function ask<I extends { readonly orderNumber: string; readonly actor: Actor }>(
    input: I,
    context: EffectContext,
    isBounded: boolean,
    question: Omit<Question, "orderNumber" | "actor">,
  ): Promise<
    ({ readonly status: "changed"; readonly order: OrderDetails } | Refused) & { readonly storeWaitMs: number }
  > {
    if (!isBounded || !areShort([input.orderNumber])) return timed(async () => no("invalidArguments"));
    const { orderNumber, actor } = input;
    const name = typeof question.operation === "string" ? question.operation : "swapItems";
    return changing(name, input, context, (connection) =>
      change(connection, { ...question, orderNumber, actor }, context),
    );
  }

  return {
    findCustomersByEmail: ({ email }) =>
      timed(async () => (areShort([email]) ? foundCustomers(await customersByEmail(pool, email)) : no("notFound"))),
    findCustomersByName: (input) =>
      timed(async () =>
        areShort([input.firstName, input.lastName, input.postalCode])
          ? foundCustomers(await customersByName(pool, input))
          : no("notFound"),
      ),
    customerDetails: ({ customerId, actor }, { callSid }) =>
      timed(async () => {
        if (!areShort([customerId])) return no("notFound");
        const refusal = await refusalOf(pool, actor, callSid, customerId);
        if (refusal !== null) return no(refusal);
        const customer = await customerOf(pool, customerId);
        return customer === null ? no("notFound") : { status: "found" as const, customer };
      }),
    orderDetails: ({ orderNumber, actor }, { callSid }) =>
      timed(async () => {
        const order = areShort([orderNumber]) ? await readOrder(pool, orderNumber, false) : null;
        const refusal = await refusalOf(pool, actor, callSid, order?.customerId ?? null);
        if (refusal !== null) return no(refusal);
        return order === null ? no("notFound") : { status: "found" as const, order: detailsOf(order) };
      }),
    ownOrders: ({ orderNumber, actor }, { callSid }) =>
      timed(async () => {
        if (actor.kind === "staff" || (orderNumber !== null && !areShort([orderNumber]))) return no("notFound");
        const proven = await provenCustomer(pool, callSid, actor.identity.provenSinceMs);
        if (proven === null) return no("identityRequired");
        const own = await ownOrdersOf(pool, proven.customerId, orderNumber);
        return own === null ? no("notFound") : { status: "found" as const, ...own };
      }),
    replacements: ({ productIds }) =>
      timed(async () => ({
        status: "found" as const,
        products: areShort(productIds) ? await replacementsOf(pool, productIds) : [],
      })),
    productType: ({ typeId }) =>
      timed(async () => {
        const type = areShort([typeId]) ? await typeOf(pool, typeId) : null;
        return type === null ? no("notFound") : { status: "found" as const, type };
      }),
    product: ({ productId }) =>
      timed(async () => {
        const product = areShort([productId]) ? await productOf(pool, productId) : null;
        return product === null ? no("notFound") : { status: "found" as const, product };
      }),
    productTypes: () => timed(async () => ({ status: "found" as const, types: await typesOf(pool) })),
    calculate: ({ expression }) =>
      timed(async () => {
        const result = calculate(expression);
        return result.status === "calculated" ? result : no("notCalculable");
      }),

    cancel: (input, context) =>
      ask(input, context, areShort([input.reason]), {
        operation: "cancel",
        decide: (order, around, rules) => decideCancel(order, around, rules, input.reason),
      }),
    changeItems: (input, context) => swapping("changeItems", decideChangeItems, input, context),
    requestExchange: (input, context) => swapping("requestExchange", decideExchange, input, context),
    swapItems: (input, context) => {
      const { productIds, newProductIds } = input;
      const isPending = (order: OrderFacts, rules: OrderRules): boolean =>
        nextState("changeItems", order.state, input.actor.kind, rules).status === "open";
      return ask(input, context, areShort([...productIds, ...newProductIds, input.methodId ?? ""]), {
        operation: (order, rules) => (isPending(order, rules) ? "changeItems" : "requestExchange"),
        productIds: newProductIds,
        decide: (order, around, rules) => {
          const methodId = input.methodId ?? payingMethodOf(order) ?? "";
          const decide = isPending(order, rules) ? decideChangeItems : decideExchange;
          return decide(order, around, rules, { productIds, newProductIds, methodId });
        },
      });
    },
    requestReturn: (input, context) =>
      ask(input, context, areShort([...input.productIds, input.methodId ?? ""]), {
        operation: "requestReturn",
        decide: (order, around, rules) =>
          decideReturn(order, around, rules, {
            productIds: input.productIds,
            methodId: input.methodId ?? payingMethodOf(order) ?? "",
          }),
      }),
    changePayment: (input, context) =>
      ask(input, context, areShort([input.methodId]), {
        operation: "changePayment",
        decide: (order, around, rules) => decideChangePayment(order, around, rules, input.methodId),
      }),
    changeAddress: (input, context) =>
      ask(input, context, isAddress(input.address), {
        operation: "changeAddress",
        shipTo: input.address,
        decide: async (order, around, rules, connection) =>
          decideChangeAddress(order, around, rules, await taxTermsOf(connection, input.address.state)),
      }),
    reportFulfilment: (input, context) => {
      const { operation } = input;
      const damaged = input.operation === "receiveReturn" ? input.damagedProductIds : [];
      return ask(input, context, areShort(damaged), {
        operation,
        decide: (order, around, rules) => {
          if (operation === "receiveReturn") return decideReceiveReturn(order, around, rules, damaged);
          if (operation === "completeExchange") return decideCompleteExchange(order, around, rules);
          return decideProgress(order, around, rules, operation);
        },
      });
    },

    changeCustomerAddress: (input, context) =>
      changing("changeCustomerAddress", input, context, async (connection) => {
        const { customerId, address, actor } = input;
        if (!isAddress(address) || !areShort([customerId])) return no("invalidArguments");
        const refusal = await refusalOf(connection, actor, context.callSid, customerId);
        if (refusal !== null) return no(refusal);
        const rules = await readOrderRules(connection);
        if (!rules.changeCustomerAddress.by.includes(actor.kind)) return no("notAllowed");
        const told = { movements: [], request: null, totalMinor: null };
        const missing = missingYes("changeCustomerAddress", actor, rules, { covered: [customerId, address], told });
        if (missing !== null) return missing;
        const known = await rowsOf(connection, "SELECT 1 FROM customers WHERE id = $1 FOR UPDATE", [customerId]);
        if (known.length === 0) return no("notFound");
        await storeDefaultAddress(connection, customerId, address);
        const customer = await customerOf(connection, customerId);
        return customer === null ? no("notFound") : { status: "changed" as const, customer };
      }),
    transferToPerson: (input, context) =>
      changing("transferToPerson", input, context, async (connection) => {
        const { summary, customerId } = input;
        if (!isSummary(summary) || (customerId !== null && !areShort([customerId]))) return no("invalidArguments");
        await rowsOf(
          connection,
          "INSERT INTO service_transfers (effect_id, call_sid, customer_id, summary, requested_at) VALUES ($1, $2, $3, $4, $5)",
          [context.effectId, context.callSid, customerId, summary, new Date(clock())],
        );
        return { status: "noted" as const };
      }),
  };

  function swapping(
    operation: "changeItems" | "requestExchange",
    decide: typeof decideChangeItems,
    input: InputOf<"changeItems">,
    context: EffectContext,
  ) {
    const { productIds, newProductIds, methodId } = input;
    return ask(input, context, areShort([...productIds, ...newProductIds, methodId]), {
      operation,
      productIds: newProductIds,
      decide: (order, around, rules) => decide(order, around, rules, { productIds, newProductIds, methodId }),
    });
  }
}

/** Why somebody may not look at a customer's record: nobody proved who they are, or it is another's, which is as if there were none. */
async function refusalOf(
  database: Queryable,
  actor: Actor,
  callSid: string,
  customerId: string | null,
): Promise<OperationRefusalReason | null> {
  if (actor.kind === "staff") return null;
  const proven = await provenCustomer(database, callSid, actor.identity.provenSinceMs);
  if (proven === null) return "identityRequired";
  return proven.customerId === customerId ? null : "notFound";
}

function foundCustomers(customerIds: readonly string[]) {
  return customerIds.length === 0 ? no("notFound") : { status: "found" as const, customerIds };
}

async function storeDefaultAddress(connection: Queryable, customerId: string, address: PostalAddress): Promise<void> {
  const fields = [address.line1, address.line2, address.city, address.state, address.postalCode, address.country];
  const changed = await rowsOf(
    connection,
    `UPDATE addresses SET lines = $2, line2 = $3, city = $4, state = $5, postal_code = $6, country = $7
     WHERE customer_id = $1 AND is_default RETURNING id`,
    [customerId, ...fields],
  );
  if (changed.length > 0) return;
  await rowsOf(
    connection,
    `INSERT INTO addresses (id, customer_id, lines, line2, city, state, postal_code, country, is_default)
     VALUES ($1 || '-default', $1, $2, $3, $4, $5, $6, $7, true)`,
    [customerId, ...fields],
  );
}
