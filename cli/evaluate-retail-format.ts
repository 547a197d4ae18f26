/** The file format of a retail shop with customers and orders, and of tasks on it. Amounts in these files are dollars with two decimals. */
import { z } from "zod";
import { EvaluationError } from "./evaluation-error.ts";

/** Cents of an amount in dollars. What differs from whole cents by more than a trace of binary fractions is refused. */
export function centsOf(dollars: number): number {
  const cents = Math.round(dollars * 100);
  if (!Number.isSafeInteger(cents) || Math.abs(dollars * 100 - cents) > 1e-4)
    throw new EvaluationError(`${dollars} is not an amount in dollars and cents.`);
  // No negative zero.
  return cents + 0;
}

/** Dollars of whole cents. */
export function dollarsOf(cents: number): number {
  return cents / 100;
}

const text = z.string().max(200);
const id = z.string().min(1).max(200);
const money = z.number().min(-1e9).max(1e9);
const options = z.record(z.string(), z.union([z.string(), z.number()]));

const address = z.object({ address1: text, address2: text, city: text, country: text, state: text, zip: text });
const variant = z.object({ item_id: id, options, available: z.boolean(), price: money.positive() });
const product = z.object({ name: z.string().min(1), product_id: id, variants: z.record(id, variant) });
const paymentMethod = z.discriminatedUnion("source", [
  z.object({ source: z.literal("credit_card"), id, brand: text, last_four: z.string().regex(/^\d{4}$/) }),
  z.object({ source: z.literal("paypal"), id }),
  z.object({ source: z.literal("gift_card"), id, balance: money.min(0) }),
]);
const user = z.object({
  user_id: id,
  name: z.object({ first_name: text, last_name: text }),
  address,
  email: text,
  payment_methods: z.record(id, paymentMethod),
  orders: z.array(id),
});
const item = z.object({ name: text, product_id: id, item_id: id, price: money.min(0), options });
const order = z.object({
  order_id: id.regex(/^[!-~]{4,40}$/, "must be 4 to 40 visible ASCII characters"),
  user_id: id,
  address,
  items: z.array(item).min(1),
  status: z.enum([
    "pending",
    "pending (item modified)",
    "processed",
    "delivered",
    "cancelled",
    "return requested",
    "exchange requested",
  ]),
  fulfillments: z.array(z.object({ tracking_id: z.array(id), item_ids: z.array(id) })),
  payment_history: z.array(
    z.object({ transaction_type: z.enum(["payment", "refund"]), amount: money.min(0), payment_method_id: id }),
  ),
  cancel_reason: text.nullish(),
  exchange_items: z.array(id).nullish(),
  exchange_new_items: z.array(id).nullish(),
  exchange_payment_method_id: id.nullish(),
  exchange_price_difference: money.nullish(),
  return_items: z.array(id).nullish(),
  return_payment_method_id: id.nullish(),
});

const shop = z
  .object({ products: z.record(id, product), users: z.record(id, user), orders: z.record(id, order) })
  .superRefine(({ products, users, orders }, context) => {
    const wrong = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    const known = new Set<string>();
    for (const [key, { product_id, variants }] of Object.entries(products)) {
      if (key !== product_id) wrong(["products", key], "is filed under another id");
      for (const [itemKey, { item_id }] of Object.entries(variants)) {
        if (itemKey !== item_id) wrong(["products", key, itemKey], "is filed under another id");
        if (known.has(item_id)) wrong(["products", key, itemKey], "is an item of two products");
        known.add(item_id);
      }
    }
    for (const [key, { user_id, payment_methods }] of Object.entries(users)) {
      if (key !== user_id) wrong(["users", key], "is filed under another id");
      for (const [methodKey, method] of Object.entries(payment_methods))
        if (methodKey !== method.id) wrong(["users", key, methodKey], "is filed under another id");
    }
    for (const [key, { order_id, user_id, items }] of Object.entries(orders)) {
      if (key !== order_id) wrong(["orders", key], "is filed under another id");
      if (users[user_id] === undefined) wrong(["orders", key], "is of a user who is not there");
      if (items.every(({ price }) => price === 0)) wrong(["orders", key], "costs nothing");
    }
  });

const task = z.looseObject({
  id: z.union([z.string(), z.number()]),
  evaluation_criteria: z
    .looseObject({
      actions: z
        .array(z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()).nullish() }))
        .nullish(),
    })
    .nullish(),
});

/** A shop as its file has it. */
export type RetailShop = z.infer<typeof shop>;
/** A user as the file has them. */
export type RetailUser = z.infer<typeof user>;
/** An order as the file has it. */
export type RetailOrder = z.infer<typeof order>;
/** An action of a task: a tool and what it is called with. */
export type RetailAction = { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> };
/** A task: actions one after another. */
export type RetailTask = { readonly id: string | number; readonly actions: readonly RetailAction[] };

/** A shop from the text of its file. Throws EvaluationError with what is wrong. */
export function parseRetailShop(json: string): RetailShop {
  return parsed("shop", json, shop);
}

/** Tasks from the text of their file. Throws EvaluationError. */
export function parseRetailTasks(json: string): readonly RetailTask[] {
  return parsed("list of tasks", json, z.array(task)).map(({ id: taskId, evaluation_criteria }) => ({
    id: taskId,
    actions: (evaluation_criteria?.actions ?? []).map(({ name, arguments: given }) => ({
      name,
      arguments: given ?? {},
    })),
  }));
}

function parsed<T>(what: string, json: string, schema: z.ZodType<T>): T {
  let given: unknown;
  try {
    given = JSON.parse(json);
  } catch {
    throw new EvaluationError(`The ${what} is not JSON.`);
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new EvaluationError(`The ${what} is not valid:\n${z.prettifyError(result.error).slice(0, 4_000)}`);
}
