import type { CardOnFile } from "../../schemas/generated/records.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";

/** A customer's saved cards, the default one first, as far as they may be spoken of. */
export async function cardsOf(database: Queryable, customerId: string): Promise<CardOnFile[]> {
  return rowsOf<CardOnFile>(
    database,
    `SELECT id AS "cardId", brand, last4, is_default AS "isDefault" FROM cards
     WHERE customer_id = $1 ORDER BY is_default DESC, id`,
    [customerId],
  );
}
