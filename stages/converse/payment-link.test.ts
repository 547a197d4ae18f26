/** Links to pay by: for who has no card that works, and once more from another call. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CardEntry } from "../../schemas/generated/records.ts";
import { mastercard, order, quote, TestCall, visa } from "./test-call.ts";

const noKeypad = { payConnector: "" };
const ended = (outcome: CardEntry["outcome"]): CardEntry => ({ outcome, paymentMethodRef: null });
const offer = /The total is \$15\.98\. I can text you a link to pay, to the number that I have for you\. Shall I\?/;

/** A proven caller who has no card, on a line without a keypad for it. */
function cardless(): TestCall {
  const call = new TestCall(noKeypad).asked();
  call.means("provideDigits", { digits: "1234" });
  call.succeed({ cards: [], customerName: "Anna" });
  return call;
}

/** They said yes to a link. */
function asked(): TestCall {
  const call = cardless();
  call.hear();
  call.means("confirm");
  return call;
}

/** The caller was sent to key a card in, which was to pay for what their only card did not. */
function keying(tries = 1): TestCall {
  const call = new TestCall().placing();
  call.refuse("cardDeclined");
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    if (attempt > 1) call.attach(attempt - 1, ended("refused"));
    call.hear();
    call.press("1");
    call.hear();
    call.detach();
  }
  return call;
}

