import { newId, type Store, type StoredObject } from "./store.ts";
import { behaviourOfTestCard, type CardBehaviour, faceOfTestCard } from "./test-cards.ts";

/** Seconds since 1970, the API's unit of time. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** What a payment method needs beside the constants of a simulated card. */
export type CardInput = {
  readonly id: string;
  readonly customer: string | null;
  readonly behaviour: CardBehaviour;
  readonly brand?: string;
  readonly last4?: string;
  readonly expMonth?: number;
  readonly expYear?: number;
};

/** Builds a card and notes how it behaves. */
export function putCard(store: Store, input: CardInput): StoredObject {
  const card = {
    id: input.id,
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: { address: null, email: null, name: null, phone: null },
    card: {
      brand: input.brand ?? "visa",
      country: "US",
      display_brand: input.brand ?? "visa",
      exp_month: input.expMonth ?? 12,
      exp_year: input.expYear ?? new Date().getUTCFullYear() + 3,
      fingerprint: newId("fp").slice(3, 19),
      funding: "credit",
      last4: input.last4 ?? "4242",
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: nowSeconds(),
    customer: input.customer,
    livemode: false,
    metadata: {},
    type: "card",
  };
  store.put("payment_method", card);
  store.put("behaviour", { id: input.id, behaviour: input.behaviour });
  return card;
}

/**
 * Finds a card by id. The name of a test card (`pm_card_visa`) stands for a new card each time, as in the vendor's test mode.
 */
export function findCard(store: Store, idOrName: string, customer: string | null): StoredObject | undefined {
  const found = store.get("payment_method", idOrName);
  if (found !== undefined) return found;
  const behaviour = behaviourOfTestCard(idOrName);
  if (behaviour === undefined) return undefined;
  return putCard(store, { id: newId("pm"), customer, behaviour, ...faceOfTestCard(idOrName) });
}

/** How a card behaves now. */
export function behaviourOf(store: Store, cardId: string): CardBehaviour {
  return (store.get("behaviour", cardId)?.behaviour as CardBehaviour | undefined) ?? "succeeds";
}

/** Builds a customer. */
export function putCustomer(
  store: Store,
  input: {
    readonly id: string;
    readonly name?: string | null;
    readonly email?: string | null;
    readonly phone?: string | null;
    readonly description?: string | null;
    readonly metadata?: Readonly<Record<string, string>>;
  },
): StoredObject {
  const customer = {
    id: input.id,
    object: "customer",
    address: null,
    balance: 0,
    created: nowSeconds(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: input.description ?? null,
    email: input.email ?? null,
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: input.metadata ?? {},
    name: input.name ?? null,
    phone: input.phone ?? null,
    preferred_locales: [],
    shipping: null,
  };
  store.put("customer", customer);
  return customer;
}
