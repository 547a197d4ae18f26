import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import { type OrderRules, parseOrderRules, standardOrderRules } from "./order-rules.ts";

/** The rules of the loaded shop; the standard ones where it has none of its own. Throws INVALID_INPUT when they are not valid. */
export async function readOrderRules(database: Queryable): Promise<OrderRules> {
  const [row] = await rowsOf<{ rules: unknown }>(database, "SELECT order_rules AS rules FROM shop WHERE id = 1");
  return row === undefined || row.rules === null ? standardOrderRules : parseOrderRules(row.rules);
}
