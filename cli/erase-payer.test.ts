import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type StripeSimulator, startStripeSimulator } from "../simulators/stripe/server.ts";
import { erasePayer } from "./erase-payer.ts";

let simulator: StripeSimulator;
before(async () => {
  simulator = await startStripeSimulator({
    customers: [{ id: "cus_ana", cards: [{ id: "pm_ana", behaviour: "succeeds" }] }],
  });
});
after(() => simulator.close());

const configured = () => ({
  STRIPE_SECRET_KEY: "sk_test_erase",
  STRIPE_API_BASE: `http://127.0.0.1:${simulator.port}`,
});

test("given a provider, then the customer is shown, deleted with proof, and found deleted by a second run", async () => {
  const ask = (isDryRun: boolean) => erasePayer("cus_ana", "no-such-file", isDryRun, configured());
  assert.deepEqual(await ask(true), { said: "Payment provider: 1 customer", isLeft: true });
  assert.deepEqual(await ask(false), {
    said: "Payment provider: customer and saved cards deleted; asked again, it has none",
    isLeft: false,
  });
  assert.deepEqual(await ask(true), { said: "Payment provider: no customer", isLeft: false });
  assert.match((await ask(false)).said, /was deleted before/);
});

test("given no provider, then that is said, and something is left; given no customer there, nothing is asked", async () => {
  const { said, isLeft } = await erasePayer("cus_ana", "no-such-file", false, {});
  assert.match(said, /none is configured \(STRIPE_SECRET_KEY\), so cus_ana has to be deleted there by hand/);
  assert.equal(isLeft, true);
  assert.equal((await erasePayer(null, "no-such-file", false, {})).isLeft, false);
});

test("given a provider that is away, then it rejects, so that nothing else is erased before", async () => {
  simulator.replaceFaults([{ operation: "customers.retrieve", fault: "error", code: "503" }]);
  await assert.rejects(erasePayer("cus_ana", "no-such-file", false, configured()));
});
