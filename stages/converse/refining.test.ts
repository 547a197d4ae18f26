import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { product, TestCall } from "./test-call.ts";

function searched(): TestCall {
  const call = new TestCall().searched();
  call.hear();
  return call;
}
const search = (call: TestCall) => {
  const { query, priceMinMinor = null, priceMaxMinor = null } = call.called("searchProducts")?.arguments ?? {};
  return { query, priceMinMinor, priceMaxMinor };
};

describe("narrowing what was found", () => {
  it("given a list, when a colour is asked for, then it is added to what was looked for", () => {
    const call = searched();
    call.means("refineSearch", { query: "in blue" });
    assert.equal(search(call).query, "headphones in blue");
  });

  it("given a list, when something cheaper is asked for, then only what costs less than everything told is looked for", () => {
    const call = searched();
    call.means("refineSearch", { sort: "priceAscending" }, { text: "Do you have something cheaper?" });
    assert.equal(call.called("searchProducts")?.arguments.sort, null);
    assert.deepEqual(search(call), {
      query: "headphones",
      priceMinMinor: null,
      priceMaxMinor: product(1).priceMinor - 1,
    });
  });

  it("given a product that is talked about, when a pricier one is asked for, then what costs more than it is looked for", () => {
    const call = new TestCall().reviewed();
    call.means("refineSearch", {}, { text: "something more upscale" });
    assert.deepEqual(search(call), {
      query: "headphones",
      priceMinMinor: product(1).priceMinor + 1,
      priceMaxMinor: null,
    });
  });

  it("given a price that was said, when something cheaper is asked for with it, then the price that was said counts", () => {
    const call = searched();
    call.means("refineSearch", { priceMaxMinor: 2_500 }, { text: "something cheaper, under twenty-five" });
    assert.equal(search(call).priceMaxMinor, 2_500);
  });

  it("given a limit that was said, when twice that is said, then the limit is twice as much", () => {
    const call = searched();
    call.means("refineSearch", { priceMaxMinor: 2_500 }, { text: "under twenty-five" });
    call.succeed({ products: [product(1), product(2)] });
    call.hear();
    call.means("refineSearch", {}, { text: "I could go up to twice that" });
    assert.deepEqual(search(call), { query: "headphones", priceMinMinor: null, priceMaxMinor: 5_000 });
  });

  it("given a product that is talked about, when half of that is asked for, then half of its price is the limit", () => {
    const call = new TestCall().reviewed();
    call.means("refineSearch", {}, { text: "do you have one for half of that" });
    assert.equal(search(call).priceMaxMinor, Math.round(product(1).priceMinor / 2));
  });

  it("given a list, when more of a property is wished, then it is added to what was looked for", () => {
    const call = searched();
    call.means("refineSearch", { query: "with a longer battery" });
    assert.equal(search(call).query, "headphones with a longer battery");
  });

  it("given a list, when another kind of product is asked for, then it is looked for alone", () => {
    const call = searched();
    call.means("refineSearch", { query: "tents" });
    assert.equal(search(call).query, "tents");
  });
});

const battery = (value: string) => ({ attributes: [{ name: "batteryHours", value }] });

describe("choosing by what a product has most of", () => {
  function listed(): TestCall {
    const call = new TestCall().searched([
      product(1, battery("6")),
      product(2, battery("38")),
      product(3, battery("20")),
    ]);
    call.hear();
    return call;
  }

  it("given a list, when the one with the long battery is wanted, then it is told", () => {
    const call = listed();
    call.means("selectProduct", { productName: "with the long battery" }, { text: "the one with the long battery" });
    assert.match(call.said, /skiff earbuds/);
    assert.equal(call.count("searchProducts"), 1);
  });

  it("given a list, when the cheapest of these is wanted, then it is told", () => {
    const call = listed();
    call.means("selectProduct", {}, { text: "the cheapest of these" });
    assert.match(call.said, /harbor headphones/);
  });

  it("given a list, when it is asked which one has the longest battery, then that one is looked up", () => {
    const call = listed();
    call.means(
      "askDetails",
      { question: "which one has the longest battery" },
      { text: "Which one has the longest battery?" },
    );
    assert.equal(call.called("getProductDetails")?.arguments.productId, product(2).productId);
  });
});

describe("comparing what was found", () => {
  function listed(): TestCall {
    const call = new TestCall().searched([
      product(1, battery("38")),
      product(2, battery("6")),
      product(3, battery("20")),
    ]);
    call.hear();
    return call;
  }

  it("given a list, when two places of it are to be compared, then prices and what differs are told, and the choice stays open", () => {
    const call = listed();
    call.means("askDetails", { ordinal: 3 }, { text: "Compare the first and the third." });
    assert.equal(
      call.said,
      "The price of the harbor headphones is $10.99. The price of the tarn speaker is $30.99. The battery is 38 hours for the harbor headphones and 20 hours for the tarn speaker. Which one would you like?",
    );
    assert.equal(call.dialogue, "productSearch");
    call.means("selectProduct", { ordinal: 3 });
    assert.match(call.said, /tarn speaker/);
  });

  it("given a list, when products are named, then those are compared", () => {
    const call = listed();
    call.means("askDetails", {}, { text: "What is the difference between the skiff earbuds and the tarn speaker?" });
    assert.match(call.said, /^The price of the skiff earbuds is .* The price of the tarn speaker is/);
    assert.doesNotMatch(call.said, /harbor/);
  });

  it("given nothing that differs, then only the prices are told", () => {
    const call = new TestCall().searched([product(1), product(2)]);
    call.hear();
    call.means("askDetails", {}, { text: "Which one is better?" });
    assert.equal(
      call.said,
      "The price of the harbor headphones is $10.99. The price of the skiff earbuds is $20.99. Which one would you like?",
    );
  });

  it("given a single product, when a comparison is asked for, then its details are looked up", () => {
    const call = new TestCall().searched([product(1)]);
    call.hear();
    call.means("askDetails", { question: "how does it compare" }, { text: "How does it compare?" });
    assert.equal(call.count("getProductDetails"), 1);
  });
});
