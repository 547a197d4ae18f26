import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { type GeminiSimulator, startGeminiSimulator } from "../../simulators/gemini/server.ts";
import {
  contractMeanings,
  describeLanguageModel,
  effectContext,
  type LanguageModelHarness,
  question,
} from "./contract.ts";
import { createGeminiModel, type GeminiModel } from "./gemini.ts";

const model = "gemini-2.5-flash";
const apiKey = "simulated-key";
const vendorKey = process.env.GEMINI_API_KEY ?? "";
const vendorModel = process.env.GEMINI_MODEL ?? model;

async function openSimulated(): Promise<LanguageModelHarness> {
  const simulator = await startGeminiSimulator({ apiKey, meanings: contractMeanings });
  const baseUrl = `http://127.0.0.1:${simulator.port}`;
  const known = createGeminiModel({ apiKey, model, baseUrl });
  const stranger = createGeminiModel({ apiKey: "another-key", model, baseUrl });
  return {
    model: known,
    strangerModel: stranger,
    delayNextAnswer: () =>
      simulator.replaceFaults([{ operation: "generateContent", fault: "delay", delayMs: 1000, times: 1 }]),
    close: async () => {
      await known.close();
      await stranger.close();
      await simulator.close();
    },
  };
}

async function openVendor(): Promise<LanguageModelHarness> {
  const known = createGeminiModel({ apiKey: vendorKey, model: vendorModel });
  const stranger = createGeminiModel({ apiKey: "key-that-does-not-exist", model: vendorModel });
  return {
    model: known,
    strangerModel: stranger,
    close: async () => {
      await known.close();
      await stranger.close();
    },
  };
}

describeLanguageModel("gemini adapter against the simulator", openSimulated);
describeLanguageModel(
  "gemini adapter against the vendor",
  openVendor,
  vendorKey === "" ? { skip: "GEMINI_API_KEY is not set" } : {},
);

