import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readCancelReason } from "./cancel-reason.ts";
import { asksForOrders, namesOrderByContent, readOrderPlace } from "./order-hint.ts";
import { readPostalAddress, stateName } from "./postal-address.ts";

describe("why an order is cancelled", () => {
  for (const [utterance, reason] of [
    ["I ordered it by mistake", "ordered by mistake"],
    ["it was an accident", "ordered by mistake"],
    ["I picked the wrong size", "ordered by mistake"],
    ["oh I bought it twice", "ordered by mistake"],
    ["I don't need it anymore", "no longer needed"],
    ["I changed my mind", "no longer needed"],
    ["found it cheaper somewhere else", "no longer needed"],
    ["it takes too long", "no longer needed"],
    ["because", null],
    ["yes", null],
  ] as const) {
    it(`of "${utterance}" is ${reason}`, () => assert.equal(readCancelReason(utterance), reason));
  }
});

describe("which order", () => {
  it("is a place in time, counted from the latest", () => {
    assert.equal(readOrderPlace("cancel my last order"), 0);
    assert.equal(readOrderPlace("the most recent one"), 0);
    assert.equal(readOrderPlace("what I just ordered"), 0);
    assert.equal(readOrderPlace("the order before that"), 1);
    assert.equal(readOrderPlace("the order with the kettle"), null);
  });
  it("may be named by what is in it, or be all of them", () => {
    for (const utterance of ["the one with the kettle", "what was in my order", "the order containing a lamp"])
      assert.ok(namesOrderByContent(utterance), utterance);
    for (const utterance of ["where is my order", "has it shipped", "order number 218350"])
      assert.ok(!namesOrderByContent(utterance), utterance);
    for (const utterance of ["which orders do I have", "list my recent orders", "what did I order last week"])
      assert.ok(asksForOrders(utterance), utterance);
    for (const utterance of ["where is my order", "I want to order a lamp"])
      assert.ok(!asksForOrders(utterance), utterance);
  });
});

describe("a spoken address", () => {
  const address = (
    line1: string | null,
    city: string | null,
    state: string | null,
    postalCode: string | null,
    line2: string | null = null,
  ) => ({
    line1,
    line2,
    city,
    state,
    postalCode,
  });
  for (const [utterance, expected] of [
    ["nine Foundry Square, Albany, New York, one two two one oh", address("9 Foundry Square", "Albany", "NY", "12210")],
    ["send it to 402 Canal Road in Albany New York 12207 please", address("402 Canal Road", "Albany", "NY", "12207")],
    [
      "two hundred and five maple drive rochester minnesota 55901",
      address("205 Maple Drive", "Rochester", "MN", "55901"),
    ],
    [
      "it's 15 Washington Street, Seattle, Washington, nine eight one oh one",
      address("15 Washington Street", "Seattle", "WA", "98101"),
    ],
    ["12 Broadway, New York, New York 10004", address("12 Broadway", "New York", "NY", "10004")],
    [
      "twelve oak lane apartment four b Duluth Minnesota five five eight oh two",
      address("12 Oak Lane", "Duluth", "MN", "55802", "Apartment 4B"),
    ],
    ["Albany, New York", address(null, "Albany", "NY", null)],
    ["New York, one two one eight oh", address(null, null, "NY", "12180")],
    ["the zip is one two two one oh", address(null, null, null, "12210")],
    ["forty two elm street", address("42 Elm Street", null, null, null)],
  ] as const) {
    it(`of "${utterance}"`, () => assert.deepEqual(readPostalAddress(utterance), expected));
  }
  for (const utterance of [
    "to my office",
    "my other address",
    "I want to change the address of my order",
    "yes",
    "two of them",
    "",
  ]) {
    it(`is not in "${utterance}"`, () => assert.equal(readPostalAddress(utterance), null));
  }
  it("names its state in full", () => {
    assert.equal(stateName("NY"), "New York");
    assert.equal(stateName("XX"), "XX");
  });
});
