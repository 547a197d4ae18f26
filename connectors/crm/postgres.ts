/** Customer relations in the database itself: table crm_interactions. */
import type pg from "pg";
import { rowsOf } from "../postgres/pool.ts";
import type { Crm } from "./port.ts";

/** Opens the adapter. Contacts are the shop's own customers, so forgetting one deletes interactions alone. */
export function createPostgresCrm(pool: pg.Pool): Crm {
  return {
    async upsert(interaction) {
      const { callSid, direction, callerNumber, calledNumber, contact, startedAt, endedAt, outcome } = interaction;
      const { summary, nextStep, orderNumbers, revenueMinor, currency, escalationReason } = interaction;
      const time = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
      await rowsOf(
        pool,
        `INSERT INTO crm_interactions (call_sid, direction, caller_number, called_number, customer_id, contact_name, started_at, ended_at,
           outcome, summary, next_step, order_numbers, revenue_minor, currency, escalation_reason, is_recorded, may_contact)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         ON CONFLICT (call_sid) DO UPDATE SET caller_number = excluded.caller_number, called_number = excluded.called_number,
           customer_id = excluded.customer_id, contact_name = excluded.contact_name, started_at = excluded.started_at,
           ended_at = excluded.ended_at, outcome = excluded.outcome, summary = excluded.summary, next_step = excluded.next_step,
           order_numbers = excluded.order_numbers, revenue_minor = excluded.revenue_minor, currency = excluded.currency,
           escalation_reason = excluded.escalation_reason, is_recorded = excluded.is_recorded, may_contact = excluded.may_contact,
           updated_at = now()`,
        [
          callSid,
          direction,
          callerNumber,
          calledNumber,
          contact?.customerId ?? null,
          contact?.name ?? null,
          time(startedAt),
          time(endedAt),
          outcome,
          summary,
          nextStep,
          orderNumbers,
          revenueMinor,
          currency,
          escalationReason,
          interaction.isRecorded,
          interaction.mayContact,
        ],
      );
      return { reference: callSid };
    },
    async forget({ callSids, phone }) {
      const gone = await rowsOf(
        pool,
        "DELETE FROM crm_interactions WHERE call_sid = ANY ($1::text[]) OR caller_number = $2 RETURNING call_sid",
        [callSids, phone],
      );
      return { interactions: gone.length, contacts: 0 };
    },
  };
}
