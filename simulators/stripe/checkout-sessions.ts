import { ApiFailure, invalidRequest, noSuch } from "./api-failure.ts";
import { confirm, type Publish } from "./confirmation.ts";
import { type Form, integerParam, listParam, metadataParam, refuseUnknown, requiredText, textParam } from "./form.ts";
import { nowSeconds } from "./objects.ts";
import { createIntent } from "./payment-intents.ts";
import { newId, type Store, type StoredObject } from "./store.ts";

const createParams: readonly string[] = [
  "adaptive_pricing",
  "allowed_payment_method_types",
  "cancel_url",
  "client_reference_id",
  "customer",
  "expand",
  "expires_at",
  "line_items",
  "metadata",
  "mode",
  "payment_intent_data",
  "success_url",
];
const shortestSeconds = 30 * 60;
const longestSeconds = 24 * 3600;

function nested(form: Form, name: string): Form {
  const value = form[name];
  if (value === undefined || typeof value === "string" || Array.isArray(value))
    throw invalidRequest(`Missing required param: ${name}.`, name, "parameter_missing");
  return value;
}

/** Lines with a price of their own: `line_items[0][price_data][unit_amount]`. */
function totalOf(form: Form): { readonly amount: number; readonly currency: string } {
  const items = form.line_items;
  if (!Array.isArray(items) || items.length === 0)
    throw invalidRequest("Missing required param: line_items.", "line_items", "parameter_missing");
  let amount = 0;
  const currencies = new Set<string>();
  for (const item of items) {
    if (typeof item === "string" || Array.isArray(item)) throw invalidRequest("Invalid object", "line_items");
    const price = nested(item, "price_data");
    requiredText(nested(price, "product_data"), "name");
    const quantity = integerParam(item, "quantity") ?? 0;
    const unit = integerParam(price, "unit_amount") ?? 0;
    if (quantity < 1 || unit < 1) throw invalidRequest("This value must be greater than or equal to 1.", "line_items");
    currencies.add(requiredText(price, "currency").toLowerCase());
    amount += quantity * unit;
  }
  const [currency = "", ...others] = currencies;
  if (others.length > 0) throw invalidRequest("All line items must have the same currency.", "line_items");
  return { amount, currency };
}

/** `POST /v1/checkout/sessions`, in payment mode. `baseUrl` is where the page is. https://docs.stripe.com/api/checkout/sessions/create */
export function createSession(store: Store, form: Form, baseUrl: string): StoredObject {
  refuseUnknown(form, createParams);
  if (requiredText(form, "mode") !== "payment") throw invalidRequest("Only payment mode is simulated.", "mode");
  const { amount, currency } = totalOf(form);
  const customer = textParam(form, "customer") ?? null;
  if (customer !== null && store.get("customer", customer) === undefined)
    throw noSuch("customer", customer, "customer");
  const now = nowSeconds();
  const expiresAt = integerParam(form, "expires_at") ?? now + longestSeconds;
  if (expiresAt < now + shortestSeconds || expiresAt > now + longestSeconds)
    throw invalidRequest(
      "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.",
      "expires_at",
    );
  const intentData = form.payment_intent_data === undefined ? {} : nested(form, "payment_intent_data");
  refuseUnknown(intentData, ["metadata", "description"]);
  const id = newId("cs_test");
  const session: StoredObject = {
    id,
    object: "checkout.session",
    amount_subtotal: amount,
    amount_total: amount,
    cancel_url: textParam(form, "cancel_url") ?? null,
    client_reference_id: textParam(form, "client_reference_id") ?? null,
    created: now,
    currency,
    customer,
    expires_at: expiresAt,
    livemode: false,
    metadata: metadataParam(form),
    mode: "payment",
    payment_intent: null,
    allowed_payment_method_types: listParam(form, "allowed_payment_method_types"),
    payment_method_types: ["card"],
    payment_status: "unpaid",
    status: "open",
    success_url: requiredText(form, "success_url"),
    ui_mode: "hosted_page",
    url: `${baseUrl}/c/pay/${id}`,
  };
  store.put("checkout_session", session);
  store.put("checkout_intent_data", { id, metadata: metadataParam(intentData) });
  return session;
}

/** The session with this id as it is by now; 404 if there is none. */
export function getSession(store: Store, publish: Publish, id: string): StoredObject {
  const session = store.get("checkout_session", id);
  if (session === undefined) throw noSuch("checkout.session", id);
  const isDue = session.status === "open" && Number(session.expires_at) <= nowSeconds();
  return isDue ? end(store, publish, session) : session;
}

function end(store: Store, publish: Publish, session: StoredObject): StoredObject {
  const expired = { ...session, status: "expired", url: null };
  store.put("checkout_session", expired);
  publish("checkout.session.expired", expired);
  return expired;
}

/** `POST /v1/checkout/sessions/{id}/expire`: only what is open. https://docs.stripe.com/api/checkout/sessions/expire */
export function expireSession(store: Store, publish: Publish, id: string, form: Form): StoredObject {
  refuseUnknown(form, ["expand"]);
  const session = getSession(store, publish, id);
  if (session.status !== "open")
    throw invalidRequest(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${String(session.status)}.`,
    );
  return end(store, publish, session);
}

/** The payer pays on the page, and approves what their bank asks. Throws for a page that is no longer open, and the 402 of a card that is declined. */
export function paySession(
  store: Store,
  publish: Publish,
  id: string,
  paymentMethod: string | undefined,
): StoredObject {
  const session = getSession(store, publish, id);
  if (session.status !== "open")
    throw new ApiFailure(400, { type: "invalid_request_error", message: `This page is ${String(session.status)}.` });
  const known = store.list("payment_method").filter(({ customer }) => customer === session.customer);
  const card = paymentMethod ?? known.at(-1)?.id ?? "pm_card_visa";
  const form: Form = {
    amount: String(session.amount_total),
    currency: String(session.currency),
    payment_method: card,
    allowed_payment_method_types: ["card"],
    ...(typeof session.customer === "string" ? { customer: session.customer } : {}),
    metadata: (store.get("checkout_intent_data", id)?.metadata ?? {}) as Record<string, string>,
  };
  const intent = confirm(store, publish, createIntent(store, publish, form), false, true);
  const paid = { ...session, payment_intent: intent.id, payment_status: "paid", status: "complete", url: null };
  store.put("checkout_session", paid);
  publish("checkout.session.completed", paid);
  return paid;
}