describe("scenario 27: a link for who has no card that works", () => {
  it("given no saved card, then the order is read back with a link, and placed without a card only by a yes to that", () => {
    const call = cardless();
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /Thank you, Anna\. That is the harbor headphones at \$10\.99\./);
    assert.match(call.said, offer);
    assert.equal(call.count("placeOrder"), 0);
    call.hear();
    call.means("confirm");
    const placed = call.called("placeOrder");
    const { quoteId, quoteHash, cardId } = placed?.arguments ?? {};
    assert.deepEqual([quoteId, quoteHash, cardId], ["Q-1", quote().quoteHash, null]);
    assert.equal(placed?.isConfirmed, true);
  });

  it("when the link was sent, then the caller hears so, with no word of a bank, and the payment is watched", () => {
    const call = asked();
    call.refuse("authenticationRequired", { limit: 10 });
    assert.match(call.said, /^I have sent you a link by text message\..*within ten minutes: I keep your order/);
    assert.equal(call.dialogue, "followUp");
    const watch = call.called("awaitPayment");
    assert.equal(watch?.arguments.quoteId, "Q-1");
    call.hear();
    call.succeed({ order: order({ paidWithLast4: null }) }, watch?.eventId);
    assert.match(call.said, /payment is approved.*Your order is placed\..*The total is \$15\.98\./);
  });

  it("when it is known only after the dialogue gave up waiting, then there is no word of a bank either", () => {
    const call = asked();
    const placing = call.called("placeOrder")?.eventId;
    call.due("tool");
    call.refuse("authenticationRequired", { limit: 10 }, placing);
    assert.doesNotMatch(call.said, /bank/);
  });

  it("when nobody can be sent a message, then a person helps, and nothing is claimed", () => {
    const call = asked();
    call.refuse("noCard");
    assert.match(call.said, /can't send you a text message.*person/);
    assert.equal(call.directed?.direction, "transfer");
  });

  it("given a no, then nothing is ordered and the pieces go back", () => {
    const call = cardless();
    call.hear();
    call.press("2");
    assert.match(call.said, /haven't ordered anything/);
    assert.equal(call.count("cancelQuote"), 1);
    assert.equal(call.count("placeOrder"), 0);
  });

  it("given a total that was not heard, a call at risk, or a challenge, then the yes is asked for as for a card", () => {
    const unheard = cardless();
    unheard.hear(1);
    unheard.interrupt(1);
    unheard.means("confirm");
    assert.match(unheard.said, /^The total is \$15\.98\. I can text you a link/);
    assert.equal(unheard.count("placeOrder"), 0);
    const risky = cardless();
    risky.hear();
    risky.risk("confirm");
    risky.means("confirm");
    assert.match(risky.said, /Just to be sure: do you want me to place this order and text you a link/);
    assert.equal(risky.count("placeOrder"), 0);
    const challenged = cardless();
    challenged.hear();
    challenged.risk("challenge");
    assert.match(challenged.said, /PIN once more/);
    challenged.means("provideDigits", { digits: "1234" });
    challenged.succeed({ cards: [] });
    assert.match(challenged.said, offer);
  });

  it("given words that are no answer, then the question about the link is what the dialogue comes back to", () => {
    const call = cardless();
    call.hear();
    call.means("applyDiscount");
    assert.match(call.said, /text you a link to pay/);
  });

  it("given the only card was declined, and none can be keyed in, then a link is offered, and not that card again", () => {
    const call = new TestCall(noKeypad).placing();
    call.refuse("cardDeclined");
    assert.match(call.said, /declined, and nothing was charged/);
    assert.match(call.said, offer);
    call.hear();
    call.means("changePayment", {}, { text: "use my visa" });
    assert.match(call.said, /don't find that card.*text you a link/);
    call.means("confirm");
    assert.deepEqual([call.count("placeOrder"), call.called("placeOrder")?.arguments.cardId], [2, null]);
  });

  it("given a link is asked for at a read-back or at the keypad, then that order can be paid by it, and the saved card still can be named", () => {
    const call = new TestCall().readBack([visa]);
    call.means("resendLink");
    assert.match(call.said, offer);
    assert.equal(call.count("sendLinkAgain"), 0);
    call.hear();
    call.means("changePayment", {}, { text: "no, use my visa" });
    assert.match(call.said, /on your Visa ending 4 2 4 2/);
    const keypad = new TestCall().placing();
    keypad.refuse("cardDeclined");
    keypad.means("resendLink");
    assert.match(keypad.said, offer);
  });

  it("given another saved card, then that one comes first", () => {
    const call = new TestCall(noKeypad).placing([visa, mastercard]);
    call.refuse("cardDeclined", { cards: [mastercard] });
    assert.match(call.said, /on your Mastercard/);
    assert.doesNotMatch(call.said, /link/);
  });

  it("given star was pressed, and no other card, then a link is offered, and the quote waits", () => {
    const call = keying();
    call.attach(1, ended("stopped"));
    assert.equal(call.dialogue, "confirmation");
    assert.match(call.said, /leave that card/);
    assert.match(call.said, offer);
    assert.equal(call.count("cancelQuote"), 0);
  });

  it("given the keypad is not wanted, then the same", () => {
    const call = new TestCall().placing();
    call.refuse("cardDeclined");
    call.hear();
    call.means("deny");
    assert.match(call.said, offer);
    assert.equal(call.count("cancelQuote"), 0);
  });

  for (const [outcome, words] of [
    ["refused", /card was not accepted. Nothing was charged/],
    ["unavailable", /couldn't take the card just now. Nothing was charged/],
  ] as const)
    it(`given too many tries, the last one ${outcome}, then a link is offered`, () => {
      const call = keying(2);
      call.attach(2, ended(outcome));
      assert.equal(call.dialogue, "confirmation");
      assert.match(call.said, words);
      assert.match(call.said, offer);
    });

  it("given the caller is not back in time, then they are offered a link when they are", () => {
    const call = keying();
    call.due("card");
    assert.equal(call.count("cancelQuote"), 0);
    call.attach(1, { outcome: "taken", paymentMethodRef: "pm_1" });
    assert.equal(call.count("addCard"), 0, "too late");
    assert.match(call.said, offer);
  });

  it("given the card cannot be saved, then a link is offered", () => {
    const call = keying();
    call.attach(1, { outcome: "taken", paymentMethodRef: "pm_1" });
    call.fail();
    assert.match(call.said, offer);
  });
});

describe("the link again, from another call", () => {
  it("given a caller who is not proven, then the PIN is asked for, and then the link is sent", () => {
    const call = new TestCall().greeted();
    call.means("resendLink");
    assert.equal(call.count("sendLinkAgain"), 0);
    assert.match(call.said, /To send you a link, I need your PIN/);
    call.means("provideDigits", { digits: "1234" });
    call.succeed({ cards: [visa], customerName: "Anna" });
    assert.match(call.said, /Thank you, Anna/);
    assert.equal(call.count("sendLinkAgain"), 1);
    call.succeed();
    assert.match(call.said, /sent the link again.*anything else/);
    assert.equal(call.dialogue, "followUp");
  });

  it("when nothing is waited for, then that is said; when the proof is too old, then it is asked for anew", () => {
    const call = new TestCall().greeted();
    call.means("resendLink");
    call.means("provideDigits", { digits: "1234" });
    call.succeed({ cards: [visa] });
    call.refuse("nothingToDo", { sentence: "There is no payment of yours that I'm waiting for right now." });
    assert.match(call.said, /^There is no payment of yours/);
    call.means("resendLink");
    call.refuse("identityRequired");
    assert.equal(call.dialogue, "authentication");
    assert.match(call.said, /need your PIN/);
  });
});
