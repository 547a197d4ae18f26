/** Catalogues and lists of spoken queries from elsewhere, beside the shop's own format. */
import { z } from "zod";
import { minorDigitsOf } from "../language/minor-units.ts";
import { readCsv } from "./csv.ts";
import { allLines, type Line, type LineFault, parseJsonLines, readJsonLines } from "./json-lines.ts";
import { type Product, product } from "./shop-files.ts";

const highestPrice = 10_000_000;
/** NUL and half a surrogate pair are no text to the database. */
const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !value.includes("\0") && value.isWellFormed(), "has a NUL or half a character");
const key = z.union([z.string(), z.int()]).transform(String);
const count = z.int().min(0).max(1_000_000_000);
const aliasList = z.array(text(200)).max(50);
const attribute = z.union([
  text(500),
  z.number(),
  z.boolean().transform(String),
  z
    .array(z.union([z.string(), z.number()]))
    .transform((values) => values.join(", "))
    .pipe(text(500)),
]);

/** A product as other catalogues write it: prices in the currency's units; what is not there is left out, or null. */
const foreignProduct = z.looseObject({
  id: key.pipe(text(64).regex(/^[\w.:-]+$/, "may hold letters, digits and . _ : - only")),
  title: text(500).trim().min(1),
  description: text(10_000).default(""),
  category: text(200).default(""),
  style: text(200).optional(),
  price: z.number().positive().max(highestPrice),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("USD"),
  stock: count.default(1),
  backorderDays: product.shape.backorderDays,
  attributes: z.record(text(100), attribute.nullable()).default({}),
  rating: z.number().min(0).max(5).default(0),
  reviewCount: count.default(0),
  spokenName: text(200).min(1).optional(),
  aliases: aliasList.optional(),
});

const ownProduct = product.extend({
  id: foreignProduct.shape.id,
  title: foreignProduct.shape.title,
  description: text(10_000),
  priceMinor: z
    .int()
    .positive()
    .max(highestPrice * 100),
  stock: count,
  category: text(200).min(1),
  spokenName: text(200).min(1),
  aliases: aliasList,
  attributes: z.record(text(100), z.union([text(500), z.number()])),
  reviewCount: count,
  typeId: text(200).min(1).optional(),
});

/** Price limits in minor units, inclusive. */
export type PriceLimits = { readonly priceMinMinor?: number; readonly priceMaxMinor?: number };
/** A question as a caller asks it. */
export type SpokenQuery = { readonly qid: string; readonly query: string; readonly limits: PriceLimits };

const limit = z.number().min(0).nullish();
const spokenQuery = z.looseObject({
  qid: key.pipe(z.string().min(1)),
  query: z.string().trim().min(1).max(1000),
  expected_filters: z.looseObject({ price_min: limit, price_max: limit }).nullish(),
  expectedFilters: z.looseObject({ priceMinMinor: limit, priceMaxMinor: limit }).nullish(),
});

const longestSpokenName = 8;

const translatedProduct = foreignProduct.transform(asProduct).refine(({ priceMinor }) => priceMinor > 0, {
  path: ["price"],
  message: "is less than the smallest coin",
});

const anyProduct: z.ZodType<Product> = z.looseObject({}).transform((row, context): Product => {
  const told = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  const isOwn = "priceMinor" in told;
  const result = (isOwn ? ownProduct : translatedProduct).safeParse(told);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) context.addIssue({ code: "custom", path, message });
  return z.NEVER;
});

/** Products of a catalogue, and what is wrong with the lines that hold none. */
export type CatalogueRows = { readonly lines: readonly Line<Product>[]; readonly faults: readonly LineFault[] };

