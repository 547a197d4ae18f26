import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { PartylineError } from "../../runtime/errors.ts";
import type { MessageOutcome, Messaging, SendMessage } from "../messaging/port.ts";
import { resetSmallShop } from "../postgres/testing/small-shop.ts";
import { contextOf, startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import type { CodesOptions } from "./one-time-codes.ts";
import { openCustomers } from "./open-customers.ts";
import { createPostgresCustomers } from "./postgres.ts";

const ana = "+12025550101";
const ben = "+12025550102";
let database: TestDatabase;
let nowMs = 0;
let effects = 0;
let sent: SendMessage[] = [];
let breaks: PartylineError | null = null;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(async () => {
  await resetSmallShop(database.pool);
  nowMs = Date.parse("2026-11-23T12:00:00Z");
  sent = [];
  breaks = null;
});

const messaging: Messaging = {
  async send(input): Promise<MessageOutcome> {
    if (breaks !== null) throw breaks;
    sent.push(input);
    return { status: "accepted", messageRef: `SM${sent.length}`, vendorWaitMs: 1 };
  },
};

function shop(more: Partial<CodesOptions> = {}) {
  const codes = { messaging, signature: "Juniper House", ...more };
  const customers = createPostgresCustomers({ pool: database.pool, clock: () => nowMs, codes });
  const on = (callSid: string, effectId?: string) => {
    effects += 1;
    return contextOf(callSid, effectId ?? `effect-${effects}`);
  };
  return {
    customers,
    ask: async (callSid: string, callerNumber: string | null, effectId?: string) => {
      const { status } = await customers.sendCode({ callerNumber }, on(callSid, effectId));
      await customers.close();
      return status;
    },
    say: async (callSid: string, callerNumber: string | null, digits: string) => {
      const outcome = await customers.verify({ callerNumber, digits }, on(callSid));
      return outcome.status === "refused" ? `refused, ${outcome.triesLeft} left` : outcome.status;
    },
  };
}

const newest = () => /\b\d{6}\b/.exec(sent.at(-1)?.body ?? "")?.[0] ?? "none";
/** Six digits that are certainly not the code. */
const wrong = () => String((Number(newest()) + 1) % 1_000_000).padStart(6, "0");

test("a code goes to the customer's own number, and proves them on the call that asked for it, once", async () => {
  const { ask, say } = shop();
  assert.equal(await ask("call-a", ana), "sent");
  assert.deepEqual([sent.length, sent[0]?.toNumber, sent[0]?.purpose], [1, ana, "oneTimeCode"]);
  assert.match(sent[0]?.body ?? "", /^Juniper House: your code is \d{6}\. .* It works for 5 minutes\./);
  assert.equal(await say("call-b", ana, newest()), "refused, 2 left", "another call");
  assert.equal(await say("call-a", ben, newest()), "refused, 2 left", "another customer");
  assert.equal(await say("call-a", ana, newest()), "proven");
  const { rows } = await database.pool.query("SELECT call_sid, customer_id, proven_by FROM call_identities");
  assert.deepEqual(rows, [{ call_sid: "call-a", customer_id: "ana", proven_by: "code" }]);
  assert.equal(await say("call-a", ana, newest()), "refused, 1 left", "a second time");
});

test("the PIN goes on working beside it", async () => {
  const { ask, say } = shop();
  await ask("call-a", ana);
  assert.equal(await say("call-a", ana, "4071"), "proven");
  const { rows } = await database.pool.query("SELECT proven_by FROM call_identities");
  assert.deepEqual(rows, [{ proven_by: "pin" }]);
});

test("a code runs out after five minutes, and a newer one makes it void", async () => {
  const { ask, say } = shop();
  await ask("call-a", ana);
  const first = newest();
  nowMs += 300_000;
  assert.equal(await say("call-a", ana, first), "refused, 2 left");
  await ask("call-b", ana);
  const older = newest();
  nowMs += 1_000;
  await ask("call-b", ana);
  if (older !== newest()) assert.equal(await say("call-b", ana, older), "refused, 2 left");
  assert.equal(await say("call-b", ana, newest()), "proven");
});

test("a number that nobody has, and a withheld one, are answered alike: nothing is sent, and no digits prove anything", async () => {
  const { ask, say } = shop();
  for (const [callSid, number] of [
    ["call-a", "+12025550199"],
    ["call-b", null],
  ] as const) {
    assert.equal(await ask(callSid, number), "sent");
    assert.equal(await say(callSid, number, "123456"), "refused, 2 left");
  }
  assert.deepEqual(sent, []);
});

test("tries count as those of the PIN do: three a call, ten a day, and a locked customer gets no code either", async () => {
  const { ask, say } = shop();
  await ask("call-a", ana);
  for (const left of [2, 1, 0]) assert.equal(await say("call-a", ana, wrong()), `refused, ${left} left`);
  assert.equal(await say("call-a", ana, newest()), "locked", "the right one, too late");
  for (let tries = 3; tries < 10; tries += 1) await say(`call-${tries}`, ana, "000000");
  const before = sent.length;
  assert.equal(await ask("call-z", ana), "sent");
  assert.equal(sent.length, before);
  assert.equal(await say("call-z", ana, "4071"), "locked");
});

test("a call gets three codes; a customer five within an hour, whoever asks, and nobody is told that there are no more", async () => {
  const { ask } = shop();
  for (let asked = 0; asked < 3; asked += 1) assert.equal(await ask("call-a", ana), "sent");
  assert.equal(await ask("call-a", ana), "limited");
  assert.equal(await ask("call-a", "+12025550199"), "limited", "the same for a number that nobody has");
  for (let asked = 0; asked < 3; asked += 1) assert.equal(await ask("call-b", ana), "sent");
  assert.equal(sent.length, 5);
  assert.equal(await ask("call-c", ben), "sent");
  assert.equal(sent.length, 6);
  nowMs += 3_600_001;
  assert.equal(await ask("call-d", ana), "sent");
  assert.equal(sent.length, 7);
});

test("the same effect again sends one message; a worker that died before sending sends a code that works", async () => {
  const { ask, say } = shop();
  breaks = new PartylineError("VENDOR_UNAVAILABLE", "no answer", { isRetryable: true });
  assert.equal(await ask("call-a", ana, "again"), "sent");
  breaks = null;
  assert.equal(await ask("call-a", ana, "again"), "sent");
  assert.equal(sent.length, 1);
  await database.pool.query(
    "INSERT INTO messages (effect_id, call_sid, purpose, status, created_at, updated_at) VALUES ('again/message', 'call-a', 'oneTimeCode', 'accepted', now(), now())",
  );
  assert.equal(await ask("call-a", ana, "again"), "sent");
  assert.equal(sent.length, 1);
  assert.equal(await say("call-a", ana, newest()), "proven");
});

test("a message that is not sent is reported, never to the caller", async () => {
  const reported: unknown[] = [];
  const { ask } = shop({ onFailure: (error) => reported.push(error) });
  breaks = new PartylineError("VENDOR_QUOTA", "too many");
  assert.equal(await ask("call-a", ana), "sent");
  assert.equal(reported.length, 1);
});

test("two tries with one code at the same time prove once", async () => {
  const { ask, say } = shop();
  await ask("call-a", ana);
  const code = newest();
  const both = await Promise.all([say("call-a", ana, code), say("call-a", ana, code)]);
  assert.deepEqual(both.toSorted(), ["proven", "refused, 2 left"]);
});

test("neither code nor number is kept: hashes are salted, and old codes are forgotten", async () => {
  const { customers, ask } = shop();
  await ask("call-a", ana);
  const dump = async () =>
    (
      await database.pool.query(
        "SELECT c::text AS row FROM one_time_codes c UNION ALL SELECT e::text FROM effects e WHERE operation = 'sendCode'",
      )
    ).rows
      .map(({ row }) => String(row))
      .join("\n");
  const kept = await dump();
  assert.match(kept, /scrypt\$/);
  assert.ok(!kept.includes(newest()) && !kept.includes("2025550101"));
  assert.equal(await customers.forgetCodes(), 0);
  nowMs += 86_400_000 + 300_001;
  assert.equal(await customers.forgetCodes(), 1);
});

test("a shop that sends no messages, or wants no codes, offers none", async () => {
  const log = { warn: () => assert.fail("nothing to warn of") };
  for (const [areCodesOffered, isConfigured] of [
    [false, true],
    [true, false],
  ] as const) {
    const config = { areCodesOffered, smsSignature: "", proofKey: "" };
    const customers = openCustomers(database.pool, config, { messaging, isConfigured }, log);
    const { status } = await customers.sendCode({ callerNumber: ana }, contextOf("call-a", `none-${effects++}`));
    assert.equal(status, "limited");
  }
  assert.deepEqual(sent, []);
});
