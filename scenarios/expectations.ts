/** What a scenario's `expect` means: exactly which orders and charges a call must leave behind, and which records at least. Pure. */
import { z } from "zod";
import type { RecordName } from "../schemas/generated/records.ts";
import { type AnyRecord, topics } from "../schemas/topics.ts";

const minor = z.int().min(0);
const orderExpected = z.strictObject({
  customerId: z.string(),
  lines: z.array(z.strictObject({ productId: z.string(), quantity: z.int().min(1) })).min(1),
  totalMinor: minor,
  currency: z.string().default("USD"),
  isPaid: z.boolean(),
});
const chargeExpected = z.strictObject({
  amountMinor: minor,
  currency: z.string().default("USD"),
  status: z.enum(["succeeded", "held", "failed"]),
  last4: z.string().regex(/^\d{4}$/),
  refundedMinor: minor.default(0),
});
const changeExpected = z.strictObject({
  number: z.string(),
  status: z.string(),
  lines: z.array(z.strictObject({ productId: z.string(), quantity: z.int().min(1) })).optional(),
  totalMinor: minor.optional(),
  /** Street, city, state and postal code; null for the customer's own address. */
  shipTo: z.string().nullable().optional(),
  /** Products that are to come back, and what replaces them. */
  request: z
    .strictObject({
      kind: z.enum(["return", "exchange"]),
      productIds: z.array(z.string()),
      newProductIds: z.array(z.string()),
    })
    .optional(),
  /** Money that moved after the order was paid for, all of it settled. */
  movements: z.array(z.strictObject({ kind: z.enum(["payment", "refund"]), amountMinor: minor, last4: z.string() })),
  /** What the payment provider has for the order: what was charged, less what went back. */
  chargedMinor: minor,
});
const expectations = z.strictObject({
  /** Exactly these orders, placed before, were changed on the call; in the order of their numbers. */
  changedOrders: z.array(changeExpected).optional(),
  /** Exactly these orders, in the order in which they were placed; an order whose payment failed is not one. */
  orders: z.array(orderExpected).optional(),
  /** Exactly these charges, declined ones included, in the order in which they were made. */
  payments: z.array(chargeExpected).optional(),
  /** At least so many records of a type. */
  topics: z.record(z.string(), z.record(z.string(), z.int().min(1))).optional(),
  /** Says in the file what is checked for every call: charges and orders agree. */
  isConsistent: z.literal(true).optional(),
});

export type Expectations = z.infer<typeof expectations>;

/** An order of the call, as the database has it. */
export type OrderSeen = {
  readonly number: string;
  readonly customerId: string;
  readonly lines: readonly { readonly productId: string; readonly spokenName: string; readonly quantity: number }[];
  readonly totalMinor: number;
  readonly currency: string;
  readonly status: string;
  readonly paymentStatus: string | null;
  readonly paymentRef: string | null;
};

/** An order that was placed before and changed on the call, as the database and the provider have it. */
export type ChangeSeen = {
  readonly number: string;
  readonly status: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly totalMinor: number;
  readonly shipTo: string | null;
  readonly request: {
    readonly kind: string;
    readonly productIds: readonly string[];
    readonly newProductIds: readonly string[];
  } | null;
  readonly movements: readonly { readonly kind: string; readonly amountMinor: number; readonly last4: string }[];
  /** Movements that the provider has yet to be told of. */
  readonly dueCount: number;
  readonly chargedMinor: number;
};

/** A charge of the call, as the payment provider has it. */
export type ChargeSeen = {
  readonly paymentRef: string;
  /** The order that it is for, as the provider was told. */
  readonly orderNumber: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  /** `held`: no money has moved. */
  readonly status: string;
  readonly last4: string;
  readonly refundedMinor: number;
};

/** What a call left behind. */
export type CallEvidence = {
  readonly orders: readonly OrderSeen[];
  readonly charges: readonly ChargeSeen[];
  /** By order number. */
  readonly changedOrders: readonly ChangeSeen[];
  /** Pieces that are still reserved for the call, for a quote or for an order that is being paid. */
  readonly heldPieces: number;
  readonly records: readonly AnyRecord[];
};

/** Reads a scenario's `expect`. Throws, naming every fault. */
export function parseExpectations(value: unknown): Expectations {
  const parsed = expectations.safeParse(value);
  if (!parsed.success) throw new Error(`this expectation is not known:\n${z.prettifyError(parsed.error)}`);
  for (const [name, counts] of Object.entries(parsed.data.topics ?? {})) {
    const topic = Object.values(topics).find((known) => known.name === name);
    if (topic === undefined) throw new Error(`there is no topic ${name}`);
    const types: readonly RecordName[] = topic.records;
    const strange = Object.keys(counts).find((type) => !types.some((known) => known === type));
    if (strange !== undefined) throw new Error(`${name} carries no ${strange}`);
  }
  return parsed.data;
}