/** Reads every line that is right, in the shop's own format or with `price` in units. A product id that was there before is a fault. */
export function readCatalogueRows(source: string, format: "jsonl" | "csv"): CatalogueRows {
  const { lines, faults } = format === "csv" ? readCsvRows(source) : readJsonLines(source, anyProduct);
  const first = new Map<string, number>();
  const twice: LineFault[] = [];
  const once = lines.filter(({ line, value: { id } }) => {
    const before = first.get(id);
    if (before === undefined) first.set(id, line);
    else twice.push({ line, fault: `names the product ${JSON.stringify(id)} twice; it is in line ${before}` });
    return before === undefined;
  });
  return { lines: once, faults: [...faults, ...twice].toSorted((a, b) => a.line - b.line) };
}

/** Products of a catalogue, one JSON object a line. Throws INVALID_INPUT with the lines at fault. */
export function parseCatalogue(source: string): readonly Product[] {
  return allLines("catalogue", readCatalogueRows(source, "jsonl"));
}

/** Spoken queries, one JSON object a line, with their price limits in units of the currency (`expected_filters`) or minor units (`expectedFilters`). Throws INVALID_INPUT. */
export function parseSpokenQueries(source: string, currency = "USD"): readonly SpokenQuery[] {
  const inMinor = (units: number | null | undefined) =>
    units === null || units === undefined ? undefined : Math.round(units * 10 ** minorDigitsOf(currency));
  return parseJsonLines("list of queries", source, spokenQuery).map((entry) => {
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

function asProduct(foreign: z.infer<typeof foreignProduct>): Product {
  const { id, title, description, category, style, price, currency, stock, attributes } = foreign;
  return {
    id,
    title,
    description,
    category: category.trim() === "" ? "general" : category,
    priceMinor: Math.round(price * 10 ** minorDigitsOf(currency)),
    currency,
    stock,
    backorderDays: foreign.backorderDays,
    attributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
    spokenName: foreign.spokenName ?? title.split(/\s+/).slice(0, longestSpokenName).join(" "),
    aliases: foreign.aliases ?? (style === undefined || style === "" ? [] : [style]),
    rating: foreign.rating,
    reviewCount: foreign.reviewCount,
  };
}

const numberColumns = new Set(["price", "priceMinor", "stock", "backorderDays", "rating", "reviewCount"]);

/** Rows of a CSV with a line of column names: those of the JSON format, `attributes` as JSON or one column `attribute.<name>` each, `aliases` apart by "|". */
function readCsvRows(source: string): CatalogueRows {
  const [head, ...records] = readCsv(source);
  const names = head?.fields?.map((name) => name.trim()) ?? [];
  if (!names.includes("id")) return { lines: [], faults: [{ line: 1, fault: "names no columns, among them id" }] };
  const lines: Line<Product>[] = [];
  const faults: LineFault[] = [];
  for (const { line, fields } of records) {
    if (fields === null || fields.length !== names.length) {
      const fault =
        fields === null ? "has a quote that is not closed" : `has ${fields.length} fields for ${names.length} columns`;
      faults.push({ line, fault });
      continue;
    }
    const { lines: read, faults: wrong } = readJsonLines(rowAsJson(names, fields), anyProduct);
    lines.push(...read.map(({ value }) => ({ line, value })));
    faults.push(...wrong.map(({ fault }) => ({ line, fault })));
  }
  return { lines, faults };
}

function rowAsJson(names: readonly string[], fields: readonly string[]): string {
  const row: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const field = fields[index] ?? "";
    if (field === "") continue;
    if (name.startsWith("attribute.")) attributes[name.slice("attribute.".length)] = field;
    else if (name === "attributes") Object.assign(attributes, objectOf(field));
    else if (name === "aliases") row[name] = field.split("|");
    else
      row[name] =
        numberColumns.has(name) && field.trim() !== "" && Number.isFinite(Number(field)) ? Number(field) : field;
  }
  const lacking =
    "priceMinor" in row ? { description: "", aliases: [], rating: 0, reviewCount: 0, spokenName: row.title } : {};
  return JSON.stringify({ ...lacking, ...row, attributes });
}

/** An object in JSON; what is none becomes a value that no attribute may have, so that it is told as a fault. */
function objectOf(field: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(field);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  return { attributes: {} };
}
