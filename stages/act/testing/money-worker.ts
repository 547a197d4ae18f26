/**
 * Moves the money of an order in a process of its own, which stops where it is told and waits there to be killed. Environment: POSTGRES_URL, STRIPE_URL, ORDER,
 * HOLD ("after chargeSavedCard 1": when that was done for the first time, and nobody has noted it). Prints a line when it is there, or when all is done.
 */
import { createPostgresDueMoney } from "../../../connectors/orders/operations/due-money.ts";
import { createStripePayments } from "../../../connectors/payments/stripe.ts";
import { createPool } from "../../../connectors/postgres/pool.ts";
import { createOrderMoney } from "../order-money.ts";

const { POSTGRES_URL = "", STRIPE_URL = "", ORDER = "", HOLD = "" } = process.env;
const counts = new Map<string, number>();

async function point(at: string): Promise<void> {
  counts.set(at, (counts.get(at) ?? 0) + 1);
  if (`${at} ${counts.get(at)}` !== HOLD) return;
  process.stdout.write("held\n");
  await new Promise(() => setInterval(() => {}, 60_000));
}

function stoppable<P extends object>(port: P): P {
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...given: unknown[]) => {
        await point(`before ${String(name)}`);
        const result: unknown = await method.apply(target, given);
        await point(`after ${String(name)}`);
        return result;
      };
    },
  });
}

const pool = createPool({
  postgresUrl: POSTGRES_URL,
  postgresStatementTimeoutMs: 10_000,
  applicationName: "partyline money under test",
  maxConnections: 1,
});
const money = createOrderMoney({
  dueMoney: stoppable(createPostgresDueMoney({ pool })),
  payments: stoppable(createStripePayments({ apiKey: "sk_test_killed", baseUrl: STRIPE_URL })),
});
const context = { callSid: "", effectId: "moved", signal: new AbortController().signal, notify: () => {} };
const { status } = await money.moveDue({ orderNumber: ORDER }, context);
process.stdout.write(`${status}\n`);
process.exit(0);
