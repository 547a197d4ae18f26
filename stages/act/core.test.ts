import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../runtime/stage.ts";
import {
  absentFields,
  type LeftLine,
  type OrderSummary,
  type Quote,
  type RiskAction,
  type ToolCalled,
  type WishedLine,
} from "../../schemas/generated/records.ts";
import { type State, step } from "./core.ts";
import type { ActPorts, PortAnswer } from "./ports.ts";
import { refusalSentences } from "./refusal-sentences.ts";
import { assessedCall, assessment } from "./testing/assessed-call.ts";
import { config } from "./testing/config.ts";
import { goodArguments, sealed, toolCalled } from "./testing/tool-call.ts";
import { tools } from "./tools.ts";

type Out = Outcome<State, "toolResults", ActPorts>;
type Names = keyof typeof goodArguments;
const names = Object.keys(goodArguments) as Names[];

/** A call that inputs are given to one after another. */
function given() {
  let state: State | null = null;
  const feed = (input: Parameters<typeof step>[1], at = 1_000): Out => {
    const out = step(state, input, at, config);
    state = out.state;
    return out;
  };
  return {
    called: (record: ToolCalled) => {
      const out = assessedCall(state, record, 1_000, config);
      state = out.state;
      return out;
    },
    risk: (action: RiskAction, at = 1_000) => feed({ from: "risk", record: assessment("e", action) }, at),
    answered: (port: string, call: string, result: object, at = 1_000) =>
      feed({ from: "port", port, call, effectId: "hash", outcome: "result", result } as PortAnswer, at),
    failed: (port: string, call: string, code: string, isRetryable: boolean, at = 1_000) =>
      feed({ from: "port", port, call, effectId: "hash", outcome: "failure", code, isRetryable } as PortAnswer, at),
    timer: (name: string) => feed({ from: "timer", name }),
    state: () => state,
  };
}

/** The one result that an outcome emits, without what every result has. */
function result(out: Out): object {
  assert.equal(out.emit?.length, 1, JSON.stringify(out));
  const [emitted] = out.emit;
  assert.equal(emitted?.key, `${emitted?.record.callId}/result`);
  assert.equal(emitted?.causeId, emitted?.record.callId);
  const { turn, callId, tool, storeWaitMs, vendorWaitMs, ...rest } = emitted?.record ?? ({} as never);
  assert.equal(turn, 3);
  return rest;
}

const refusal = (reason: string, details: object = {}) => ({
  type: "ToolRefused",
  reason,
  ...absentFields.ToolRefused,
  sentence: refusalSentences[reason as keyof typeof refusalSentences] ?? null,
  ...details,
});
const failure = (code: string, isOutcomeUnknown = false) => ({ type: "ToolFailed", code, isOutcomeUnknown });
const nothing = absentFields.ToolSucceeded;
/** quoteOrder of several products names none beside them. */
const noSingle = { productId: null, quantity: null };
const leftLines: readonly LeftLine[] = [
  { productId: "mug", spokenName: "mug", quantity: 3, reason: "outOfStock", availableQuantity: 2 },
];
const identity = (isRequired: boolean, provenSinceMs: number | null = null) => ({ isRequired, provenSinceMs });

test("a tool that the intent does not permit is refused, whoever asks", () => {
  for (const name of names) {
    if (tools[name].intents === "any") continue;
    assert.deepEqual(result(given().called(toolCalled(name, { intent: "outOfScope" }))), refusal("notAllowed"), name);
  }
  const forged = { ...toolCalled("placeOrder"), tool: "none" } as const;
  assert.deepEqual(result(given().called(forged)), refusal("notAllowed"));
  const unheardOf = { ...toolCalled("placeOrder"), tool: "toString" } as unknown as ToolCalled;
  assert.deepEqual(result(given().called(unheardOf)), refusal("notAllowed"));
});

test("a missing argument is refused, and so is one that the tool does not take", () => {
  for (const name of names) {
    for (const required of tools[name].required)
      assert.deepEqual(
        result(given().called(toolCalled(name, { arguments: { [required]: null } }))),
        refusal("invalidArguments"),
        `${name} without ${required}`,
      );
    const foreign = name === "verifyIdentity" ? { query: "x" } : { digits: sealed("4071") };
    assert.deepEqual(
      result(given().called(toolCalled(name, { arguments: foreign }))),
      refusal("invalidArguments"),
      name,
    );
    const unknown = toolCalled(name);
    const extended = { ...unknown, arguments: { ...unknown.arguments, amountMinor: 1 } } as ToolCalled;
    assert.deepEqual(result(given().called(extended)), refusal("invalidArguments"), name);
  }
});

