import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signTwilioRequest } from "../../simulators/twilio/signature.ts";
import { startTestDatabase, type TestDatabase } from "../postgres/testing/test-database.ts";
import { beginMessage, endMessage } from "./message-record.ts";
import { createMessageStatusReceiver } from "./status-receiver.ts";

const authToken = "0123456789abcdef0123456789abcdef";
const statusCallbackUrl = "https://pay.example.com/twilio/message-status";
let database: TestDatabase;
let receive: ReturnType<typeof createMessageStatusReceiver>;
before(async () => {
  database = await startTestDatabase();
  const { pool } = database;
  receive = createMessageStatusReceiver({ authToken, statusCallbackUrl, pool });
  const now = new Date();
  await beginMessage(pool, { effectId: "e-1", callSid: "CA1", purpose: "paymentLink", now });
  await endMessage(pool, "e-1", { status: "accepted", messageRef: "SM1", now });
});
after(() => database.close());

/** Signed by the simulator's own signer, which is another implementation than the one that checks. */
function deliver(parameters: Record<string, string>, change: { url?: string; token?: string; body?: string } = {}) {
  const signature = signTwilioRequest(change.token ?? authToken, change.url ?? statusCallbackUrl, parameters);
  const rawBody = Buffer.from(change.body ?? new URLSearchParams(parameters).toString());
  return receive({ rawBody, headers: { "x-twilio-signature": signature } });
}

const statusOf = async () =>
  (await database.pool.query("SELECT status, reason FROM messages WHERE effect_id = 'e-1'")).rows[0];

test("what is not signed over the public address is refused, and changes nothing", async () => {
  const news = { MessageSid: "SM1", MessageStatus: "delivered" };
  assert.equal(await receive({ rawBody: Buffer.from("MessageSid=SM1&MessageStatus=delivered"), headers: {} }), 403);
  assert.equal(await deliver(news, { token: "another" }), 403);
  assert.equal(await deliver(news, { url: "http://127.0.0.1:8090/twilio/message-status" }), 403);
  assert.equal(await deliver(news, { body: "MessageSid=SM1&MessageStatus=failed" }), 403);
  assert.deepEqual(await statusOf(), { status: "accepted", reason: null });
});

test("last words are kept with their code; the others, and those about unknown messages, are taken and forgotten", async () => {
  assert.equal(await deliver({ MessageSid: "SM1", MessageStatus: "sent" }), 204);
  assert.equal(await deliver({ MessageSid: "SM2", MessageStatus: "delivered" }), 204);
  assert.equal(await deliver({ MessageSid: "SM1", MessageStatus: "toString" }), 204);
  assert.deepEqual(await statusOf(), { status: "accepted", reason: null });
  assert.equal(await deliver({ MessageSid: "SM1", MessageStatus: "undelivered", ErrorCode: "30003" }), 204);
  assert.deepEqual(await statusOf(), { status: "undeliverable", reason: "30003" });
  assert.equal(await deliver({ MessageSid: "SM1", MessageStatus: "delivered" }), 204);
  assert.deepEqual(await statusOf(), { status: "delivered", reason: null });
});
