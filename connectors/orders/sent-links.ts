import type pg from "pg";
import { provenCustomer } from "../postgres/call-identity.ts";
import { once } from "../postgres/effect-record.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { IdentityDemand, SentLinks } from "./port.ts";
import { timed } from "./timed.ts";

/** Options of {@link createPostgresSentLinks}. */
export type SentLinksOptions = {
  readonly pool: pg.Pool;
  /** How often one link is sent at most, the first time included. */
  readonly linkSendings: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

/** Of a link that ran out or was followed longer ago than this nothing is said any more. */
const SPOKEN_OF_MS = 24 * 3_600_000;

/** Links that customers were sent, in PostgreSQL: tables payments and awaited_movements. Failures are DATABASE_FAILED. */
export function createPostgresSentLinks({ pool, linkSendings, clock = Date.now }: SentLinksOptions): SentLinks {
  return {
    async linkAgain({ identity }, { callSid, effectId }) {
      const input = { callSid, identity };
      const answer = await timed(() =>
        once(pool, { effectId, operation: "linkAgain", input }, (connection) =>
          countSending(connection, input, { now: clock(), linkSendings }),
        ),
      );
      if (answer.status !== "due") return answer;
      // Read beside the effect: its stored result must not hold a number.
      const [customer] = await rowsOf<{ phone: string | null }>(
        pool,
        `SELECT CASE WHEN c.do_not_contact AND ($2 > 0 OR p.card_id IS NOT NULL) THEN NULL ELSE c.phone END AS phone
         FROM orders o JOIN customers c ON c.id = o.customer_id LEFT JOIN payments p ON p.order_number = o.number WHERE o.number = $1`,
        [answer.orderNumber, answer.position],
      );
      if (!customer?.phone) return { status: "unreachable", storeWaitMs: answer.storeWaitMs };
      return { ...answer, toNumber: customer.phone };
    },
  };
}

type Due = Extract<Awaited<ReturnType<SentLinks["linkAgain"]>>, { status: "due" }>;
type Counted =
  | Omit<Due, "toNumber" | "storeWaitMs">
  | { readonly status: "limited" | "paid" | "over" | "none" | "identityRequired" };

async function countSending(
  connection: Queryable,
  { callSid, identity }: { readonly callSid: string; readonly identity: IdentityDemand },
  { now, linkSendings }: { readonly now: number; readonly linkSendings: number },
): Promise<Counted> {
  const customer = await provenCustomer(connection, callSid, identity.provenSinceMs);
  if (customer === null) return { status: "identityRequired" };
  const link = await newestLink(connection, customer.customerId, now);
  if (link === null) return { status: "none" };
  if (link.status === "paid") return { status: "paid" };
  const { orderNumber, position, linkRef, amountMinor, currency } = link;
  const validForMs = link.validUntil.getTime() - now;
  if (link.status === "over" || linkRef === null || validForMs <= 0) return { status: "over" };
  const sending = await countedOf(connection, link, linkSendings);
  if (sending === null) return { status: "limited" };
  return { status: "due", orderNumber, position, sending, linkRef, amountMinor, currency, validForMs };
}

/** Which sending the next one is; null when it was sent as often as it may be. */
async function countedOf(
  connection: Queryable,
  { orderNumber, position }: Link,
  linkSendings: number,
): Promise<number | null> {
  const counting = "SET link_sendings = link_sendings + 1 WHERE order_number = $1 AND link_sendings < $2";
  const [counted] =
    position === 0
      ? await rowsOf<Sending>(connection, `UPDATE payments ${counting} RETURNING link_sendings AS sending`, [
          orderNumber,
          linkSendings,
        ])
      : await rowsOf<Sending>(
          connection,
          `UPDATE awaited_movements ${counting} AND position = $3 RETURNING link_sendings AS sending`,
          [orderNumber, linkSendings, position],
        );
  return counted?.sending ?? null;
}

type Sending = { sending: number };
type Link = {
  orderNumber: string;
  position: number;
  status: "waiting" | "paid" | "over";
  linkRef: string | null;
  validUntil: Date;
  amountMinor: number;
  currency: string;
};

/** The newest link of a customer, those that are waited for first. */
async function newestLink(connection: Queryable, customerId: string, now: number): Promise<Link | null> {
  const [link] = await rowsOf<Link>(
    connection,
    `SELECT * FROM (
       SELECT o.number AS "orderNumber", 0 AS position, p.link_ref AS "linkRef", p.link_valid_until AS "validUntil", p.amount_minor AS "amountMinor", p.currency,
         CASE p.status WHEN 'awaitingPayer' THEN 'waiting' WHEN 'succeeded' THEN 'paid' ELSE 'over' END AS status
       FROM orders o JOIN payments p ON p.order_number = o.number WHERE o.customer_id = $1
       UNION ALL
       SELECT o.number, a.position, a.link_ref, a.valid_until, m.amount_minor, o.currency, CASE m.settlement WHEN 'due' THEN 'waiting' ELSE 'paid' END
       FROM orders o JOIN awaited_movements a ON a.order_number = o.number
         JOIN order_movements m ON m.order_number = a.order_number AND m.position = a.position WHERE o.customer_id = $1) link
     WHERE "validUntil" > $2 ORDER BY status = 'waiting' DESC, "validUntil" DESC, "orderNumber" DESC, position DESC LIMIT 1`,
    [customerId, new Date(now - SPOKEN_OF_MS)],
  );
  return link ?? null;
}
