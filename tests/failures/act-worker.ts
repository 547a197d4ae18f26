/**
 * A worker of `act` for tests: the stage, the runtime, Redis sessions and the real adapters of orders, customers, payments and messages, in a process of its
 * own that may be killed. The log is its standard input and output. Lines in: `{"record": base64}`, `{"go": callSid}`. Lines out: `{"ready":true,"name":"act"}`,
 * `{"held": callSid, "at": point}`, `{"published": base64}`.
 *
 * HOLD (JSON: callSid → points) stops a call's effect at a point, such as "before markPaid" or "after markPaid", until `go`. "after" is when the effect is
 * done and nobody has noted it.
 */
import { createInterface } from "node:readline";
import { createPostgresCustomers } from "../../connectors/customers/postgres.ts";
import { createTwilioMessaging } from "../../connectors/messaging/twilio.ts";
import { openOrders } from "../../connectors/orders/open-orders.ts";
import { createStripePayments } from "../../connectors/payments/stripe.ts";
import { createStripeHolds } from "../../connectors/payments/stripe-holds.ts";
import { createStripeLinks } from "../../connectors/payments/stripe-links.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import { openRedisSessions } from "../../connectors/session-store/redis.ts";
import type { EffectContext } from "../../runtime/effect.ts";
import type { ConsumeOptions, EventLog } from "../../runtime/log.ts";
import { createLogger } from "../../runtime/logger.ts";
import { createMetrics } from "../../runtime/metrics.ts";
import { runStage } from "../../runtime/run.ts";
import { topics } from "../../schemas/topics.ts";
import { openPayerApproval } from "../../stages/act/payer-approval.ts";
import { stage } from "../../stages/act/stage.ts";
import { silentPorts, someConfig } from "../support/stage-surroundings.ts";
import { pipeCodec } from "./pipe-codec.ts";

const { POSTGRES_URL = "", REDIS_URL = "", STRIPE_URL = "", HOLD = "{}" } = process.env;
const { TWILIO_URL = "", TWILIO_ACCOUNT = "", TWILIO_TOKEN = "", SENDER = "" } = process.env;
const holds = new Map(Object.entries(JSON.parse(HOLD) as Record<string, string[]>));
const released = new Map<string, () => void>();
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function point(callSid: string, at: string): Promise<void> {
  const waiting = holds.get(callSid);
  if (waiting?.[0] !== at) return;
  waiting.shift();
  await new Promise<void>((resolve) => {
    released.set(callSid, resolve);
    say({ held: callSid, at });
  });
}

type Method = (input: unknown, context: EffectContext) => Promise<unknown>;
/** A port that can be stopped around each of its methods. */
function stoppable<P extends object>(port: P): P {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (input: unknown, context: EffectContext) => {
        await point(context.callSid, `before ${String(name)}`);
        const result = await (method as Method)(input, context);
        await point(context.callSid, `after ${String(name)}`);
        return result;
      };
    },
  });
}

let consumer: ConsumeOptions | null = null;
const log: EventLog = {
  partitions: 1,
  async publish(records) {
    for (const { topic, value } of records)
      if (topic === topics.toolResults.name && value !== null) say({ published: value.toString("base64") });
  },
  async consume(options) {
    consumer = options;
    return { commit: async () => {}, pause: () => {}, resume: () => {}, stop: async () => {}, leave: async () => {} };
  },
  newest: async () => null,
  close: async () => {},
};

const pool = createPool({
  postgresUrl: POSTGRES_URL,
  postgresStatementTimeoutMs: 10_000,
  applicationName: "partyline act under test",
  maxConnections: 12,
});
const provider = { apiKey: "sk_test_killed", baseUrl: STRIPE_URL, retryPauseMs: 5 };
const payments = createStripePayments({ ...provider, attemptTimeoutMs: 1_000 });
const messaging = createTwilioMessaging({
  accountSid: TWILIO_ACCOUNT,
  authToken: TWILIO_TOKEN,
  apiBase: TWILIO_URL,
  sender: SENDER,
  statusCallbackUrl: "",
  pool,
  retryPauseMs: 5,
});
const { orders, awaited, sentLinks } = openOrders(pool, {
  quoteValidMs: 600_000,
  paymentLinkMs: 600_000,
  paymentLinkSendings: 3,
});
const payerApproval = openPayerApproval(
  {
    awaited: stoppable(awaited),
    sentLinks,
    links: stoppable(createStripeLinks({ ...provider, doneUrl: "https://shop.example/paid" })),
    sms: { messaging: stoppable(messaging), isConfigured: true },
    areLinksOffered: true,
  },
  { smsSignature: "" },
);
await runStage({
  stage,
  config: someConfig(stage),
  ports: {
    ...silentPorts(stage),
    orders: stoppable(orders),
    customers: createPostgresCustomers({ pool }),
    payments: stoppable(payments),
    holds: stoppable(createStripeHolds({ ...provider, attemptTimeoutMs: 1_000 })),
    payerApproval: stoppable(payerApproval),
  },
  workerId: String(process.pid),
  log,
  sessions: openRedisSessions(REDIS_URL),
  codec: pipeCodec(),
  metrics: createMetrics("act"),
  logger: createLogger("act", "error"),
  onFatal: (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
});

let offset = 0n;
const started = consumer as ConsumeOptions | null;
const read = { ToolCalled: topics.toolCalls.name, RiskAssessed: topics.risk.name };
started?.onAssigned(Object.values(read).map((topic) => ({ topic, partition: 0 })));
const input = createInterface({ input: process.stdin });
// The input ends with the test.
input.on("close", () => process.exit(0));
input.on("line", (line) => {
  const { record, go } = JSON.parse(line) as { record?: string; go?: string };
  if (go !== undefined) released.get(go)?.();
  if (record === undefined) return;
  const value = Buffer.from(record, "base64");
  const sent = pipeCodec().decode(value);
  if (!("callSid" in sent) || (sent.type !== "ToolCalled" && sent.type !== "RiskAssessed"))
    throw new Error("not a record that the stage reads");
  const { type, callSid } = sent;
  started?.onRecords([{ topic: read[type], partition: 0, offset, key: Buffer.from(callSid), value, headers: {} }], 0);
  offset += 1n;
});
say({ ready: true, name: "act" });
