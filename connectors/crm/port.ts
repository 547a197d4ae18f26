/** Customer relations: one interaction for every call, and forgetting somebody. */
import type { EffectContext } from "../../runtime/effect.ts";

/** How a call ended; `inProgress` until it has. */
export type InteractionOutcome = "inProgress" | "ordered" | "served" | "escalated" | "blocked" | "informed" | "nothing";

export type EscalationReason = "asked" | "notIdentified" | "risk" | "fault" | "payment";

/** The caller, as they have proven to be. A number alone names no contact. */
export type InteractionContact = {
  readonly customerId: string;
  readonly name: string;
  /** E.164, of the customer's file. */
  readonly phone: string | null;
  readonly email: string | null;
};

/** What is told of a call. Made of facts (what was meant, done and decided), never of what was said. Times are milliseconds since the epoch. */
export type Interaction = {
  readonly callSid: string;
  readonly direction: "inbound";
  /** E.164 as the carrier gave it, null when withheld: a hint of who called. */
  readonly callerNumber: string | null;
  readonly calledNumber: string | null;
  readonly contact: InteractionContact | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: InteractionOutcome;
  readonly summary: string;
  readonly nextStep: string;
  readonly orderNumbers: readonly string[];
  /** What was charged, in minor units of `currency`. */
  readonly revenueMinor: number;
  readonly currency: string | null;
  readonly escalationReason: EscalationReason | null;
  readonly isRecorded: boolean;
  /** Whether the contact may be written to or called; null when it is not known who called. */
  readonly mayContact: boolean | null;
};

/** Whose traces shall go: the interactions of these calls, and the contacts with this number. */
export type Forgetting = { readonly callSids: readonly string[]; readonly phone: string | null };

export type Forgotten = { readonly interactions: number; readonly contacts: number };

/**
 * The customer relations system. Throws CREDENTIALS_REFUSED, VENDOR_REFUSED (sending it again gives the same), or, retryable, VENDOR_QUOTA and
 * VENDOR_UNAVAILABLE; DATABASE_FAILED where it is a database.
 */
export type Crm = {
  /** Creates the call's interaction or brings it up to date, however often it is told; `reference` is its name there. */
  upsert(interaction: Interaction, context: EffectContext): Promise<{ readonly reference: string }>;
  /** Deletes; what is not there counts as nothing. */
  forget(whom: Forgetting, context: EffectContext): Promise<Forgotten>;
};

/** A call that began. Numbers are E.164; empty when withheld. */
export type CallBegan = { readonly fromNumber: string; readonly toNumber: string };

/** Where the beginning of a call is noted, with the numbers that no other table holds. */
export type Interactions = {
  /** Idempotent; waits out a database that is away. Throws DATABASE_FAILED when the database refuses. */
  began(call: CallBegan, context: EffectContext): Promise<void>;
};
