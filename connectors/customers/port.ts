import type { EffectContext } from "../../runtime/effect.ts";
import type { CardOnFile } from "../../schemas/generated/records.ts";

/** A PIN, or a code that was sent on this call, to check against the customer whose number the call comes from. */
export type VerifyIdentity = {
  /** E.164, or null when withheld: a hint of who it is, never proof. */
  readonly callerNumber: string | null;
  /** Number of an order that the caller named: says who it is where no customer has the number, and proves as little. */
  readonly orderNumber?: string;
  readonly digits: string;
};

/**
 * `refused` is the same, and takes as long, whether the digits are wrong or nobody has the number. `locked`: too many tries on this call or for this
 * customer; the digits were not looked at.
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
  /**
   * Sends a code by text message to the customer whose number the call comes from. `sent` is the same, and takes as long, whether or not anybody has the number, and
   * whether or not the message will arrive. `limited`: no more codes on this call, or none at all. Idempotent by effect id.
   */
  sendCode(
    input: { readonly callerNumber: string | null },
    context: EffectContext,
  ): Promise<{ readonly status: "sent" | "limited"; readonly storeWaitMs: number }>;
};
