import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Embeddings } from "../connectors/embeddings/port.ts";

const keptFile = z.object({ model: z.string(), vectors: z.record(z.string(), z.string()) });

/**
 * Embeddings of documents that remember what they embedded before, in a file. A file that is missing, damaged or of another model is as good as
 * empty. `save` writes what came new; readers never see half a file.
 */
export async function keptEmbeddings(
  embeddings: Embeddings,
  path: string,
): Promise<{ readonly embeddings: Embeddings; save(): Promise<void> }> {
  const vectors = new Map(Object.entries(await readKept(path, embeddings.model)));
  let hasNew = false;

  async function document(passage: string): Promise<Float32Array> {
    const key = createHash("sha256").update(passage).digest("base64url");
    const kept = vectorOf(vectors.get(key));
    if (kept?.length === embeddings.dimensions) return kept;
    const [vector = new Float32Array()] = await embeddings.embed([passage], "document");
    vectors.set(key, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64"));
    hasNew = true;
    return vector;
  }

  return {
    embeddings: {
      ...embeddings,
      async embed(texts, kind) {
        if (kind === "query") return embeddings.embed(texts, kind);
        const found: Float32Array[] = [];
        for (const passage of texts) found.push(await document(passage));
        return found;
      },
    },
    async save() {
      if (!hasNew) return;
      const half = `${path}.${process.pid}.tmp`;
      await writeFile(half, JSON.stringify({ model: embeddings.model, vectors: Object.fromEntries(vectors) }));
      await rename(half, path);
    },
  };
}

async function readKept(path: string, model: string): Promise<Record<string, string>> {
  try {
    const kept = keptFile.parse(JSON.parse(await readFile(path, "utf8")));
    return kept.model === model ? kept.vectors : {};
  } catch {
    return {};
  }
}

function vectorOf(encoded: string | undefined): Float32Array | null {
  if (encoded === undefined) return null;
  // Copied, so that the numbers lie where a Float32Array may begin.
  return new Float32Array(new Uint8Array(Buffer.from(encoded, "base64")).buffer);
}
