/** An order that is placed while things are taken away, and whether orders and charges agree afterwards. */
import { setTimeout as delay } from "node:timers/promises";
import { playOnLine } from "../../cli/play-on-line.ts";
import { createPool } from "../../connectors/postgres/pool.ts";
import type { RunningFile, System } from "../../local/system.ts";
import { readShop } from "../../shop/load.ts";
import { parseScenario } from "../../simulators/caller/scenario-format.ts";
import type { OpenPlan } from "../call/measured-line.ts";
import { agree, type Books, type LiveCharge, type PaidOrder } from "./books.ts";

type Customer = { readonly phone: string; readonly pin: string };

export type OrderCall = {
  /** Lets the call end, and looks into the books. */
  finish(): Promise<Books>;
};

/** Cards that the simulated provider always takes. */
const goodCards = ["pm_card_visa", "pm_card_mastercard", "pm_card_amex"];
/** Callers are patient: a failure delays what they wait for. */
const patience = 2;
/** What was interrupted between charge and order is settled by then. */
const settleMs = 30_000;
const recheckMs = 500;

const script = ({ phone, pin }: Customer): string => `
title: Orders headphones
caller: { from: "${phone}" }
steps:
  - say: I am looking for noise cancelling headphones under two hundred dollars.
    means: { intent: searchProducts, entities: { query: noise cancelling headphones, priceMaxMinor: 20000 } }
  - expectHeard: Harbor headphones
  - say: I would like to order the black Harbor headphones.
    means: { intent: orderProduct, entities: { productName: black Harbor headphones } }
  - expectHeard: /\\bPIN\\b/
  - press: "${pin}#"
  - expectHeard: place the order
  - say: Yes, please.
    means: { intent: confirm }
  - expectHeard: order number
`;

let nextCustomer = 0;

/** Begins a call that places an order; whatever happens to it, it ends. */
export async function startOrderCall(
  system: System,
  { url, statusUrl }: Pick<OpenPlan, "url" | "statusUrl">,
  onAnswered: (callSid: string) => void,
): Promise<OrderCall> {
  const where = system.describe();
  const customers = await goodCustomers();
  const customer = customers[nextCustomer % customers.length];
  if (customer === undefined) throw new Error("no customer of the shop has a card that is taken");
  nextCustomer += 1;
  const playing = playOnLine(
    parseScenario(script(customer), "order.yaml"),
    {
      twilio: {
        twilioControl: where.twilioControl ?? "",
        webhookUrl: url ?? where.webhookUrl,
        statusCallbackUrl: statusUrl ?? where.statusUrl,
        to: where.numbers[0] ?? "",
      },
      geminiControl: where.geminiControl,
      postgres: where.postgres,
      stripeControl: where.stripeControl,
    },
    { patience, onAnswered },
  );
  // Whoever finishes is told.
  playing.catch(() => undefined);
  return {
    async finish() {
      const { callSid, outcome } = await playing;
      const deadline = performance.now() + settleMs;
      for (;;) {
        const books = agree(callSid, outcome === "passed", await paidOrders(where, callSid), await liveCharges(where));
        if (books.disagreements === 0 || performance.now() > deadline) return books;
        await delay(recheckMs);
      }
    },
  };
}

async function goodCustomers(): Promise<readonly Customer[]> {
  const { customers } = await readShop();
  return customers.filter(({ savedCards }) =>
    savedCards.some(({ isDefault, providerPaymentMethod }) => isDefault && goodCards.includes(providerPaymentMethod)),
  );
}

async function paidOrders({ postgres }: RunningFile, callSid: string): Promise<readonly PaidOrder[]> {
  const pool = createPool({
    postgresUrl: postgres,
    postgresStatementTimeoutMs: 10_000,
    applicationName: "partyline bench",
    maxConnections: 1,
  });
  try {
    const { rows } = await pool.query<PaidOrder>(
      `SELECT call_sid AS "callSid", total_minor::int AS "amountMinor" FROM orders WHERE status = 'paid' AND call_sid = $1`,
      [callSid],
    );
    return rows;
  } finally {
    await pool.end();
  }
}

type ProviderCharge = {
  readonly amount: number;
  readonly amount_refunded: number;
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
};

async function liveCharges({ stripeControl }: RunningFile): Promise<readonly LiveCharge[]> {
  if (stripeControl === undefined) throw new Error("orders are placed with a simulated payment provider only");
  const response = await fetch(new URL("/_control/charges", stripeControl), { signal: AbortSignal.timeout(10_000) });
  const { charges } = (await response.json()) as { charges: readonly ProviderCharge[] };
  return charges
    .filter(({ status, amount_refunded }) => status === "succeeded" && amount_refunded === 0)
    .map(({ amount, metadata }) => ({ callSid: metadata.callSid ?? "", amountMinor: amount }));
}
