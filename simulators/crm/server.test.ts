import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";
import { type CrmSimulator, startCrmSimulator } from "./server.ts";

let simulator: CrmSimulator;
before(async () => {
  simulator = await startCrmSimulator({ phones: ["+12025550101"] });
});
after(() => simulator.close());
beforeEach(async () => {
  await fetch(`http://127.0.0.1:${simulator.port}/_control/reset`, { method: "POST" });
});

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> | null };
async function ask(path: string, body: unknown, method = "POST", port = simulator.port): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: "Bearer pat" },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

const upsertPath = "/crm/objects/2026-03/calls/batch/upsert";
const input = (id: string, properties: Record<string, unknown>) => ({
  idProperty: "voice_call_sid",
  id,
  properties,
});
const timestamp = { hs_timestamp: "2026-11-23T12:00:00Z" };

test("given an upsert by a unique property, the first creates and the second changes the same object", async () => {
  const first = await ask(upsertPath, { inputs: [input("CA1", { ...timestamp, hs_call_body: "one" })] });
  const second = await ask(upsertPath, { inputs: [input("CA1", { hs_call_body: "two" })] });
  const [created, changed] = [first, second].map(({ body }) => ((body?.results ?? []) as Record<string, unknown>[])[0]);
  assert.deepEqual([created?.new, changed?.new, changed?.id === created?.id], [true, false, true]);
  const [call] = simulator.objects("calls");
  assert.deepEqual([simulator.objects("calls").length, call?.properties.hs_call_body], [1, "two"]);
});

test("given what HubSpot refuses, it is refused with 400 and a category", async () => {
  const many = Array.from({ length: 101 }, (_, index) => input(`CA${index}`, timestamp));
  for (const inputs of [
    [],
    many,
    [input("CA1", {})],
    [input("CA1", { ...timestamp, hs_call_direction: "SIDEWAYS" })],
    [input("CA1", { ...timestamp, hs_call_status: "DONE" })],
    [input("CA1", { ...timestamp, no_such_property: "x" })],
    [input("CA1", { ...timestamp, hs_call_duration: 5 })],
    [{ ...input("CA1", timestamp), idProperty: "hs_call_title" }],
  ]) {
    const { status, body } = await ask(upsertPath, { inputs });
    assert.deepEqual([status, body?.category], [400, "VALIDATION_ERROR"]);
  }
  assert.deepEqual(simulator.objects("calls"), []);
});

test("given no token, or a path that is not there, it answers 401 and 404", async () => {
  const response = await fetch(`http://127.0.0.1:${simulator.port}${upsertPath}`, { method: "POST", body: "{}" });
  assert.equal(response.status, 401);
  assert.equal((await ask("/crm/objects/2026-03/deals/search", {})).status, 404);
});

test("given more requests than the limit, it answers 429 with the wait, and again 200 for others later", async () => {
  const narrow = await startCrmSimulator({ requestsPerTenSeconds: 2 });
  try {
    const search = { filterGroups: [{ filters: [{ propertyName: "phone", operator: "EQ", value: "+1" }] }] };
    const path = "/crm/objects/2026-03/contacts/search";
    const statuses = [];
    for (let index = 0; index < 3; index += 1) statuses.push(await ask(path, search, "POST", narrow.port));
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 200, 429],
    );
    const [, , last] = statuses;
    const wait = Number(last?.headers.get("retry-after"));
    assert.ok(wait >= 1 && wait <= 10);
    assert.equal(last?.body?.policyName, "TEN_SECONDLY_ROLLING");
  } finally {
    await narrow.close();
  }
});

test("given a contact that is deleted for good, the calls that only it had go with it", async () => {
  await ask(upsertPath, { inputs: [input("CA1", timestamp)] });
  const [call] = simulator.objects("calls");
  const [contact] = simulator.objects("contacts");
  await ask(`/crm/v4/objects/call/${call?.id}/associations/default/contact/${contact?.id}`, null, "PUT");
  assert.equal((await ask("/crm/objects/2026-03/contacts/gdpr-delete", { objectId: contact?.id })).status, 204);
  assert.deepEqual([simulator.objects("calls"), simulator.objects("contacts")], [[], []]);
});

test("given the program, it says where it listens and ends on SIGTERM", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts")], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  assert.ok(child.stdout !== null);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const ready = JSON.parse(line) as { ready: boolean; name: string; port: number };
  assert.deepEqual([ready.ready, ready.name], [true, "crm"]);
  assert.equal((await fetch(`http://127.0.0.1:${ready.port}/_control/objects`)).status, 200);
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
});
