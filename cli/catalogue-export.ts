import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type pg from "pg";
import { rowsOf } from "../connectors/postgres/pool.ts";
import { PartylineError } from "../runtime/errors.ts";
import { csvLine } from "../shop/csv.ts";
import type { CatalogueFormat } from "./catalogue-import.ts";
import { showProgress } from "./progress.ts";

type Row = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly priceMinor: number;
  readonly currency: string;
  readonly stock: number;
  readonly backorderDays: number | null;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly spokenName: string;
  readonly aliases: string;
  readonly rating: number;
  readonly reviewCount: number;
  readonly position: number;
};

/** Rows of one statement: an export of a large catalogue holds no long snapshot. */
const PAGE = 500;
const columns = [
  "id",
  "title",
  "description",
  "category",
  "priceMinor",
  "currency",
  "stock",
  "backorderDays",
  "spokenName",
  "aliases",
  "rating",
  "reviewCount",
  "attributes",
] as const;

/** Writes every product that is sold, oldest first, as `import` reads it; "-" for the terminal. Throws INVALID_INPUT when the file cannot be written. */
export async function exportCatalogue(pool: pg.Pool, file: string, format: CatalogueFormat): Promise<void> {
  const [count] = await rowsOf<{ total: number }>(pool, "SELECT count(*)::int AS total FROM products WHERE is_active");
  const total = count?.total ?? 0;
  const out = file === "-" ? process.stdout : createWriteStream(file);
  const failed = new Promise<never>((_, reject) => {
    out.on("error", (error) =>
      reject(new PartylineError("INVALID_INPUT", `${file} cannot be written: ${error.message}`)),
    );
  });
  const write = async (text: string): Promise<void> => {
    if (!out.write(text)) await Promise.race([once(out, "drain"), failed]);
  };
  const work = async (): Promise<void> => {
    if (format === "csv") await write(csvLine(columns));
    let after: readonly [number, string] = [-1, ""];
    for (let done = 0; ; ) {
      const rows = await page(pool, after);
      const last = rows.at(-1);
      if (last === undefined) break;
      await write(rows.map((row) => (format === "csv" ? csvOf(row) : jsonOf(row))).join(""));
      done += rows.length;
      after = [last.position, last.id];
      if (file !== "-") showProgress("products", done, Math.max(done, total));
    }
    if (out !== process.stdout) {
      out.end();
      await finished(out);
    }
  };
  await Promise.race([work(), failed]);
}

function page(pool: pg.Pool, [position, id]: readonly [number, string]): Promise<Row[]> {
  return rowsOf<Row>(
    pool,
    `SELECT id, title, description, category, price_minor AS "priceMinor", currency, on_hand AS stock, backorder_days AS "backorderDays", attributes, spoken_name AS "spokenName",
       aliases, rating::float8 AS rating, review_count AS "reviewCount", position
     FROM products WHERE is_active AND (position, id) > ($1, $2) ORDER BY position, id LIMIT ${PAGE}`,
    [position, id],
  );
}

function aliasesOf({ aliases }: Row): readonly string[] {
  return aliases === "" ? [] : aliases.split(", ");
}

function jsonOf(row: Row): string {
  const { position: _, backorderDays, ...product } = row;
  const days = backorderDays === null ? {} : { backorderDays };
  return `${JSON.stringify({ ...product, ...days, aliases: aliasesOf(row) })}\n`;
}

function csvOf(row: Row): string {
  return csvLine(
    columns.map((name) => {
      if (name === "attributes") return JSON.stringify(row.attributes);
      return name === "aliases" ? aliasesOf(row).join("|") : (row[name] ?? "");
    }),
  );
}
