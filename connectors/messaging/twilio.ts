import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import twilio from "twilio";
import type { EffectContext } from "../../runtime/effect.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { beginMessage, endMessage, type RecordedMessage } from "./message-record.ts";
import type { MessageOutcome, Messaging, SendMessage, UndeliverableReason } from "./port.ts";
import { judgeSendFailure, type SendVerdict } from "./twilio-outcome.ts";

/** Settings of the Twilio adapter. */
export type TwilioMessagingOptions = {
  readonly accountSid: string;
  readonly authToken: string;
  /** Origin of the API. */
  readonly apiBase: string;
  /** A number of the account (E.164), or a messaging service (MG…). */
  readonly sender: string;
  /** Where Twilio tells what became of a message; empty for nowhere. */
  readonly statusCallbackUrl: string;
  readonly pool: pg.Pool;
  /** Bound of one request, 5000 if absent. */
  readonly requestTimeoutMs?: number;
  /** Pause before the second try, doubled before the third; 250 if absent. */
  readonly retryPauseMs?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

type RequestOptions<Data> = Parameters<typeof twilio.RequestClient.prototype.request<Data>>[0];

/** Twilio's REST API at another origin than the SDK's own: a simulator, or an egress proxy. */
class RelocatedClient extends twilio.RequestClient {
  readonly #origin: string;

  constructor(origin: string, timeout: number) {
    super({ timeout, keepAlive: true });
    this.#origin = origin;
  }

  override request<Data>(options: RequestOptions<Data>) {
    const asked = new URL(options.uri);
    return super.request<Data>({ ...options, uri: `${this.#origin}${asked.pathname}${asked.search}` });
  }
}

const MAX_TRIES = 3;
const MAX_LISTED = 50;
const NUMBER = /^\+[1-9]\d{6,14}$/;
/** Twilio's clock and ours may differ by so much. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Text messages through Twilio's Message resource. Twilio knows no idempotency key, so the message's row is stored before it is sent; when a send was cut off, Twilio's own
 * list is looked through for the same words to the same number before anything is sent again.
 */
export function createTwilioMessaging(options: TwilioMessagingOptions): Messaging {
  const { accountSid, authToken, sender, pool } = options;
  const { requestTimeoutMs = 5_000, retryPauseMs = 250, clock = Date.now } = options;
  const httpClient = new RelocatedClient(new URL(options.apiBase).origin, requestTimeoutMs);
  const client = twilio(accountSid, authToken, { httpClient });
  const from = sender.startsWith("MG") ? { messagingServiceSid: sender } : { from: sender };
  const callback = options.statusCallbackUrl === "" ? {} : { statusCallback: options.statusCallbackUrl };

  /** The message that an earlier try may have sent. Null when Twilio has none; throws when it cannot be asked. */
  async function findSent({ toNumber, body }: SendMessage, since: Date): Promise<string | null> {
    const listed = await client.messages.list({ to: toNumber, limit: MAX_LISTED, pageSize: MAX_LISTED });
    const earliest = since.getTime() - CLOCK_SKEW_MS;
    const found = listed.find((message) => message.body === body && message.dateCreated.getTime() >= earliest);
    return found?.sid ?? null;
  }

  /** Asks Twilio, again where nothing was taken, and looks for the message where it may have been. */
  async function transmit(
    input: SendMessage,
    { signal }: EffectContext,
    since: Date,
    isDoubtful: boolean,
  ): Promise<{ readonly messageRef: string } | { readonly verdict: SendVerdict }> {
    let verdict: SendVerdict = { kind: "doubt" };
    let mayBeSent = isDoubtful;
    for (let number = 1; number <= MAX_TRIES; number += 1) {
      if (number > 1) {
        await sleep(retryPauseMs * 2 ** (number - 2), undefined, { signal }).catch(() => undefined);
        if (signal.aborted) break;
      }
      try {
        const found = mayBeSent ? await findSent(input, since) : null;
        if (found !== null) return { messageRef: found };
        mayBeSent = false;
        const sent = await client.messages.create({ to: input.toNumber, body: input.body, ...from, ...callback });
        return { messageRef: sent.sid };
      } catch (thrown) {
        const judged = judgeSendFailure(thrown);
        // A look that failed says nothing of the message that was looked for.
        verdict = mayBeSent ? { kind: "doubt" } : judged;
        mayBeSent = verdict.kind === "doubt";
        if (verdict.kind !== "retry" && verdict.kind !== "doubt") break;
      }
    }
    return { verdict };
  }

  return {
    async send(input, context) {
      if (!NUMBER.test(input.toNumber)) throw new PartylineError("INVALID_INPUT", "the number is not in E.164 form");
      if (input.body === "" || input.body.length > 1600)
        throw new PartylineError("INVALID_INPUT", "a message has 1 to 1600 characters");
      if (context.signal.aborted) throw new PartylineError("ABORTED", "called off before anything was sent");
      const { effectId, callSid } = context;
      const now = () => new Date(clock());
      const known = await beginMessage(pool, { effectId, callSid, purpose: input.purpose, now: now() });
      const settled = outcomeOf(known);
      if (settled !== null) return settled;
      const startedAt = performance.now();
      const isDoubtful = !known.isNew && known.status === "sending";
      const result = await transmit(input, context, known.createdAt, isDoubtful);
      const vendorWaitMs = performance.now() - startedAt;
      if ("messageRef" in result) {
        const { messageRef } = result;
        await endMessage(pool, effectId, { status: "accepted", messageRef, now: now() });
        return { status: "accepted", messageRef, vendorWaitMs };
      }
      const { verdict } = result;
      switch (verdict.kind) {
        case "undeliverable":
          await endMessage(pool, effectId, { status: "undeliverable", reason: verdict.reason, now: now() });
          return { status: "undeliverable", reason: verdict.reason, vendorWaitMs };
        case "doubt":
          return { status: "unknown", vendorWaitMs };
        case "retry":
          await endMessage(pool, effectId, { status: "notSent", now: now() });
          throw new PartylineError(
            verdict.isQuota ? "VENDOR_QUOTA" : "VENDOR_UNAVAILABLE",
            "Twilio did not take the message",
            { isRetryable: true },
          );
        case "refused": {
          const reason = verdict.code === null ? "unknown" : String(verdict.code);
          await endMessage(pool, effectId, { status: "notSent", reason, now: now() });
          throw new PartylineError(
            verdict.isCredentials ? "CREDENTIALS_REFUSED" : "VENDOR_REFUSED",
            `Twilio refused the message (code ${reason})`,
          );
        }
      }
    },
  };
}

const reasons: readonly UndeliverableReason[] = [
  "invalidNumber",
  "noTextMessages",
  "optedOut",
  "regionNotServed",
  "noRoute",
];

/** What an earlier run of the effect came to; null when it came to nothing yet. */
function outcomeOf({ status, messageRef, reason }: RecordedMessage): MessageOutcome | null {
  switch (status) {
    case "accepted":
    case "delivered":
      return { status: "accepted", messageRef: messageRef ?? "", vendorWaitMs: 0 };
    case "undeliverable":
      // A code of the provider's that came later, when it had been accepted, is not one of ours.
      return {
        status: "undeliverable",
        reason: reasons.find((one) => one === reason) ?? "noRoute",
        vendorWaitMs: 0,
      };
    case "sending":
    case "notSent":
      return null;
  }
}
