/** Reads what the database knows of a call and makes the interaction of it. */
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { Interaction } from "./port.ts";
import { type CallFacts, type OrderFact, told } from "./summary.ts";

type Row = {
  callerNumber: string | null;
  calledNumber: string | null;
  startedAt: number | null;
  endedAt: number | null;
  endReason: string | null;
  riskAction: string | null;
  isTransferred: boolean;
  turns: CallFacts["turns"];
  orders: OrderFact[];
  leftAtQuote: string | null;
  customerId: string | null;
  name: string | null;
  phone: string | null;
  email: string | null;
  mayContact: boolean | null;
};

// One statement: callers wait for the same database.
const read = `
SELECT o.caller_number AS "callerNumber", o.called_number AS "calledNumber",
  (extract(epoch FROM c.started_at) * 1000)::float8 AS "startedAt", (extract(epoch FROM c.ended_at) * 1000)::float8 AS "endedAt",
  c.end_reason AS "endReason", c.risk_action AS "riskAction", coalesce(c.facts ? 'transfers', false) AS "isTransferred",
  coalesce((SELECT json_agg(json_build_object('intent', t.intent, 'outcomes', t.outcomes) ORDER BY t.turn)
    FROM call_turns t WHERE t.call_sid = o.call_sid), '[]') AS turns,
  coalesce((SELECT json_agg(json_build_object('number', r.number, 'currency', r.currency, 'paymentStatus', p.status,
      'chargedMinor', CASE WHEN p.status = 'succeeded' THEN p.amount_minor ELSE 0 END,
      'lines', (SELECT coalesce(json_agg(json_build_object('spokenName', l.spoken_name, 'quantity', l.quantity) ORDER BY l.line), '[]')
        FROM order_lines l WHERE l.order_number = r.number)) ORDER BY r.placed_at, r.number)
    FROM orders r LEFT JOIN payments p ON p.order_number = r.number
    WHERE r.call_sid = o.call_sid AND r.status <> 'paymentFailed'), '[]') AS orders,
  (SELECT string_agg(l.spoken_name, ', ' ORDER BY l.line) FROM quote_lines l WHERE l.quote_id = (SELECT q.id FROM quotes q WHERE q.call_sid = o.call_sid AND q.status IN ('open', 'closed')
    ORDER BY q.created_at DESC LIMIT 1)) AS "leftAtQuote",
  i.customer_id AS "customerId", u.full_name AS name, u.phone, u.email, NOT u.do_not_contact AS "mayContact"
FROM crm_outbox o
LEFT JOIN calls c ON c.call_sid = o.call_sid
LEFT JOIN call_identities i ON i.call_sid = o.call_sid
LEFT JOIN customers u ON u.id = i.customer_id
WHERE o.call_sid = $1`;

/** The interaction of a call that is in the outbox, as far as it is known now; null when it is not there. Throws DATABASE_FAILED. */
export async function interactionOf(database: Queryable, callSid: string): Promise<Interaction | null> {
  const [row] = await rowsOf<Row>(database, read, [callSid]);
  if (row === undefined) return null;
  const { orders, customerId, name, phone, email, mayContact } = row;
  const isProven = customerId !== null;
  const facts: CallFacts = { ...row, riskAction: row.riskAction ?? "allow", isProven };
  return {
    callSid,
    direction: "inbound",
    callerNumber: row.callerNumber,
    calledNumber: row.calledNumber,
    contact: customerId === null ? null : { customerId, name: name ?? "", phone, email },
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    ...told(facts),
    orderNumbers: orders.map(({ number }) => number),
    revenueMinor: orders.reduce((sum, { chargedMinor }) => sum + chargedMinor, 0),
    currency: orders[0]?.currency ?? null,
    // Nothing in the project records a call.
    isRecorded: false,
    mayContact,
  };
}
