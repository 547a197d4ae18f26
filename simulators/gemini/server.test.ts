import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { type GenerateContentResponse, GoogleGenAI } from "@google/genai";
import { type GeminiSimulator, startGeminiSimulator } from "./server.ts";

const schema = {
  type: "object",
  properties: {
    intent: { type: "string", enum: ["search", "unclear"] },
    confidence: { type: "number" },
    slots: { type: "object", properties: { query: { type: ["string", "null"] } }, required: ["query"] },
  },
  required: ["intent", "confidence", "slots"],
};
const words = "I want RED shoes, please!";

type Body = Readonly<Record<string, unknown>>;

function body(utterance: string, generation: Body = {}, more: Body = {}): Body {
  return {
    contents: [{ role: "user", parts: [{ text: `around <x>${JSON.stringify({ facts: {}, utterance })}</x>` }] }],
    generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema, ...generation },
    ...more,
  };
}

describe("gemini simulator", () => {
  let simulator: GeminiSimulator;
  let base: string;

  const post = async (path: string, content: unknown, key = "k"): Promise<{ status: number; json: Body }> => {
    const response = await fetch(`${base}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(key === "" ? {} : { "x-goog-api-key": key }) },
      body: typeof content === "string" ? content : JSON.stringify(content),
    });
    return { status: response.status, json: (await response.json()) as Body };
  };
  const generate = (content: unknown, model = "gemini-2.5-flash", key = "k"): ReturnType<typeof post> =>
    post(`/v1beta/models/${model}:generateContent`, content, key);
  const textOf = (json: Body): string => {
    const [candidate] = json.candidates as { content: { parts: { text: string }[] } }[];
    return candidate?.content.parts.map((part) => part.text).join("") ?? "";
  };
  const errorOf = (json: Body): Body => json.error as Body;

  before(async () => {
    simulator = await startGeminiSimulator({ apiKey: "k", requestsPerMinute: 60 });
    base = `http://127.0.0.1:${simulator.port}`;
  });
  beforeEach(async () => {
    await post("/_control/reset", {});
    await post("/_control/meanings", [{ text: words, answer: { intent: "search", slots: { query: "red shoes" } } }]);
  });
  after(() => simulator.close());

  test("annotated words get their meaning whatever their case and punctuation, completed by the schema", async () => {
    for (const said of [words, "i want red shoes please", "  I want… red SHOES; please "]) {
      const { status, json } = await generate(body(said));
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(textOf(json)), { intent: "search", confidence: 0.97, slots: { query: "red shoes" } });
    }
  });

  test("other words get what a confused model gives: valid by the schema, unclear, little confidence", async () => {
    const { json } = await generate(body("i want blue shoes please"));
    assert.deepEqual(JSON.parse(textOf(json)), { intent: "unclear", confidence: 0.2, slots: { query: null } });
  });

  test("tokens are counted as a quarter of the characters", async () => {
    const content = body(words, {}, { systemInstruction: { parts: [{ text: "x".repeat(400) }] } });
    const { json } = await generate(content);
    const prompt = (content.contents as { parts: { text: string }[] }[])[0]?.parts[0]?.text.length ?? 0;
    const promptTokenCount = Math.ceil((400 + prompt) / 4);
    const candidatesTokenCount = Math.ceil(textOf(json).length / 4);
    const usage = json.usageMetadata as Body;
    assert.equal(usage.promptTokenCount, promptTokenCount);
    assert.equal(usage.candidatesTokenCount, candidatesTokenCount);
    assert.equal(usage.totalTokenCount, promptTokenCount + candidatesTokenCount);
  });

  test("an answer beyond maxOutputTokens is cut with MAX_TOKENS", async () => {
    const { json } = await generate(body(words, { maxOutputTokens: 3 }));
    const [candidate] = json.candidates as { finishReason: string }[];
    assert.equal(candidate?.finishReason, "MAX_TOKENS");
    assert.equal(textOf(json).length, 12);
  });

  test("the SDK can stream the answer: pieces that join to it, the reason and counts at the end", async () => {
    const client = new GoogleGenAI({
      apiKey: "k",
      vertexai: false,
      apiVersion: "v1beta",
      httpOptions: { baseUrl: base },
    });
    const stream = await client.models.generateContentStream({
      model: "gemini-3.5-flash",
      contents: JSON.stringify({ utterance: words }),
      config: { responseMimeType: "application/json", responseJsonSchema: schema },
    });
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    assert.ok(chunks.length > 1);
    assert.equal(JSON.parse(chunks.map((chunk) => chunk.text ?? "").join("")).intent, "search");
    assert.deepEqual(
      chunks.map((chunk) => chunk.candidates?.[0]?.finishReason),
      [...chunks.slice(1).map(() => undefined), "STOP"],
    );
  });

  test("requests that the API refuses are refused with Google's error body", async () => {
    const tools = [{ functionDeclarations: [{ name: "f" }] }];
    const refused: [unknown, string][] = [
      ["{", "Invalid JSON payload"],
      [{}, "contents is not specified"],
      [{ contents: [{ role: "user", parts: [] }] }, "must not be empty"],
      [{ contents: [{ role: "system", parts: [{ text: "x" }] }] }, "valid role"],
      [{ contents: [{ role: "model", parts: [{ text: "x" }] }] }, "user role"],
      [body("x", {}, { content: 1 }), 'Unknown name "content"'],
      [body("x", {}, { tools }), "Function calling with a response mime type"],
      [body("x", { responseMimeType: "text/plain" }), "response_mime_type"],
      [body("x", { responseSchema: {} }), "Only one of"],
      [body("x", { temperature: 3 }), "temperature"],
      [body("x", { maxOutputTokens: 0 }), "max_output_tokens"],
      [body("x", { thinkingConfig: { thinkingLevel: "MINIMAL" } }), "Thinking level"],
    ];
    for (const [content, message] of refused) {
      const { status, json } = await generate(content);
      assert.equal(status, 400, message);
      assert.equal(errorOf(json).code, 400);
      assert.equal(errorOf(json).status, "INVALID_ARGUMENT");
      assert.match(String(errorOf(json).message), new RegExp(message));
    }
    const third = await generate(body("x", { thinkingConfig: { thinkingBudget: 0 } }), "gemini-3.5-flash");
    assert.match(String(errorOf(third.json).message), /Thinking budget/);
    assert.equal((await generate(body("x", {}, { tools }), "gemini-3.5-flash")).status, 200);
  });

  test("keys and models that are not known are refused", async () => {
    const missing = await generate(body("x"), "gemini-2.5-flash", "");
    assert.deepEqual([missing.status, errorOf(missing.json).status], [403, "PERMISSION_DENIED"]);
    const wrong = await generate(body("x"), "gemini-2.5-flash", "other");
    assert.equal(wrong.status, 400);
    assert.match(JSON.stringify(wrong.json), /API_KEY_INVALID/);
    const model = await generate(body("x"), "llama");
    assert.deepEqual([model.status, errorOf(model.json).status], [404, "NOT_FOUND"]);
  });

  test("the quota of requests a minute ends in 429 RESOURCE_EXHAUSTED with a retry delay", async () => {
    const small = await startGeminiSimulator({ requestsPerMinute: 2 });
    const statuses: number[] = [];
    let last: unknown;
    for (let number = 0; number < 3; number += 1) {
      const response = await fetch(`http://127.0.0.1:${small.port}/v1beta/models/gemini-2.5-flash:generateContent`, {
        method: "POST",
        headers: { "x-goog-api-key": "any" },
        body: JSON.stringify(body("x")),
      });
      statuses.push(response.status);
      last = await response.json();
    }
    await small.close();
    assert.deepEqual(statuses, [200, 200, 429]);
    assert.match(JSON.stringify(last), /RESOURCE_EXHAUSTED.*RetryInfo/);
  });

  test("faults apply as scripted and are counted", async () => {
    await post("/_control/faults", [{ operation: "generateContent", nth: 2, fault: "error", code: "UNAVAILABLE" }]);
    const statuses: number[] = [];
    for (let number = 0; number < 3; number += 1) statuses.push((await generate(body(words))).status);
    assert.deepEqual(statuses, [200, 503, 200]);
    await post("/_control/faults", [{ operation: "generateContent", fault: "wrong", code: "extra-fields" }]);
    assert.equal(JSON.parse(textOf((await generate(body(words))).json)).isAdmin, true);
    assert.equal(simulator.requestCount("generateContent"), 4);
  });

  test("annotations that are none are refused, and nothing that was said is listed", async () => {
    for (const wrong of [{}, [{}], [{ text: "!?", answer: {} }], [{ text: "x", answer: [] }]])
      assert.equal((await post("/_control/meanings", wrong)).status, 400);
    await generate(body(words));
    const log = await (await fetch(`${base}/_control/requests`)).text();
    assert.doesNotMatch(log, /shoes/i);
    assert.match(log, /"isAnnotated":true/);
  });
});
