import assert from "node:assert/strict";
import { test } from "node:test";
import { forkProgram } from "./forked-program.ts";
import type { ConsumeAnswer, ConsumeQuestion } from "./hop/consume.ts";

const program = new URL("./hop/consume.ts", import.meta.url);
const start = (signal = new AbortController().signal) => forkProgram<ConsumeQuestion, ConsumeAnswer>(program, signal);
const endless: ConsumeQuestion = { kind: "collect", count: 1, patienceMs: 60_000 };

test("a program answers from a process of its own, and says what failed", async () => {
  const forked = start();
  const { cpuSeconds, latency } = await forked.ask({ kind: "cpu" }, 20_000);
  assert.ok(forked.pid !== process.pid && cpuSeconds > 0 && latency.count === 0);
  const wrong = { kind: "open", client: "none" } as unknown as ConsumeQuestion;
  await assert.rejects(forked.ask(wrong, 20_000), /not a function|undefined/);
  await forked.stop();
  await forked.stop();
});

test("an answer that does not come in time is an error", async () => {
  const forked = start();
  await assert.rejects(forked.ask(endless, 100), /did not answer within 100 ms/);
  await forked.stop();
});

test("called off, the program ends, and what was asked fails", async () => {
  const calledOff = new AbortController();
  const forked = start(calledOff.signal);
  await forked.ask({ kind: "cpu" }, 20_000);
  const asked = assert.rejects(forked.ask(endless, 20_000), /ended while it was asked/);
  calledOff.abort();
  await asked;
  await forked.stop();
});
