import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CardEntry, CardOnFile } from "../../schemas/generated/records.ts";
import type { Config } from "./settings.ts";
import { mastercard, quote, TestCall, text, visa } from "./test-call.ts";

const keyed: CardOnFile = { cardId: "keyed-1", brand: "mastercard", last4: "5100", isDefault: false };
const taken: CardEntry = { outcome: "taken", paymentMethodRef: "pm_1" };
const ended = (outcome: CardEntry["outcome"]): CardEntry => ({ outcome, paymentMethodRef: null });

/** On a line that sends no links, an order without a card is given up. */
const noLinks = { paymentDoneUrl: "" };

/** The only card was declined, and a card can be keyed in. */
function declined(changes: Partial<Config> = {}): TestCall {
  const call = new TestCall(changes).placing();
  call.hear();
  call.refuse("cardDeclined");
  return call;
}

/** The caller has heard how it goes, and the stream is gone. */
function away(call = declined()): TestCall {
  call.hear();
  call.means("confirm");
  call.hear();
  call.detach();
  return call;
}

/** The caller is back with a card that the provider keeps. */
function back(call = away()): TestCall {
  call.attach(1, taken);
  return call;
}

describe("a card that is keyed in", () => {
  it("given the only card was declined, then another one may be keyed in, and the quote waits", () => {
    const call = declined();
    assert.equal(call.dialogue, "cardEntry");
    assert.match(call.said, /declined.*Nothing was charged\. You can key a card in on your telephone\./);
    assert.equal(call.count("cancelQuote"), 0);
  });

  it("given a yes, then the caller is told how, and the line is left once that was heard", () => {
    const call = declined();
    call.hear();
    const emitted = call.means("confirm");
    assert.match(call.said, /press star/);
    const response = emitted.find((record) => record.type === "ResponsePrepared");
    assert.deepEqual(
      emitted.flatMap((record) =>
        record.type === "CallDirected" ? [[record.direction, record.afterResponseId, record.toNumber]] : [],
      ),
      [["collectCard", response?.eventId, null]],
    );
    assert.equal(response?.type === "ResponsePrepared" && response.isInterruptible, false);
  });

  it("given the caller is away, then no silence is held against them, and one timer bounds the wait", () => {
    const call = away();
    assert.deepEqual([...call.timers.keys()], ["card"]);
  });

  it("given the card was taken, then it is saved, read back with the total, and charged only by a yes to that", () => {
    const call = back();
    assert.deepEqual(call.called("addCard")?.arguments.paymentMethodRef, "pm_1");
    assert.equal(call.count("placeOrder"), 1, "the first card's");
    call.succeed({ cards: [keyed] });
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /The total is \$15\.98, on your Mastercard ending 5 1 0 0\. Shall I place the order\?/);
    assert.equal(call.count("placeOrder"), 1);
    call.hear();
    call.means("confirm");
    const { quoteHash, cardId } = call.called("placeOrder")?.arguments ?? {};
    assert.deepEqual([quoteHash, cardId], [quote().quoteHash, "keyed-1"]);
    assert.equal(call.called("placeOrder")?.isConfirmed, true);
  });

  it("given the caller is back with a card, then they are heard at once; else once what is said to them was heard", () => {
    const unmasking = (call: TestCall) =>
      call.all.flatMap((record) =>
        record.type === "CallDirected" && record.direction === "unmaskDigits" ? [record.afterResponseId] : [],
      );
    assert.deepEqual(unmasking(back()), [null]);
    const call = away();
    const emitted = call.attach(1, ended("refused"));
    const response = emitted.find((record) => record.type === "ResponsePrepared");
    assert.deepEqual(unmasking(call), [response?.eventId]);
  });

  it("given star was pressed, and no other card is left, then nothing is ordered and the pieces go back", () => {
    const call = away(declined(noLinks));
    call.attach(1, ended("stopped"));
    assert.equal(call.dialogue, "followUp");
    assert.match(call.said, /I haven't ordered anything/);
    assert.equal(call.called("cancelQuote")?.arguments.quoteId, "Q-1");
  });

  for (const outcome of ["refused", "unavailable"] as const)
    it(`given it ended as ${outcome}, then it is offered once more, and after that the order is given up`, () => {
      const call = away(declined(noLinks));
      call.attach(1, ended(outcome));
      assert.equal(call.dialogue, "cardEntry");
      assert.match(call.said, /Nothing was charged\. You can key a card in/);
      away2(call);
      call.attach(2, ended(outcome));
      assert.equal(call.dialogue, "followUp");
      assert.match(call.said, /Nothing was charged\. All right, I haven't ordered anything/);
      assert.equal(call.count("cancelQuote"), 1);
    });

  function away2(call: TestCall): void {
    call.hear();
    call.press("1");
    call.hear();
    call.detach();
  }

  it("given the stream is back without anybody knowing how it ended, then that is told as trouble", () => {
    const call = away();
    call.attach(1);
    assert.match(call.said, /couldn't take the card/);
  });

  it("given the caller does not come back, then the order is given up, and they hear of it when they do", () => {
    const call = away(declined(noLinks));
    const emitted = call.due("card");
    assert.equal(call.dialogue, "followUp");
    assert.deepEqual(
      emitted.map((record) => record.type),
      ["ToolCalled"],
      "the quote goes back; nobody is there to be told",
    );
    call.attach(1, taken);
    assert.equal(call.count("addCard"), 0, "too late");
    assert.match(call.said, /couldn't take the card/);
    assert.equal(call.directed?.direction, "unmaskDigits");
  });

  it("given the caller hangs up meanwhile, then the call is over", () => {
    const call = away();
    call.end();
    assert.equal(call.state, null);
  });

  it("given the bank refuses the card when it is saved, then another may be keyed in", () => {
    const call = back();
    call.refuse("cardDeclined");
    assert.equal(call.dialogue, "cardEntry");
    assert.match(call.said, /not accepted/);
  });

  for (const end of ["refuse", "fail"] as const)
    it(`given the card cannot be saved (${end}), then the order is given up, and nothing was charged`, () => {
      const call = back(away(declined(noLinks)));
      if (end === "refuse") call.refuse("notFound");
      else call.fail();
      assert.equal(call.dialogue, "followUp");
      assert.match(call.said, /Nothing was charged/);
      assert.equal(call.count("cancelQuote"), 1);
    });

  it("given a good card was read back and none of the saved ones is meant, then a new one may be keyed in, and the good one stays", () => {
    const call = new TestCall().readBack([visa]);
    call.means("changePayment", {}, { text: "I'd like to use another card" });
    assert.match(call.said, /^You can key a card in/);
    assert.equal(call.dialogue, "cardEntry");
    assert.equal(call.count("cancelQuote"), 0);
    away2(call);
    call.attach(1, ended("stopped"));
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /ending 4 2 4 2/);
  });

  it("given another saved card is meant, then that one is used", () => {
    const call = new TestCall().readBack([visa, mastercard]);
    call.means("changePayment", {}, { text: "use my mastercard" });
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /Mastercard ending 4 4 4 4/);
  });

  it("given a customer without any card, then the total is told and a card may be keyed in", () => {
    const call = new TestCall().asked();
    call.means("provideDigits", { digits: "1234" });
    call.succeed({ cards: [], customerName: "Anna" });
    assert.equal(call.dialogue, "cardEntry");
    assert.match(
      call.said,
      /Thank you, Anna\. The total is \$15\.98\. I don't find a saved card for you\. You can key a card in/,
    );
  });

  it("given a no, then the order is left, and the pieces go back", () => {
    const call = declined(noLinks);
    call.hear();
    call.means("deny");
    assert.equal(call.dialogue, "followUp");
    assert.equal(call.count("cancelQuote"), 1);
  });

  it("given the risk rises to a block meanwhile, then nobody is asked for a card any more", () => {
    const call = away();
    call.risk("block");
    assert.equal(call.dialogue, "exit");
    call.attach(1, taken);
    assert.equal(call.count("addCard"), 0);
    assert.ok(text(call.all.findLast((record) => record.type === "ResponsePrepared")).includes("person"));
  });
});
