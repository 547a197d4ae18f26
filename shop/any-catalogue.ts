/** Catalogues and lists of spoken queries from elsewhere, beside the shop's own format. */
import { z } from "zod";
import { PartylineError } from "../runtime/errors.ts";
import { type Product, product } from "./shop-files.ts";

/** A product as other catalogues write it: prices in the currency's units; what is not there is left out. */
const foreignProduct = z.looseObject({
  id: z.string().min(1),
  title: z.string().min(1),
  description: z.string().default(""),
  category: z.string().min(1).default("general"),
  style: z.string().optional(),
  price: z.number().positive(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("USD"),
  stock: z.int().min(0).default(1),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

/** Price limits in minor units, inclusive. */
export type PriceLimits = { readonly priceMinMinor?: number; readonly priceMaxMinor?: number };
/** A question as a caller asks it. */
export type SpokenQuery = { readonly qid: string; readonly query: string; readonly limits: PriceLimits };

const limit = z.number().positive().nullish();
const spokenQuery = z.looseObject({
  qid: z.coerce.string().min(1),
  query: z.string().trim().min(1).max(1000),
  expected_filters: z.looseObject({ price_min: limit, price_max: limit }).optional(),
  expectedFilters: z.looseObject({ priceMinMinor: limit, priceMaxMinor: limit }).optional(),
});

const longestSpokenName = 8;

/** Products of a catalogue, one JSON object a line, in the shop's own format or with `price` in units. Throws INVALID_INPUT with the lines at fault. */
export function parseCatalogue(text: string): readonly Product[] {
  const products = parseLines("catalogue", text, z.union([product, foreignProduct.transform(asProduct)]));
  const ids = new Set(products.map(({ id }) => id));
  if (ids.size !== products.length) throw new PartylineError("INVALID_INPUT", "the catalogue names a product id twice");
  return products;
}

/** Spoken queries, one JSON object a line, with their price limits in units (`expected_filters`) or minor units (`expectedFilters`). Throws INVALID_INPUT. */
export function parseSpokenQueries(text: string): readonly SpokenQuery[] {
  return parseLines("list of queries", text, spokenQuery).map((entry) => {
    const { expected_filters: units, expectedFilters: minor } = entry;
    const min = minor?.priceMinMinor ?? inMinor(units?.price_min);
    const max = minor?.priceMaxMinor ?? inMinor(units?.price_max);
    const limits = {
      ...(min === undefined ? {} : { priceMinMinor: min }),
      ...(max === undefined ? {} : { priceMaxMinor: max }),
    };
    return { qid: entry.qid, query: entry.query, limits };
  });
}

function inMinor(units: number | null | undefined): number | undefined {
  return units === null || units === undefined ? undefined : Math.round(units * 100);
}

function asProduct(foreign: z.infer<typeof foreignProduct>): Product {
  const { id, title, description, category, style, price, currency, stock, attributes } = foreign;
  return {
    id,
    title,
    description,
    category,
    priceMinor: Math.round(price * 100),
    currency,
    stock,
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, typeof value === "boolean" ? String(value) : value]),
    ),
    spokenName: title.split(/\s+/).slice(0, longestSpokenName).join(" "),
    aliases: style === undefined || style === "" ? [] : [style],
    rating: 0,
    reviewCount: 0,
  };
}

function parseLines<T>(what: string, text: string, shape: z.ZodType<T>): readonly T[] {
  const faults: string[] = [];
  const parsed = text.split("\n").flatMap((line, index): T[] => {
    if (line.trim() === "") return [];
    try {
      const result = shape.safeParse(JSON.parse(line));
      if (result.success) return [result.data];
      faults.push(`line ${index + 1}: ${z.prettifyError(result.error)}`);
    } catch {
      faults.push(`line ${index + 1} is not JSON`);
    }
    return [];
  });
  if (faults.length > 0)
    throw new PartylineError("INVALID_INPUT", `the ${what} is not valid: ${faults.slice(0, 20).join("\n")}`);
  if (parsed.length === 0) throw new PartylineError("INVALID_INPUT", `the ${what} is empty`);
  return parsed;
}
