import type { EffectContext } from "../../runtime/effect.ts";

/** What a message is for; counted and kept, the words are not. */
export type MessagePurpose = "paymentLink" | "oneTimeCode" | "receipt";

/** A text message to send. */
export type SendMessage = {
  /** E.164. */
  readonly toNumber: string;
  /** 1 to 1600 characters. Never kept. */
  readonly body: string;
  readonly purpose: MessagePurpose;
};

/** Why a number cannot be written to; sending again gives the same. */
export type UndeliverableReason = "invalidNumber" | "noTextMessages" | "optedOut" | "regionNotServed" | "noRoute";

/**
 * `accepted`: the provider has it and will try. `undeliverable`: it was not taken for this number. `unknown`: the provider may have it; it is not sent again
 * unless the provider says that it has no such message.
 */
export type MessageOutcome =
  | { readonly status: "accepted"; readonly messageRef: string; readonly vendorWaitMs: number }
  | { readonly status: "undeliverable"; readonly reason: UndeliverableReason; readonly vendorWaitMs: number }
  | { readonly status: "unknown"; readonly vendorWaitMs: number };

/** Text messages. */
export type Messaging = {
  /**
   * Sends once for each effect: the same effect again gives the first outcome. A thrown error means that nothing was sent (`isRetryable`: the same effect may be
   * tried again). Throws INVALID_INPUT, VENDOR_REFUSED, VENDOR_QUOTA, VENDOR_UNAVAILABLE, CREDENTIALS_REFUSED, DATABASE_FAILED, ABORTED.
   */
  send(input: SendMessage, context: EffectContext): Promise<MessageOutcome>;
};

/** What becomes of a message after it was accepted, as the provider tells by itself. */
export type MessageNews = {
  readonly messageRef: string;
  readonly status: "delivered" | "undeliverable";
  /** The provider's code, where it is undeliverable. */
  readonly reason: string | null;
};