test("values outside their bounds are refused", () => {
  const faults: readonly (readonly [Names, object])[] = [
    ["searchProducts", { query: "" }],
    ["searchProducts", { query: "?!" }],
    ["searchProducts", { query: "k".repeat(201) }],
    ["searchProducts", { priceMaxMinor: 0 }],
    ["searchProducts", { priceMinMinor: -1 }],
    ["searchProducts", { priceMaxMinor: 1_000_001 }],
    ["searchProducts", { priceMinMinor: 4_001 }],
    ["searchProducts", { quantity: 0 }],
    ["searchProducts", { quantity: 1.5 }],
    ["getProductDetails", { productId: "'; DROP TABLE products" }],
    ["getProductDetails", { question: "q".repeat(301) }],
    ["quoteOrder", { quantity: -1 }],
    ["quoteOrder", { quantity: Number.NaN }],
    ["quoteOrder", { quantity: 2.5 }],
    ["quoteOrder", { productId: null }],
    ["quoteOrder", { lines: [{ productId: "kettle", quantity: 1 }] }],
    ["quoteOrder", { ...noSingle, lines: [] }],
    ["quoteOrder", { ...noSingle, quantity: 2, lines: [{ productId: "kettle", quantity: 1 }] }],
    [
      "quoteOrder",
      { ...noSingle, lines: Array.from({ length: 10_000 }, () => ({ productId: "kettle", quantity: 1 })) },
    ],
    ...[0, -1, 2.5, Number.NaN, "2" as unknown as number, 2 ** 53].map(
      (quantity) => ["quoteOrder", { ...noSingle, lines: [{ productId: "kettle", quantity }] }] as const,
    ),
    ["quoteOrder", { ...noSingle, lines: [{ productId: "'; DROP TABLE products", quantity: 1 }] }],
    ["quoteOrder", { ...noSingle, lines: [{ productId: "k".repeat(65), quantity: 1 }] }],
    ["quoteOrder", { ...noSingle, lines: ["kettle" as unknown as WishedLine] }],
    ["searchProducts", { lines: [{ productId: "kettle", quantity: 1 }] }],
    ["placeOrder", { quoteHash: "A".repeat(64) }],
    ["placeOrder", { quoteHash: "a".repeat(63) }],
    ["placeOrder", { cardId: "4242 4242 4242 4242" }],
    ["checkOrderStatus", { orderNumber: "12a" }],
    ["checkOrderStatus", { orderNumber: "1".repeat(13) }],
    ["verifyIdentity", { digits: sealed("1234567890123") }],
    ["verifyIdentity", { digits: "4071" }],
    ["verifyIdentity", { digits: "four" }],
    ["verifyIdentity", { callerNumber: "0202" }],
    ["applyDiscount", { discountCode: "x".repeat(33) }],
    ["applyDiscount", { discountCode: "a;b" }],
  ];
  for (const [name, fault] of faults)
    assert.deepEqual(
      result(given().called(toolCalled(name, { arguments: fault }))),
      refusal("invalidArguments"),
      JSON.stringify(fault),
    );
});

test("a quantity above the limit is refused with the limit", () => {
  for (const quantity of [21, 1_000_000_000]) {
    const lines = [
      { productId: "kettle", quantity: 1 },
      { productId: "mug", quantity },
    ];
    const asked = toolCalled("quoteOrder", { arguments: { ...noSingle, lines } });
    assert.deepEqual(result(given().called(asked)), refusal("overLimit", { limit: 20 }));
  }
  for (const name of ["searchProducts", "quoteOrder"] as const) {
    assert.deepEqual(
      result(given().called(toolCalled(name, { arguments: { quantity: 21 } }))),
      refusal("overLimit", { limit: 20 }),
    );
    assert.equal(given().called(toolCalled(name, { arguments: { quantity: 20 } })).emit, undefined);
  }
});

test("only placing an order needs a yes, and without one nothing begins", () => {
  for (const name of names) {
    const out = given().called(toolCalled(name, { isConfirmed: false }));
    if (name === "placeOrder") assert.deepEqual(result(out), refusal("notConfirmed"));
    else assert.equal(out.emit, undefined, name);
  }
});

