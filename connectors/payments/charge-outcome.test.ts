import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeFailure, judgeIntent, type VendorFailure } from "./charge-outcome.ts";

const failure = (change: Partial<VendorFailure>): VendorFailure => ({
  httpStatus: 400,
  isUnsent: false,
  type: "invalid_request_error",
  code: "",
  declineCode: "",
  paymentRef: null,
  ...change,
});

test("what may have been executed is tried again with the same key, and stays unknown when given up", () => {
  const table: [number | undefined, number][] = [
    [undefined, 3],
    [409, 3],
    [424, 2],
    [500, 2],
    [502, 2],
    [503, 2],
    [504, 2],
  ];
  for (const [httpStatus, maxAttempts] of table) {
    const verdict = judgeFailure(failure({ httpStatus, type: "api_error" }));
    assert.equal(verdict.kind, "retry", `status ${httpStatus}`);
    assert.equal(verdict.maxAttempts, maxAttempts, `status ${httpStatus}`);
    assert.equal(verdict.mayHaveCharged, true, `status ${httpStatus}`);
  }
});

test("rate limits and lock time-outs come before execution", () => {
  for (const code of ["rate_limit", "lock_timeout"]) {
    const verdict = judgeFailure(failure({ httpStatus: 429, code }));
    assert.deepEqual(verdict, { kind: "retry", reason: code, maxAttempts: 3, mayHaveCharged: false });
  }
});

test("what was never sent cannot have charged", () => {
  const verdict = judgeFailure(failure({ httpStatus: undefined, isUnsent: true, type: "" }));
  assert.deepEqual(verdict, { kind: "retry", reason: "unreachable", maxAttempts: 3, mayHaveCharged: false });
});

test("card errors are settled with the issuer's word, or the code where there is none", () => {
  const base = { httpStatus: 402, type: "card_error", paymentRef: "pi_1" };
  assert.deepEqual(judgeFailure(failure({ ...base, code: "card_declined", declineCode: "insufficient_funds" })), {
    kind: "settled",
    charge: { status: "declined", declineCode: "insufficient_funds", paymentRef: "pi_1" },
  });
  assert.deepEqual(judgeFailure(failure({ ...base, code: "expired_card" })), {
    kind: "settled",
    charge: { status: "declined", declineCode: "expired_card", paymentRef: "pi_1" },
  });
  assert.deepEqual(judgeFailure(failure({ ...base, code: "authentication_required" })), {
    kind: "settled",
    charge: { status: "authenticationRequired", paymentRef: "pi_1" },
  });
});

test("a key that was used with other parameters leaves the outcome unknown", () => {
  assert.deepEqual(judgeFailure(failure({ type: "idempotency_error" })), {
    kind: "settled",
    charge: { status: "unknown", reason: "idempotencyKeyReused" },
  });
});

test("our own mistakes are refused and never tried again", () => {
  for (const httpStatus of [400, 401, 402, 403, 404]) {
    const verdict = judgeFailure(failure({ httpStatus, code: "some_code" }));
    const isCredentials = httpStatus === 401 || httpStatus === 403;
    assert.deepEqual(verdict, { kind: "refused", reason: "some_code", isCredentials });
  }
});

test("an intent's status decides, and what is neither paid nor refused is unknown", () => {
  const intent = (status: string, lastErrorCode = ""): string =>
    judgeIntent({ id: "pi_1", status, lastErrorCode }).status;
  assert.equal(intent("succeeded"), "succeeded");
  assert.equal(intent("requires_action"), "authenticationRequired");
  assert.equal(intent("requires_payment_method"), "declined");
  assert.equal(intent("canceled"), "declined");
  for (const status of ["processing", "requires_capture", "requires_confirmation", "something_new"])
    assert.equal(intent(status), "unknown", status);
});
