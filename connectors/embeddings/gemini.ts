import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, GoogleGenAI } from "@google/genai";
import { PartylineError } from "../../runtime/errors.ts";
import type { Embeddings } from "./port.ts";

/** Options of {@link createGeminiEmbeddings}. */
export type GeminiEmbeddingsOptions = {
  readonly apiKey: string;
  /** For example `gemini-embedding-001`. */
  readonly model: string;
  /** Where the API is; the vendor's own address if absent. */
  readonly baseUrl?: string;
  /** Bound of one request, 5 s if absent. */
  readonly deadlineMs?: number;
  /** Query vectors kept in memory, least recently used first out; 2,000 if absent. */
  readonly cachedQueries?: number;
};

/** What the catalogue's table holds; the model's own 3,072 can be cut to any length from 128 on. https://ai.google.dev/gemini-api/docs/embeddings */
const DIMENSIONS = 384;
/** Texts of one request. */
const BATCH = 100;
/** Requests for documents are repeated: nobody waits for them on the telephone. */
const RETRY_AFTER_MS = [500, 2_000] as const;

const taskTypes = { query: "RETRIEVAL_QUERY", document: "RETRIEVAL_DOCUMENT" } as const;

/**
 * Sentence embeddings of the Gemini API. Its vectors are cut to the catalogue's length, and cut ones are not of length one, so they are normalised here. The name of the
 * model carries the length: other lengths are other vectors. A query is asked once, documents up to three times.
 * Throws CREDENTIALS_REFUSED, VENDOR_QUOTA, VENDOR_UNAVAILABLE, VENDOR_REFUSED, VENDOR_ANSWER_INVALID, DEADLINE_EXCEEDED, ABORTED; RangeError without a key.
 */
export function createGeminiEmbeddings(options: GeminiEmbeddingsOptions): Embeddings & { close(): Promise<void> } {
  if (options.apiKey.trim() === "") throw new RangeError("apiKey is empty");
  const { model, baseUrl, deadlineMs = 5_000, cachedQueries = 2_000 } = options;
  const client = new GoogleGenAI({
    apiKey: options.apiKey,
    vertexai: false,
    apiVersion: "v1beta",
    ...(baseUrl === undefined || baseUrl === "" ? {} : { httpOptions: { baseUrl } }),
  });
  const closing = new AbortController();
  const kept = new Map<string, Float32Array>();

  async function ask(texts: readonly string[], kind: "query" | "document"): Promise<readonly Float32Array[]> {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(deadlineMs)]);
    try {
      const { embeddings = [] } = await client.models.embedContent({
        model,
        // An empty text is refused.
        contents: texts.map((text) => (text.trim() === "" ? "-" : text)),
        config: { taskType: taskTypes[kind], outputDimensionality: DIMENSIONS, abortSignal: signal },
      });
      if (embeddings.length !== texts.length)
        throw new PartylineError("VENDOR_ANSWER_INVALID", "the number of vectors is not that of the texts");
      return embeddings.map(({ values }) => normalised(values));
    } catch (error) {
      if (error instanceof PartylineError) throw error;
      if (closing.signal.aborted) throw new PartylineError("ABORTED", "the adapter is closed", { isRetryable: false });
      if (signal.aborted)
        throw new PartylineError("DEADLINE_EXCEEDED", `no vectors within ${deadlineMs} ms`, { isRetryable: true });
      throw error instanceof ApiError ? errorOf(error) : unreachable(error);
    }
  }

  async function askPatiently(texts: readonly string[]): Promise<readonly Float32Array[]> {
    for (const waitMs of RETRY_AFTER_MS) {
      try {
        return await ask(texts, "document");
      } catch (error) {
        if (!(error instanceof PartylineError) || !error.isRetryable) throw error;
        await sleep(waitMs);
      }
    }
    return ask(texts, "document");
  }

  async function embedQuery(text: string): Promise<Float32Array> {
    const known = kept.get(text);
    const vector = known ?? (await ask([text], "query"))[0];
    if (vector === undefined) throw new PartylineError("VENDOR_ANSWER_INVALID", "there is no vector");
    kept.delete(text);
    kept.set(text, vector);
    const oldest = kept.keys().next();
    if (kept.size > cachedQueries && oldest.done !== true) kept.delete(oldest.value);
    return vector;
  }

  return {
    model: `${model}@${DIMENSIONS}`,
    dimensions: DIMENSIONS,
    async embed(texts, kind) {
      if (kind === "query") return Promise.all(texts.map(embedQuery));
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += BATCH)
        vectors.push(...(await askPatiently(texts.slice(from, from + BATCH))));
      return vectors;
    },
    async close() {
      closing.abort();
    },
  };
}

function normalised(values: readonly number[] | undefined): Float32Array {
  const length = Math.hypot(...(values ?? []));
  if (values?.length !== DIMENSIONS || !Number.isFinite(length) || length === 0)
    throw new PartylineError("VENDOR_ANSWER_INVALID", `a vector has not ${DIMENSIONS} dimensions`);
  return Float32Array.from(values, (value) => value / length);
}

/** The vendor's message may quote the request, so only the status is repeated. */
function errorOf({ status, message }: ApiError): PartylineError {
  const told = `Gemini answered with HTTP ${status}`;
  if (status === 401 || status === 403 || message.includes("API_KEY_INVALID"))
    return new PartylineError("CREDENTIALS_REFUSED", told);
  if (status === 429) return new PartylineError("VENDOR_QUOTA", told, { isRetryable: true });
  if (status === 408 || status >= 500) return new PartylineError("VENDOR_UNAVAILABLE", told, { isRetryable: true });
  return new PartylineError("VENDOR_REFUSED", told, { isRetryable: false });
}

function unreachable(error: unknown): PartylineError {
  return new PartylineError("VENDOR_UNAVAILABLE", "the connection failed or the answer was cut", {
    isRetryable: true,
    cause: error instanceof SyntaxError ? undefined : error,
  });
}
