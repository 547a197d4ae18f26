import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
  MethodOnFile,
  OrderOption,
  OrderReadBack,
  OrderSummary,
  PostalAddress,
} from "../../schemas/generated/records.ts";
import { mastercard, product, TestCall, text, visa } from "./test-call.ts";

const line = (productId: string, spokenName: string, unitPriceMinor: number, quantity = 1) => {
  return { productId, spokenName, quantity, unitPriceMinor, backorderDays: null };
};
const pending: readonly OrderOption[] = ["cancel", "changeItems", "changeAddress", "changePayment"];

function placed(orderNumber: string, status: OrderSummary["status"], lines: OrderSummary["lines"]): OrderSummary {
  const options =
    status === "paid" ? pending : status === "delivered" ? (["requestReturn", "requestExchange"] as const) : [];
  const totalMinor = lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  return { orderNumber, status, lines, totalMinor, currency: "USD", placedAt: 1_000, paidWithLast4: "4242", options };
}

const jigsaws = placed("700003", "paid", [line("P-1", "harbor jigsaw", 2_400), line("P-2", "board game", 4_400)]);
const mugs = placed("700002", "delivered", [line("P-3", "red mug", 1_000, 2), line("P-4", "steel kettle", 3_000)]);
const lamp = placed("700001", "delivered", [line("P-5", "desk lamp", 5_000)]);
const shipped = placed("700004", "shipped", [line("P-6", "wool rug", 9_000)]);

const methods: readonly MethodOnFile[] = [
  { methodId: "card-1", kind: "card", brand: "visa", last4: "4242" },
  { methodId: "card-2", kind: "card", brand: "mastercard", last4: "4444" },
];
const home: PostalAddress = {
  line1: "402 Canal Road",
  line2: "",
  city: "Albany",
  state: "NY",
  postalCode: "12207",
  country: "US",
  label: "home",
};
const office: PostalAddress = { ...home, line1: "9 Foundry Square", postalCode: "12210", label: "office" };

const refundOf = (amountMinor: number): OrderReadBack => ({
  confirmation: "c".repeat(64),
  movements: [{ isRefund: true, amountMinor, methodId: "card-1" }],
  differenceMinor: 0,
  requestMethodId: null,
  totalMinor: amountMinor,
});
const nothingMoves: OrderReadBack = { ...refundOf(0), movements: [], requestMethodId: "card-1" };

/** A proven caller who said something, and whose orders were looked up. */
function asked(
  intent: Parameters<TestCall["means"]>[0],
  words: string,
  orders: readonly OrderSummary[] = [jigsaws, mugs, lamp],
  addresses: readonly PostalAddress[] = [home],
): TestCall {
  const call = new TestCall().greeted();
  call.means(intent, {}, { text: words });
  call.hear();
  call.press("1234#");
  call.succeed({ customerName: "Ana" });
  assert.equal(call.called("getOrderDetails")?.arguments.productIds, null);
  call.succeed({ orders, methods, addresses });
  return call;
}

function payingAnew(): TestCall {
  const call = asked("changePayment", "pay my order with my Mastercard", [jigsaws]);
  call.refuse("notConfirmed", { readBack: refundOf(6_800) });
  call.hear();
  call.means("confirm", {}, { text: "yes" });
  return call;
}

