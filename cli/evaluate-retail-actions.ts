/** What each tool of the format is here: its arguments, checked, and the operation that it stands for. */
import { z } from "zod";
import type { Actor, OrderOperations, PostalAddress } from "../connectors/orders/operations/port.ts";
import type { EffectContext } from "../runtime/effect.ts";
import type { RetailAction } from "./evaluate-retail-format.ts";

/** The tasks' agent has looked at who calls; the tools themselves ask nobody. */
const actor: Actor = { kind: "staff" };

const orderId = z.string();
const ids = z.array(z.string());
const address = {
  address1: z.string(),
  address2: z.string(),
  city: z.string(),
  state: z.string(),
  country: z.string(),
  zip: z.string(),
};
const swap = { order_id: orderId, item_ids: ids, new_item_ids: ids, payment_method_id: z.string() };

type Answer = Promise<{ readonly status: string }>;
type Tool = { readonly call: (given: unknown, operations: OrderOperations, context: EffectContext) => Answer | null };

/** A tool with its arguments; no others are taken. Null when they are not what the tool takes. */
function tool<S extends z.ZodRawShape>(
  shape: S,
  run: (given: z.infer<z.ZodObject<S>>, operations: OrderOperations, context: EffectContext) => Answer,
): Tool {
  const schema = z.strictObject(shape);
  return {
    call: (given, operations, context) => {
      const parsed = schema.safeParse(given);
      return parsed.success ? run(parsed.data as z.infer<z.ZodObject<S>>, operations, context) : null;
    },
  };
}

const tools: Readonly<Record<string, Tool>> = {
  find_user_id_by_email: tool({ email: z.string() }, ({ email }, operations, context) =>
    operations.findCustomersByEmail({ email }, context),
  ),
  find_user_id_by_name_zip: tool(
    { first_name: z.string(), last_name: z.string(), zip: z.string() },
    ({ first_name, last_name, zip }, operations, context) =>
      operations.findCustomersByName({ firstName: first_name, lastName: last_name, postalCode: zip }, context),
  ),
  get_user_details: tool({ user_id: z.string() }, ({ user_id }, operations, context) =>
    operations.customerDetails({ customerId: user_id, actor }, context),
  ),
  get_order_details: tool({ order_id: orderId }, ({ order_id }, operations, context) =>
    operations.orderDetails({ orderNumber: order_id, actor }, context),
  ),
  get_product_details: tool({ product_id: z.string() }, ({ product_id }, operations, context) =>
    operations.productType({ typeId: product_id }, context),
  ),
  get_item_details: tool({ item_id: z.string() }, ({ item_id }, operations, context) =>
    operations.product({ productId: item_id }, context),
  ),
  list_all_product_types: tool({}, (_, operations, context) => operations.productTypes({}, context)),
  calculate: tool({ expression: z.string() }, ({ expression }, operations, context) =>
    operations.calculate({ expression }, context),
  ),
  cancel_pending_order: tool({ order_id: orderId, reason: z.string() }, ({ order_id, reason }, operations, context) =>
    operations.cancel({ orderNumber: order_id, actor, reason }, context),
  ),
  modify_pending_order_items: tool(swap, (given, operations, context) =>
    operations.changeItems(swapOf(given), context),
  ),
  modify_pending_order_address: tool({ order_id: orderId, ...address }, ({ order_id, ...given }, operations, context) =>
    operations.changeAddress({ orderNumber: order_id, actor, address: addressOf(given) }, context),
  ),
  modify_pending_order_payment: tool(
    { order_id: orderId, payment_method_id: z.string() },
    ({ order_id, payment_method_id }, operations, context) =>
      operations.changePayment({ orderNumber: order_id, actor, methodId: payment_method_id }, context),
  ),
  modify_user_address: tool({ user_id: z.string(), ...address }, ({ user_id, ...given }, operations, context) =>
    operations.changeCustomerAddress({ customerId: user_id, actor, address: addressOf(given) }, context),
  ),
  return_delivered_order_items: tool(
    { order_id: orderId, item_ids: ids, payment_method_id: z.string() },
    ({ order_id, item_ids, payment_method_id }, operations, context) =>
      operations.requestReturn(
        { orderNumber: order_id, actor, productIds: item_ids, methodId: payment_method_id },
        context,
      ),
  ),
  exchange_delivered_order_items: tool(swap, (given, operations, context) =>
    operations.requestExchange(swapOf(given), context),
  ),
  transfer_to_human_agents: tool({ summary: z.string() }, ({ summary }, operations, context) =>
    operations.transferToPerson({ summary, customerId: null }, context),
  ),
};

/** The tools that the format knows. */
export const toolNames: readonly string[] = Object.keys(tools);

/** Does what an action says. False when it was refused: an unknown tool, arguments that it does not take, or the shop's no. */
export async function isActionDone(
  action: RetailAction,
  operations: OrderOperations,
  context: EffectContext,
): Promise<boolean> {
  const found = Object.hasOwn(tools, action.name) ? tools[action.name] : undefined;
  const answer = await found?.call(action.arguments, operations, context);
  return answer !== undefined && answer !== null && answer.status !== "refused";
}

function swapOf(given: z.infer<z.ZodObject<typeof swap>>) {
  const { order_id, item_ids, new_item_ids, payment_method_id } = given;
  return {
    orderNumber: order_id,
    actor,
    productIds: item_ids,
    newProductIds: new_item_ids,
    methodId: payment_method_id,
  };
}

function addressOf(given: z.infer<z.ZodObject<typeof address>>): PostalAddress {
  const { address1: line1, address2: line2, city, state, zip: postalCode, country } = given;
  return { line1, line2, city, state, postalCode, country };
}
