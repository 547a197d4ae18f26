import assert from "node:assert/strict";
import { test } from "node:test";
import { PartylineError } from "../../runtime/errors.ts";
import { sealDigits } from "../../runtime/sealed-digits.ts";
import { contextOf } from "../postgres/testing/test-database.ts";
import type { OpenCustomers } from "./postgres.ts";
import { withSealedDigits } from "./sealed-tries.ts";

const key = "the key of the tests, 32 characters";

function shop() {
  const tried: unknown[] = [];
  const customers: OpenCustomers = {
    async verify(input) {
      tried.push(input);
      return { status: "refused", triesLeft: 2, storeWaitMs: 1 };
    },
    sendCode: () => assert.fail("no code is asked for"),
  };
  return { tried, customers: withSealedDigits(customers, key) };
}

test("given digits that were sealed on the call, then they are tried as they were keyed", async () => {
  const { tried, customers } = shop();
  const sealedDigits = sealDigits(key, "call-a", "key/0", "4071");
  const outcome = await customers.verify(
    { callerNumber: null, orderNumber: "204817", sealedDigits },
    contextOf("call-a", "e"),
  );
  assert.equal(outcome.status, "refused");
  assert.deepEqual(tried, [{ callerNumber: null, orderNumber: "204817", digits: "4071" }]);
});

test("given digits of another call, under another key, or in the clear, then nothing is tried, and it is no wrong PIN but a fault", async () => {
  const { tried, customers } = shop();
  for (const sealedDigits of [
    sealDigits(key, "call-b", "key/0", "4071"),
    sealDigits("another key of the tests, 32 characters", "call-a", "key/0", "4071"),
    "4071",
    "",
  ])
    await assert.rejects(
      customers.verify({ callerNumber: null, sealedDigits }, contextOf("call-a", "e")),
      (error: unknown) => error instanceof PartylineError && error.code === "INVALID_INPUT" && !error.isRetryable,
    );
  assert.deepEqual(tried, []);
});
