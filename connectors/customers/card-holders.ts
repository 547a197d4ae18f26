import { createHash } from "node:crypto";
import type pg from "pg";
import type { CardOnFile } from "../../schemas/generated/records.ts";
import { provenCustomer } from "../postgres/call-identity.ts";
import { toDatabaseError } from "../postgres/database-error.ts";
import { rowsOf } from "../postgres/pool.ts";
import type { CardHolders, KeyedCard } from "./port.ts";

/** Cards that callers key in, in PostgreSQL: whose they are and what may be spoken of them; tables in deploy/migrations/0002_customers.sql and 0013_keyed_cards.sql. */
export function createPostgresCardHolders({ pool }: { readonly pool: pg.Pool }): CardHolders {
  return {
    holderOf: ({ identity }, { callSid }) =>
      timed(async () => {
        const proven = await provenCustomer(pool, callSid, identity.provenSinceMs);
        if (proven === null) return { customerRef: null };
        const [row] = await rowsOf<{ customerRef: string | null }>(
          pool,
          `SELECT provider_ref AS "customerRef" FROM customers WHERE id = $1`,
          [proven.customerId],
        );
        return { customerRef: row?.customerRef ?? null };
      }),

    keep: ({ customerRef, card }, { callSid }) =>
      timed(async () => {
        const cardId = cardIdOf(card);
        // The same card again changes nothing, so no effect has to be kept for it.
        const rows = await rowsOf<CardOnFile>(
          pool,
          `WITH holder AS (
             SELECT u.id FROM customers u JOIN call_identities i ON i.customer_id = u.id
             WHERE i.call_sid = $1 AND u.provider_ref = $2
           ), kept AS (
             INSERT INTO cards (id, customer_id, brand, last4, payment_method_ref, is_default, expiry_month, expiry_year)
             SELECT $3, id, $4, $5, $6, false, $7, $8 FROM holder
             ON CONFLICT (id) DO UPDATE SET expiry_month = excluded.expiry_month
             WHERE cards.customer_id = excluded.customer_id
             RETURNING id, brand, last4, is_default
           )
           SELECT id AS "cardId", brand, last4, is_default AS "isDefault" FROM kept`,
          [
            callSid,
            customerRef,
            cardId,
            card.brand,
            card.last4,
            card.paymentMethodRef,
            card.expiryMonth,
            card.expiryYear,
          ],
        );
        const [kept] = rows;
        if (kept === undefined) throw new Error("the card's holder is not the caller any more");
        return { card: kept };
      }),
  };
}

/** Our name for a card: the same for the same card at the provider, and telling nothing of it. */
function cardIdOf({ paymentMethodRef }: KeyedCard): string {
  return `keyed-${createHash("sha256").update(paymentMethodRef).digest("hex").slice(0, 24)}`;
}

async function timed<A>(work: () => Promise<A>): Promise<A & { readonly storeWaitMs: number }> {
  const startedAt = performance.now();
  try {
    return { ...(await work()), storeWaitMs: performance.now() - startedAt };
  } catch (thrown) {
    throw toDatabaseError(thrown);
  }
}