test("a blocked call can give back what it holds and nothing else", () => {
  for (const name of names) {
    const call = given();
    call.risk("block");
    const out = call.called(toolCalled(name));
    if (name === "cancelQuote") assert.equal(out.effects?.length, 1);
    else assert.deepEqual(result(out), refusal("riskBlocked"), name);
  }
});

test("a challenge asks for a proof of identity that is newer than its beginning, until it is over", () => {
  for (const name of ["placeOrder", "checkOrderStatus", "applyDiscount"] as const) {
    const demandOf = (call: ReturnType<typeof given>) => {
      const input = call.called(toolCalled(name)).effects?.[0]?.input ?? {};
      return "identity" in input ? input.identity : null;
    };
    const call = given();
    call.risk("challenge", 5_000);
    call.risk("challenge", 6_000);
    assert.deepEqual(demandOf(call), identity(true, 5_000), name);
    const calmed = given();
    calmed.risk("challenge", 5_000);
    calmed.risk("confirm", 6_000);
    assert.deepEqual(demandOf(calmed), identity(name !== "applyDiscount"), name);
  }
});

test("an assessment that says nothing new is not saved", () => {
  const call = given();
  assert.deepEqual(call.risk("allow"), { state: null, save: false });
  assert.equal(call.risk("challenge", 5_000).save, undefined);
  assert.equal(call.risk("challenge", 6_000).save, false);
  assert.equal(call.risk("block", 7_000).state?.challengedAtMs, 5_000);
});

const waits = { storeWaitMs: 3 };
const quote: Quote = {
  quoteId: "q-1",
  quoteHash: "a".repeat(64),
  lines: [],
  subtotalMinor: 100,
  discountMinor: 0,
  taxMinor: 0,
  shippingMinor: 0,
  totalMinor: 100,
  currency: "USD",
  validUntil: 9_000,
};
const cards = [{ cardId: "card-2", brand: "visa", last4: "4242", isDefault: true }];
const order: OrderSummary = {
  orderNumber: "700001",
  status: "paid",
  lines: [],
  totalMinor: 100,
  currency: "USD",
  placedAt: 1_000,
  paidWithLast4: "4242",
  options: [],
};

test("what a port answers becomes the tool's result, with the time that was waited", () => {
  const no = { status: "refused", reason: "outOfStock", limit: null, availableQuantity: 2, ...waits };
  const cases: readonly (readonly [Names, string, string, object, object])[] = [
    ["searchProducts", "catalogue", "search", { products: [], ...waits }, { type: "ToolSucceeded", ...nothing }],
    ["getProductDetails", "catalogue", "details", { product: null, ...waits }, refusal("notFound")],
    [
      "quoteOrder",
      "orders",
      "quote",
      { status: "quoted", quote, cards, leftLines, ...waits },
      { type: "ToolSucceeded", ...nothing, quote, cards, leftLines },
    ],
    ["quoteOrder", "orders", "quote", no, refusal("outOfStock", { availableQuantity: 2 })],
    [
      "applyDiscount",
      "orders",
      "applyDiscount",
      { ...no, reason: "discountRefused", availableQuantity: null },
      refusal("discountRefused"),
    ],
    ["cancelQuote", "orders", "cancelQuote", { status: "cancelled", ...waits }, { type: "ToolSucceeded", ...nothing }],
    [
      "checkOrderStatus",
      "orders",
      "status",
      { status: "found", order, ...waits },
      { type: "ToolSucceeded", ...nothing, order },
    ],
    [
      "checkOrderStatus",
      "orders",
      "status",
      { ...no, reason: "identityRequired", availableQuantity: null },
      refusal("identityRequired"),
    ],
    [
      "verifyIdentity",
      "customers",
      "verify",
      { status: "refused", triesLeft: 1, ...waits },
      refusal("identityRefused", { triesLeft: 1 }),
    ],
    [
      "verifyIdentity",
      "customers",
      "verify",
      { status: "locked", ...waits },
      refusal("identityLocked", { triesLeft: 0 }),
    ],
  ];
  for (const [name, port, call, answer, expected] of cases) {
    const line = given();
    line.called(toolCalled(name));
    const out = line.answered(port, call, answer);
    assert.deepEqual(result(out), expected, `${name} ${JSON.stringify(answer)}`);
    assert.equal(out.emit?.[0]?.record.storeWaitMs, 3);
    assert.deepEqual(line.state()?.running, []);
  }
});

