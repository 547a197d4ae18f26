/** Recogniser, model and synthesiser fail during calls. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { callMeanings } from "../support/failure-call.ts";
import { checkAllBooks, drill } from "./failure-drill.ts";
import { FailureSystem, until } from "./failure-system.ts";

describe("a vendor that fails during a call", { timeout: 300_000 }, () => {
  let fixture: FailureSystem;

  before(async () => {
    fixture = await FailureSystem.open();
    await fixture.control("gemini", "meanings", callMeanings());
  });

  after(async () => {
    await fixture?.close();
  });

  it("recogniser cut in mid-word, model too slow to wait for, synthesis failing", async () => {
    const cutAtMs = 10_000;
    const leadMs = 1_200;
    const streams = async (): Promise<number> => (await fixture.requests("google-speech")).StreamingRecognize ?? 0;
    let modelFailedAt = Number.POSITIVE_INFINITY;
    const { order } = await drill(fixture, "recogniser cut, model slow, synthesis broken", {
      // The stream that is opened next, the order call's, breaks after some time of audio; the caller then happens to be in the middle of a word.
      dialling: async () => {
        await until("the bystander's recogniser is open", async () => (await streams()) > 0);
        await fixture.faults("google-speech", [
          { operation: "StreamingRecognize", fault: "cut", delayMs: cutAtMs, times: 1 },
        ]);
      },
      greeted: async ({ callSid }) => {
        const { occurredAt } = await fixture.record("StreamAttached", callSid);
        await delay(Math.max(0, occurredAt + cutAtMs - leadMs - Date.now()));
      },
      ordering: async () => {
        modelFailedAt = Date.now();
        await fixture.faults("gemini", [{ operation: "*", fault: "delay", delayMs: 30_000 }]);
      },
      identifying: async () => {
        await fixture.faults("gemini", []);
        await fixture.faults("google-text-to-speech", [
          { operation: "*", fault: "error", code: "UNAVAILABLE", times: 2 },
        ]);
      },
    });
    assert.ok((await streams()) >= 3, "a new recogniser took over from the one that broke");
    const sources = fixture
      .recordsOf("IntentRecognised", order.callSid)
      .filter(({ occurredAt }) => occurredAt > modelFailedAt)
      .map(({ source }) => source);
    assert.equal(sources[0], "localReasoner", "the local reasoner stood in for the model");
  });

  it("leaves books that agree", () => checkAllBooks(fixture));
});
