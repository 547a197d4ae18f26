/** A call about an order that was placed: tool calls through the core, on the real database, with a provider that remembers. */
import assert from "node:assert/strict";
import type pg from "pg";
import { createPostgresDueMoney } from "../../../connectors/orders/operations/due-money.ts";
import { createPostgresOrderOperations } from "../../../connectors/orders/operations/postgres.ts";
import { placePaidOrder } from "../../../connectors/orders/operations/testing/variant-shop.ts";
import { createPostgresOrders } from "../../../connectors/orders/postgres.ts";
import { reconcile } from "../../../connectors/orders/reconciliation.ts";
import type { ChargeOutcome, Payments } from "../../../connectors/payments/port.ts";
import { contextOf } from "../../../connectors/postgres/testing/test-database.ts";
import type {
  RiskAction,
  ToolArguments,
  ToolFailed,
  ToolRefused,
  ToolSucceeded,
} from "../../../schemas/generated/records.ts";
import { type Config, type State, step } from "../core.ts";
import { createOrderMoney, moveAllDue } from "../order-money.ts";
import type { ActPorts, PortAnswer } from "../ports.ts";
import { assessedCall, assessment } from "./assessed-call.ts";
import { toolCalled } from "./tool-call.ts";

export const callSid = "CA00000000000000000000000000000001";
const config: Config = {
  maxQuantity: 20,
  maxPriceMinor: 10_000_000,
  callerAttempts: 1,
  settleAttempts: 1,
  retryDelayMs: 10,
  riskPatienceMs: 2_500,
  paymentLinkMs: 600_000,
  paymentPollMs: 2_000,
};
/** What a tool call comes to. */
export type Result = ToolSucceeded | ToolRefused | ToolFailed;
export type Tool = Parameters<typeof toolCalled>[0];

/** A provider that keeps what it did by key, as the real one does: the same key is the same movement. */
class Provider implements Payments {
  readonly charges = new Map<string, { readonly ref: string; readonly amountMinor: number; refundedMinor: number }>();
  readonly refunds = new Map<
    string,
    { readonly refundRef: string; readonly paymentRef: string; readonly amountMinor: number }
  >();
  /** What it answers to the next charge instead. */
  next: ChargeOutcome["status"] | "charged and lost" | null = null;
  readonly findCharges: Payments["findCharges"] = async () => ({ charges: [] });

  /** What the shop's order was paid with before. */
  holds(ref: string, amountMinor: number): void {
    this.charges.set(ref, { ref, amountMinor, refundedMinor: 0 });
  }

  chargeSavedCard: Payments["chargeSavedCard"] = async ({ amountMinor }, { effectId }) => {
    const answer = this.next;
    if (answer === "declined")
      return { status: "declined", declineCode: "insufficient_funds", paymentRef: null, vendorWaitMs: 1 };
    const known = this.charges.get(effectId) ?? { ref: `pi_${this.charges.size}`, amountMinor, refundedMinor: 0 };
    if (answer !== "unknown") this.charges.set(effectId, known);
    if (answer === "unknown" || answer === "charged and lost")
      return { status: "unknown", reason: "timeout", vendorWaitMs: 1 };
    return { status: "succeeded", paymentRef: known.ref, vendorWaitMs: 1 };
  };

  refund: Payments["refund"] = async ({ paymentRef, amountMinor }, { effectId }) => {
    const known = this.refunds.get(effectId);
    if (known !== undefined) return known;
    const charge = [...this.charges.values()].find(({ ref }) => ref === paymentRef);
    assert.ok(
      charge !== undefined && charge.refundedMinor + amountMinor <= charge.amountMinor,
      "refunded what it has not",
    );
    charge.refundedMinor += amountMinor;
    const refund = { refundRef: `re_${this.refunds.size}`, paymentRef, amountMinor };
    this.refunds.set(effectId, refund);
    return refund;
  };

  get heldMinor(): number {
    return [...this.charges.values()].reduce(
      (sum, { amountMinor, refundedMinor }) => sum + amountMinor - refundedMinor,
      0,
    );
  }
}

