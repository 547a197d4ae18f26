/** The broker, the registry, Redis and the database go away during calls. */
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "ioredis";
import { callMeanings } from "../support/failure-call.ts";
import { checkAllBooks, drill } from "./failure-drill.ts";
import { FailureSystem } from "./failure-system.ts";

const awayMs = 5_000;

describe("a server that goes away during a call", { timeout: 480_000 }, () => {
  let fixture: FailureSystem;

  before(async () => {
    fixture = await FailureSystem.open();
    await fixture.control("gemini", "meanings", callMeanings());
  });

  after(async () => {
    await fixture?.close();
  });

  async function emptyRedis(): Promise<void> {
    const redis = new Redis(fixture.where.redis, { maxRetriesPerRequest: 2 });
    try {
      await redis.flushall();
    } finally {
      redis.disconnect();
    }
  }

  it("registry down for most of a call, Redis emptied, and emptied again together with SIGKILL of converse", async () => {
    const { registry } = fixture.system.stack.parts;
    await drill(fixture, "registry down, Redis emptied, converse killed", {
      searching: () => registry.kill(),
      ordering: emptyRedis,
      identifying: async () => {
        await registry.restart();
        await Promise.all([emptyRedis(), fixture.stage("converse").kill()]);
      },
    });
  });

  it("database down for 5 s while an order is being paid", async () => {
    const { postgres } = fixture.system.stack.parts;
    await drill(fixture, "database down", {
      identifying: () =>
        fixture.faults("stripe", [{ operation: "payment_intents.create", fault: "delay", delayMs: 1500, times: 1 }]),
      confirming: async ({ callSid }) => {
        await fixture.record("ToolCalled", callSid, ({ tool }) => tool === "placeOrder");
        await postgres.kill();
        await delay(awayMs);
        await postgres.restart();
      },
    });
  });

  it("broker killed and restarted in the middle of a sentence", async () => {
    const { broker } = fixture.system.stack.parts;
    await drill(
      fixture,
      "broker restarted",
      {
        searching: async ({ callSid }) => {
          await fixture.record("TranscriptUpdated", callSid, ({ text }) => text.split(" ").length >= 3);
          await broker.kill();
          await broker.restart();
        },
      },
      { tries: 3 },
    );
  });

  it("leaves books that agree", () => checkAllBooks(fixture));
});
