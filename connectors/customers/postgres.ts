import { performance } from "node:perf_hooks";
import type pg from "pg";
import type { EffectContext } from "../../runtime/effect.ts";
import { cardsOf } from "../postgres/cards.ts";
import { toDatabaseError } from "../postgres/database-error.ts";
import { once } from "../postgres/effect-record.ts";
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import { type Candidate, findCustomer } from "./find-customer.ts";
import { type CodesOptions, createOneTimeCodes, findLiveCode, useCode } from "./one-time-codes.ts";
import { hashPin, isPin } from "./pin-hash.ts";
import type { Customers, IdentityOutcome, VerifyIdentity } from "./port.ts";

/** Options of {@link createPostgresCustomers}. */
export type PostgresCustomersOptions = {
  readonly pool: pg.Pool;
  /** Tries on one call. */
  readonly triesPerCall?: number;
  /** Refusals within a day, over all calls, after which a customer's digits are not looked at any more. */
  readonly refusalsPerDay?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** How codes are sent; null or absent for a shop that sends none. */
  readonly codes?: CodesOptions | null;
};

/** The same with the digits open, as nothing but the check itself has them. */
export type OpenCustomers = Omit<Customers, "verify"> & {
  verify(
    input: Omit<VerifyIdentity, "sealedDigits"> & { readonly digits: string },
    context: EffectContext,
  ): Promise<IdentityOutcome>;
};

/** What the stage does about customers from time to time, and at its end. */
export type CustomerKeeping = {
  /** Deletes codes that ran out a day ago. Gives how many. */
  forgetCodes(): Promise<number>;
  /** Waits for messages that are on their way. */
  close(): Promise<void>;
};

const DAY_MS = 86_400_000;

type Untimed = IdentityOutcome extends infer A ? (A extends unknown ? Omit<A, "storeWaitMs"> : never) : never;

/** Customers in PostgreSQL; tables in deploy/migrations/0002_customers.sql and 0009_messages.sql. */
export function createPostgresCustomers(options: PostgresCustomersOptions): OpenCustomers & CustomerKeeping {
  const { pool, triesPerCall = 3, refusalsPerDay = 10, clock = Date.now } = options;
  const codes = createOneTimeCodes({ pool, clock, refusalsPerDay, codes: options.codes ?? null });
  // A number that nobody has costs the same time as one that somebody has.
  const decoy = hashPin("a PIN that nobody has");

  async function decide(
    connection: Queryable,
    attempt: { customer: Candidate | null; isPin: boolean; codeId: string | null; callSid: string; effectId: string },
  ): Promise<Untimed> {
    const { customer, callSid, effectId, codeId } = attempt;
    const now = new Date(clock());
    // Tries for one customer, from any call, are counted one after another.
    await rowsOf(connection, "SELECT 1 FROM customers WHERE id = $1 FOR UPDATE", [customer?.id ?? null]);
    const [counted] = await rowsOf<{ ofCall: number; ofCustomer: number }>(
      connection,
      `SELECT count(*) FILTER (WHERE call_sid = $1)::int AS "ofCall",
         count(*) FILTER (WHERE customer_id = $2 AND refused_at > $3)::int AS "ofCustomer"
       FROM identity_refusals WHERE call_sid = $1 OR (customer_id = $2 AND refused_at > $3)`,
      [callSid, customer?.id ?? null, new Date(now.getTime() - DAY_MS)],
    );
    const { ofCall, ofCustomer } = counted ?? { ofCall: 0, ofCustomer: 0 };
    const isLocked = ofCustomer >= refusalsPerDay;
    if (ofCall >= triesPerCall || (isLocked && customer?.hasNumber === true)) return { status: "locked" };
    // A code proves once: of two tries at the same time one finds it used.
    const isCode = !isLocked && codeId !== null && (await useCode(connection, codeId, now));
    if (customer === null || isLocked || !(isCode || attempt.isPin)) {
      await rowsOf(
        connection,
        "INSERT INTO identity_refusals (effect_id, call_sid, customer_id, refused_at) VALUES ($1, $2, $3, $4)",
        // What is refused because of the lock does not make it longer.
        [effectId, callSid, isLocked ? null : (customer?.id ?? null), now],
      );
      return { status: "refused", triesLeft: triesPerCall - ofCall - 1 };
    }
    await rowsOf(
      connection,
      `INSERT INTO call_identities (call_sid, customer_id, proven_at, proven_by) VALUES ($1, $2, $3, $4)
       ON CONFLICT (call_sid) DO UPDATE SET customer_id = excluded.customer_id, proven_at = excluded.proven_at, proven_by = excluded.proven_by`,
      [callSid, customer.id, now, isCode ? "code" : "pin"],
    );
    return { status: "proven", customerName: customer.firstName, cards: await cardsOf(connection, customer.id) };
  }

  return {
    async verify({ callerNumber, orderNumber = null, claim = null, digits }, { callSid, effectId }) {
      const startedAt = performance.now();
      try {
        const customer = await findCustomer(pool, { callerNumber, orderNumber, claim });
        const live = await findLiveCode(pool, { callSid, customerId: customer?.id ?? null, now: new Date(clock()) });
        // Before the transaction, which would otherwise hold its locks while the digits are hashed. Both are looked at, whatever there is.
        const [isRightPin, isRightCode] = await Promise.all([
          isPin(digits, customer?.pinHash ?? (await decoy)),
          isPin(digits, live?.codeHash ?? (await decoy)),
        ]);
        const codeId = isRightCode ? (live?.effectId ?? null) : null;
        // The digits stay out of the stored fingerprint: a few digits are found from their hash in no time. So does the name.
        const identity = { effectId, operation: "verify", input: { callSid, callerNumber, orderNumber } };
        const outcome = await once(pool, identity, (connection) =>
          decide(connection, { customer, isPin: isRightPin, codeId, callSid, effectId }),
        );
        return { ...outcome, storeWaitMs: performance.now() - startedAt };
      } catch (thrown) {
        throw toDatabaseError(thrown);
      }
    },
    sendCode: codes.send,
    forgetCodes: codes.forget,
    close: codes.close,
  };
}
