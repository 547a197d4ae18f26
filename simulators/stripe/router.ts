import { ApiFailure, invalidRequest, noSuch } from "./api-failure.ts";
import { cardOfNumber } from "./card-numbers.ts";
import { createSession, expireSession, getSession } from "./checkout-sessions.ts";
import type { Publish } from "./confirmation.ts";
import { type Form, metadataParam, refuseUnknown, requiredText, textParam } from "./form.ts";
import { expand, listObjects, type Page, searchObjects } from "./lists.ts";
import { behaviourOf, findCard, putCard, putCustomer } from "./objects.ts";
import { cancelIntent, captureIntent, confirmIntent, createIntent, getIntent } from "./payment-intents.ts";
import { createRefund } from "./refunds.ts";
import { type Kind, newId, type Store, type StoredObject } from "./store.ts";
import { declineOf, isRefusedWhenAttached } from "./test-cards.ts";

/** What a route gets. */
export type RouteInput = {
  readonly store: Store;
  readonly publish: Publish;
  readonly form: Form;
  /** The id in the path; empty where there is none. */
  readonly id: string;
  /** Where payers reach the pages of payment links. */
  readonly baseUrl: string;
  /** Whether the key is one that card numbers may come with: that of a vendor who is certified to hold them. */
  readonly isCleared: boolean;
  /** Whether the search index knows this object yet. */
  readonly isIndexed: (object: StoredObject) => boolean;
};

type Answer = StoredObject | Page;

/** One endpoint: the operation's name is what fault scripts and counts use. */
export type Route = {
  readonly method: "DELETE" | "GET" | "POST";
  readonly pattern: RegExp;
  readonly operation: string;
  readonly run: (input: RouteInput) => Answer;
};

function required(store: Store, kind: Kind, id: string): StoredObject {
  const found = store.get(kind, id);
  if (found === undefined) throw noSuch(kind === "payment_method" ? "PaymentMethod" : kind, id);
  return found;
}

function createCustomer({ store, form, publish }: RouteInput): StoredObject {
  refuseUnknown(form, ["name", "email", "phone", "description", "metadata", "expand", "payment_method"]);
  const customer = putCustomer(store, {
    id: newId("cus"),
    name: textParam(form, "name") ?? null,
    email: textParam(form, "email") ?? null,
    phone: textParam(form, "phone") ?? null,
    description: textParam(form, "description") ?? null,
    metadata: metadataParam(form),
  });
  publish("customer.created", customer);
  return customer;
}

/** Saved cards go with their customer; what was paid stays. https://docs.stripe.com/api/customers/delete */
function deleteCustomer({ store, form, id, publish }: RouteInput): StoredObject {
  refuseUnknown(form, []);
  const customer = required(store, "customer", id);
  for (const card of store.list("payment_method")) if (card.customer === id) store.delete("payment_method", card.id);
  store.delete("customer", id);
  const deleted = { id, object: "customer", deleted: true };
  store.put("deleted_customer", deleted);
  publish("customer.deleted", customer);
  return deleted;
}

function attachCard({ store, form, id, publish }: RouteInput): StoredObject {
  refuseUnknown(form, ["customer", "expand"]);
  const customer = requiredText(form, "customer");
  if (store.get("customer", customer) === undefined) throw noSuch("customer", customer, "customer");
  const card = findCard(store, id, null);
  if (card === undefined) throw noSuch("PaymentMethod", id);
  if (card.customer !== null && card.customer !== customer)
    throw invalidRequest("The payment method you provided has already been attached to a customer.");
  const behaviour = behaviourOf(store, card.id);
  const decline = declineOf(behaviour);
  if (decline !== undefined && isRefusedWhenAttached(id, behaviour))
    throw new ApiFailure(
      402,
      {
        type: "card_error",
        code: decline.code,
        ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
        message: decline.message,
      },
      true,
    );
  const attached = { ...card, customer };
  store.put("payment_method", attached);
  publish("payment_method.attached", attached);
  return attached;
}

function detachCard({ store, form, id }: RouteInput): StoredObject {
  refuseUnknown(form, ["expand"]);
  const detached = { ...required(store, "payment_method", id), customer: null };
  store.put("payment_method", detached);
  return detached;
}

function createCard({ store, form, isCleared }: RouteInput): StoredObject {
  refuseUnknown(form, ["type", "card", "billing_details", "metadata", "expand"]);
  if (isCleared) return cardOfNumber(store, form);
  // Card numbers have no business here: the vendor refuses them from servers, too, unless the account is cleared for it.
  throw new ApiFailure(402, {
    type: "invalid_request_error",
    message: `Sending credit card numbers directly to the Stripe API is generally unsafe. Use a test payment method such as pm_card_visa. (${requiredText(form, "type")})`,
  });
}

function one(kind: Kind, path: string, operation: string): Route {
  return {
    method: "GET",
    pattern: new RegExp(`^/v1/${path}/([^/]+)$`),
    operation,
    run: ({ store, id, form }) => {
      refuseUnknown(form, ["expand"]);
      return required(store, kind, id);
    },
  };
}

