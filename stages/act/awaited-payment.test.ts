/** The core while a payer has to approve their payment: it looks whether they have, and holds nothing up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type State, step } from "./core.ts";
import type { PortAnswer } from "./ports.ts";
import { config } from "./testing/config.ts";
import { toolCalled } from "./testing/tool-call.ts";

/** A call whose payer was sent a link. */
function waiting() {
  let state: State | null = null;
  const feed = (input: Parameters<typeof step>[1], at = 1_000) => {
    const out = step(state, input, at, config);
    state = out.state;
    return out;
  };
  const about = { from: "port", port: "payerApproval", call: "awaited", effectId: "hash" } as const;
  const looked = (status: string, at?: number) =>
    feed({ ...about, outcome: "result", result: { status, order: null, storeWaitMs: 1 } } as PortAnswer, at);
  const failed = () => feed({ ...about, outcome: "failure", code: "DATABASE_FAILED", isRetryable: true });
  const first = feed({ from: "toolCalls", record: toolCalled("awaitPayment") });
  assert.deepEqual(first.effects?.[0]?.input, { quoteId: "q-1" });
  return { feed, looked, failed, due: (at: number) => feed({ from: "timer", name: "retry/wait" }, at) };
}

test("it looks again and again, and orders and look-ups of the same call go on meanwhile", () => {
  const call = waiting();
  const later = call.looked("waiting");
  assert.deepEqual([later.emit, later.timers, later.save], [undefined, { "retry/wait": 3_000 }, false]);
  const other = call.feed({ from: "toolCalls", record: toolCalled("quoteOrder", { eventId: "call-2" }) });
  assert.equal(other.effects?.[0]?.call, "quote");
  const again = call.due(3_000);
  assert.deepEqual([again.effects?.[0]?.call, again.save], ["awaited", false]);
  const paid = call.looked("paid", 3_010);
  assert.deepEqual([paid.emit?.length, paid.emit?.[0]?.record.type], [1, "ToolSucceeded"]);
  assert.equal(paid.emit?.[0]?.key, "call-1/result");
});

test("a link that ran out is a refusal", () => {
  const over = waiting().looked("over");
  assert.equal((over.emit?.[0]?.record as { reason?: string } | undefined)?.reason, "paymentExpired");
});

test("a database that is away is looked at later; a payer who is never heard of is lost sight of long after the link has run out", () => {
  const call = waiting();
  for (let looks = 1; ; looks += 1) {
    const out = call.failed();
    if (out.emit === undefined) {
      assert.equal(call.due(1_000).effects?.length, 1);
      continue;
    }
    assert.equal((out.emit[0]?.record as { code?: string } | undefined)?.code, "DEADLINE_EXCEEDED");
    assert.equal(looks, (2 * config.paymentLinkMs) / config.paymentPollMs);
    break;
  }
});

test("a worker that takes the call over looks at once", () => {
  const call = waiting();
  call.looked("waiting");
  assert.deepEqual(call.feed({ from: "restored" }, 9_000).timers, { "retry/wait": 9_000 });
  assert.equal(call.due(9_000).effects?.[0]?.call, "awaited");
});
