import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import type pg from "pg";
import type { EffectContext } from "../../runtime/effect.ts";
import type { Messaging } from "../messaging/port.ts";
import { toDatabaseError } from "../postgres/database-error.ts";
import { once } from "../postgres/effect-record.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import { findCustomer, type Hints } from "./find-customer.ts";
import { hashPin } from "./pin-hash.ts";
import type { Customers } from "./port.ts";

/** How codes are sent. */
export type CodesOptions = {
  readonly messaging: Messaging;
  /** What the message begins with: the shop's name; empty for none. */
  readonly signature: string;
  /** How long a code proves anything, in milliseconds; 300 000 if absent. */
  readonly codeValidMs?: number;
  /** Codes that one call may ask for, 3 if absent. */
  readonly codesPerCall?: number;
  /** Codes that are sent to one customer within an hour, whoever asks; 5 if absent. More are asked for in vain. */
  readonly codesPerHour?: number;
  /** Told of a message that was not sent; never whose. */
  readonly onFailure?: (error: unknown) => void;
};

const CODE_DIGITS = 6;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MAX_ON_THEIR_WAY = 100;

/** A code that still proves something. */
type LiveCode = { readonly effectId: string; readonly codeHash: string };

/** The newest code of a call for its caller; null when there is none. The older ones are void. */
export async function findLiveCode(
  database: Queryable,
  about: { readonly callSid: string; readonly customerId: string | null; readonly now: Date },
): Promise<LiveCode | null> {
  const [row] = await rowsOf<{ effectId: string; codeHash: string | null; isLive: boolean }>(
    database,
    `SELECT effect_id AS "effectId", code_hash AS "codeHash", used_at IS NULL AND expires_at > $3 AS "isLive" FROM one_time_codes
     WHERE call_sid = $1 AND customer_id = $2 ORDER BY created_at DESC, effect_id DESC LIMIT 1`,
    [about.callSid, about.customerId, about.now],
  );
  return row?.isLive === true && row.codeHash !== null ? { effectId: row.effectId, codeHash: row.codeHash } : null;
}

/** Uses a code up. False when it was used or ran out. */
export async function useCode(connection: Queryable, effectId: string, now: Date): Promise<boolean> {
  const used = await rowsOf(
    connection,
    "UPDATE one_time_codes SET used_at = $2 WHERE effect_id = $1 AND used_at IS NULL AND expires_at > $2 RETURNING effect_id",
    [effectId, now],
  );
  return used.length === 1;
}

