import { ApiFailure, invalidRequest, noSuch } from "./api-failure.ts";
import { confirm, type Publish, saveIntent } from "./confirmation.ts";
import {
  booleanParam,
  type Form,
  integerParam,
  listParam,
  metadataParam,
  refuseUnknown,
  requiredText,
  textParam,
} from "./form.ts";
import { findCard, nowSeconds } from "./objects.ts";
import { newId, type Store, type StoredObject } from "./store.ts";

const createParams: readonly string[] = [
  "allowed_payment_method_types",
  "amount",
  "automatic_payment_methods",
  "capture_method",
  "confirm",
  "currency",
  "customer",
  "description",
  "expand",
  "metadata",
  "off_session",
  "payment_method",
  "payment_method_options",
  "receipt_email",
  "return_url",
  "setup_future_usage",
  "statement_descriptor_suffix",
];

const minimumAmountByCurrency: Readonly<Record<string, number>> = { usd: 50, eur: 50, gbp: 30, chf: 50, jpy: 50 };

/** The intent with this id; 404 if there is none. */
export function getIntent(store: Store, id: string): StoredObject {
  const intent = store.get("payment_intent", id);
  if (intent === undefined) throw noSuch("payment_intent", id);
  return intent;
}

function checkRedirects(form: Form): void {
  const automatic = form.automatic_payment_methods;
  const allowed = listParam(form, "allowed_payment_method_types");
  const isCardOnly = allowed.length === 1 && allowed[0] === "card";
  const isWithoutRedirect =
    typeof automatic === "object" && !Array.isArray(automatic) && automatic.allow_redirects === "never";
  if (isCardOnly || isWithoutRedirect || textParam(form, "return_url") !== undefined) return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods " +
      "might redirect your customer off of your page, you must provide a `return_url`.",
  );
}

/** `payment_method_types` went with API version 2026-09-30.endive; `allowed_payment_method_types` excludes `automatic_payment_methods`. */
function checkMethodTypes(form: Form): void {
  if (form.payment_method_types !== undefined)
    throw invalidRequest(
      "`payment_method_types` is no longer supported. Use dynamic payment methods or `allowed_payment_method_types`.",
      "payment_method_types",
      "payment_method_types_no_longer_supported",
    );
  if (form.allowed_payment_method_types !== undefined && form.automatic_payment_methods !== undefined)
    throw invalidRequest(
      "You may only specify one of these parameters: allowed_payment_method_types, automatic_payment_methods.",
    );
}

/** `POST /v1/payment_intents`. */
export function createIntent(store: Store, publish: Publish, form: Form): StoredObject {
  checkMethodTypes(form);
  refuseUnknown(form, createParams);
  requiredText(form, "amount");
  const amount = integerParam(form, "amount") ?? 0;
  const currency = requiredText(form, "currency").toLowerCase();
  if (!/^[a-z]{3}$/.test(currency)) throw invalidRequest(`Invalid currency: ${currency}.`, "currency");
  if (amount < 1)
    throw invalidRequest("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer");
  if (amount > 99_999_999)
    throw invalidRequest("Amount must be no more than $999,999.99", "amount", "amount_too_large");
  if (amount < (minimumAmountByCurrency[currency] ?? 1))
    throw invalidRequest("Amount must convert to at least 50 cents.", "amount", "amount_too_small");
  const shouldConfirm = booleanParam(form, "confirm") ?? false;
  const isOffSession = booleanParam(form, "off_session") ?? false;
  if (isOffSession && !shouldConfirm)
    throw invalidRequest("The parameter `off_session` can only be passed when `confirm=true`.", "off_session");
  const captureMethod = textParam(form, "capture_method") ?? "automatic_async";
  if (!["automatic", "automatic_async", "manual"].includes(captureMethod))
    throw invalidRequest("Invalid capture_method", "capture_method");
  const customer = textParam(form, "customer") ?? null;
  if (customer !== null && store.get("customer", customer) === undefined)
    throw noSuch("customer", customer, "customer");
  if (shouldConfirm) checkRedirects(form);
  const metadata = metadataParam(form);
  const cardRef = textParam(form, "payment_method");
  const card = cardRef === undefined ? undefined : findCard(store, cardRef, null);
  if (cardRef !== undefined && card === undefined) throw noSuch("PaymentMethod", cardRef, "payment_method");
  if (card !== undefined && card.customer !== null && card.customer !== customer)
    throw invalidRequest(
      "The provided PaymentMethod does not belong to the Customer you supplied. Attach it to this Customer first.",
      "payment_method",
    );
  if (shouldConfirm && card === undefined)
    throw invalidRequest("You must provide a payment_method when confirm=true.", "payment_method", "parameter_missing");
  const id = newId("pi");
  const intent: StoredObject = {
    id,
    object: "payment_intent",
    amount,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: captureMethod,
    client_secret: `${id}_secret_simulated`,
    confirmation_method: "automatic",
    created: nowSeconds(),
    currency,
    customer,
    description: textParam(form, "description") ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata,
    next_action: null,
    payment_method: card?.id ?? null,
    allowed_payment_method_types: form.allowed_payment_method_types ?? null,
    payment_method_types: ["card"],
    setup_future_usage: textParam(form, "setup_future_usage") ?? null,
    status: card === undefined ? "requires_payment_method" : "requires_confirmation",
  };
  store.put("payment_intent", intent);
  publish("payment_intent.created", intent);
  return shouldConfirm ? confirm(store, publish, intent, isOffSession) : intent;
}

