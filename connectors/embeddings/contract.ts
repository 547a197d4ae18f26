import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Embeddings } from "./port.ts";

/** The adapter under test, and its end. */
export type EmbeddingsHarness = { readonly embeddings: Embeddings; close(): Promise<void> };

const dot = (a: Float32Array | undefined, b: Float32Array | undefined): number =>
  (a ?? new Float32Array()).reduce((sum, value, index) => sum + value * (b?.[index] ?? Number.NaN), 0);

/** What every adapter of the port promises. */
export function describeEmbeddings(name: string, open: () => Promise<EmbeddingsHarness>): void {
  describe(`embeddings of ${name}`, () => {
    let harness: EmbeddingsHarness;
    let embeddings: Embeddings;
    before(async () => {
      harness = await open();
      embeddings = harness.embeddings;
    });
    after(() => harness.close());

    test("vectors are unit vectors of the stated length", async () => {
      for (const kind of ["query", "document"] as const) {
        const [vector] = await embeddings.embed(["a red wool scarf"], kind);
        assert.equal(vector?.length, embeddings.dimensions);
        assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
      }
    });

    test("a text has the same vector each time, whatever stands beside it, in the order of the texts", async () => {
      const [alone] = await embeddings.embed(["a red wool scarf"], "document");
      const [kettle, beside] = await embeddings.embed(["an electric kettle", "a red wool scarf"], "document");
      assert.deepEqual(beside, alone);
      assert.notDeepEqual(kettle, alone);
    });

    test("a question is nearer to what answers it than to anything else", async () => {
      const [question] = await embeddings.embed(["an electric kettle of glass"], "query");
      const passages = ["Electric kettle, glass, 1.7 litres.", "A scarf of red wool.", "Wireless headphones."];
      const [kettle, scarf, headphones] = await embeddings.embed(passages, "document");
      assert.ok(dot(question, kettle) > dot(question, scarf) + 0.05);
      assert.ok(dot(question, kettle) > dot(question, headphones) + 0.05);
    });

    test("the same words as a question and as a document are told apart", async () => {
      const [question] = await embeddings.embed(["kettle"], "query");
      const [passage] = await embeddings.embed(["kettle"], "document");
      assert.ok(dot(question, passage) < 0.9999);
    });

    test("no texts give no vectors; an empty text and one beyond the model's length give one each", async () => {
      assert.deepEqual(await embeddings.embed([], "document"), []);
      for (const kind of ["query", "document"] as const) {
        const vectors = await embeddings.embed(["kettle ".repeat(4_000), ""], kind);
        assert.equal(vectors.length, 2);
        for (const vector of vectors) assert.ok(Math.abs(dot(vector, vector) - 1) < 1e-5);
      }
    });
  });
}
