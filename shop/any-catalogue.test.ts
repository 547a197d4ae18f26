import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseCatalogue, parseSpokenQueries } from "./any-catalogue.ts";

const lines = (...entries: readonly unknown[]): string => entries.map((entry) => JSON.stringify(entry)).join("\n");

describe("a catalogue of another shop", () => {
  it("has prices in units, and attributes of any name", () => {
    const [lamp] = parseCatalogue(
      lines({
        id: "x-1",
        title: "Brass Desk Lamp",
        category: "home",
        style: "lamp",
        price: 39.9,
        stock: 3,
        attributes: { dimmable: true },
      }),
    );
    assert.ok(lamp);
    assert.equal(lamp.priceMinor, 3990);
    assert.equal(lamp.currency, "USD");
    assert.equal(lamp.stock, 3);
    assert.deepEqual(lamp.attributes, { dimmable: "true" });
    assert.deepEqual(lamp.aliases, ["lamp"]);
    assert.equal(lamp.spokenName, "Brass Desk Lamp");
  });

  it("has prices in the minor units of their currency, however many digits those have", () => {
    const priced = (price: number, currency: string): unknown =>
      parseCatalogue(lines({ id: "x-1", title: "Lamp", price, currency }))[0]?.priceMinor;
    assert.deepEqual([priced(980, "JPY"), priced(12.345, "KWD"), priced(39.9, "EUR")], [980, 12_345, 3_990]);
  });

  it("has its limits in the currency that is sold in", () => {
    const tea = lines({ qid: "t", query: "tea under two thousand yen", expected_filters: { price_max: 2000 } });
    assert.deepEqual(parseSpokenQueries(tea, "JPY")[0]?.limits, { priceMaxMinor: 2000 });
    assert.deepEqual(parseSpokenQueries(tea, "KWD")[0]?.limits, { priceMaxMinor: 2_000_000 });
  });

  it("may have numbers as ids, null for what is not known, and a mark of its encoding", () => {
    const [lamp] = parseCatalogue(
      `\uFEFF${lines({ id: 4711, title: "Lámpara 灯", price: 5, description: null, category: null, stock: null, rating: null, attributes: { colour: ["red", "blue"], size: null } })}\r\n`,
    );
    assert.ok(lamp);
    assert.equal(lamp.id, "4711");
    assert.equal(lamp.title, "Lámpara 灯");
    assert.deepEqual(lamp.attributes, { colour: "red, blue" });
    assert.deepEqual([lamp.description, lamp.category, lamp.stock, lamp.rating], ["", "general", 1, 0]);
  });

  it("has nothing that a database could not hold", () => {
    const refuses = (change: object) =>
      assert.throws(() => parseCatalogue(lines({ id: "x-1", title: "Lamp", price: 1, ...change })), /line 1/);
    for (const text of ["a\u0000b", "\ud83d", "\ude00 half"]) {
      refuses({ title: text });
      refuses({ description: text });
      refuses({ attributes: { colour: text } });
      refuses({ attributes: { colour: ["red", text] } });
      refuses({ attributes: { [text]: "red" } });
      refuses({ aliases: [text] });
    }
    refuses({ attributes: { colour: { of: "red" } } });
    refuses({ price: 0.004 });
    assert.equal(parseCatalogue(lines({ id: "x-1", title: "Lamp 😀", price: 0.01 })).length, 1);
  });

  it("is refused with every line that is wrong", () => {
    assert.throws(
      () => parseCatalogue(`${lines({ id: "x-1", title: "Lamp", price: 0 })}\nnot json`),
      /line 1[\s\S]*line 2/,
    );
    assert.throws(() => parseCatalogue("\n"), /empty/);
    const twice = { id: "x-1", title: "Lamp", price: 1 };
    assert.throws(() => parseCatalogue(lines(twice, twice)), /twice/);
  });
});

describe("a list of spoken queries", () => {
  it("has limits in units or in minor units", () => {
    const queries = parseSpokenQueries(
      lines(
        { qid: "d1", query: "a tote under fifty", expected_filters: { price_max: 50 }, kind: "descriptive" },
        { qid: "d2", query: "boots", expected_filters: {} },
        { qid: "Q-3", query: "a lamp", expectedFilters: { priceMinMinor: 1999, priceMaxMinor: 4000 }, acceptable: [] },
      ),
    );
    assert.deepEqual(queries, [
      { qid: "d1", query: "a tote under fifty", limits: { priceMaxMinor: 5000 } },
      { qid: "d2", query: "boots", limits: {} },
      { qid: "Q-3", query: "a lamp", limits: { priceMinMinor: 1999, priceMaxMinor: 4000 } },
    ]);
  });

  it("may have numbers as ids, and null for what is not limited", () => {
    const queries = parseSpokenQueries(
      lines(
        { qid: 7, query: "a lamp", expected_filters: null },
        { qid: 8, query: "a mug", expected_filters: { price_min: 0, price_max: null } },
      ),
    );
    assert.deepEqual(queries, [
      { qid: "7", query: "a lamp", limits: {} },
      { qid: "8", query: "a mug", limits: { priceMinMinor: 0 } },
    ]);
  });

  it("is refused when a query has no words", () => {
    assert.throws(() => parseSpokenQueries(lines({ qid: "d1", query: " " })), /line 1/);
  });
});
