import { ApiFailure, invalidRequest, noSuch } from "./api-failure.ts";
import type { Publish } from "./confirmation.ts";
import { type Form, integerParam, metadataParam, refuseUnknown, textParam } from "./form.ts";
import { nowSeconds } from "./objects.ts";
import { newId, type Store, type StoredObject } from "./store.ts";

function chargeToRefund(store: Store, form: Form): StoredObject {
  const chargeId = textParam(form, "charge");
  const intentId = textParam(form, "payment_intent");
  if (chargeId !== undefined) {
    const charge = store.get("charge", chargeId);
    if (charge === undefined) throw noSuch("charge", chargeId, "charge");
    return charge;
  }
  if (intentId === undefined)
    throw invalidRequest("One of the following params should be provided for this request: payment_intent or charge.");
  const intent = store.get("payment_intent", intentId);
  if (intent === undefined) throw noSuch("payment_intent", intentId, "payment_intent");
  const charge = store.get("charge", String(intent.latest_charge));
  if (charge === undefined || charge.captured !== true)
    throw invalidRequest("This PaymentIntent does not have a successful charge to refund.", "payment_intent");
  return charge;
}

/** `POST /v1/refunds`: never more than was captured and not yet given back. */
export function createRefund(store: Store, publish: Publish, form: Form): StoredObject {
  refuseUnknown(form, ["amount", "charge", "expand", "metadata", "payment_intent", "reason"]);
  const reason = textParam(form, "reason") ?? null;
  if (reason !== null && !["duplicate", "fraudulent", "requested_by_customer"].includes(reason))
    throw invalidRequest("Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer", "reason");
  const charge = chargeToRefund(store, form);
  const refundable = Number(charge.amount_captured) - Number(charge.amount_refunded);
  if (refundable <= 0)
    throw new ApiFailure(400, {
      type: "invalid_request_error",
      code: "charge_already_refunded",
      message: `Charge ${charge.id} has already been refunded.`,
    });
  const amount = integerParam(form, "amount") ?? refundable;
  if (amount < 1) throw invalidRequest("Invalid positive integer", "amount", "parameter_invalid_integer");
  if (amount > refundable)
    throw invalidRequest(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${refundable})`,
      "amount",
    );
  const refunded = Number(charge.amount_refunded) + amount;
  const changed = { ...charge, amount_refunded: refunded, refunded: refunded === charge.amount_captured };
  store.put("charge", changed);
  const refund = {
    id: newId("re"),
    object: "refund",
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: nowSeconds(),
    currency: charge.currency,
    metadata: metadataParam(form),
    payment_intent: charge.payment_intent,
    reason,
    receipt_number: null,
    status: "succeeded",
  };
  store.put("refund", refund);
  publish("refund.created", refund);
  publish("charge.refunded", changed);
  return refund;
}