describe("gemini adapter when the vendor fails", () => {
  let simulator: GeminiSimulator;
  let gemini: GeminiModel;
  const operation = "generateContent";
  const ask = (): Promise<unknown> => gemini.reason(question("anything at all"), effectContext());

  before(async () => {
    simulator = await startGeminiSimulator({ apiKey });
    gemini = createGeminiModel({ apiKey, model, baseUrl: `http://127.0.0.1:${simulator.port}`, maxInFlight: 2 });
  });
  beforeEach(() => simulator.replaceFaults([]));
  after(async () => {
    await gemini.close();
    await simulator.close();
  });

  const statuses: [string, string, boolean][] = [
    ["429", "VENDOR_QUOTA", true],
    ["500", "VENDOR_UNAVAILABLE", true],
    ["503", "VENDOR_UNAVAILABLE", true],
    ["504", "VENDOR_UNAVAILABLE", true],
    ["400", "VENDOR_REFUSED", false],
    ["403", "CREDENTIALS_REFUSED", false],
    ["404", "VENDOR_REFUSED", false],
  ];
  for (const [code, expected, isRetryable] of statuses) {
    test(`given HTTP ${code}, then ${expected} after one attempt, ${isRetryable ? "" : "not "}retryable`, async () => {
      simulator.replaceFaults([{ operation, fault: "error", code }]);
      const before = simulator.requestCount(operation);
      await assert.rejects(ask(), { name: "PartylineError", code: expected, isRetryable });
      assert.equal(simulator.requestCount(operation) - before, 1);
    });
  }

  const finishes: [string, string, boolean][] = [
    ["empty", "VENDOR_ANSWER_INVALID", true],
    ["MALFORMED_FUNCTION_CALL", "VENDOR_ANSWER_INVALID", true],
    ["UNEXPECTED_TOOL_CALL", "VENDOR_ANSWER_INVALID", true],
    ["MAX_TOKENS", "VENDOR_ANSWER_INVALID", false],
    ["SAFETY", "VENDOR_BLOCKED", false],
    ["PROHIBITED_CONTENT", "VENDOR_BLOCKED", false],
    ["RECITATION", "VENDOR_BLOCKED", false],
    ["blocked", "VENDOR_BLOCKED", false],
  ];
  for (const [code, expected, isRetryable] of finishes) {
    test(`given an answer that ended as ${code}, then ${expected}, ${isRetryable ? "" : "not "}retryable`, async () => {
      simulator.replaceFaults([{ operation, fault: "wrong", code }]);
      await assert.rejects(ask(), { code: expected, isRetryable });
    });
  }

  test("given the connection is cut in the middle of the JSON, then the error is retryable and quotes nothing", async () => {
    simulator.replaceFaults([{ operation, fault: "cut" }]);
    await assert.rejects(ask(), (error: Error & { code?: string; isRetryable?: boolean }) => {
      assert.equal(error.code, "VENDOR_UNAVAILABLE");
      assert.equal(error.isRetryable, true);
      assert.doesNotMatch(`${error.message} ${error.cause}`, /intent|anything/);
      return true;
    });
  });

  test("given the answer is JSON of another shape, then it is handed over unjudged: the schema is the caller's to check", async () => {
    simulator.replaceFaults([{ operation, fault: "wrong", code: "invalid-json", times: 1 }]);
    const broken = await gemini.reason(question("hello"), effectContext());
    assert.throws(() => JSON.parse(broken.text), SyntaxError);
    simulator.replaceFaults([{ operation, fault: "wrong", code: "unknown-intent", times: 1 }]);
    const odd = await gemini.reason(question("hello"), effectContext());
    assert.equal(JSON.parse(odd.text).intent, "launch_rocket");
  });

  test("given the vendor is late, then the deadline ends the wait", async () => {
    simulator.replaceFaults([{ operation, fault: "delay", delayMs: 5000 }]);
    await assert.rejects(gemini.reason(question("hello", { deadlineMs: 40 }), effectContext()), {
      code: "DEADLINE_EXCEEDED",
      isRetryable: true,
    });
  });

  test("given the caller interrupts, then the question is withdrawn while it is under way", async () => {
    simulator.replaceFaults([{ operation, fault: "delay", delayMs: 5000 }]);
    const call = new AbortController();
    const asking = gemini.reason(question("hello"), effectContext(call.signal));
    setTimeout(() => call.abort(), 20);
    await assert.rejects(asking, { code: "ABORTED", isRetryable: false });
  });

  test("given as many questions as allowed are under way, then one more is refused at once", async () => {
    simulator.replaceFaults([{ operation, fault: "delay", delayMs: 100 }]);
    const two = [ask(), ask()];
    await assert.rejects(ask(), { code: "QUEUE_FULL", isRetryable: true });
    await Promise.all(two);
  });

  test("given the vendor cannot be reached, then the error is retryable and prewarming says no", async () => {
    const lost = createGeminiModel({ apiKey, model, baseUrl: "http://127.0.0.1:1" });
    await assert.rejects(lost.reason(question("hello"), effectContext()), {
      code: "VENDOR_UNAVAILABLE",
      isRetryable: true,
    });
    assert.equal(await lost.prewarm(), false);
    assert.equal(await gemini.prewarm(), true);
    await lost.close();
  });

  test("given the adapter is closed, then what is under way ends and nothing more is asked", async () => {
    simulator.replaceFaults([{ operation, fault: "delay", delayMs: 5000 }]);
    const closing = createGeminiModel({ apiKey, model, baseUrl: `http://127.0.0.1:${simulator.port}` });
    const asking = closing.reason(question("hello"), effectContext());
    await closing.close();
    await assert.rejects(asking, { code: "ABORTED" });
    await assert.rejects(closing.reason(question("hello"), effectContext()), { code: "ABORTED" });
  });

  test("given 50 questions in one call, then neither listeners on the call's signal nor timers are left", async () => {
    const call = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = call.signal;
    call.signal.addEventListener = (...parameters: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(call.signal, parameters);
    };
    call.signal.removeEventListener = (...parameters: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(call.signal, parameters);
    };
    for (let turn = 0; turn < 50; turn += 1) await gemini.reason(question("hello"), effectContext(call.signal));
    assert.equal(listeners, 0);
    const timers = process.getActiveResourcesInfo().filter((resource) => resource === "Timeout");
    assert.ok(timers.length < 25, `${timers.length} timers`);
  });
});

test("impossible options are refused", () => {
  assert.throws(() => createGeminiModel({ apiKey: " ", model }), RangeError);
  assert.throws(() => createGeminiModel({ apiKey, model: "gemini-0-unheard-of" }), /price/);
});