/** Every difference between what was expected and what is there, one sentence each; empty when there is none. Consistency is always checked. */
export function differences(expected: Expectations, evidence: CallEvidence): readonly string[] {
  return [
    ...(expected.orders === undefined
      ? []
      : listDifferences("order", expected.orders, evidence.orders.filter(isStanding).map(orderFacts))),
    ...(expected.payments === undefined
      ? []
      : listDifferences("charge", expected.payments, evidence.charges.map(chargeFacts))),
    ...(expected.changedOrders === undefined
      ? []
      : listDifferences("changed order", expected.changedOrders, evidence.changedOrders)),
    ...topicDifferences(expected.topics ?? {}, evidence.records),
    ...inconsistencies(evidence),
  ];
}

/** Where orders and charges disagree: money without its order, a paid order without its money, or anything that is still open or reserved. */
export function inconsistencies({
  orders,
  charges,
  changedOrders,
  heldPieces,
}: Pick<CallEvidence, "orders" | "charges" | "changedOrders" | "heldPieces">): readonly string[] {
  const faults = changedOrders
    .filter(({ dueCount }) => dueCount > 0)
    .map(({ number }) => `order ${number} has money that did not move`);
  if (heldPieces > 0) faults.push(`${heldPieces} pieces are still reserved for a caller who is gone`);
  const kept = charges.filter(
    ({ status, refundedMinor, amountMinor }) => status === "succeeded" && refundedMinor < amountMinor,
  );
  for (const charge of kept) {
    const order = orders.find(({ number }) => number === charge.orderNumber);
    // Charged on this call for an order of an earlier one.
    if (order === undefined && changedOrders.some(({ number }) => number === charge.orderNumber)) continue;
    if (order === undefined) faults.push(`${describe(charge)} was charged without an order`);
    else if (!isPaid(order))
      faults.push(
        `${describe(charge)} was charged, but the order is ${order.status} with its payment ${order.paymentStatus}`,
      );
    else if (order.totalMinor !== charge.amountMinor)
      faults.push(`${describe(charge)} was charged for an order of ${order.totalMinor}`);
  }
  for (const order of orders) {
    const paidBy = kept.filter(({ orderNumber }) => orderNumber === order.number);
    if (isPaid(order) && paidBy.length !== 1)
      faults.push(`order ${order.number} is paid, with ${paidBy.length} charges`);
    const isHeld = charges.some(
      ({ status, orderNumber, refundedMinor }) =>
        status === "held" && orderNumber === order.number && refundedMinor === 0,
    );
    if ((order.paymentStatus === "held") !== isHeld)
      faults.push(
        `order ${order.number} has its payment ${order.paymentStatus}, ${isHeld ? "and an" : "but no"} amount is held`,
      );
    if (order.status === "placed" || order.paymentStatus === "pending" || order.paymentStatus === "unknown")
      faults.push(`order ${order.number} is still open: ${order.status}, payment ${order.paymentStatus}`);
  }
  return faults;
}

function isPaid(order: OrderSeen): boolean {
  return (
    order.paymentStatus === "succeeded" && !["placed", "paymentFailed", "cancelled", "refunded"].includes(order.status)
  );
}

function isStanding({ status }: OrderSeen): boolean {
  return status !== "paymentFailed" && status !== "cancelled";
}

function orderFacts(order: OrderSeen): z.infer<typeof orderExpected> {
  const { customerId, lines, totalMinor, currency } = order;
  const plain = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  return { customerId, lines: plain, totalMinor, currency, isPaid: isPaid(order) };
}

function chargeFacts({
  amountMinor,
  currency,
  status,
  last4,
  refundedMinor,
}: ChargeSeen): z.infer<typeof chargeExpected> {
  const outcome = status === "succeeded" || status === "held" ? status : "failed";
  return { amountMinor, currency, status: outcome, last4, refundedMinor };
}

function listDifferences<T extends object>(
  what: string,
  expected: readonly T[],
  seen: readonly { readonly [K in keyof T]-?: unknown }[],
): readonly string[] {
  if (expected.length !== seen.length)
    return [
      `expected ${count(expected.length, what)}, found ${seen.length}${seen.length === 0 ? "" : `: ${describe(seen)}`}`,
    ];
  return expected.flatMap((one, index) => {
    const other = seen[index];
    return other === undefined
      ? []
      : (Object.keys(one) as (keyof T & string)[])
          .filter((key) => describe(one[key]) !== describe(other[key]))
          .map((key) => `${what} ${index + 1}: ${key} is ${describe(other[key])}, expected ${describe(one[key])}`);
  });
}

function topicDifferences(
  expected: NonNullable<Expectations["topics"]>,
  records: readonly AnyRecord[],
): readonly string[] {
  return Object.entries(expected).flatMap(([topic, counts]) =>
    Object.entries(counts).flatMap(([type, least]) => {
      const found = records.filter((record) => record.type === type).length;
      return found >= least ? [] : [`${topic} has ${count(found, type)} of this call, expected at least ${least}`];
    }),
  );
}

function count(value: number, what: string): string {
  return `${value} ${what}${value === 1 ? "" : "s"}`;
}

function describe(value: unknown): string {
  return JSON.stringify(value);
}
