import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { CardOnFile, MethodOnFile, OrderReadBack, Quote, ToolCalled } from "../../schemas/generated/records.ts";
import { type State, step } from "./core.ts";
import { money } from "./spoken-numbers.ts";
import { type Act, act } from "./test-acts.ts";
import { config, mastercard, order, product, quote, TestCall, text, visa } from "./test-call.ts";
import { lineText } from "./wording.ts";

const methods: readonly MethodOnFile[] = [visa, mastercard].map(({ cardId, brand, last4 }) => ({
  methodId: cardId,
  kind: "card",
  brand,
  last4,
}));
const anyOption = ["cancel", "changeItems", "changeAddress", "changePayment", "requestReturn"] as const;

/** A call in which anything may happen, and what must hold after each step of it. */
class AnyCall {
  readonly call = new TestCall();
  readonly amounts = new Set<string>();
  readonly quotes = new Map<string, Quote>();
  readonly cards = new Map<string, CardOnFile>([visa, mastercard].map((card) => [card.cardId, card]));
  readonly unanswered: (ToolCalled & { readonly eventId: string })[] = [];
  placed = 0;
  changed = 0;
  added = 0;
  all = 0;
  orders = 0;
  #checked = 0;
  #attachments = 0;
  #isProven = false;
  #lastReadBack = "";
  #offered = "";
  readonly #told = new Set<string>();
  severalLines = 0;
  /** Orders that are paid by a link. */
  linked = 0;
  /** The identity of the caller's newest act, as the tool calls must follow from it. */
  #isYes = false;

  knows(...minor: readonly number[]): void {
    for (const amount of minor) {
      this.amounts.add(money(amount, "USD"));
      this.amounts.add(money(amount, "USD").replace(/\.00$/, ""));
    }
  }

