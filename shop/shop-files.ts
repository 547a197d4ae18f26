import { z } from "zod";
import { PartylineError } from "../runtime/errors.ts";

/** A product as the shop's own catalogue writes it. */
export const product = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  description: z.string(),
  category: z.string().min(1),
  priceMinor: z.int().positive(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  stock: z.int().min(0),
  /** Within how many days it is sent when there is none; absent for what is not sold then. */
  backorderDays: z.int().min(1).max(365).optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number()])),
  spokenName: z.string().min(1),
  aliases: z.array(z.string()),
  rating: z.number().min(0).max(5),
  reviewCount: z.int().min(0),
  /** The kind of thing that it is a variant of: what it can be exchanged for. */
  typeId: z.string().min(1).optional(),
});

const address = z.object({
  id: z.string(),
  line1: z.string(),
  city: z.string(),
  state: z.string(),
  postalCode: z.string(),
  /** What the customer calls it. */
  label: z.string().min(1).optional(),
  isDefault: z.boolean(),
});

const card = z.object({
  id: z.string(),
  brand: z.string(),
  last4: z.string().regex(/^\d{4}$/),
  providerPaymentMethod: z.string(),
  isDefault: z.boolean(),
});

const pastOrder = z.object({
  number: z.string().regex(/^\d{4,12}$/),
  placedAt: z.iso.datetime(),
  status: z.enum(["placed", "paid", "packed", "shipped", "delivered", "cancelled", "refunded"]),
  lines: z.array(z.object({ productId: z.string(), quantity: z.int().positive(), unitPriceMinor: z.int().min(0) })),
  totalMinor: z.int().positive(),
  currency: z.string(),
  /** Of the total; the rest is for the goods. */
  taxMinor: z.int().min(0).optional(),
  shippingMinor: z.int().min(0).optional(),
  /** Where it went; absent for what was never taxed. */
  shipToState: z.string().optional(),
  /** The saved card that paid; absent where the books do not say. */
  paidWith: z.string().optional(),
});

const customer = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  phone: z.string().regex(/^\+[1-9]\d{1,14}$/),
  pin: z.string().regex(/^\d{4,12}$/),
  email: z.email().optional(),
  preferences: z.object({ doNotContact: z.boolean().default(false) }).optional(),
  addresses: z.array(address),
  savedCards: z.array(card),
  orders: z.array(pastOrder),
});

const discountConditions = {
  code: z.string().regex(/^[A-Z0-9]+$/),
  minTotalMinor: z.int().min(0),
  categories: z.array(z.string()),
  expiresAt: z.iso.datetime(),
  usageLimit: z.int().min(0),
  usageLimitPerCustomer: z.int().min(0),
};
const discount = z.discriminatedUnion("kind", [
  z.object({ ...discountConditions, kind: z.literal("percent"), basisPoints: z.int().min(1).max(10_000) }),
  z.object({ ...discountConditions, kind: z.literal("amount"), amountMinor: z.int().positive() }),
]);

const shopFiles = z.object({
  products: z.array(product),
  customers: z.array(customer),
  discounts: z.array(discount),
  /** Checked by connectors/postgres/shop-rules.ts. */
  rules: z.unknown(),
});

export type Product = z.infer<typeof product>;
export type Customer = z.infer<typeof customer>;
/** A shop as its files say; shop/README.md says what the fields mean. */
export type Shop = z.infer<typeof shopFiles>;

/** The shop that the texts of its files describe. Throws INVALID_INPUT with every fault. */
export function parseShop(texts: { catalogue: string; customers: string; discounts: string; shop: string }): Shop {
  const parsed = shopFiles.safeParse({
    products: lines(texts.catalogue).map((line, index) => json(`catalogue line ${index + 1}`, line)),
    customers: json("customers", texts.customers),
    discounts: json("discounts", texts.discounts),
    rules: json("shop", texts.shop),
  });
  if (parsed.success) return parsed.data;
  throw new PartylineError("INVALID_INPUT", `the shop's files are not valid: ${z.prettifyError(parsed.error)}`);
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

function json(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PartylineError("INVALID_INPUT", `the shop's ${name} is not JSON`, { cause });
  }
}
