import { z } from "zod";
import { PartylineError } from "../../runtime/errors.ts";
import { type Queryable, rowsOf } from "./pool.ts";

const minor = z.int().min(0);
const basisPoints = z.int().min(0).max(10_000);

/** The part of shop/shop.json that decides what an order costs; shop/README.md says what the fields mean. */
const shopRulesSchema = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  tax: z.object({
    defaultBasisPoints: basisPoints,
    rules: z.array(z.object({ state: z.string(), basisPoints })),
    rounding: z.literal("half-up"),
    appliesToShipping: z.boolean(),
  }),
  shipping: z
    .object({
      methods: z.array(z.object({ id: z.string(), flatMinor: minor, freeFromMinor: minor.nullable() })).min(1),
      defaultMethod: z.string(),
    })
    .refine(
      ({ methods, defaultMethod }) => methods.some(({ id }) => id === defaultMethod),
      "defaultMethod is no method",
    ),
  limits: z.object({
    maxQuantityPerLine: z.int().min(1),
    /** How many different products one order may have. */
    maxLines: z.int().min(1).max(100).default(10),
    maxOrderTotalMinor: z.int().min(1),
    maxDiscountBasisPoints: basisPoints,
    /** What one customer may order within 24 hours; absent for as much as they like. */
    perCustomerAndDay: z.object({ maxOrders: z.int().min(1), maxTotalMinor: z.int().min(1) }).optional(),
  }),
});

/** Currency, tax, shipping and limits: what a shop decides, as data. */
export type ShopRules = z.infer<typeof shopRulesSchema>;

/** Checks rules that come from outside. Throws INVALID_INPUT with every fault. */
export function parseShopRules(given: unknown): ShopRules {
  const parsed = shopRulesSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new PartylineError("INVALID_INPUT", `the shop's rules are not valid: ${z.prettifyError(parsed.error)}`);
}

/** The rules of the loaded shop. Throws INVALID_INPUT when no shop was loaded. */
export async function readShopRules(database: Queryable): Promise<ShopRules> {
  const [row] = await rowsOf<{ rules: unknown }>(database, "SELECT rules FROM shop WHERE id = 1");
  if (row === undefined) throw new PartylineError("INVALID_INPUT", "no shop is loaded: run shop/load.ts");
  return parseShopRules(row.rules);
}