  run(what: Act): void {
    const { call } = this;
    this.#isYes =
      (what.do === "mean" && what.intent === "confirm" && !what.trick) ||
      (what.do === "press" && what.keys.includes("1"));
    switch (what.do) {
      case "mean":
        call.means(what.intent, what.entities, {
          isInjectionSuspected: what.trick,
          confidence: what.confidence,
          ...((what.words ?? "") === "" ? {} : { text: what.words ?? "" }),
        });
        break;
      case "press":
        call.press(what.keys);
        break;
      case "succeed":
        this.#succeed(what.amountMinor, what.back);
        break;
      case "refuse": {
        const asked = this.#take(what.back);
        if (asked === undefined) break;
        if (what.reason === "overDailyAmount" && what.count !== null) this.knows(what.count);
        call.refuse(
          what.reason,
          {
            limit: what.count,
            availableQuantity: what.count,
            triesLeft: what.count,
            cards: what.count === 1 ? [mastercard] : [],
            readBack: what.reason === "notConfirmed" ? this.#readBack(what.count ?? 7) : null,
          },
          asked.eventId,
        );
        break;
      }
      case "fail": {
        const asked = this.#take(what.back);
        if (asked === undefined) break;
        // An outcome that is not known stays open.
        if (asked.tool === "placeOrder" && what.isOutcomeUnknown) this.unanswered.push(asked);
        call.fail(what.isOutcomeUnknown, asked.eventId);
        break;
      }
      case "hear":
        this.call.hear(Math.min(what.sentences, this.#sentenceCount()));
        break;
      case "interrupt":
        if (call.state?.isAttached === true)
          call.interrupt(
            Math.min(what.sentences, Math.max(0, this.#sentenceCount() - 1)),
            "First, the harbor headphones",
          );
        break;
      case "due": {
        const [name] = [...call.timers.entries()].sort((a, b) => a[1] - b[1])[0] ?? [];
        if (name !== undefined) call.due(name);
        break;
      }
      case "speak":
        call.speak("start");
        break;
      case "hush":
        call.speak("end");
        break;
      case "detach":
        call.detach();
        break;
      case "attach":
        if (call.state?.isAttached === false) this.#attachments += 1;
        call.attach(this.#attachments);
        break;
      case "return": {
        // Whether or not anybody asked for a card, and whether or not the stream was away.
        this.#attachments += 1;
        const paymentMethodRef = what.outcome === "taken" ? `pm_${this.#attachments}` : null;
        call.attach(this.#attachments, { outcome: what.outcome, paymentMethodRef });
        break;
      }
      case "end":
        call.end();
        break;
      case "risk":
        if (what.action === "challenge" || what.action === "block") this.#isProven = false;
        call.risk(what.action);
        break;
    }
    this.check();
  }

  #readBack(amountMinor: number): OrderReadBack {
    this.#offered = `confirmation-${this.all}`;
    this.all += 1;
    this.knows(amountMinor);
    return {
      confirmation: this.#offered,
      movements: [{ isRefund: true, amountMinor, methodId: "card-1" }],
      differenceMinor: 0,
      requestMethodId: null,
      totalMinor: null,
    };
  }

  #sentenceCount(): number {
    const response = this.call.all.findLast((record) => record.type === "ResponsePrepared");
    return response?.type === "ResponsePrepared" ? response.sentences.length : 0;
  }

  #take(fromEnd: number): (ToolCalled & { readonly eventId: string }) | undefined {
    const index = Math.max(0, this.unanswered.length - 1 - fromEnd);
    return this.unanswered.splice(index, 1)[0];
  }

  #succeed(amountMinor: number, fromEnd: number): void {
    const asked = this.#take(fromEnd);
    if (asked === undefined) return;
    const { call } = this;
    switch (asked.tool) {
      case "searchProducts":
      case "getProductDetails": {
        const products = [1, 2, 3, 4]
          .slice(0, amountMinor % 5)
          .map((n) => product(n, { priceMinor: amountMinor + n, isMatch: amountMinor % 3 > 0 }));
        this.knows(...products.map((item) => item.priceMinor));
        call.succeed({ products }, asked.eventId);
        break;
      }
      case "quoteOrder":
      case "applyDiscount": {
        const quoteHash = `hash-${this.quotes.size}`;
        const one = quote(2, { quoteId: `Q-${this.quotes.size}`, quoteHash, totalMinor: amountMinor });
        const lines = [...one.lines, ...quote(1 + (amountMinor % 3), {}, product(2)).lines];
        const offer = amountMinor % 2 === 0 ? { ...one, lines } : one;
        this.quotes.set(quoteHash, offer);
        this.knows(amountMinor, offer.shippingMinor, ...offer.lines.map((line) => line.unitPriceMinor));
        call.succeed({ quote: offer }, asked.eventId);
        break;
      }
      case "placeOrder":
        this.orders += 1;
        this.knows(amountMinor);
        call.succeed({ order: order({ totalMinor: amountMinor }) }, asked.eventId);
        break;
      case "checkOrderStatus":
        this.knows(amountMinor);
        call.succeed({ order: order({ totalMinor: amountMinor }) }, asked.eventId);
        break;
      case "getOrderDetails":
        this.knows(amountMinor, 1_099, 2_099);
        call.succeed(
          {
            orders: [order({ totalMinor: amountMinor, options: amountMinor % 3 === 0 ? [] : anyOption })].slice(
              0,
              amountMinor % 7,
            ),
            methods,
            products: [product(1), product(2)],
          },
          asked.eventId,
        );
        break;
      case "verifyIdentity":
        this.#isProven = true;
        call.succeed({ cards: amountMinor % 4 === 0 ? [] : [visa, mastercard], customerName: "Anna" }, asked.eventId);
        break;
      case "addCard": {
        const last4 = String(1_000 + this.cards.size);
        const keyed: CardOnFile = { cardId: `keyed-${last4}`, brand: "visa", last4, isDefault: false };
        this.cards.set(keyed.cardId, keyed);
        this.added += 1;
        call.succeed({ cards: [keyed] }, asked.eventId);
        break;
      }
      default:
        call.succeed({}, asked.eventId);
    }
  }

  /** What must hold of everything that was emitted since the last check, and of the state. */
  check(): void {
    const { call } = this;
    for (const record of call.all.slice(this.#checked)) {
      if (record.type === "ToolCalled") {
        if (record.tool === "placeOrder") {
          assert.ok(this.#isYes, "an order is placed only by a yes");
          assert.ok(this.#isProven, "an order is placed only for a proven caller");
          assert.equal(record.isConfirmed, true);
          const offer = this.quotes.get(record.arguments.quoteHash ?? "");
          assert.equal(offer?.quoteId, record.arguments.quoteId);
          const total = money(offer?.totalMinor ?? -1, "USD");
          const { cardId } = record.arguments;
          const last4 = this.cards.get(cardId ?? "")?.last4;
          const way = cardId === null ? ". I can text you a link" : ", on your";
          assert.ok(
            this.#lastReadBack.includes(`The total is ${total}${way}`),
            `${total} was not what was read back last`,
          );
          if (cardId === null) this.linked += 1;
          for (const line of (offer?.lines.length ?? 0) > 1 ? (offer?.lines ?? []) : []) {
            const sentence = `${lineText(line)} at ${money(line.unitPriceMinor, "USD")}`;
            assert.ok(this.#told.has(sentence.toLowerCase()), `${sentence} was never said`);
            this.severalLines += 1;
          }
          if (cardId !== null) assert.ok(this.#lastReadBack.includes(`ending ${[...(last4 ?? "")].join(" ")}.`));
          assert.ok(!this.unanswered.some((other) => other.tool === "placeOrder"), "two orders under way");
          this.placed += 1;
        } else {
          const { confirmation } = record.arguments;
          assert.equal(record.isConfirmed, confirmation !== null);
          if (confirmation !== null) {
            assert.ok(this.#isYes && this.#isProven, "an order is changed only by a yes of a proven caller");
            assert.equal(confirmation, this.#offered, "a yes to something else than what was read back");
            this.changed += 1;
          }
        }
        if (record.tool === "addCard") {
          assert.ok(this.#isProven, "a card is added only for a proven caller");
          assert.match(record.arguments.paymentMethodRef ?? "", /^pm_/, "and only one that was keyed in");
        }
        if (record.tool === "searchProducts") {
          assert.notEqual(record.arguments.query, null);
          this.knows(record.arguments.priceMinMinor ?? 0, record.arguments.priceMaxMinor ?? 0);
        }
        assert.ok((record.arguments.quantity ?? 1) >= 1);
        if (record.tool === "quoteOrder") {
          const lines = record.arguments.lines ?? [];
          assert.equal(lines.length > 0, record.arguments.productId === null, "one product or several");
          assert.equal(new Set(lines.map(({ productId }) => productId)).size, lines.length);
          assert.ok(lines.every(({ quantity }) => quantity >= 1));
        }
        if (record.tool !== "cancelQuote") this.unanswered.push(record);
      }
      if (record.type === "ResponsePrepared") {
        const told = text(record);
        assert.ok(record.sentences.length > 0);
        for (const sentence of record.sentences) {
          assert.match(sentence.text, /[.!?]$/);
          this.#told.add(sentence.text.replace(/(?: each)?\.$/, "").toLowerCase());
        }
        for (const amount of told.match(/\$[\d.]*\d/g) ?? [])
          assert.ok(this.amounts.has(amount), `${amount} came from nowhere: ${told}`);
        if (/order is placed/.test(told)) assert.ok(this.orders > 0, "an order was claimed");
        if (told.includes("The total is") && /, on your|text you a link/.test(told)) this.#lastReadBack = told;
      }
    }
    this.#checked = call.all.length;
    const { state } = call;
    if (state === null) return;
    const waits = ["tool", "intent", "silence", "card"].filter((name) => call.timers.has(name));
    if (state.isAttached && state.dialogue !== "exit")
      assert.ok(waits.length > 0, `nothing ends the wait in ${state.dialogue}`);
    if (state.awaited !== null) assert.ok(call.timers.has("tool"), "a tool is waited for without a bound");
  }
}

describe("any call whatever", () => {
  it("never throws, claims nothing, charges only what was read back and confirmed, once, and always ends its waits", () => {
    let placed = 0;
    let changed = 0;
    let added = 0;
    let severalLines = 0;
    let linked = 0;
    const property = fc.property(
      fc.array(act, { maxLength: 90, size: "max" }),
      fc.constantFrom("none", "order", "order", "card", "link", "care"),
      (acts, readBack) => {
        const any = new AnyCall();
        any.call.start();
        any.check();
        if (readBack === "care") {
          const meant = { entities: { paymentMethod: "mastercard" }, trick: false, confidence: 1 };
          any.run({ do: "mean", intent: "changePayment", ...meant });
          any.run({ do: "press", keys: "4071#" });
          any.run({ do: "succeed", amountMinor: 1_234, back: 0 });
          any.run({ do: "succeed", amountMinor: 1_234, back: 0 });
          any.run({ do: "refuse", reason: "notConfirmed", count: 1_234, back: 0 });
          assert.equal(any.call.dialogue, "careConfirmation");
          any.run({ do: "hear", sentences: 9 });
        }
        if (readBack === "order" || readBack === "card" || readBack === "link") {
          for (const [intent, more] of [
            ["searchProducts", { query: "headphones" }],
            ["orderProduct", { ordinal: 1 }],
            ["provideDigits", { digits: "1234" }],
          ] as const) {
            any.run({ do: "mean", intent, entities: more, trick: false, confidence: 1 });
            any.run({ do: "succeed", amountMinor: 1_234, back: 0 });
            any.run({ do: "hear", sentences: 9 });
          }
          assert.equal(any.call.dialogue, "confirmation");
        }
        if (readBack === "card" || readBack === "link") {
          const answer = { do: "mean", entities: {}, trick: false, confidence: 1 } as const;
          any.run({ ...answer, intent: "confirm" });
          any.run({ do: "refuse", reason: "cardDeclined", count: null, back: 0 });
          any.run({ do: "hear", sentences: 9 });
          any.run({ ...answer, intent: readBack === "card" ? "confirm" : "deny" });
          any.run({ do: "hear", sentences: 9 });
          assert.equal(any.call.state?.isCardAwaited, readBack === "card");
          if (readBack === "card") any.run({ do: "detach" });
        }
        for (const each of acts) any.run(each);
        any.run({ do: "end" });
        assert.equal(any.call.state, null);
        placed += any.placed;
        changed += any.changed;
        severalLines += any.severalLines;
        linked += any.linked;
        added += any.added;
      },
    );
    fc.assert(property, { numRuns: 1_200, seed: 20_261_123 });
    assert.ok(severalLines > 20, `only ${severalLines} lines of several were ordered: the calls are not random enough`);
    assert.ok(changed > 20, `only ${changed} orders were changed: the calls are not random enough`);
    assert.ok(linked > 20, `only ${linked} orders are paid by a link: the calls are not random enough`);
    assert.ok(added > 5, `only ${added} cards were keyed in: the calls are not random enough`);
    assert.ok(placed > 100, `only ${placed} orders were placed: the calls are not random enough`);
  });

  it("gives the same outcome for the same inputs, and no id twice", () => {
    const property = fc.property(fc.array(act, { maxLength: 60, size: "max" }), (acts) => {
      const any = new AnyCall();
      any.call.start();
      for (const each of acts) any.run(each);
      const ids = any.call.all.map((record) => record.eventId);
      assert.equal(new Set(ids).size, ids.length);
      for (const { before, input, at, outcome } of any.call.steps) {
        assert.equal(JSON.stringify(step(JSON.parse(before) as State | null, input, at, config)), outcome);
      }
    });
    fc.assert(property, { numRuns: 100, seed: 7 });
  });
});
