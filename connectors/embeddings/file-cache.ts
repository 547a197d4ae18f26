/** Keeps vectors in a file between runs, so that a catalogue is embedded once a machine. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Embeddings } from "./port.ts";

/** Embeddings that look a text up in the file first; `save` writes what was added. A file that cannot be read is as good as none. */
export async function withFileCache(inner: Embeddings, path: string): Promise<Embeddings & { save(): Promise<void> }> {
  const known = new Map<string, readonly number[]>(Object.entries(await readCache(path)));
  let added = 0;
  return {
    model: inner.model,
    dimensions: inner.dimensions,
    async embed(texts, kind) {
      const keys = texts.map((text) =>
        createHash("sha256")
          .update(JSON.stringify([inner.model, kind, text]))
          .digest("base64url"),
      );
      const missing = texts.filter((_, index) => !known.has(keys[index] ?? ""));
      const vectors = missing.length === 0 ? [] : await inner.embed(missing, kind);
      missing.forEach((text, index) => {
        const vector = vectors[index];
        const key = keys[texts.indexOf(text)];
        if (vector === undefined || key === undefined) return;
        known.set(key, Array.from(vector));
        added += 1;
      });
      return keys.map((key) => Float32Array.from(known.get(key) ?? []));
    },
    async save() {
      if (added === 0) return;
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, JSON.stringify(Object.fromEntries(known)));
      await rename(temporary, path);
      added = 0;
    },
  };
}

async function readCache(path: string): Promise<Record<string, readonly number[]>> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Record<string, readonly number[]>;
  } catch {
    return {};
  }
}