function many(kind: Kind, path: string, operation: string, filters: readonly string[]): Route {
  const url = `/v1/${path}`;
  return {
    method: "GET",
    pattern: new RegExp(`^${url}$`),
    operation,
    run: ({ store, form }) => listObjects(store, kind, url, form, filters),
  };
}

function post(path: string, operation: string, run: Route["run"]): Route {
  return { method: "POST", pattern: new RegExp(`^/v1/${path}$`), operation, run };
}

function search(kind: Kind, path: string, operation: string): Route {
  const url = `/v1/${path}/search`;
  return {
    method: "GET",
    pattern: new RegExp(`^${url}$`),
    operation,
    run: ({ store, form, isIndexed }) => searchObjects(store, kind, url, form, isIndexed),
  };
}

/** All endpoints; the first that fits is taken. */
const routes: readonly Route[] = [
  post("customers", "customers.create", createCustomer),
  many("customer", "customers", "customers.list", ["email"]),
  {
    ...one("customer", "customers", "customers.retrieve"),
    run: ({ store, id, form }) => {
      refuseUnknown(form, ["expand"]);
      return store.get("deleted_customer", id) ?? required(store, "customer", id);
    },
  },
  { method: "DELETE", pattern: /^\/v1\/customers\/([^/]+)$/, operation: "customers.delete", run: deleteCustomer },
  {
    method: "GET",
    pattern: /^\/v1\/customers\/([^/]+)\/payment_methods$/,
    operation: "customers.listPaymentMethods",
    run: ({ store, id, form }) => {
      required(store, "customer", id);
      const url = `/v1/customers/${id}/payment_methods`;
      return listObjects(store, "payment_method", url, { ...form, customer: id }, ["customer", "type"]);
    },
  },
  post("payment_methods", "payment_methods.create", createCard),
  many("payment_method", "payment_methods", "payment_methods.list", ["customer", "type"]),
  one("payment_method", "payment_methods", "payment_methods.retrieve"),
  post("payment_methods/([^/]+)/attach", "payment_methods.attach", attachCard),
  post("payment_methods/([^/]+)/detach", "payment_methods.detach", detachCard),
  post("payment_intents", "payment_intents.create", ({ store, publish, form }) => createIntent(store, publish, form)),
  many("payment_intent", "payment_intents", "payment_intents.list", ["customer"]),
  search("payment_intent", "payment_intents", "payment_intents.search"),
  {
    ...one("payment_intent", "payment_intents", "payment_intents.retrieve"),
    run: ({ store, id }) => getIntent(store, id),
  },
  post("payment_intents/([^/]+)/confirm", "payment_intents.confirm", ({ store, publish, id, form }) =>
    confirmIntent(store, publish, id, form),
  ),
  post("payment_intents/([^/]+)/capture", "payment_intents.capture", ({ store, publish, id, form }) =>
    captureIntent(store, publish, id, form),
  ),
  post("payment_intents/([^/]+)/cancel", "payment_intents.cancel", ({ store, publish, id, form }) =>
    cancelIntent(store, publish, id, form),
  ),
  post("checkout/sessions", "checkout.sessions.create", ({ store, form, baseUrl }) =>
    createSession(store, form, baseUrl),
  ),
  {
    ...one("checkout_session", "checkout/sessions", "checkout.sessions.retrieve"),
    run: ({ store, publish, id }) => getSession(store, publish, id),
  },
  post("checkout/sessions/([^/]+)/expire", "checkout.sessions.expire", ({ store, publish, id, form }) =>
    expireSession(store, publish, id, form),
  ),
  many("dispute", "disputes", "disputes.list", ["payment_intent", "charge"]),
  one("dispute", "disputes", "disputes.retrieve"),
  post("refunds", "refunds.create", ({ store, publish, form }) => createRefund(store, publish, form)),
  many("refund", "refunds", "refunds.list", ["payment_intent", "charge"]),
  one("refund", "refunds", "refunds.retrieve"),
  many("charge", "charges", "charges.list", ["customer", "payment_intent"]),
  search("charge", "charges", "charges.search"),
  one("charge", "charges", "charges.retrieve"),
  many("event", "events", "events.list", ["type"]),
  one("event", "events", "events.retrieve"),
];

/** Finds the endpoint of a request; 404 as the API says it. */
export function findRoute(method: string, path: string): { readonly route: Route; readonly id: string } {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match !== null) return { route, id: decodeURIComponent(match[1] ?? "") };
  }
  throw new ApiFailure(404, {
    type: "invalid_request_error",
    message: `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs.`,
  });
}

/** Runs an endpoint and expands its answer. */
export function runRoute(route: Route, input: RouteInput): Answer {
  return expand(input.store, route.run(input), input.form);
}

/** A customer with cards, as tests and demos seed them. */
export type SeededCustomer = {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cards: readonly Omit<Parameters<typeof putCard>[1], "customer">[];
};

/** Puts customers and their saved cards; those that exist are replaced. */
export function seedCustomers(store: Store, customers: readonly SeededCustomer[]): void {
  for (const { cards, ...customer } of customers) {
    putCustomer(store, customer);
    for (const card of cards) putCard(store, { ...card, customer: customer.id });
  }
}
