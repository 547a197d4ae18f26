import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { PartylineError } from "../../runtime/errors.ts";
import { type CrmSimulator, startCrmSimulator } from "../../simulators/crm/server.ts";
import { crmContract, interaction } from "./contract.ts";
import { createHubspotCrm } from "./hubspot.ts";
import { CrmQuotaError } from "./quota-error.ts";

const context = { callSid: "CA1", effectId: "e", signal: new AbortController().signal, notify: () => undefined };
let simulator: CrmSimulator;
const base = () => `http://127.0.0.1:${simulator.port}`;
const open = () => createHubspotCrm({ accessToken: "pat-1", baseUrl: base(), timeoutMs: 1_000 });
const calls = () => simulator.objects("calls").filter(({ archived }) => !archived);

before(async () => {
  simulator = await startCrmSimulator({ accessToken: "pat-1", phones: ["+12025550101", "+12025550102"] });
});
after(() => simulator.close());
beforeEach(async () => {
  await fetch(`${base()}/_control/reset`, { method: "POST" });
});

crmContract("hubspot", {
  open,
  held: async () =>
    calls().map(({ properties }) => ({
      callSid: properties.voice_call_sid ?? "",
      summary: properties.hs_call_body?.split("\n")[0] ?? "",
    })),
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof PartylineError);
    return `${error.code}${error.isRetryable ? ", retryable" : ""}`;
  }
  return "done";
}

test("given an ended call of a known customer, its properties are HubSpot's, and the contact has it", async () => {
  const startedAt = Date.parse("2026-11-23T12:00:00Z");
  const ended = { startedAt, endedAt: startedAt + 61_400, outcome: "ordered", orderNumbers: ["700001"] } as const;
  await open().upsert(interaction({ ...ended, revenueMinor: 4_999, currency: "USD" }), context);
  const [call] = calls();
  assert.deepEqual(call?.properties, {
    voice_call_sid: "CA1",
    hs_timestamp: "2026-11-23T12:00:00.000Z",
    hs_call_title: "Call to the shop: ordered",
    hs_call_body: "The caller looked for products.\nOutcome: ordered.\nNext: None.",
    hs_call_direction: "INBOUND",
    hs_call_from_number: "+12025550101",
    hs_call_to_number: "+12025550199",
    hs_call_status: "COMPLETED",
    hs_call_duration: "61400",
    voice_outcome: "ordered",
    voice_next_step: "None.",
    voice_order_numbers: "700001",
    voice_revenue_minor: "4999",
    voice_currency: "USD",
    voice_escalation_reason: "",
    voice_customer_id: "ana",
    voice_is_recorded: "false",
    voice_may_contact: "true",
  });
  const contact = simulator.objects("contacts").find(({ properties }) => properties.phone === "+12025550101");
  assert.deepEqual(call?.contacts, [contact?.id]);
});

test("given a number alone, no contact has the call: a number is no proof", async () => {
  await open().upsert(interaction({ contact: null }), context);
  assert.deepEqual(calls()[0]?.contacts, []);
  assert.equal(simulator.requestCount("Search"), 0);
});

test("given an answer that was lost after the work was done, the second try makes no second interaction", async () => {
  simulator.replaceFaults([{ operation: "BatchUpsert", fault: "cut", nth: 1 }]);
  assert.equal(await codeOf(open().upsert(interaction(), context)), "VENDOR_UNAVAILABLE, retryable");
  await open().upsert(interaction(), context);
  assert.equal(calls().length, 1);
});

test("given each kind of fault, its code says whether another try may help", async () => {
  const upsert = () => codeOf(open().upsert(interaction(), context));
  simulator.replaceFaults([{ operation: "BatchUpsert", fault: "error", code: "503" }]);
  assert.equal(await upsert(), "VENDOR_UNAVAILABLE, retryable");
  simulator.replaceFaults([{ operation: "BatchUpsert", fault: "wrong" }]);
  assert.equal(await upsert(), "VENDOR_ANSWER_INVALID, retryable");
  simulator.replaceFaults([{ operation: "BatchUpsert", fault: "error", code: "400" }]);
  assert.equal(await upsert(), "VENDOR_REFUSED");
  simulator.replaceFaults([{ operation: "BatchUpsert", fault: "delay", delayMs: 1_500 }]);
  assert.equal(await upsert(), "VENDOR_UNAVAILABLE, retryable");
  const stranger = createHubspotCrm({ accessToken: "pat-2", baseUrl: base() });
  assert.equal(await codeOf(stranger.upsert(interaction(), context)), "CREDENTIALS_REFUSED");
});

test("given more requests than ten seconds allow, it is told how long to wait", async () => {
  const narrow = await startCrmSimulator({ requestsPerTenSeconds: 1 });
  try {
    const crm = createHubspotCrm({ accessToken: "any", baseUrl: `http://127.0.0.1:${narrow.port}` });
    const plain = interaction({ contact: null });
    await crm.upsert(plain, context);
    await assert.rejects(crm.upsert(plain, context), (error) => {
      assert.ok(error instanceof CrmQuotaError && error.isRetryable);
      assert.ok(error.retryAfterMs >= 1_000 && error.retryAfterMs <= 10_000);
      return true;
    });
  } finally {
    await narrow.close();
  }
});

test("given somebody to forget, calls are emptied before they are archived, and the contact is deleted for good", async () => {
  const crm = open();
  await crm.upsert(interaction({ contact: null }), context);
  const forgotten = await crm.forget({ callSids: ["CA1"], phone: "+12025550101" }, context);
  assert.deepEqual(forgotten, { interactions: 1, contacts: 1 });
  const everything = JSON.stringify([simulator.objects("calls"), simulator.objects("contacts")]);
  assert.equal(everything.includes("+12025550101"), false);
  assert.ok(everything.includes("+12025550102"));
});
