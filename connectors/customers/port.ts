import type { EffectContext } from "../../runtime/effect.ts";
import type { CardOnFile } from "../../schemas/generated/records.ts";

/** A PIN to check against the customer whose number the call comes from. */
export type VerifyIdentity = {
  /** E.164, or null when withheld: a hint of whose PIN it is, never proof. */
  readonly callerNumber: string | null;
  readonly digits: string;
};

/**
 * `refused` is the same, and takes as long, whether the PIN is wrong or nobody has the number. `locked`: too many tries on this call or for this
 * customer; the PIN was not looked at.
 */
export type IdentityOutcome =
  | {
      readonly status: "proven";
      readonly customerName: string;
      readonly cards: readonly CardOnFile[];
      readonly storeWaitMs: number;
    }
  | { readonly status: "refused"; readonly triesLeft: number; readonly storeWaitMs: number }
  | { readonly status: "locked"; readonly storeWaitMs: number };

/** Who the caller is. A success is stored with the call in the database, which is what every later effect checks. */
export type Customers = {
  /** Idempotent by effect id: the same try, delivered again, counts once. */
  verify(input: VerifyIdentity, context: EffectContext): Promise<IdentityOutcome>;
};
