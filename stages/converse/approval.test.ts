/** Payments that the caller has to approve by a link, codes instead of a PIN, and card numbers that are said. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { order, product, TestCall, visa } from "./test-call.ts";

/** An order whose bank wants the caller's approval; a link was sent. */
function asked(): { readonly call: TestCall; readonly watchId: string } {
  const call = new TestCall().placing();
  call.refuse("authenticationRequired", { limit: 10 });
  return { call, watchId: call.called("awaitPayment")?.eventId ?? "" };
}

describe("scenario 16: a payment that the caller approves themselves", () => {
  it("given an order that waits for its payer, then the caller is told why, what to do and until when, and the payment is watched", () => {
    const { call } = asked();
    assert.equal(call.dialogue, "followUp");
    assert.match(call.said, /approve this payment yourself, so nothing was charged/);
    assert.match(call.said, /link by text message.*within ten minutes/);
    assert.equal(call.called("awaitPayment")?.arguments.quoteId, "Q-1");
  });

  it("when the payment arrives, then the caller hears the receipt, wherever the dialogue is by then", () => {
    for (const wander of [
      (_: TestCall) => undefined,
      (call: TestCall) => void call.means("searchProducts", { query: "lamp" }),
      (call: TestCall) => {
        call.means("searchProducts", { query: "lamp" });
        call.succeed({ products: [product(4)] });
        call.hear();
      },
    ]) {
      const { call, watchId } = asked();
      call.hear();
      wander(call);
      const before = call.dialogue;
      call.succeed({ order: order() }, watchId);
      assert.match(call.said, /payment is approved.*order number is 1 0 0 4 2/);
      assert.equal(call.dialogue, before);
    }
  });

  it("when the payment arrives while a tool works, then its time-out still ends that wait", () => {
    const { call, watchId } = asked();
    call.means("searchProducts", { query: "lamp" });
    call.succeed({ order: order() }, watchId);
    call.due("tool");
    assert.match(call.said, /trouble looking that up/);
  });

  it("when the caller is silent, then they are left in peace as long as the link can be followed", () => {
    const { call, watchId } = asked();
    call.hear();
    call.due("silence");
    assert.match(call.said, /Take your time with the link/);
    call.hear();
    const responses = call.all.length;
    for (let round = 0; round < 5; round += 1) call.due("silence");
    assert.equal(call.all.length, responses);
    call.refuse("paymentExpired", {}, watchId);
    assert.match(call.said, /run out.*Nothing was charged/);
    call.hear();
    for (const said of [/still there/, /Take your time/, /Good-bye/]) {
      call.due("silence");
      if (call.dialogue !== "exit") call.hear();
      assert.match(call.said, said);
    }
    assert.equal(call.directed?.direction, "hangUp");
  });

  it("when the caller says that they have paid, and it is not there yet, then nothing is claimed", () => {
    const { call } = asked();
    call.hear();
    call.means("confirm");
    assert.match(call.said, /don't see your payment yet/);
    assert.equal(call.count("placeOrder"), 1);
  });

  it("when the caller leaves, then they hear that the order goes through without them", () => {
    const { call, watchId } = asked();
    call.hear();
    call.means("goodbye");
    assert.match(call.said, /goes through as soon as you have approved.*Good-bye/);
    call.succeed({ order: order() }, watchId);
    assert.match(call.said, /Good-bye/);
  });

  it("when the link was sent after the dialogue gave up waiting, then it is told all the same, and watched", () => {
    const call = new TestCall().placing();
    const placing = call.called("placeOrder")?.eventId;
    call.due("tool");
    assert.match(call.said, /still confirming/);
    call.refuse("authenticationRequired", { limit: 1 }, placing);
    assert.match(call.said, /link by text message.*within one minute/);
    assert.equal(call.called("awaitPayment")?.arguments.quoteId, "Q-1");
    call.refuse("riskBlocked", {}, call.called("awaitPayment")?.eventId);
    assert.match(call.said, /lost sight of your payment/);
  });
});

describe("scenario 23: the link again", () => {
  it("given an order that waits for its payer, when the message did not come, then it is sent again, and the dialogue stands where it stood", () => {
    for (const intent of ["resendLink", "requestCode"] as const) {
      const { call, watchId } = asked();
      call.hear();
      call.means(intent);
      assert.equal(call.count("sendLinkAgain"), 1);
      call.succeed();
      assert.match(call.said, /sent the link again, to the number that we have for you.*anything else/);
      assert.equal(call.dialogue, "followUp");
      call.hear();
      call.succeed({ order: order() }, watchId);
      assert.match(call.said, /payment is approved/);
    }
  });

  it("when it was sent too often, cannot be sent, or is over, then the caller hears why, and not that the order was given up", () => {
    for (const [reason, sentence] of [
      ["overLimit", "I have sent you that link as often as I can."],
      ["notAllowed", "I can't send a text message to the number that I have for you."],
      ["nothingToDo", "Your payment has arrived already."],
      ["paymentExpired", "That link can't be followed any more."],
    ] as const) {
      const { call } = asked();
      call.hear();
      call.means("resendLink");
      call.refuse(reason, { sentence });
      assert.match(call.said, new RegExp(`^${sentence}`));
      assert.equal(call.dialogue, "followUp");
    }
  });

  it("when the tool breaks or does not answer, then nothing is claimed", () => {
    const { call } = asked();
    call.hear();
    call.means("resendLink");
    call.due("tool");
    assert.match(call.said, /couldn't send the link again just now/);
  });

  it("at the question for a code that was promised, the code is meant; for the PIN of an order, the PIN is asked for again", () => {
    const ordering = new TestCall().asked();
    ordering.means("resendLink");
    assert.match(ordering.said, /key in your PIN/);
    ordering.means("provideDigits", { digits: "1234" });
    ordering.succeed({ cards: [visa] });
    assert.equal(ordering.dialogue, "confirmation");
    const proving = new TestCall().asked();
    proving.means("requestCode");
    proving.succeed();
    proving.hear();
    proving.means("resendLink");
    assert.equal(proving.count("sendCode"), 2);
  });
});

describe("scenario 17: a code instead of the PIN", () => {
  it("given the question for the PIN, when a code is wanted, then it is asked for, and nothing tells whether anybody has the number", () => {
    const call = new TestCall().asked();
    call.means("requestCode");
    assert.equal(call.called("sendCode")?.arguments.callerNumber, "+15550123");
    call.succeed();
    assert.match(call.said, /If we know the number you are calling from, a code is on its way/);
    assert.equal(call.dialogue, "authentication");
    call.hear();
    call.press("482915#");
    assert.equal(call.tried, "482915");
  });

  it("a keyed code of six digits needs no pound, and four of them are not taken for a PIN", () => {
    const call = new TestCall().asked();
    call.means("requestCode");
    call.succeed();
    call.press("4829");
    assert.equal(call.timers.has("pin"), false);
    call.press("15");
    call.due("pin");
    assert.equal(call.tried, "482915");
  });

  it("when the PIN was wrong, then the way to a code is told; when the code was wrong, then the code is asked for again", () => {
    const call = new TestCall().asked();
    call.means("provideDigits", { digits: "9999" });
    call.refuse("identityRefused", { triesLeft: 2 });
    assert.match(call.said, /PIN doesn't match.*send me a code/);
    call.means("requestCode");
    call.succeed();
    call.means("provideDigits", { digits: "111111" });
    call.refuse("identityRefused", { triesLeft: 1 });
    assert.match(call.said, /doesn't match.*say the code/);
    assert.doesNotMatch(call.said, /PIN/);
  });

  it("when there are no more codes, then the PIN is still asked for", () => {
    const call = new TestCall().asked();
    call.means("requestCode");
    call.refuse("overLimit");
    assert.match(call.said, /can't send you a code now.*PIN/);
    assert.equal(call.dialogue, "authentication");
  });

  it("when the tool does not answer, then the PIN is asked for again; elsewhere no code is needed", () => {
    const call = new TestCall().asked();
    call.means("requestCode");
    call.due("tool");
    assert.match(call.said, /couldn't check that just now/);
    const other = new TestCall().searched();
    other.means("requestCode");
    assert.equal(other.count("sendCode"), 0);
    assert.match(other.said, /don't need any digits/);
  });
});

describe("scenario 18: a card number that is said", () => {
  it("given words in which a card number is masked, then the caller is told why, and the dialogue stands where it stood", () => {
    for (const intent of ["unclear", "provideDigits", "confirm", "orderProduct"] as const) {
      const call = new TestCall().readBack();
      call.means(intent, {}, { text: "my card is ################" });
      assert.match(call.said, /never say one on this line.*card that you have saved/);
      assert.equal(call.dialogue, "confirmation");
      assert.equal(call.count("placeOrder"), 0);
    }
  });

  it("a number sign or two are no card", () => {
    const call = new TestCall().readBack();
    call.means("confirm", {}, { text: "yes, # 1" });
    assert.equal(call.count("placeOrder"), 1);
  });
});
