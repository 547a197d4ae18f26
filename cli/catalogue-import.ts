import { readFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { z } from "zod";
import { type StoreOptions, type StoreSummary, storeProducts } from "../connectors/catalogue/store-products.ts";
import { tendVectorIndex } from "../connectors/catalogue/vector-index.ts";
import { withFileCache } from "../connectors/embeddings/file-cache.ts";
import { embeddingsOf } from "../connectors/embeddings/open-embeddings.ts";
import type { Embeddings } from "../connectors/embeddings/port.ts";
import { rowsOf } from "../connectors/postgres/pool.ts";
import { cacheDirectory } from "../local/cache-directory.ts";
import { embeddingModelFiles } from "../local/embedding-model.ts";
import { PartylineError } from "../runtime/errors.ts";
import { type CatalogueRows, readCatalogueRows } from "../shop/any-catalogue.ts";
import { showProgress } from "./progress.ts";
import { otherVectors } from "./sell-catalogue.ts";
import { tellFaults } from "./tell-faults.ts";

/** How a catalogue is written down. */
export type CatalogueFormat = "jsonl" | "csv";

/** What an import is asked to do. */
export type ImportOptions = Pick<StoreOptions, "setsStock" | "retiresOthers"> & {
  readonly format: CatalogueFormat;
  readonly isDryRun: boolean;
  /** Opens the database; it is closed at the end. */
  readonly open: () => Promise<pg.Pool>;
};

/** The format of a file: as asked, else by its name. Null when neither is known. */
export function formatOf(asked: string | undefined, file: string): CatalogueFormat | null {
  const name = asked ?? (file.endsWith(".csv") ? "csv" : "jsonl");
  return name === "jsonl" || name === "csv" ? name : null;
}

/** Reads, checks and writes a catalogue, and says what was done. Gives the exit code: 1 when rows were left out. Throws INVALID_INPUT, DATABASE_FAILED. */
export async function importCatalogue(file: string, options: ImportOptions): Promise<number> {
  const source = await readFile(file, "utf8").catch(() => {
    throw new PartylineError("INVALID_INPUT", `There is no file ${file} that can be read.`);
  });
  const rows = readCatalogueRows(source, options.format);
  if (options.isDryRun) {
    tellFaults(rows);
    process.stdout.write(`${rows.lines.length} rows are right, ${rows.faults.length} are not. Nothing was written.\n`);
    return rows.faults.length === 0 ? 0 : 1;
  }
  // Calls go first: embedding is the only part that needs the processor.
  setPriority(constants.priority.PRIORITY_LOW);
  const pool = await options.open();
  try {
    const checked = inCurrency(rows, await currencyOf(pool));
    tellFaults(checked);
    if (checked.faults.length > 0 && options.retiresOthers)
      throw new PartylineError(
        "INVALID_INPUT",
        "--replace needs a file without faults: products in bad rows would be sold no longer.",
      );
    if (checked.lines.length === 0) throw new PartylineError("INVALID_INPUT", `No row of ${file} is right.`);
    const summary = await withEmbeddings((embeddings) =>
      storeProducts(
        pool,
        embeddings,
        checked.lines.map(({ value }) => value),
        { ...options, onProgress: (done, total) => showProgress("products", done, total) },
      ),
    );
    const index = await tendVectorIndex(pool);
    process.stdout.write(words(summary, checked.faults.length, index));
    return checked.faults.length === 0 ? 0 : 1;
  } finally {
    await pool.end();
  }
}

async function withEmbeddings<T>(work: (embeddings: Embeddings) => Promise<T>): Promise<T> {
  const model = await embeddingsOf(process.env, await embeddingModelFiles({}));
  try {
    const kept = await withFileCache(model, join(cacheDirectory(), otherVectors));
    try {
      return await work(kept);
    } finally {
      // What was embedded before a fault needs not be embedded again.
      await kept.save();
    }
  } finally {
    await model.close();
  }
}

async function currencyOf(pool: pg.Pool): Promise<string | null> {
  const [shop] = await rowsOf<{ rules: unknown }>(pool, "SELECT rules FROM shop");
  return z.looseObject({ currency: z.string() }).safeParse(shop?.rules).data?.currency ?? null;
}

/** A shop sells in one currency: its quotes add prices up. */
function inCurrency({ lines, faults }: CatalogueRows, currency: string | null): CatalogueRows {
  const wrong = lines.filter(({ value }) => currency !== null && value.currency !== currency);
  const others = wrong.map(({ line, value }) => ({
    line,
    fault: `is in ${value.currency}; the shop sells in ${currency}`,
  }));
  return {
    lines: lines.filter((line) => !wrong.includes(line)),
    faults: [...faults, ...others].toSorted((a, b) => a.line - b.line),
  };
}

function words(summary: StoreSummary, faults: number, index: "built" | "dropped" | "kept"): string {
  const { added, changed, unchanged, embedded, retired } = summary;
  return [
    `${added} added, ${changed} changed, ${unchanged} as they were, ${embedded} embedded`,
    ...(retired === 0 ? [] : [`${retired} are sold no longer`]),
    ...(faults === 0 ? [] : [`${faults} rows were left out`]),
    ...(index === "kept" ? [] : [`vector index ${index}`]),
  ]
    .join("; ")
    .concat("\n");
}