describe("an order that was placed", () => {
  it("is touched only after the caller has proven who they are", () => {
    for (const intent of ["cancelOrder", "returnItems", "exchangeItems", "changeAddress", "changePayment"] as const) {
      const call = new TestCall().greeted();
      call.means(intent, {}, { text: "it is about my order" });
      assert.equal(call.dialogue, "authentication");
      assert.match(call.said, /\bPIN\b/);
      assert.equal(call.all.filter(({ type }) => type === "ToolCalled").length, 0);
    }
  });

  it("is cancelled: asked why, read back with the money, and done after a yes to exactly that", () => {
    const call = asked("cancelOrder", "cancel the order with the jigsaw");
    assert.match(call.said, /by mistake, or is it no longer needed/);
    call.means("deny", {}, { text: "I found it cheaper elsewhere" });
    const first = call.called("cancelOrder");
    assert.deepEqual(
      [first?.arguments.orderNumber, first?.arguments.cancelReason, first?.arguments.confirmation, first?.isConfirmed],
      ["700003", "no longer needed", null, false],
    );
    call.refuse("notConfirmed", { readBack: refundOf(6_800) });
    assert.equal(call.dialogue, "careConfirmation");
    assert.match(call.said, /7 0 0 0 0 3, with the harbor jigsaw and the board game/);
    assert.match(call.said, /refund \$68\.00 to your Visa ending 4 2 4 2\. Shall I do that\?/);
    call.hear();
    call.means("confirm", {}, { text: "yes" });
    const second = call.called("cancelOrder");
    assert.deepEqual([second?.arguments.confirmation, second?.isConfirmed], ["c".repeat(64), true]);
    call.succeed({});
    assert.match(call.said, /is cancelled\. \$68\.00 goes back to your Visa/);
    assert.equal(call.dialogue, "followUp");
  });

  it("takes the reason from the words of the wish", () => {
    const call = asked("cancelOrder", "cancel my last order, I ordered it by mistake");
    assert.equal(call.called("cancelOrder")?.arguments.cancelReason, "ordered by mistake");
  });

  it("is left as it is after a no, a step back, or a key", () => {
    for (const leave of [
      (call: TestCall) => call.means("deny", {}, { text: "no" }),
      (call: TestCall) => call.means("goBack", {}, { text: "forget it" }),
      (call: TestCall) => call.press("2"),
    ]) {
      const call = asked("cancelOrder", "cancel order number 700003, I don't need it any more");
      call.refuse("notConfirmed", { readBack: refundOf(6_800) });
      call.hear();
      leave(call);
      assert.match(call.said, /left the order as it is/);
      assert.equal(call.count("cancelOrder"), 1);
      assert.equal(call.called("cancelOrder")?.isConfirmed, false);
    }
  });

  it("is read back again when the yes came before the money was heard, and twice at some risk", () => {
    const call = asked("cancelOrder", "cancel my last order, I don't need it");
    call.refuse("notConfirmed", { readBack: refundOf(6_800) });
    call.interrupt(0, "I will");
    call.means("confirm", {}, { text: "yes yes" });
    assert.match(call.said, /refund \$68\.00/);
    assert.equal(call.count("cancelOrder"), 1);
    call.risk("confirm");
    call.means("confirm", {}, { text: "yes" });
    assert.match(call.said, /really/);
    call.means("confirm", {}, { text: "yes" });
    assert.equal(call.called("cancelOrder")?.isConfirmed, true);
  });

  it("is told anew when something has changed between the read-back and the yes", () => {
    const call = asked("cancelOrder", "cancel my last order, I don't need it");
    call.refuse("notConfirmed", { readBack: refundOf(6_800) });
    call.hear();
    call.means("confirm", {}, { text: "yes" });
    call.refuse("notConfirmed", { readBack: { ...refundOf(5_000), confirmation: "d".repeat(64) } });
    assert.match(call.said, /Something has changed.*refund \$50\.00/);
    call.hear();
    call.means("confirm", {}, { text: "yes" });
    assert.equal(call.called("cancelOrder")?.arguments.confirmation, "d".repeat(64));
  });

  it("cannot be cancelled any more when it is on its way, and the caller hears so at once", () => {
    const call = asked("cancelOrder", "cancel my last order", [shipped, mugs]);
    assert.match(call.said, /7 0 0 0 0 4 has shipped.*not possible/);
    assert.equal(call.count("cancelOrder"), 0);
  });

  it("is asked for among several, by what is in it, its place or a key", () => {
    for (const choose of [
      (call: TestCall) => call.means("selectProduct", {}, { text: "the one with the lamp" }),
      (call: TestCall) => call.means("selectProduct", { ordinal: 2 }, { text: "the second one" }),
      (call: TestCall) => call.press("2"),
      (call: TestCall) => call.means("checkOrderStatus", { orderNumber: "700001" }, { text: "order 700001" }),
      (call: TestCall) => call.means("provideDigits", { digits: "700001" }, { text: "seven zero zero zero zero one" }),
    ]) {
      const call = asked("returnItems", "I want to return something");
      assert.match(call.said, /First, order 7 0 0 0 0 2.*Second, order 7 0 0 0 0 1.*Which order/s);
      choose(call);
      if (call.called("returnItems") === undefined) continue;
      assert.deepEqual(call.called("returnItems")?.arguments.productIds, ["P-5"]);
    }
  });

  it("is sent back in part", () => {
    const call = asked("returnItems", "I want to return one of the mugs");
    const { arguments: given } = call.called("returnItems") ?? {};
    assert.deepEqual([given?.orderNumber, given?.productIds], ["700002", ["P-3"]]);
    call.refuse("notConfirmed", { readBack: nothingMoves });
    assert.match(call.said, /return of the red mug from your order 7 0 0 0 0 2/);
    assert.match(call.said, /the money goes to your Visa ending 4 2 4 2/);
  });

  it("asks which of its things, and takes all of them", () => {
    const call = asked("returnItems", "I want to return order 700002");
    assert.match(call.said, /two times the red mug and the steel kettle/);
    call.means("unclear", {}, { text: "all of it" });
    assert.deepEqual(call.called("returnItems")?.arguments.productIds, ["P-3", "P-3", "P-4"]);
  });

  it("has a thing exchanged for another of its kind", () => {
    const call = asked("exchangeItems", "can I swap the lamp for the large one");
    assert.deepEqual(call.called("getOrderDetails")?.arguments.productIds, ["P-5"]);
    const small = product(5, { productId: "P-5", spokenName: "desk lamp", title: "Desk lamp" });
    const large = product(6, { productId: "P-6", spokenName: "large desk lamp", title: "Large desk lamp" });
    call.succeed({ products: [small, large] });
    assert.deepEqual(call.called("exchangeItems")?.arguments.newProductIds, ["P-6"]);
    call.refuse("notConfirmed", { readBack: { ...nothingMoves, differenceMinor: 1_400 } });
    assert.match(call.said, /exchange the desk lamp for the large desk lamp.*charge \$14\.00 to your Visa/);
  });

  it("is offered what there is when the caller does not say what instead", () => {
    const call = asked("exchangeItems", "I want to exchange the lamp");
    const small = product(5, { productId: "P-5", spokenName: "desk lamp" });
    const large = product(6, { productId: "P-6", spokenName: "large desk lamp" });
    call.succeed({ products: [small, large] });
    assert.match(call.said, /I can give you the large desk lamp/);
    call.means("confirm", {}, { text: "yes" });
    assert.deepEqual(call.called("exchangeItems")?.arguments.newProductIds, ["P-6"]);
  });

  it("goes to an address on file, by what it is called or where it is", () => {
    for (const words of [
      "send my order to my office",
      "ship the order to Foundry Square instead",
      "to my other address",
    ]) {
      const call = asked("changeAddress", words, [jigsaws], [home, office]);
      assert.equal(call.called("changeOrderAddress")?.arguments.address?.line1, "9 Foundry Square", words);
      call.refuse("notConfirmed", { readBack: nothingMoves });
      assert.match(call.said, /9 Foundry Square, Albany, New York 1 2 2 1 0\. Shall I do that/);
    }
  });

  it("goes to a spoken address once all of it was said", () => {
    const call = asked("changeAddress", "I want another address for my order", [jigsaws]);
    assert.match(call.said, /the street, the city, the state and the ZIP code/);
    call.means("searchProducts", { query: "elm" }, { text: "seventy seven Elm Street in Troy" });
    assert.match(call.said, /I have 77 Elm Street, Troy\. Please tell me the state and the ZIP code/);
    call.means("provideDigits", {}, { text: "New York, one two one eight oh" });
    assert.deepEqual(call.called("changeOrderAddress")?.arguments.address, {
      line1: "77 Elm Street",
      line2: "",
      city: "Troy",
      state: "NY",
      postalCode: "12180",
      country: "US",
      label: null,
    });
  });

  it("is paid with another card, by its name, its last digits, or as the other one", () => {
    for (const words of [
      "pay my order with my Mastercard",
      "put it on the card ending four four four four",
      "use my other card for the order",
    ]) {
      const call = asked("changePayment", words, [jigsaws]);
      assert.equal(call.called("changeOrderPayment")?.arguments.methodId, "card-2", words);
    }
  });

  it("is as it was when the other card is declined, and yet another one can be tried", () => {
    const call = payingAnew();
    call.refuse("cardDeclined", { sentence: "The card was declined." });
    assert.match(call.said, /The card was declined/);
    assert.equal(call.dialogue, "orderCare");
  });

  it("waits for the caller's approval where the bank wants it: they hear of the link, until when, and what happens otherwise", () => {
    const call = payingAnew();
    call.refuse("authenticationRequired", { limit: 10 });
    assert.match(call.said, /approve this payment.*link by text message.*ten minutes: otherwise your order stays as/);
    assert.equal(call.count("awaitPayment"), 0);
  });

  it("is told to be under way when the payment's end is not known, and is not begun twice", () => {
    const call = payingAnew();
    call.means("confirm", {}, { text: "yes" });
    assert.match(call.said, /still doing that/);
    assert.equal(call.count("changeOrderPayment"), 2);
    call.fail(true);
    assert.match(call.said, /settled by itself/);
  });

  it("is refused with the shop's own sentence, and the answer that was refused is asked for again", () => {
    const call = asked("returnItems", "return seven of the mugs");
    call.refuse("itemNotInOrder", { sentence: "The order doesn't have that item, or not that many of it." });
    assert.match(call.said, /not that many of it\. It has two times the red mug and the steel kettle/);
    call.means("changeQuantity", { quantity: 2 }, { text: "two of the mugs" });
    assert.deepEqual(call.called("returnItems")?.arguments.productIds, ["P-3", "P-3"]);
    call.refuse("tooLate", { sentence: "The time for that has run out." });
    assert.match(call.said, /The time for that has run out/);
    assert.equal(call.dialogue, "followUp");
  });

  it("leads to a person when the caller is not understood again and again, and by silence to the end", () => {
    const call = asked("cancelOrder", "cancel order 700003");
    for (let turn = 0; turn < 9 && call.dialogue !== "exit"; turn += 1) call.means("unclear", {}, { text: "hm" });
    assert.equal(call.directed?.direction, "transfer");
    const silent = asked("cancelOrder", "cancel order 700003");
    silent.hear();
    for (const _ of [1, 2]) {
      silent.due("silence");
      assert.match(silent.said, /by mistake/);
      silent.hear();
    }
    silent.due("silence");
    assert.equal(silent.directed?.direction, "hangUp");
  });

  it("is heard about: all of them, or the one that is named by what is in it", () => {
    const all = asked("checkOrderStatus", "which orders do I have");
    assert.match(all.said, /order 7 0 0 0 0 3.*order 7 0 0 0 0 2.*order 7 0 0 0 0 1/s);
    all.means("selectProduct", { ordinal: 2 }, { text: "the second one" });
    assert.match(all.said, /7 0 0 0 0 2 has been delivered/);
    const one = asked("checkOrderStatus", "what was in the order with the kettle");
    assert.match(one.said, /7 0 0 0 0 2 has been delivered.*two times the red mug and the steel kettle, for \$50\.00/);
    one.hear();
    one.means("returnItems", {}, { text: "I want to return it, the kettle" });
    assert.equal(one.dialogue, "orderCare");
  });

  it("that another customer placed is as if there were none", () => {
    const call = new TestCall().greeted();
    call.means("cancelOrder", { orderNumber: "999999" }, { text: "cancel order 999999" });
    call.press("1234#");
    call.succeed({ customerName: "Ana" });
    call.refuse("notFound");
    assert.match(call.said, /can't find your order 9 9 9 9 9 9/);
  });

  it("wish gives way to another one, and to shopping", () => {
    const call = asked("cancelOrder", "cancel order 700003");
    call.means("changeAddress", {}, { text: "no, send it to my office instead" });
    call.succeed({ orders: [jigsaws, mugs], methods, addresses: [home, office] });
    assert.equal(call.called("changeOrderAddress")?.arguments.orderNumber, "700003");
    const other = asked("returnItems", "I want to return something");
    other.means("searchProducts", { query: "tent" }, { text: "show me tents" });
    assert.equal(other.called("searchProducts")?.arguments.query, "tent");
  });

  it("answers a hang-on and a repeat with the open question", () => {
    const call = asked("cancelOrder", "cancel order 700003");
    const before = call.said;
    assert.equal(text(call.means("repeat", {}, { text: "say that again" })[0]), before);
    assert.match(text(call.means("help", {}, { text: "help" })[0]), /by mistake/);
  });
});

describe("an order that is only read back", () => {
  it("is dropped when the caller cancels it, without a question about older ones", () => {
    const call = new TestCall().readBack();
    call.means("cancelOrder", {}, { text: "cancel the order" });
    assert.equal(call.count("cancelQuote"), 1);
    assert.equal(call.count("getOrderDetails"), 0);
    assert.match(call.said, /haven't ordered anything/);
  });

  it("is given up for an older one that is named", () => {
    const call = new TestCall().readBack();
    call.means("cancelOrder", { orderNumber: "700003" }, { text: "cancel order 700003" });
    assert.equal(call.count("cancelQuote"), 1);
    assert.equal(call.called("getOrderDetails")?.arguments.orderNumber, "700003");
  });

  it("is read back with another saved card when the caller names one", () => {
    for (const words of ["use my other card", "put it on the Mastercard", "the one ending four four four four"]) {
      const call = new TestCall().readBack([visa, mastercard]);
      call.means("changePayment", {}, { text: words });
      assert.match(call.said, /on your Mastercard ending 4 4 4 4/, words);
      call.hear();
      call.means("confirm", {}, { text: "yes" });
      assert.equal(call.called("placeOrder")?.arguments.cardId, "card-2");
    }
    const call = new TestCall({ payConnector: "" }).readBack([visa]);
    call.means("changePayment", {}, { text: "use my gift card" });
    assert.match(call.said, /don't find that card.*Shall I place the order/);
    const keying = new TestCall().readBack([visa]);
    keying.means("changePayment", {}, { text: "use my gift card" });
    assert.match(keying.said, /don't find that card.*You can key a card in/);
  });

  it("says where it goes, and that this can be changed afterwards", () => {
    const call = new TestCall().readBack();
    call.means("changeAddress", {}, { text: "send it to my office" });
    assert.match(call.said, /goes to your own address.*Shall I place the order/);
    assert.equal(call.count("cancelQuote"), 0);
  });
});

describe("an order that was just placed", () => {
  it("is the one that is meant by it", () => {
    const call = new TestCall().placing();
    const fresh = placed("700009", "paid", [line("P-1", "harbor headphones", 1_099)]);
    call.succeed({ order: fresh });
    call.hear();
    call.means("cancelOrder", {}, { text: "oh no, cancel it, I ordered it by mistake" });
    call.succeed({ orders: [fresh, jigsaws], methods, addresses: [home] });
    assert.equal(call.called("cancelOrder")?.arguments.orderNumber, "700009");
  });
});
