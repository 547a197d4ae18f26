/** What is said and kept when a tool refuses because nobody can tell how risky the call is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OrderReadBack } from "../../schemas/generated/records.ts";
import { order, TestCall } from "./test-call.ts";

const notNow = /can't do that just now.*press 0 to talk to a person/;
const nothingMoves: OrderReadBack = {
  confirmation: "c".repeat(64),
  movements: [],
  differenceMinor: 0,
  requestMethodId: null,
  totalMinor: 1_598,
};

/** A proven caller who wants an order of theirs cancelled. */
function cancelling(): TestCall {
  const call = new TestCall().greeted();
  call.means("cancelOrder", {}, { text: "cancel my order, it is no longer needed" });
  call.hear();
  call.press("1234#");
  call.succeed({ customerName: "Ana" });
  return call;
}

describe("a tool that is refused because its risk is not known", () => {
  it("given an order, then nothing was charged, it is read back, and a yes to that places it", () => {
    const call = new TestCall().placing();
    const { callId } = call.state?.awaited ?? {};
    call.refuse("riskUnknown");
    assert.match(call.said, notNow);
    assert.match(call.said, /Nothing was charged.*harbor headphones.*\$15\.98.*Shall I place the order\?/);
    assert.equal(call.count("cancelQuote"), 0, "the quote is kept");
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1, "what was read back was not heard yet");
    call.hear();
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 2);
    assert.notEqual(call.called("placeOrder")?.eventId, callId);
    assert.deepEqual(
      [call.called("placeOrder")?.arguments.quoteId, call.called("placeOrder")?.isConfirmed],
      ["Q-1", true],
    );
    call.succeed({ order: order() });
    assert.match(call.said, /order number is 1 0 0 4 2/);
  });

  it("given an order that the caller then does not want, then nothing is placed", () => {
    const call = new TestCall().placing();
    call.refuse("riskUnknown");
    call.hear();
    call.means("deny");
    assert.deepEqual([call.count("placeOrder"), call.count("cancelQuote")], [1, 1]);
  });

  it("given an order, when the caller asks for a person, then they get one", () => {
    const call = new TestCall().placing();
    call.refuse("riskUnknown");
    call.press("0");
    assert.equal(call.directed?.direction, "transfer");
  });

  it("given that the call was challenged meanwhile, then the proof comes before anything is read back", () => {
    const call = new TestCall().placing();
    call.risk("challenge");
    call.refuse("riskUnknown");
    assert.deepEqual([call.dialogue, call.count("cancelQuote")], ["authentication", 0]);
    call.hear();
    call.means("confirm");
    assert.equal(call.count("placeOrder"), 1);
  });

  for (const tool of ["applyDiscount", "checkOrderStatus"] as const)
    it(`given ${tool} at the counter, then the quote is read back and stays what a yes is to`, () => {
      const call = new TestCall().readBack();
      call.means(tool, { discountCode: "SPRING", orderNumber: "10042" });
      assert.equal(call.count(tool), 1);
      call.refuse("riskUnknown");
      assert.match(call.said, notNow);
      assert.deepEqual([call.dialogue, call.count("cancelQuote")], ["confirmation", 0]);
      call.hear();
      call.means("confirm");
      assert.equal(call.count("placeOrder"), 1);
    });

  it("given a card that was keyed in, then it is not saved, and the order is not lost with it", () => {
    const call = new TestCall().readBack();
    call.means("changePayment", {}, { text: "another card please" });
    call.hear();
    call.means("confirm");
    call.hear();
    call.detach();
    call.attach(1, { outcome: "taken", paymentMethodRef: "pm_1" });
    assert.equal(call.count("addCard"), 1);
    call.refuse("riskUnknown");
    assert.match(call.said, /couldn't take the card just now. Nothing was charged/);
    assert.equal(call.dialogue, "confirmation");
  });

  it("given a look at an order, then the call goes on, and asking again looks again", () => {
    const call = new TestCall().greeted();
    call.means("checkOrderStatus", { orderNumber: "10042" });
    call.hear();
    call.press("1234#");
    call.succeed({ customerName: "Ana" });
    call.refuse("riskUnknown");
    assert.match(call.said, notNow);
    call.hear();
    call.means("checkOrderStatus", { orderNumber: "10042" });
    assert.equal(call.count("checkOrderStatus"), 2);
  });

  it("given a change of an order, then it is as it was, and a yes means nothing until it is read back again", () => {
    const call = cancelling();
    call.succeed({ orders: [order({ options: ["cancel"] })] });
    call.refuse("notConfirmed", { readBack: nothingMoves });
    call.hear();
    call.means("confirm");
    assert.equal(call.called("cancelOrder")?.isConfirmed, true);
    call.refuse("riskUnknown", { sentence: "I can't do that just now." });
    assert.match(call.said, /I'm sorry\. I can't do that just now\./);
    call.hear();
    call.means("confirm");
    assert.equal(call.count("cancelOrder"), 2, "once asked for, once with the yes");
  });
});
