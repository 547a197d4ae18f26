import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createFaultScript } from "../kit/fault-script.ts";
import { startStripeSimulator } from "../stripe/server.ts";
import { Line } from "./line.ts";
import { pay } from "./pay.ts";
import type { PayVerb } from "./pay-verb.ts";

const verb: PayVerb = {
  verb: "Pay",
  paymentConnector: "Default",
  timeoutSeconds: 1,
  maxAttempts: 1,
  hasSecurityCode: true,
  hasPostalCode: true,
  validCardTypes: ["visa", "mastercard"],
};

/** Pays with keys, each group pressed when its thing is asked for. */
async function paying(groups: readonly string[], changes: Partial<PayVerb> = {}, connectors = {}) {
  const silent = { onAttached: () => undefined, onDigit: () => undefined, onHangup: () => undefined };
  let press: ((key: string) => void) | undefined;
  const line = new Line(() => Promise.resolve(new Uint8Array(0)), silent);
  line.say = () => Promise.resolve();
  line.takeDigits = (take) => {
    press = take;
    return () => undefined;
  };
  const progress: Readonly<Record<string, string>>[] = [];
  const left = [...groups];
  const result = await pay(
    { ...verb, ...changes },
    {
      line,
      faults: createFaultScript([], 1),
      connectors,
      onProgress(told) {
        progress.push(told);
        const keys = told.For === "payment-processing" ? "" : (left.shift() ?? "");
        setImmediate(() => {
          for (const key of keys) press?.(key);
        });
      },
    },
    new AbortController().signal,
  );
  return { result, progress };
}

describe("what <Pay> does with the caller", () => {
  it("asks for one thing after the other, and tells of the card what Twilio tells", async () => {
    const stripe = await startStripeSimulator({ clearedKey: "sk_test_cleared" });
    const connectors = { Default: { apiBase: `http://127.0.0.1:${stripe.port}`, apiKey: "sk_test_cleared" } };
    try {
      const { result, progress } = await paying(["4242424242424242#", "0931", "642", "85001"], {}, connectors);
      const { PaymentToken, ...told } = result;
      assert.match(PaymentToken ?? "", /^pm_/);
      assert.deepEqual(told, {
        PaymentConnector: "Default",
        PaymentMethod: "credit-card",
        Result: "success",
        PaymentCardNumber: "xxxxxxxxxxxx4242",
        PaymentCardType: "visa",
        ExpirationDate: "0931",
        SecurityCode: "***",
        PaymentCardPostalCode: "85001",
      });
      assert.deepEqual(
        progress.map((step) => step.For),
        ["payment-card-number", "expiration-date", "security-code", "postal-code", "payment-processing"],
      );
    } finally {
      await stripe.close();
    }
  });

  it("stops at star, wherever it comes", async () => {
    assert.equal((await paying(["4242424242424242#", "09*"])).result.Result, "caller-interrupted-with-star");
  });

  for (const [what, keys, error] of [
    ["a number whose check digit is wrong", "4242424242424241#", "invalid-card-number"],
    ["a kind of card that is not taken", "378282246310005#", "invalid-card-type"],
  ] as const)
    it(`asks once more after ${what}, and then no more`, async () => {
      const { result, progress } = await paying([keys, keys]);
      assert.deepEqual([result.Result, result.PaymentError], ["too-many-failed-attempts", error]);
      assert.deepEqual(
        progress.map(({ For, Attempt, ErrorType }) => [For, Attempt, ErrorType]),
        [
          ["payment-card-number", "1", undefined],
          ["payment-card-number", "2", error],
        ],
      );
    });

  it("asks again for a date that is over, and for what is not keyed in time", async () => {
    const { result, progress } = await paying(["4242424242424242#", "0120", "0931", "", ""]);
    assert.deepEqual([result.Result, result.PaymentError], ["too-many-failed-attempts", "input-timeout"]);
    assert.deepEqual(
      progress.flatMap(({ ErrorType }) => ErrorType ?? []),
      ["invalid-date", "input-timeout"],
    );
  });

  it("tells of a connector that there is not", async () => {
    const { result } = await paying(["4242424242424242#093164285001"], { paymentConnector: "Other" });
    assert.deepEqual([result.Result, result.ConnectorError], ["payment-connector-error", "no such connector"]);
  });
});