test("a proof of identity is answered with the open quote as it is for this customer", () => {
  const line = given();
  line.called(toolCalled("verifyIdentity"));
  const proven = line.answered("customers", "verify", { status: "proven", customerName: "Ana", cards, ...waits });
  assert.deepEqual(proven.effects, [{ port: "orders", call: "reprice", key: "call-1/reprice", input: {} }]);
  const out = line.answered("orders", "reprice", { status: "repriced", quote, ...waits });
  assert.deepEqual(result(out), { type: "ToolSucceeded", ...nothing, customerName: "Ana", cards, quote });
  assert.equal(out.emit?.[0]?.record.storeWaitMs, 6);
});

test("a proof of identity holds even when the quote cannot be looked at", () => {
  const line = given();
  line.called(toolCalled("verifyIdentity"));
  line.answered("customers", "verify", { status: "proven", customerName: "Ana", cards, ...waits });
  const out = line.failed("orders", "reprice", "DATABASE_FAILED", false);
  assert.deepEqual(result(out), { type: "ToolSucceeded", ...nothing, customerName: "Ana", cards });
});

test("a failure that may pass is tried again with the same effect, and then reported", () => {
  const line = given();
  const first = line.called(toolCalled("quoteOrder"));
  const waiting = line.failed("orders", "quote", "DATABASE_FAILED", true, 2_000);
  assert.deepEqual(waiting.timers, { "retry/order": 2_100 });
  assert.equal(waiting.emit, undefined);
  // A challenge in between does not make another effect of it.
  line.risk("challenge", 2_050);
  assert.deepEqual(line.timer("retry/order").effects, first.effects);
  assert.deepEqual(result(line.failed("orders", "quote", "DATABASE_FAILED", true)), failure("DATABASE_FAILED"));
});

test("a failure that stays is reported at once", () => {
  const line = given();
  line.called(toolCalled("searchProducts"));
  assert.deepEqual(result(line.failed("catalogue", "search", "INVALID_INPUT", false)), failure("INVALID_INPUT"));
});

test("orders wait for each other, looking up does not wait, and answers to nothing are ignored", () => {
  const line = given();
  assert.deepEqual(
    line.answered("orders", "quote", { status: "quoted", quote, cards, leftLines: [], ...waits }).emit,
    undefined,
  );
  line.called(toolCalled("quoteOrder", { eventId: "call-1" }));
  const second = line.called(toolCalled("cancelQuote", { eventId: "call-2" }));
  assert.equal(second.effects, undefined);
  const look = line.called(toolCalled("searchProducts", { eventId: "call-3" }));
  assert.deepEqual(
    look.effects?.map(({ call }) => call),
    ["search"],
  );
  const out = line.answered("orders", "quote", { status: "quoted", quote, cards, leftLines: [], ...waits });
  assert.deepEqual(
    out.effects?.map(({ call, key }) => [call, key]),
    [["cancelQuote", "call-2/cancelQuote"]],
  );
  assert.equal(out.emit?.[0]?.record.callId, "call-1");
});

test("what waits is bounded, and a block that comes meanwhile stops it", () => {
  const line = given();
  line.called(toolCalled("cancelQuote"));
  for (let index = 0; index < 8; index += 1) line.called(toolCalled("quoteOrder", { eventId: `waits-${index}` }));
  assert.deepEqual(result(line.called(toolCalled("quoteOrder", { eventId: "too-many" }))), failure("QUEUE_FULL"));
  line.risk("block");
  const out = line.answered("orders", "cancelQuote", { status: "cancelled", ...waits });
  assert.deepEqual(
    out.emit?.map(({ record }) => ("reason" in record ? record.reason : record.type)),
    ["ToolSucceeded", ...Array.from({ length: 8 }, () => "riskBlocked")],
  );
  assert.deepEqual([line.state()?.running, line.state()?.waiting], [[], []]);
});

test("an unknown call's timers and a take-over change nothing", () => {
  assert.deepEqual(step(null, { from: "timer", name: "retry/order" }, 1, config).effects, undefined);
  const state = given().called(toolCalled("quoteOrder")).state;
  assert.deepEqual(step(state, { from: "restored" }, 1, config), { state, save: false });
});
