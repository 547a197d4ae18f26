import type { IncomingHttpHeaders } from "node:http";
import type pg from "pg";
import twilio from "twilio";
import { noteMessageNews } from "./message-record.ts";
import type { MessageNews } from "./port.ts";

/** Twilio's last words about a message; the others say nothing that is not known. */
const ends: Readonly<Record<string, MessageNews["status"]>> = {
  delivered: "delivered",
  read: "delivered",
  undelivered: "undeliverable",
  failed: "undeliverable",
};
const maxLength = 64;

/**
 * Takes Twilio's status callbacks. The signature (over the public address and the parameters) is looked at before anything else: 403. Doing it again changes
 * nothing. Source: Twilio, "Webhooks security", "Message resource: status callback".
 */
export function createMessageStatusReceiver(options: {
  readonly authToken: string;
  /** The address as Twilio was told it: the signature is over it. */
  readonly statusCallbackUrl: string;
  readonly pool: pg.Pool;
  readonly clock?: () => number;
}): (delivery: { readonly rawBody: Buffer; readonly headers: IncomingHttpHeaders }) => Promise<number> {
  const { authToken, statusCallbackUrl, pool, clock = Date.now } = options;
  return async ({ rawBody, headers }) => {
    const parameters = Object.fromEntries(new URLSearchParams(rawBody.toString("utf8")));
    const signature = headers["x-twilio-signature"];
    const isGenuine =
      typeof signature === "string" && twilio.validateRequest(authToken, signature, statusCallbackUrl, parameters);
    if (!isGenuine) return 403;
    const { MessageSid: messageRef = "", MessageStatus: told = "", ErrorCode: code } = parameters;
    const status = Object.hasOwn(ends, told) ? ends[told] : undefined;
    if (status === undefined || messageRef === "") return 204;
    const reason = status === "undeliverable" ? (code ?? told).slice(0, maxLength) : null;
    await noteMessageNews(pool, { messageRef, status, reason }, new Date(clock()));
    return 204;
  };
}
