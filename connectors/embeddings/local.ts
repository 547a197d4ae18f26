/**
 * Sentence embeddings on this machine: bge-small-en-v1.5, quantised ONNX, on the CPU.
 *
 * The model card fixes three things: the vector is the last hidden state of the first token ([CLS]), it is normalised, and a query (not a
 * document) begins with an instruction.
 */
import { readFile } from "node:fs/promises";
import { Tokenizer } from "@huggingface/tokenizers";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { PartylineError } from "../../runtime/errors.ts";
import type { Embeddings } from "./port.ts";

const QUERY_INSTRUCTION = "Represent this sentence for searching relevant passages: ";
/** The model's positions. Longer texts are cut; the last token stays the separator. */
const MAX_TOKENS = 512;
const DIMENSIONS = 384;

/** Options of {@link createLocalEmbeddings}. */
export type LocalEmbeddingsOptions = {
  readonly embeddingModelPath: string;
  readonly embeddingTokenizerPath: string;
  /** Threads of one inference; 1 leaves the other cores to the calls. */
  readonly threads?: number;
  /** Query vectors kept in memory, least recently used first out. */
  readonly cachedQueries?: number;
};

/**
 * Loads the model and gives the port. `close` frees the model.
 * Throws INVALID_INPUT when a file is missing or is not what it must be.
 */
export async function createLocalEmbeddings(
  options: LocalEmbeddingsOptions,
): Promise<Embeddings & { close(): Promise<void> }> {
  const { session, tokenizer } = await load(options);
  const cached = new Map<string, Float32Array>();
  const capacity = options.cachedQueries ?? 2_000;

  async function infer(sentence: string): Promise<Float32Array> {
    const encoded = tokenizer.encode(sentence);
    const ids: readonly number[] = encoded.ids.length <= MAX_TOKENS ? encoded.ids : cut(encoded.ids);
    const row = (value: (id: number) => number) =>
      new Tensor(
        "int64",
        BigInt64Array.from(ids, (id) => BigInt(value(id))),
        [1, ids.length],
      );
    const output = await session.run({
      input_ids: row((id) => id),
      attention_mask: row(() => 1),
      token_type_ids: row(() => 0),
    });
    const hidden = output.last_hidden_state;
    if (hidden === undefined || !(hidden.data instanceof Float32Array))
      throw new PartylineError("VENDOR_ANSWER_INVALID", "the embedding model gave no last_hidden_state");
    return normalised(hidden.data.subarray(0, DIMENSIONS));
  }

  async function embedQuery(sentence: string): Promise<Float32Array> {
    const known = cached.get(sentence);
    if (known !== undefined) {
      cached.delete(sentence);
      cached.set(sentence, known);
      return known;
    }
    const vector = await infer(QUERY_INSTRUCTION + sentence);
    cached.set(sentence, vector);
    const oldest = cached.keys().next();
    if (cached.size > capacity && oldest.done !== true) cached.delete(oldest.value);
    return vector;
  }

  return {
    model: "bge-small-en-v1.5-q",
    dimensions: DIMENSIONS,
    async embed(texts, kind) {
      const vectors: Float32Array[] = [];
      // One text at a time: the quantisation's scale is taken over a whole batch, so a vector would depend on its neighbours.
      for (const sentence of texts) vectors.push(await (kind === "query" ? embedQuery(sentence) : infer(sentence)));
      return vectors;
    },
    async close() {
      await session.release();
    },
  };
}

async function load(options: LocalEmbeddingsOptions): Promise<{ session: InferenceSession; tokenizer: Tokenizer }> {
  const threads = options.threads ?? 1;
  try {
    const tokenizer = new Tokenizer(JSON.parse(await readFile(options.embeddingTokenizerPath, "utf8")), {});
    const session = await InferenceSession.create(options.embeddingModelPath, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    });
    return { session, tokenizer };
  } catch (cause) {
    throw new PartylineError("INVALID_INPUT", "the embedding model's files cannot be loaded", { cause });
  }
}

function cut(ids: readonly number[]): number[] {
  return [...ids.slice(0, MAX_TOKENS - 1), ids[ids.length - 1] ?? 0];
}

function normalised(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  return vector.map((value) => value / length);
}
