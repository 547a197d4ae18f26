import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { startTwilioSimulator, type TwilioSimulator } from "../../simulators/twilio/server.ts";
import { startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { describeMessaging, effectContext } from "./contract.ts";
import { beginMessage, endMessage, noteMessageNews } from "./message-record.ts";
import { createTwilioMessaging } from "./twilio.ts";
import { judgeSendFailure } from "./twilio-outcome.ts";
import { unconfiguredMessaging } from "./unconfigured.ts";

const goodNumber = "+12025550143";
let database: TestDatabase;
let simulator: TwilioSimulator;
before(async () => {
  database = await startTestDatabase();
  simulator = await startTwilioSimulator({ speak: () => Promise.resolve(new Uint8Array(160)) });
});
after(async () => {
  await simulator.close();
  await database.close();
});

const messaging = (change: { authToken?: string; apiBase?: string; statusCallbackUrl?: string } = {}) =>
  createTwilioMessaging({
    accountSid: simulator.accountSid,
    authToken: simulator.authToken,
    apiBase: simulator.url,
    sender: "+12025550100",
    statusCallbackUrl: "",
    pool: database.pool,
    retryPauseMs: 1,
    ...change,
  });

const faults = {
  cutBefore: { fault: "cut", code: "before" },
  cutAfter: { fault: "cut" },
  tooMany: { fault: "error", code: "429" },
} as const;

describeMessaging("Twilio, simulated", async () => ({
  messaging: messaging(),
  goodNumber,
  invalidNumber: "+15005550001",
  optedOutNumber: "+15005550004",
  landlineNumber: "+15005550009",
  taken: async (toNumber) =>
    simulator
      .messages()
      .filter(({ to }) => to === toNumber)
      .map(({ body }) => body),
  disturb: async (how, times) =>
    simulator.faults.replace(times === 0 ? [] : [{ operation: "messages.create", times, ...faults[how] }]),
  close: async () => undefined,
}));

test("neither number nor words are kept", async () => {
  const input = { toNumber: goodNumber, body: "Your code is 482915", purpose: "oneTimeCode" } as const;
  await messaging().send(input, effectContext("kept"));
  const { rows } = await database.pool.query("SELECT m::text AS row FROM messages m");
  const kept = rows.map(({ row }) => String(row)).join("\n");
  assert.match(kept, /oneTimeCode,accepted,SM/);
  assert.ok(!kept.includes("2025550143") && !kept.includes("482915"));
});

test("wrong credentials are named as such, and leave the effect to be tried again", async () => {
  const input = { toNumber: goodNumber, body: "Hello", purpose: "paymentLink" } as const;
  const effect = effectContext("credentials");
  await assert.rejects(messaging({ authToken: "wrong" }).send(input, effect), { code: "CREDENTIALS_REFUSED" });
  assert.equal((await messaging().send(input, effect)).status, "accepted");
});

test("a provider that is not there is unavailable, and nothing was sent", async () => {
  const input = { toNumber: goodNumber, body: "Nobody hears this", purpose: "paymentLink" } as const;
  const away = messaging({ apiBase: "http://127.0.0.1:1" });
  await assert.rejects(away.send(input, effectContext("away")), { code: "VENDOR_UNAVAILABLE", isRetryable: true });
});

test("the simulator tells what became of a message by signed status callbacks, which are kept", async () => {
  const heard: URLSearchParams[] = [];
  const application = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.headers["x-twilio-signature"] !== undefined) heard.push(new URLSearchParams(body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = application.address() as AddressInfo;
    const telling = messaging({ statusCallbackUrl: `http://127.0.0.1:${port}/status` });
    const send = async (toNumber: string, effectId: string): Promise<string> => {
      const outcome = await telling.send({ toNumber, body: "Hi", purpose: "paymentLink" }, effectContext(effectId));
      return outcome.status === "accepted" ? outcome.messageRef : "";
    };
    const refs = [await send(goodNumber, "reached"), await send("+15005550099", "off")];
    while (heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    const told = (ref: string | undefined) =>
      heard.filter((one) => one.get("MessageSid") === ref).map((one) => one.get("MessageStatus"));
    assert.deepEqual(refs.map(told), [
      ["sent", "delivered"],
      ["sent", "undelivered"],
    ]);
    const news = { messageRef: refs[1] ?? "", status: "undeliverable", reason: "30003" } as const;
    assert.equal(await noteMessageNews(database.pool, news, new Date()), true);
    assert.equal(await noteMessageNews(database.pool, news, new Date()), false);
  } finally {
    application.close();
    application.closeAllConnections();
  }
});

test("a message that was turned away, and may have gone out with the next try, is looked for before it is sent again", async () => {
  const { pool } = database;
  const given = { effectId: "turned away", callSid: "CA1", purpose: "receipt", now: new Date() } as const;
  assert.equal((await beginMessage(pool, given)).isNew, true);
  await endMessage(pool, given.effectId, { status: "notSent", now: new Date() });
  // This try ends with its worker: nobody says what became of it.
  assert.deepEqual(pick(await beginMessage(pool, given)), { status: "sending", isNew: true });
  assert.deepEqual(pick(await beginMessage(pool, given)), { status: "sending", isNew: false });
});

function pick({ status, isNew }: Awaited<ReturnType<typeof beginMessage>>): object {
  return { status, isNew };
}

test("news comes in no order: what was delivered stays delivered", async () => {
  const outcome = await messaging().send(
    { toNumber: goodNumber, body: "Late news", purpose: "paymentLink" },
    effectContext("order"),
  );
  assert.equal(outcome.status, "accepted");
  const { messageRef } = outcome as { messageRef: string };
  const now = new Date();
  assert.equal(await noteMessageNews(database.pool, { messageRef, status: "delivered", reason: null }, now), true);
  const late = { messageRef, status: "undeliverable", reason: "30003" } as const;
  assert.equal(await noteMessageNews(database.pool, late, now), false);
  assert.equal(await noteMessageNews(database.pool, { ...late, messageRef: "SMunknown" }, now), false);
});

test("codes decide: about the number, too much, ours, or in doubt", () => {
  const judge = (status: number | undefined, code: unknown) => judgeSendFailure({ status, code }).kind;
  assert.equal(judge(400, 21_610), "undeliverable");
  assert.equal(judge(429, 20_429), "retry");
  assert.equal(judge(400, 21_611), "retry");
  assert.equal(judge(undefined, "ECONNREFUSED"), "retry");
  assert.equal(judge(undefined, "ECONNABORTED"), "doubt");
  assert.equal(judge(503, 20_503), "doubt");
  assert.equal(judge(400, 21_606), "refused");
  assert.equal(judgeSendFailure(new Error("odd")).kind, "doubt");
});

test("without a sender nothing is promised", async () => {
  const input = { toNumber: goodNumber, body: "Hi", purpose: "paymentLink" } as const;
  await assert.rejects(unconfiguredMessaging.send(input, effectContext("none")), { code: "VENDOR_REFUSED" });
});
