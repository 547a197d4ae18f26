import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import type { FactLine } from "./order-facts.ts";

/** Writes an order's lines anew. */
export async function replaceLines(
  connection: Queryable,
  orderNumber: string,
  lines: readonly FactLine[],
): Promise<void> {
  await rowsOf(connection, "DELETE FROM order_lines WHERE order_number = $1", [orderNumber]);
  await rowsOf(
    connection,
    `INSERT INTO order_lines (order_number, line, product_id, spoken_name, quantity, unit_price_minor, type_id, options)
     SELECT $1, line, "productId", name, quantity, "unitPriceMinor", "typeId", options
     FROM json_to_recordset($2::json) AS l (line integer, "productId" text, name text, quantity integer, "unitPriceMinor" bigint,
       "typeId" text, options json)`,
    [orderNumber, JSON.stringify(lines.map((line, index) => ({ ...line, line: index + 1 })))],
  );
}