function refuseState(intent: StoredObject, verb: string, allowed: readonly string[]): void {
  if (allowed.includes(String(intent.status))) return;
  throw new ApiFailure(400, {
    type: "invalid_request_error",
    code: "payment_intent_unexpected_state",
    message: `This PaymentIntent could not be ${verb} because it has a status of ${intent.status}.`,
    payment_intent: intent,
  });
}

/** `POST /v1/payment_intents/{id}/confirm`. */
export function confirmIntent(store: Store, publish: Publish, id: string, form: Form): StoredObject {
  refuseUnknown(form, ["payment_method", "off_session", "return_url", "expand"]);
  const intent = getIntent(store, id);
  refuseState(intent, "confirmed", ["requires_payment_method", "requires_confirmation", "requires_action"]);
  const cardRef = textParam(form, "payment_method");
  const card = cardRef === undefined ? undefined : findCard(store, cardRef, null);
  if (cardRef !== undefined && card === undefined) throw noSuch("PaymentMethod", cardRef, "payment_method");
  const ready = card === undefined ? intent : saveIntent(store, intent, { payment_method: card.id });
  return confirm(store, publish, ready, booleanParam(form, "off_session") ?? false);
}

/** `POST /v1/payment_intents/{id}/capture`. */
export function captureIntent(store: Store, publish: Publish, id: string, form: Form): StoredObject {
  refuseUnknown(form, ["amount_to_capture", "metadata", "expand"]);
  const intent = getIntent(store, id);
  refuseState(intent, "captured", ["requires_capture"]);
  const amount = integerParam(form, "amount_to_capture") ?? Number(intent.amount);
  if (amount < 1 || amount > Number(intent.amount))
    throw invalidRequest("Amount to capture is out of range.", "amount_to_capture");
  const charge = store.get("charge", String(intent.latest_charge));
  if (charge !== undefined) {
    const captured = { ...charge, captured: true, amount_captured: amount };
    store.put("charge", captured);
    publish("charge.captured", captured);
  }
  const paid = saveIntent(store, intent, { status: "succeeded", amount_received: amount, amount_capturable: 0 });
  publish("payment_intent.succeeded", paid);
  return paid;
}

/** `POST /v1/payment_intents/{id}/cancel`. */
export function cancelIntent(store: Store, publish: Publish, id: string, form: Form): StoredObject {
  refuseUnknown(form, ["cancellation_reason", "expand"]);
  const intent = getIntent(store, id);
  refuseState(intent, "canceled", [
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
  ]);
  if (intent.status === "requires_capture") releaseCharge(store, publish, intent, "charge.refunded");
  return endIntent(store, publish, intent, textParam(form, "cancellation_reason") ?? null);
}

/** A bank lets a held amount go, some days after it was held. https://docs.stripe.com/payments/capture-later */
export function expireIntent(store: Store, publish: Publish, id: string): StoredObject {
  const intent = getIntent(store, id);
  if (intent.status !== "requires_capture") throw new RangeError(`nothing is held by ${id}, which is ${intent.status}`);
  releaseCharge(store, publish, intent, "charge.expired");
  return endIntent(store, publish, intent, "automatic");
}

/** What was held and never taken counts as given back. */
function releaseCharge(store: Store, publish: Publish, intent: StoredObject, type: string): void {
  const charge = store.get("charge", String(intent.latest_charge));
  if (charge === undefined) return;
  const released = { ...charge, amount_refunded: charge.amount, refunded: true };
  store.put("charge", released);
  publish(type, released);
}

function endIntent(store: Store, publish: Publish, intent: StoredObject, reason: string | null): StoredObject {
  const canceled = saveIntent(store, intent, {
    status: "canceled",
    canceled_at: nowSeconds(),
    cancellation_reason: reason,
    amount_capturable: 0,
  });
  publish("payment_intent.canceled", canceled);
  return canceled;
}
