import { ApiFailure, invalidRequest } from "./api-failure.ts";
import { behaviourOf, nowSeconds } from "./objects.ts";
import { newId, type Store, type StoredObject } from "./store.ts";
import { type Decline, declineOf } from "./test-cards.ts";

/** Tells that something happened, so that an event is kept and delivered. */
export type Publish = (type: string, object: StoredObject) => void;

/** Replaces an intent by a changed one. */
export function saveIntent(
  store: Store,
  intent: StoredObject,
  change: Readonly<Record<string, unknown>>,
): StoredObject {
  const changed = { ...intent, ...change };
  store.put("payment_intent", changed);
  return changed;
}

function putCharge(store: Store, intent: StoredObject, card: StoredObject, decline: Decline | undefined): StoredObject {
  const isCaptured = decline === undefined && intent.capture_method !== "manual";
  const charge = {
    id: newId("ch"),
    object: "charge",
    amount: intent.amount,
    amount_captured: isCaptured ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: card.billing_details,
    captured: isCaptured,
    created: nowSeconds(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    livemode: false,
    metadata: intent.metadata,
    outcome: {
      network_status: decline === undefined ? "approved_by_network" : "declined_by_network",
      reason: decline === undefined ? null : (decline.declineCode ?? decline.code),
      risk_level: "normal",
      seller_message: decline === undefined ? "Payment complete." : "The bank did not return any further details.",
      type: decline === undefined ? "authorized" : "issuer_declined",
    },
    paid: decline === undefined,
    payment_intent: intent.id,
    payment_method: card.id,
    payment_method_details: { card: card.card, type: "card" },
    refunded: false,
    status: decline === undefined ? "succeeded" : "failed",
  };
  store.put("charge", charge);
  return charge;
}

function failCard(
  store: Store,
  publish: Publish,
  intent: StoredObject,
  card: StoredObject,
  decline: Decline,
  charge: StoredObject | undefined,
): never {
  const declineCode = decline.declineCode === undefined ? {} : { decline_code: decline.declineCode };
  const error = {
    type: "card_error" as const,
    code: decline.code,
    ...declineCode,
    message: decline.message,
    ...(charge === undefined ? {} : { charge: charge.id }),
    payment_method: card,
  };
  const failed = saveIntent(store, intent, {
    status: "requires_payment_method",
    payment_method: null,
    last_payment_error: error,
    latest_charge: charge?.id ?? null,
  });
  if (charge !== undefined) publish("charge.failed", charge);
  publish("payment_intent.payment_failed", failed);
  throw new ApiFailure(402, { ...error, payment_intent: failed }, true);
}

/**
 * Charges an intent's card as the card behaves; throws the 402 of a decline, which has begun and is therefore kept. `isAuthenticated`: the payer is there and has
 * approved what their bank asked.
 */
export function confirm(
  store: Store,
  publish: Publish,
  intent: StoredObject,
  isOffSession: boolean,
  isAuthenticated = false,
): StoredObject {
  const card = store.get("payment_method", String(intent.payment_method));
  if (card === undefined)
    throw invalidRequest(
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      "payment_method",
      "payment_intent_unexpected_state",
    );
  const behaviour = behaviourOf(store, card.id);
  const decline = declineOf(behaviour);
  if (decline !== undefined) failCard(store, publish, intent, card, decline, putCharge(store, intent, card, decline));
  if (behaviour === "authenticationRequired" && isOffSession) {
    const needsAuthentication: Decline = {
      code: "authentication_required",
      declineCode: "authentication_required",
      message: "Your card was declined. This transaction requires authentication.",
    };
    failCard(store, publish, intent, card, needsAuthentication, putCharge(store, intent, card, needsAuthentication));
  }
  if (behaviour === "authenticationRequired" && !isAuthenticated) {
    const waiting = saveIntent(store, intent, {
      status: "requires_action",
      next_action: { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect" } },
    });
    publish("payment_intent.requires_action", waiting);
    return waiting;
  }
  const charge = putCharge(store, intent, card, undefined);
  const isManual = intent.capture_method === "manual";
  const paid = saveIntent(store, intent, {
    status: isManual ? "requires_capture" : "succeeded",
    amount_received: isManual ? 0 : intent.amount,
    amount_capturable: isManual ? intent.amount : 0,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
  });
  publish("charge.succeeded", charge);
  publish(isManual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", paid);
  return paid;
}
