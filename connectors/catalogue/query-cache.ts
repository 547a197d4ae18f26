/** Keeps vectors of queries in Redis, for all workers together. */
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import type { Embeddings } from "../embeddings/port.ts";
import { quietly } from "./cache-connection.ts";

/** A vector depends on the model and the words alone, so it is kept until it is forgotten for want of room or use. */
const KEPT_SECONDS = 86_400;

/** Embeddings that look queries up in the cache first; a query that several ask at once is embedded once. Documents go to the model. */
export function withQueryCache(inner: Embeddings, redis: Redis): Embeddings {
  const underWay = new Map<string, Promise<Float32Array | undefined>>();

  async function look(key: string, query: string): Promise<Float32Array | undefined> {
    const known = vectorOf(await quietly(redis.getBuffer(key)), inner.dimensions);
    if (known !== null) return known;
    const [vector] = await inner.embed([query], "query");
    if (vector !== undefined)
      void quietly(
        redis.set(key, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength), "EX", KEPT_SECONDS),
      );
    return vector;
  }

  function once(query: string): Promise<Float32Array | undefined> {
    const key = `partyline:query-vector:${inner.model}:${createHash("sha256").update(query).digest("base64url")}`;
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const looking = look(key, query).finally(() => underWay.delete(key));
    underWay.set(key, looking);
    return looking;
  }

  return {
    model: inner.model,
    dimensions: inner.dimensions,
    async embed(texts, kind) {
      if (kind === "document") return inner.embed(texts, kind);
      const vectors = await Promise.all(texts.map(once));
      return vectors.flatMap((vector) => (vector === undefined ? [] : [vector]));
    },
  };
}

/** The vector of what was kept; null where it is none of this length. Redis gives bytes at any offset, a vector needs them at a multiple of four. */
function vectorOf(kept: Buffer | null, dimensions: number): Float32Array | null {
  if (kept === null || kept.byteLength !== dimensions * Float32Array.BYTES_PER_ELEMENT) return null;
  return new Float32Array(Uint8Array.from(kept).buffer);
}