/** Ana, proven, with an order of two kettles for 60.00 on her Visa; `times`: how often each effect is performed. */
export async function callOfAna(pool: pg.Pool, options: { readonly times?: number } = {}) {
  const rows = async (sql: string) => (await pool.query(sql)).rows;
  const provider = new Provider();
  const dueMoney = createPostgresDueMoney({ pool });
  const orders = createPostgresOrders({ pool, quoteValidMs: 600_000 });
  const orderNumber = await placePaidOrder(pool, orders, callSid);
  provider.holds(`pi-${orderNumber}`, 6_000);
  const ports: Partial<ActPorts> = {
    orders,
    orderOperations: createPostgresOrderOperations({ pool }),
    orderMoney: createOrderMoney({ dueMoney, payments: provider }),
  };
  let state: State | null = null;
  let calls = 0;

  async function ask(
    tool: Tool,
    given: Partial<ToolArguments>,
    more: { readonly isConfirmed?: boolean; readonly diesAfter?: string } = {},
  ): Promise<Result> {
    calls += 1;
    const record = toolCalled(tool, {
      eventId: `care-${calls}`,
      arguments: { methodId: null, orderNumber, ...given },
      isConfirmed: more.isConfirmed ?? false,
    });
    let outcome = assessedCall(state, record, 0, config);
    for (;;) {
      state = outcome.state;
      const emitted = outcome.emit?.[0];
      if (emitted !== undefined) return emitted.record as Result;
      const effect = outcome.effects?.[0];
      assert.ok(effect, "a tool call gives a result or an effect");
      const port = ports[effect.port as "orders"] as unknown as Record<
        string,
        (input: unknown, context: unknown) => Promise<unknown>
      >;
      const context = contextOf(callSid, `act/${callSid}/${effect.key}`);
      let result: unknown;
      for (let time = 0; time < (options.times ?? 1); time += 1)
        result = await port[effect.call]?.(effect.input, context);
      if (effect.call === more.diesAfter) throw new Error("died");
      const answer = {
        from: "port",
        port: effect.port,
        call: effect.call,
        effectId: context.effectId,
        outcome: "result",
        result,
      };
      outcome = step(state, answer as PortAnswer, 0, config);
    }
  }

  /** Asks, hears what would be done, and says yes to it. */
  async function agree(
    tool: Tool,
    given: Partial<ToolArguments>,
    more: { readonly diesAfter?: string } = {},
  ): Promise<Result> {
    const first = await ask(tool, given);
    assert.ok(first.type === "ToolRefused" && first.reason === "notConfirmed", JSON.stringify(first));
    return ask(tool, { ...given, confirmation: first.readBack?.confirmation ?? null }, { ...more, isConfirmed: true });
  }

  return {
    orderNumber,
    provider,
    ask,
    agree,
    risk: (action: RiskAction) => {
      state = step(state, { from: "risk", record: assessment("e", action) }, 1, config).state;
    },
    housekeeping: () => moveAllDue({ dueMoney, payments: provider }, 50),
    async order() {
      const [found] =
        await rows(`SELECT status, total_minor AS total, (SELECT string_agg(l.product_id || '*' || l.quantity, ' ' ORDER BY l.line)
        FROM order_lines l WHERE l.order_number = number) AS lines FROM orders WHERE number = '${orderNumber}'`);
      return `${found.status} ${found.total} ${found.lines}`;
    },
    async booksAgree() {
      const { stock, money } = await reconcile(pool);
      assert.deepEqual([stock, money], [[], []]);
      assert.deepEqual(await dueMoney.dueMovements(10), []);
      const [ledger] = await rows(
        `SELECT coalesce(sum(amount_minor), 0)::int AS minor FROM ledger_entries WHERE account = 'cash' AND order_number = '${orderNumber}'`,
      );
      assert.equal(ledger.minor, provider.heldMinor, "the books say what the provider has");
    },
  };
}

export const reason = { cancelReason: "no longer needed" };
export const larger = { productIds: ["kettle"], newProductIds: ["kettle-large"] };
/** Says that a result is a refusal for a reason, with something to say. */
export const isRefused = (result: Result, why: ToolRefused["reason"]): void => {
  assert.ok(result.type === "ToolRefused", JSON.stringify(result));
  assert.equal(result.reason, why);
  assert.match(result.sentence ?? "", /^[A-Z].*\.$/, "there is a sentence to say");
};
