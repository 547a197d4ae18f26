/**
 * Receipts by text message, for who paid by a link and was not told of it on a call. A receipt is owed since the transaction of the payment and has one key, made of its order and of
 * which of its payments it was, so it is sent once, whoever sends it and however often.
 */
import type { Messaging } from "../../connectors/messaging/port.ts";
import type { DueReceipt, Receipts } from "../../connectors/orders/port.ts";
import { PartylineError } from "../../runtime/errors.ts";
import { receiptWords } from "./message-words.ts";
import { movementKey } from "./movement-approval.ts";

type Reached = {
  readonly receipts: Receipts;
  readonly sms: { readonly messaging: Messaging; readonly isConfigured: boolean };
};
type Wording = { readonly smsSignature: string };

/** What a run did; `open`: it is tried again later. */
export type ReceiptRun = { readonly sent: number; readonly unsent: number; readonly open: number };

/** Sends what is owed, at most `limit` of it. Nothing is sent to who must not be written to. */
export async function sendReceipts(reached: Reached, wording: Wording, limit: number): Promise<ReceiptRun> {
  const counts = { sent: 0, unsent: 0, open: 0 };
  if (!reached.sms.isConfigured) return counts;
  for (const receipt of await reached.receipts.claimDue(limit)) {
    const status = await sendOne(reached, receipt, wording);
    const { orderNumber, position } = receipt;
    if (status !== null) await reached.receipts.end({ orderNumber, position, status });
    counts[status === "sent" ? "sent" : status === null ? "open" : "unsent"] += 1;
  }
  return counts;
}

type End = Parameters<Receipts["end"]>[0]["status"];

/** Null when it is not known whether it went, or may go later. */
async function sendOne({ sms }: Reached, receipt: DueReceipt, { smsSignature }: Wording): Promise<End | null> {
  const { orderNumber, position, callSid, toNumber, amountMinor, currency } = receipt;
  if (toNumber === null) return "notWanted";
  const body = receiptWords({ orderNumber, position, amountMinor, currency, signature: smsSignature });
  // The run is bounded by its limit and by the adapter's own time-outs, so nothing calls it off half-way.
  const { signal } = new AbortController();
  const context = {
    callSid,
    effectId: position === 0 ? `receipt/${orderNumber}` : movementKey(receipt, "receipt"),
    signal,
    notify: () => {},
  };
  try {
    const { status } = await sms.messaging.send({ toNumber, body, purpose: "receipt" }, context);
    if (status === "unknown") return null;
    return status === "accepted" ? "sent" : "undeliverable";
  } catch (error) {
    const isHopeless = error instanceof PartylineError && ["VENDOR_REFUSED", "INVALID_INPUT"].includes(error.code);
    return isHopeless ? "givenUp" : null;
  }
}
