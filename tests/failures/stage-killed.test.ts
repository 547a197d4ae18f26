/** SIGKILL of every stage, each at the moment that hurts it most, and SIGTERM of every stage, during calls. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { verifyAudit } from "../../connectors/warehouse/audit-verification.ts";
import type { StageProcess } from "../../local/stage-process.ts";
import { callMeanings, endOfList, hasHeard } from "../support/failure-call.ts";
import { checkAllBooks, drill } from "./failure-drill.ts";
import { FailureSystem, until } from "./failure-system.ts";

describe("a stage that ends during a call", { timeout: 600_000 }, () => {
  let fixture: FailureSystem;

  before(async () => {
    fixture = await FailureSystem.open();
    await fixture.control("gemini", "meanings", callMeanings());
  });

  after(async () => {
    await fixture?.close();
  });

  /** The next charge takes its time, so that something can happen meanwhile. */
  const slowCharge = (): Promise<void> =>
    fixture.faults("stripe", [{ operation: "payment_intents.create", fault: "delay", delayMs: 1500, times: 1 }]);

  const chargesAsked = async (): Promise<number> => (await fixture.requests("stripe"))["payment_intents.create"] ?? 0;

  it("SIGKILL of transcribe in mid-sentence, and of act while the card is charged", async () => {
    await drill(fixture, "transcribe and act killed", {
      searching: async ({ callSid }) => {
        await fixture.record("TranscriptUpdated", callSid, ({ text }) => text.split(" ").length >= 3);
        await fixture.stage("transcribe").kill();
      },
      identifying: slowCharge,
      confirming: async ({ callSid }) => {
        const before = await chargesAsked();
        await fixture.record("ToolCalled", callSid, ({ tool }) => tool === "placeOrder");
        await until("the charge is under way", async () => (await chargesAsked()) > before);
        await fixture.stage("act").kill();
      },
    });
  });

  it("SIGKILL of interpret while the model thinks, speak in a list, fraud before the order, converse after the yes, analytics at the receipt", async () => {
    const { order } = await drill(fixture, "interpret, speak, fraud, converse and analytics killed", {
      searching: async ({ callSid }) => {
        await fixture.faults("gemini", [{ operation: "*", fault: "delay", delayMs: 1000, times: 2 }]);
        await fixture.record("TurnEnded", callSid);
        await fixture.stage("interpret").kill();
      },
      listing: () => fixture.stage("speak").kill(),
      identifying: async () => {
        await slowCharge();
        await fixture.stage("fraud").kill();
      },
      confirming: async ({ callSid }) => {
        await fixture.record("ToolCalled", callSid, ({ tool }) => tool === "placeOrder");
        await fixture.stage("converse").kill();
      },
      receipt: () => fixture.stage("analytics").kill(),
    });
    assert.ok(hasHeard(order, endOfList), "the list was heard to its end");
    const { callSid } = order;
    const assessedIds = (): ReadonlySet<string> =>
      new Set(fixture.recordsOf("RiskAssessed", callSid).map(({ assessedEventId }) => assessedEventId));
    const mustBeAssessed = (["IntentRecognised", "ToolCalled", "TurnEnded"] as const).flatMap((type) =>
      fixture.recordsOf(type, callSid),
    );
    await until("every record that matters was assessed", () =>
      mustBeAssessed.every(({ eventId }) => assessedIds().has(eventId)),
    );
    await until("the call's row is complete", async () => {
      const { rows } = await fixture.pool.query<{ orders: number; ended: boolean }>(
        "SELECT orders, ended_at IS NOT NULL AS ended FROM calls WHERE call_sid = $1",
        [callSid],
      );
      return rows[0]?.orders === 1 && rows[0].ended;
    });
    const chains = await verifyAudit(fixture.pool);
    assert.deepEqual(
      chains.filter(({ fault }) => fault !== null),
      [],
      "the audit chains are whole",
    );
  });

  it("SIGKILL of answer while the agent speaks: the calls come back", async () => {
    const { order } = await drill(
      fixture,
      "answer killed",
      { listing: () => fixture.stage("answer").kill() },
      { losesUnloggedAudio: true, tries: 3 },
    );
    assert.ok(
      fixture.recordsOf("StreamAttached", order.callSid).some(({ attachment }) => attachment === 1),
      "the call was attached again",
    );
  });

  const skip = process.platform === "linux" ? false : "two gateways cannot listen on one port here";
  it("SIGTERM of every stage, one after the other, as in a deployment: no word is lost", { skip }, async () => {
    const before = fixture.restarted.length;
    const again = async (...processes: readonly StageProcess[]): Promise<void> => {
      for (const process of processes) {
        await process.restart();
        await process.ready();
      }
    };
    const drain = (...names: readonly string[]): Promise<void> => again(...names.map((name) => fixture.stage(name)));
    const gateways = [fixture.stage("answer"), await fixture.addGateway(1)];
    /** Whoever holds the call is told to end while the caller is in mid-sentence. */
    const leave = async ({ callSid }: { readonly callSid: string }): Promise<void> => {
      await fixture.record("TranscriptUpdated", callSid, ({ text }) => text.startsWith("I would like to"));
      const { replyPartition } = fixture.recordsOf("StreamAttached", callSid).at(-1) ?? { replyPartition: -1 };
      const gateway = gateways[replyPartition];
      assert.ok(gateway !== undefined, "a gateway holds the call");
      await again(gateway);
    };
    const injections = {
      searching: () => drain("transcribe", "interpret"),
      listing: () => drain("speak", "fraud", "analytics"),
      ordering: leave,
      identifying: () => drain("act"),
      receipt: () => drain("converse"),
    };
    const { order } = await drill(fixture, "every stage drained", injections, { tries: 3 });
    assert.deepEqual(
      fixture.recordsOf("StreamDetached", order.callSid).map(({ reason }) => reason),
      ["draining", "stopped"],
      "the call was handed over once, and ended on the other gateway",
    );
    assert.ok(!hasHeard(order, "cut off"), "the caller was not told of it");
    const ended = fixture.restarted.slice(before);
    assert.deepEqual(
      ended.filter((line) => !line.includes("exit code 0")),
      [],
      "every stage ended by itself, within its time",
    );
    assert.equal(ended.length, 8);
  });

  it("leaves books that agree", () => checkAllBooks(fixture));
});
