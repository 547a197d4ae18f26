/** What is known of each message, in PostgreSQL: stored before the provider is asked, so that an effect that is done again knows of the first time. */
import type pg from "pg";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { MessageNews, MessagePurpose } from "./port.ts";

type RecordedStatus = "sending" | "accepted" | "delivered" | "undeliverable" | "notSent";

/** A message as it is kept; neither number nor words. */
export type RecordedMessage = {
  readonly status: RecordedStatus;
  readonly messageRef: string | null;
  readonly reason: string | null;
  readonly createdAt: Date;
};

/** A message that is about to be sent; `isNew` is false when an earlier try may have sent it, or did: of one that was turned away it is known that it has not. */
export async function beginMessage(
  database: Queryable,
  given: { readonly effectId: string; readonly callSid: string; readonly purpose: MessagePurpose; readonly now: Date },
): Promise<RecordedMessage & { readonly isNew: boolean }> {
  const { effectId, callSid, purpose, now } = given;
  const [begun] = await rowsOf<{ createdAt: Date }>(
    database,
    `INSERT INTO messages (effect_id, call_sid, purpose, status, created_at, updated_at) VALUES ($1, $2, $3, 'sending', $4, $4)
     ON CONFLICT (effect_id) DO UPDATE SET status = 'sending', updated_at = excluded.updated_at WHERE messages.status = 'notSent'
     RETURNING created_at AS "createdAt"`,
    [effectId, callSid, purpose, now],
  );
  if (begun !== undefined) return { ...begun, status: "sending", messageRef: null, reason: null, isNew: true };
  const [known] = await rowsOf<RecordedMessage>(
    database,
    `SELECT status, provider_ref AS "messageRef", reason, created_at AS "createdAt" FROM messages WHERE effect_id = $1`,
    [effectId],
  );
  if (known === undefined) throw new Error("a message that exists is not there");
  return { ...known, isNew: false };
}

/** What became of it when the provider was asked. */
export async function endMessage(
  database: Queryable,
  effectId: string,
  end: { readonly status: RecordedStatus; readonly messageRef?: string; readonly reason?: string; readonly now: Date },
): Promise<void> {
  await rowsOf(
    database,
    "UPDATE messages SET status = $2, provider_ref = $3, reason = $4, updated_at = $5 WHERE effect_id = $1",
    [effectId, end.status, end.messageRef ?? null, end.reason ?? null, end.now],
  );
}

/** Keeps what the provider tells later. News comes in no order: what was delivered stays so. Says whether a message was changed. */
export async function noteMessageNews(pool: pg.Pool, news: MessageNews, now: Date): Promise<boolean> {
  const rows = await rowsOf(
    pool,
    `UPDATE messages SET status = $2, reason = $3, updated_at = $4
     WHERE provider_ref = $1 AND status IN ('accepted', 'undeliverable') AND status <> $2 RETURNING effect_id`,
    [news.messageRef, news.status, news.reason, now],
  );
  return rows.length > 0;
}