/** One-time codes. Only their hashes are kept; the message is sent behind the answer, which therefore tells nothing by its time. */
export function createOneTimeCodes(given: {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  /** Refusals within a day after which a customer gets no code either. */
  readonly refusalsPerDay: number;
  readonly codes: CodesOptions | null;
}): { send: Customers["sendCode"]; forget(): Promise<number>; close(): Promise<void> } {
  const { pool, clock, refusalsPerDay, codes } = given;
  const { codeValidMs = 300_000, codesPerCall = 3, codesPerHour = 5 } = codes ?? {};
  const onTheirWay = new Set<Promise<unknown>>();

  /** Stores the code for whom it is meant. */
  async function store(
    connection: Queryable,
    about: { callSid: string; effectId: string; hints: Hints; codeHash: string },
  ): Promise<{ status: "sent" | "limited" }> {
    const now = new Date(clock());
    const [count] = await rowsOf<{ ofCall: number }>(
      connection,
      `SELECT count(*)::int AS "ofCall" FROM one_time_codes WHERE call_sid = $1`,
      [about.callSid],
    );
    if ((count?.ofCall ?? 0) >= codesPerCall) return { status: "limited" };
    // Codes for one customer, from any call, are counted one after another.
    const customer = await findCustomer(connection, about.hints);
    await rowsOf(connection, "SELECT 1 FROM customers WHERE id = $1 FOR UPDATE", [customer?.id ?? null]);
    const [limits] = await rowsOf<{ codes: number; refusals: number }>(
      connection,
      `SELECT (SELECT count(*)::int FROM one_time_codes WHERE customer_id = $1 AND created_at > $2 AND code_hash IS NOT NULL) AS codes,
         (SELECT count(*)::int FROM identity_refusals WHERE customer_id = $1 AND refused_at > $3) AS refusals`,
      [customer?.id ?? null, new Date(now.getTime() - HOUR_MS), new Date(now.getTime() - DAY_MS)],
    );
    // Who calls from another telephone may be somebody else: a code is then no message that the customer certainly asked for.
    const mayBeSent = customer?.hasNumber === true || customer?.isNotContacted === false;
    const isAllowed = mayBeSent && (limits?.codes ?? 0) < codesPerHour && (limits?.refusals ?? 0) < refusalsPerDay;
    await rowsOf(
      connection,
      `INSERT INTO one_time_codes (effect_id, call_sid, customer_id, code_hash, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        about.effectId,
        about.callSid,
        customer?.id ?? null,
        customer !== null && isAllowed ? about.codeHash : null,
        new Date(now.getTime() + codeValidMs),
        now,
      ],
    );
    return { status: "sent" };
  }

  /** Sends the stored code's message, unless one was begun for this effect before. */
  async function deliver(using: CodesOptions, code: string, codeHash: string, context: EffectContext): Promise<void> {
    const effectId = `${context.effectId}/message`;
    // The hash that is stored must be that of the code that is sent: a worker that died before sending left another one.
    const [due] = await rowsOf<{ phone: string }>(
      pool,
      `UPDATE one_time_codes o SET code_hash = $2 FROM customers c
       WHERE o.effect_id = $1 AND c.id = o.customer_id AND o.code_hash IS NOT NULL AND o.used_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.effect_id = $3) RETURNING c.phone`,
      [context.effectId, codeHash, effectId],
    );
    if (due === undefined) return;
    const minutes = Math.max(1, Math.round(codeValidMs / 60_000));
    const opening = using.signature === "" ? "Your code is" : `${using.signature}: your code is`;
    const body = `${opening} ${code}. Say it or key it in on the call that you are making. It works for ${minutes} ${minutes === 1 ? "minute" : "minutes"}. Tell it to nobody who calls you.`;
    // The call may end meanwhile; the adapter has bounds of its own.
    const { signal } = new AbortController();
    await using.messaging.send({ toNumber: due.phone, body, purpose: "oneTimeCode" }, { ...context, signal, effectId });
  }

  return {
    async send({ callerNumber, claim = null }, context) {
      const startedAt = performance.now();
      if (codes === null) return { status: "limited", storeWaitMs: 0 };
      const { callSid, effectId } = context;
      const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, "0");
      const codeHash = await hashPin(code);
      try {
        const identity = { effectId, operation: "sendCode", input: { callSid } };
        const { status } = await once(pool, identity, (connection) =>
          store(connection, { callSid, effectId, hints: { callerNumber, orderNumber: null, claim }, codeHash }),
        );
        if (status === "sent" && onTheirWay.size < MAX_ON_THEIR_WAY) {
          const sending = deliver(codes, code, codeHash, context).catch((error: unknown) => codes.onFailure?.(error));
          onTheirWay.add(sending);
          void sending.finally(() => onTheirWay.delete(sending));
        }
        return { status, storeWaitMs: performance.now() - startedAt };
      } catch (thrown) {
        throw toDatabaseError(thrown);
      }
    },
    async forget() {
      const forgotten = await rowsOf(pool, "DELETE FROM one_time_codes WHERE expires_at < $1 RETURNING effect_id", [
        new Date(clock() - DAY_MS),
      ]);
      return forgotten.length;
    },
    async close() {
      await Promise.allSettled(onTheirWay);
    },
  };
}
