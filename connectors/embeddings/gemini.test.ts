import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { type GeminiSimulator, startGeminiSimulator } from "../../simulators/gemini/server.ts";
import { describeEmbeddings } from "./contract.ts";
import { createGeminiEmbeddings, type GeminiEmbeddingsOptions } from "./gemini.ts";
import { openEmbeddings } from "./open-embeddings.ts";

const start = () => startGeminiSimulator({ apiKey: "known" });
const connect = (simulator: GeminiSimulator, options: Partial<GeminiEmbeddingsOptions> = {}) =>
  createGeminiEmbeddings({
    apiKey: "known",
    model: "gemini-embedding-001",
    baseUrl: `http://127.0.0.1:${simulator.port}`,
    ...options,
  });

describeEmbeddings("the Gemini API", async () => {
  const simulator = await start();
  const embeddings = connect(simulator);
  return { embeddings, close: async () => void (await Promise.all([embeddings.close(), simulator.close()])) };
});

let simulator: GeminiSimulator;
before(async () => {
  simulator = await start();
});
after(() => simulator.close());
beforeEach(() => simulator.replaceFaults([]));

test("the name tells model and length, which are the catalogue's", () => {
  const { model, dimensions } = connect(simulator);
  assert.deepEqual([model, dimensions], ["gemini-embedding-001@384", 384]);
});

test("a question that was asked is not asked again; documents go in requests of a hundred", async () => {
  const embeddings = connect(simulator);
  const asked = simulator.requestCount("batchEmbedContents");
  const [first] = await embeddings.embed(["a lamp"], "query");
  assert.deepEqual(await embeddings.embed(["a lamp"], "query"), [first]);
  assert.equal(simulator.requestCount("batchEmbedContents") - asked, 1);
  const texts = Array.from({ length: 101 }, (_, index) => `lamp ${index}`);
  assert.equal((await embeddings.embed(texts, "document")).length, 101);
  assert.equal(simulator.requestCount("batchEmbedContents") - asked, 3);
});

test("documents are asked for again when the vendor is overloaded; a question is not", async () => {
  const embeddings = connect(simulator);
  simulator.replaceFaults([{ operation: "batchEmbedContents", fault: "error", code: "503", nth: 1 }]);
  assert.equal((await embeddings.embed(["a lamp"], "document")).length, 1);
  simulator.replaceFaults([{ operation: "batchEmbedContents", fault: "error", code: "503", nth: 1 }]);
  await assert.rejects(embeddings.embed(["a chair"], "query"), { code: "VENDOR_UNAVAILABLE" });
});

test("what goes wrong has a name", async () => {
  const stranger = connect(simulator, { apiKey: "unknown" });
  await assert.rejects(stranger.embed(["a lamp"], "query"), { code: "CREDENTIALS_REFUSED" });
  const wrongModel = connect(simulator, { model: "gemini-2.5-flash" });
  await assert.rejects(wrongModel.embed(["a lamp"], "document"), { code: "VENDOR_REFUSED" });
  for (const [fault, code] of [
    [{ fault: "error", code: "429" }, "VENDOR_QUOTA"],
    [{ fault: "cut" }, "VENDOR_UNAVAILABLE"],
    [{ fault: "wrong" }, "VENDOR_ANSWER_INVALID"],
    [{ fault: "delay", delayMs: 2_000 }, "DEADLINE_EXCEEDED"],
  ] as const) {
    simulator.replaceFaults([{ operation: "batchEmbedContents", nth: 1, ...fault }]);
    await assert.rejects(connect(simulator, { deadlineMs: 300 }).embed(["a lamp"], "query"), { code });
  }
  const closed = connect(simulator);
  await closed.close();
  await assert.rejects(closed.embed(["a lamp"], "query"), { code: "ABORTED" });
});

test("without a key there is nothing to open", async () => {
  assert.throws(() => connect(simulator, { apiKey: " " }), RangeError);
  const settings = {
    embeddingProvider: "gemini",
    embeddingModelPath: "",
    embeddingTokenizerPath: "",
    geminiEmbeddingModel: "gemini-embedding-001",
    geminiApiKey: "",
    geminiApiBase: "",
  } as const;
  await assert.rejects(openEmbeddings(settings), { code: "SETTINGS_INVALID" });
});
