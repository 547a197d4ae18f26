import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { embeddingModelFiles } from "../../local/embedding-model.ts";
import { describeEmbeddings } from "./contract.ts";
import { createLocalEmbeddings } from "./local.ts";
import type { Embeddings } from "./port.ts";

describeEmbeddings("the local model", async () => {
  const { modelPath, tokenizerPath } = await embeddingModelFiles();
  const embeddings = await createLocalEmbeddings({
    embeddingModelPath: modelPath,
    embeddingTokenizerPath: tokenizerPath,
  });
  return { embeddings, close: () => embeddings.close() };
});

let files: { embeddingModelPath: string; embeddingTokenizerPath: string };
let embeddings: Embeddings & { close(): Promise<void> };
before(async () => {
  const { modelPath, tokenizerPath } = await embeddingModelFiles();
  files = { embeddingModelPath: modelPath, embeddingTokenizerPath: tokenizerPath };
  embeddings = await createLocalEmbeddings({ ...files, cachedQueries: 2 });
});
after(() => embeddings.close());

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  for (const [index, value] of (a ?? new Float32Array()).entries()) sum += value * (b?.[index] ?? Number.NaN);
  return sum;
}

test("a question is nearer to what answers it than to anything else", async () => {
  const [question] = await embeddings.embed(["something to boil water in"], "query");
  const passages = ["An electric kettle of glass, 1.7 litres.", "A scarf of red wool.", "Wireless headphones."];
  const [kettle, scarf, headphones] = await embeddings.embed(passages, "document");
  assert.ok(dot(question, kettle) > dot(question, scarf) + 0.05);
  assert.ok(dot(question, kettle) > dot(question, headphones) + 0.05);
});

test("questions beyond the kept ones give the same vectors", async () => {
  const [first] = await embeddings.embed(["one"], "query");
  await embeddings.embed(["two", "three", "four"], "query");
  const [again] = await embeddings.embed(["one"], "query");
  assert.deepEqual(again, first);
});

test("a text beyond the model's length, and an empty one, are embedded too", async () => {
  const vectors = await embeddings.embed(["kettle ".repeat(2_000), ""], "document");
  for (const vector of vectors) assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
});

test("a file that is missing or is no model is a clear error", async () => {
  for (const wrong of [
    { embeddingModelPath: "/nowhere/model.onnx" },
    { embeddingTokenizerPath: files.embeddingModelPath },
    { embeddingModelPath: files.embeddingTokenizerPath },
  ])
    await assert.rejects(createLocalEmbeddings({ ...files, ...wrong }), { code: "INVALID_INPUT" });
});
