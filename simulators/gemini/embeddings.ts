/** `batchEmbedContents` and `embedContent`: checks of a request, and vectors that are made of the words alone. */
import type { Refusal } from "./request-validation.ts";

/** One text to embed. */
export type EmbedRequest = { readonly text: string; readonly taskType: string; readonly dimensions: number };

type Json = Readonly<Record<string, unknown>>;

/** Texts of one request, tokens of one text (more are cut), and the lengths that a vector may have. https://ai.google.dev/gemini-api/docs/embeddings */
const MAX_BATCH = 100;
const MAX_TOKENS = 2_048;
const CHARACTERS_PER_TOKEN = 4;
const FULL_DIMENSIONS = 3_072;
const MIN_DIMENSIONS = 128;

const fields = new Set(["model", "content", "taskType", "title", "outputDimensionality"]);
const taskTypes = new Set(
  "TASK_TYPE_UNSPECIFIED RETRIEVAL_QUERY RETRIEVAL_DOCUMENT SEMANTIC_SIMILARITY CLASSIFICATION CLUSTERING QUESTION_ANSWERING FACT_VERIFICATION CODE_RETRIEVAL_QUERY".split(
    " ",
  ),
);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const invalid = (message: string): Refusal => ({ httpStatus: 400, status: "INVALID_ARGUMENT", message });

function textOf(content: unknown): string | null {
  const parts = isObject(content) && Array.isArray(content.parts) ? (content.parts as readonly unknown[]) : [];
  const texts = parts.flatMap((part) => (isObject(part) && typeof part.text === "string" ? [part.text] : []));
  return texts.length === 0 || texts.length < parts.length ? null : texts.join("\n");
}

function readOne(request: unknown, model: string): EmbedRequest | Refusal {
  if (!isObject(request)) return invalid("Invalid value: a request is no object.");
  const unknown = Object.keys(request).find((name) => !fields.has(name));
  if (unknown !== undefined)
    return invalid(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  const { model: named = `models/${model}`, taskType = "TASK_TYPE_UNSPECIFIED", outputDimensionality, title } = request;
  if (named !== `models/${model}`)
    return invalid("* BatchEmbedContentsRequest.requests[].model: must be that of the address");
  const text = textOf(request.content);
  if (text === null || text === "")
    return invalid("* EmbedContentRequest.content: content is required and must not be empty");
  if (typeof taskType !== "string" || !taskTypes.has(taskType))
    return invalid(`Invalid value at 'task_type': "${String(taskType)}"`);
  if (title !== undefined && taskType !== "RETRIEVAL_DOCUMENT")
    return invalid("A title is allowed for the task type RETRIEVAL_DOCUMENT only.");
  const dimensions = outputDimensionality ?? FULL_DIMENSIONS;
  const isLength =
    Number.isInteger(dimensions) && Number(dimensions) >= MIN_DIMENSIONS && Number(dimensions) <= FULL_DIMENSIONS;
  if (!isLength) return invalid(`output_dimensionality must be between ${MIN_DIMENSIONS} and ${FULL_DIMENSIONS}`);
  return { text, taskType, dimensions: Number(dimensions) };
}

/** Reads the texts of a request as the API would; its refusal otherwise. */
export function readEmbedRequests(body: unknown, model: string, isBatch: boolean): readonly EmbedRequest[] | Refusal {
  if (!isObject(body)) return invalid("Invalid JSON payload received.");
  const requests = isBatch ? body.requests : [body];
  if (!Array.isArray(requests) || requests.length === 0)
    return invalid("* BatchEmbedContentsRequest.requests: is required");
  if (requests.length > MAX_BATCH)
    return invalid(`* BatchEmbedContentsRequest.requests: at most ${MAX_BATCH} requests can be in one batch`);
  const read: EmbedRequest[] = [];
  for (const request of requests as readonly unknown[]) {
    const one = readOne(request, model);
    if ("message" in one) return one;
    read.push(one);
  }
  return read;
}

/** Numbers of a word, the same each time: xorshift, begun with the word's FNV-1a hash. */
function* numbersOf(word: string): Generator<number> {
  let state = 2_166_136_261;
  for (const letter of word) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield (state >>> 0) / 2 ** 31 - 1;
  }
}

/**
 * A vector made of the text's words: texts that share words are near to each other, and that is all it knows of meaning. Whole, it is a unit vector; cut to fewer
 * dimensions, it is the beginning of that one and shorter, as the API's are.
 */
export function vectorOf({ text, taskType, dimensions }: EmbedRequest): readonly number[] {
  const words = text
    .slice(0, MAX_TOKENS * CHARACTERS_PER_TOKEN)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [text];
  const sum = new Float64Array(FULL_DIMENSIONS);
  const add = (word: string, weight: number): void => {
    const numbers = numbersOf(word);
    for (let at = 0; at < FULL_DIMENSIONS; at += 1) sum[at] = (sum[at] ?? 0) + weight * Number(numbers.next().value);
  };
  for (const word of words.slice(0, MAX_TOKENS)) add(word.length > 3 ? word.replace(/s$/, "") : word, 1);
  // What a text is for turns its vector a little.
  add(`task ${taskType}`, 0.2);
  const length = Math.hypot(...sum) || 1;
  return Array.from(sum.subarray(0, dimensions), (value) => value / length);
}
