import type { Publish } from "./confirmation.ts";
import { nowSeconds } from "./objects.ts";
import { newId, type Store, type StoredObject } from "./store.ts";

/** What a bank may say when it opens a dispute: `warning_needs_response` only asks, and takes no money. */
export type OpenedStatus = "needs_response" | "warning_needs_response";
/** How it can end. */
export type ClosedStatus = "won" | "lost" | "warning_closed";

/** A bank takes a charge back, or asks about it. https://docs.stripe.com/api/disputes/object */
export function openDispute(
  store: Store,
  publish: Publish,
  given: { readonly paymentIntent: string; readonly reason: string; readonly status: OpenedStatus },
): StoredObject {
  const charge = store
    .list("charge")
    .find(({ payment_intent: intent, status }) => intent === given.paymentIntent && status === "succeeded");
  if (charge === undefined) throw new RangeError(`no charge of ${given.paymentIntent}`);
  const dispute: StoredObject = {
    id: newId("dp"),
    object: "dispute",
    amount: charge.amount,
    balance_transactions: [],
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    evidence_details: {
      due_by: nowSeconds() + 7 * 24 * 3600,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    is_charge_refundable: given.status === "warning_needs_response",
    livemode: false,
    metadata: {},
    payment_intent: given.paymentIntent,
    reason: given.reason,
    status: given.status,
  };
  store.put("dispute", dispute);
  store.put("charge", { ...charge, disputed: true });
  publish("charge.dispute.created", dispute);
  return dispute;
}

/** The bank has decided. */
export function closeDispute(store: Store, publish: Publish, id: string, status: ClosedStatus): StoredObject {
  const dispute = store.get("dispute", id);
  if (dispute === undefined) throw new RangeError(`no dispute ${id}`);
  const closed = { ...dispute, status };
  store.put("dispute", closed);
  publish("charge.dispute.closed", closed);
  return closed;
}
