/** SIGKILL of every stage, each at the moment that hurts it most, during a call. */
import { after, before, describe, it } from "node:test";
import { callMeanings } from "../support/failure-call.ts";
import { checkAllBooks, drill } from "./failure-drill.ts";
import { FailureSystem, until } from "./failure-system.ts";

describe("a stage that is killed during a call", { timeout: 480_000 }, () => {
  let fixture: FailureSystem;

  before(async () => {
    fixture = await FailureSystem.open();
    await fixture.control("gemini", "meanings", callMeanings());
  });

  after(async () => {
    await fixture?.close();
  });

  it("transcribe, while the caller speaks: every word is understood", async () => {
    await drill(fixture, "SIGKILL of transcribe in mid-sentence", {
      searching: async ({ callSid }) => {
        await fixture.record("TranscriptUpdated", callSid, ({ text }) => text.split(" ").length >= 3);
        await fixture.stage("transcribe").kill();
      },
    });
  });

  it("act, while the card is being charged: one order, one charge, the receipt", async () => {
    await drill(fixture, "SIGKILL of act during the charge", {
      identifying: () =>
        fixture.faults("stripe", [{ operation: "payment_intents.create", fault: "delay", delayMs: 1500, times: 1 }]),
      confirming: async ({ callSid }) => {
        const before = (await fixture.requests("stripe"))["payment_intents.create"] ?? 0;
        await fixture.record("ToolCalled", callSid, ({ tool }) => tool === "placeOrder");
        await until(
          "the charge is under way",
          async () => ((await fixture.requests("stripe"))["payment_intents.create"] ?? 0) > before,
        );
        await fixture.stage("act").kill();
      },
    });
  });

  it("converse, while the order is being placed: the outcome is told when it is back", async () => {
    await drill(fixture, "SIGKILL of converse between yes and receipt", {
      identifying: () =>
        fixture.faults("stripe", [{ operation: "payment_intents.create", fault: "delay", delayMs: 1000, times: 1 }]),
      confirming: async ({ callSid }) => {
        await fixture.record("ToolCalled", callSid, ({ tool }) => tool === "placeOrder");
        await fixture.stage("converse").kill();
      },
    });
  });

  it("leaves books that agree", () => checkAllBooks(fixture));
});
