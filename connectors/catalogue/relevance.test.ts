import assert from "node:assert/strict";
import { test } from "node:test";
import { readSearchTerms } from "../../language/search-terms.ts";
import { type ProductText, relevanceTo } from "./relevance.ts";

const evenly = () => 1;
function product(title: string, fields: Partial<ProductText> = {}): ProductText {
  return { title, spokenName: title, aliases: "", category: "general", attributes: {}, description: "", ...fields };
}
const answer = (query: string, text: ProductText) => relevanceTo(readSearchTerms(query), evenly)(text);

test("what has more of what was named covers more; a description says less than a name", () => {
  const query = "a black leather bag";
  const coverages = [
    product("Black Leather Bag"),
    product("Leather Bag", { description: "Comes in black." }),
    product("Leather Bag"),
    product("Bag"),
    product("Lamp"),
  ].map((text) => answer(query, text).coverage);
  assert.deepEqual(
    coverages,
    coverages.toSorted((a, b) => b - a),
  );
  assert.equal(new Set(coverages).size, coverages.length);
  assert.equal(coverages[0], 1);
  assert.equal(coverages.at(-1), 0);
});

test("the kind is what is looked for, not what it is for", () => {
  const query = "a small lamp for the bedside table";
  assert.equal(answer(query, product("Glass Table Lamp")).kind, 1);
  assert.equal(answer(query, product("Oak Bedside Table")).kind, 0);
});

test("other words for the same thing count, in either way of writing", () => {
  assert.ok(answer("a couch", product("Velvet Sofa")).kind > 0.8);
  assert.ok(answer("tee shirt", product("Striped T-Shirt")).kind > 0.8);
  assert.ok(answer("a night stand", product("Nightstand in Oak")).coverage > 0);
  assert.ok(answer("wooden spoons", product("Wood Spoon")).coverage > 0.8);
});

test("a narrower colour answers a wide one, and not the other way round", () => {
  const navy = answer("a blue shirt", product("Navy Shirt")).coverage;
  assert.ok(navy > 0.9 && navy < answer("a blue shirt", product("Blue Shirt")).coverage);
  assert.ok(answer("a navy shirt", product("Blue Shirt")).coverage < 0.6);
});

test("medium is the size of what has one, and not its ventilation", () => {
  const helmet = (size: string, ventilation: string) => product("Helmet", { attributes: { size, ventilation } });
  const query = "a helmet for riding, medium";
  assert.ok(answer(query, helmet("M", "low")).coverage > answer(query, helmet("S", "medium")).coverage);
  assert.equal(answer("small bag", product("Bag", { attributes: { size: "small" } })).coverage, 1);
  // An umbrella's feet say nothing of large and small.
  const umbrella = product("Large Umbrella", { attributes: { size: "7 ft" } });
  assert.equal(answer("a large umbrella", umbrella).coverage, 1);
});

test("what must be so is a condition; what is preferred is none", () => {
  const red = product("Red Kettle");
  assert.equal(answer("a kettle in blue only", red).isAllowed, false);
  assert.equal(answer("a kettle that must be blue", red).isAllowed, false);
  assert.equal(answer("a blue kettle", red).isAllowed, true);
  assert.equal(answer("a kettle preferably blue", red).isAllowed, true);
  assert.equal(answer("a kettle in blue only", product("Kettle", { attributes: { colour: "navy" } })).isAllowed, true);
});

test("what is excluded is a condition on all that a product is said to be, by its own word and in its name by others", () => {
  assert.equal(answer("a bag not leather", product("Leather Bag")).isAllowed, false);
  assert.equal(
    answer("a bag without leather", product("Bag", { attributes: { material: "leather" } })).isAllowed,
    false,
  );
  assert.equal(
    answer("a bag not leather", product("Canvas Bag", { description: "No leather at all." })).isAllowed,
    true,
  );
});

test("a text that has what is excluded, or its name says so in another word, is left out", () => {
  const prose = product("Tote", { description: "Made of soft leather." });
  assert.equal(answer("a tote, not leather", prose).isAllowed, false);
  assert.equal(answer("a shirt, not black", product("Onyx Shirt")).isAllowed, false);
  assert.equal(answer("boots, no nuts or laces", product("Boots", { description: "With laces." })).isAllowed, false);
});

test("a property that is denied is not there, and answers who does not want it", () => {
  const dry = product("Boots", { attributes: { waterproof: "no" } });
  assert.equal(answer("boots that must be waterproof", dry).isAllowed, false);
  assert.equal(answer("boots, not waterproof", dry).isAllowed, true);
  const dark = product("Keyboard", { attributes: { backlight: "none" } });
  const bright = product("Keyboard", { attributes: { backlight: "RGB" } });
  assert.equal(answer("a keyboard with no backlight", dark).isAllowed, true);
  assert.equal(answer("a keyboard with no backlight", bright).isAllowed, false);
  const vacuum = (kind: string) => product("Vacuum Cleaner", { attributes: { "bagged/bagless": kind } });
  assert.equal(answer("a vacuum cleaner without a bag", vacuum("bagless")).isAllowed, true);
  assert.equal(answer("a vacuum cleaner without a bag", vacuum("bagged")).isAllowed, false);
});

test("who excludes a property does not exclude what they look for", () => {
  assert.equal(answer("not leather boots", product("Canvas Boots")).isAllowed, true);
});

test("a size is a value of its own: small is S, and ten of something is no size ten", () => {
  const helmet = (size: string) => answer("a helmet size small", product("Helmet", { attributes: { size } })).coverage;
  assert.ok(helmet("S") > helmet("L"));
  const shoes = (attributes: Record<string, string>) =>
    answer("shoes size ten", product("Shoes", { attributes })).coverage;
  assert.ok(shoes({ size: "10" }) > shoes({ size: "9", pieces: "10" }));
});

test("what something is for names the things that are for it", () => {
  assert.ok(answer("something to boil water", product("Steel Kettle")).kind > 0.8);
  assert.ok(answer("something to tell the time", product("Wall Clock")).kind > 0.8);
  assert.equal(answer("a set of glasses", product("Tea Set")).kind, 0);
});

test("sizes with a unit are compared, and a bound on one is a condition", () => {
  const tablet = (storage: string) => product("Tablet", { attributes: { storage } });
  assert.equal(answer("a tablet with at least a hundred gigs", tablet("128GB")).isAllowed, true);
  assert.equal(answer("a tablet with at least a hundred gigs", tablet("1 TB")).isAllowed, true);
  assert.equal(answer("a tablet with at least a hundred gigs", tablet("32GB")).isAllowed, false);
  assert.equal(answer("a tablet with at least a hundred gigs", product("Tablet")).isAllowed, true);
  const shelf = (height: string) => answer("a five foot bookshelf", product("Bookshelf", { attributes: { height } }));
  assert.ok(shelf("5 ft").coverage > shelf("6 ft").coverage);
  assert.equal(shelf("6 ft").isAllowed, true);
  const radio = product("Radio", { attributes: { batteryHours: 38 } });
  assert.equal(answer("a radio with more than thirty hours", radio).isAllowed, true);
  assert.equal(answer("a radio with more than forty hours", radio).isAllowed, false);
});

test("letters that are spelled and numbers in words are found as they are written", () => {
  assert.equal(answer("a charger with u s b c", product("USB-C Charger")).coverage, 1);
  assert.equal(answer("shoes size ten", product("Shoes", { attributes: { size: "10" } })).coverage, 1);
});

test("what a product is ends its name; what it is for stands inside", () => {
  const lamp = (title: string) => answer("headphones", product(title)).kind;
  assert.equal(lamp("Over-Ear Headphones, Black"), 1);
  assert.equal(lamp("Headphones with Case"), 1);
  assert.ok(lamp("Headphone Travel Case") < 1);
  assert.ok(lamp("Case for Headphones") < 1);
  assert.equal(lamp("Travel Case"), 0);
});

test("a size behind a name is no part of it", () => {
  for (const title of ["Watering Can 9 L", "Watering Can, 12 inch", "Watering Can 2 x 5 L", "Watering Can 4 Pack"])
    assert.equal(answer("a watering can", product(title)).kind, 1, title);
  assert.ok(answer("a watering can", product("Watering Can Holder")).kind < 1);
});

test("other words between the words of a name leave it one", () => {
  const table = answer("a bedside table", product("Bedside Oasis Table"));
  assert.ok(table.kind > 0.8 && table.coverage > 0.8);
  assert.ok(table.kind < answer("a bedside table", product("Bedside Table")).kind);
  assert.ok(answer("a bedside table", product("Table for Bedside Lamps")).kind < table.kind);
  assert.ok(answer("a bedside table", product("Table Lamp, Bedside")).kind < table.kind);
});

test("a product is asked for by name when its name is what was said", () => {
  assert.equal(answer("the barrel speaker", product("Barrel Speaker")).isNamed, true);
  assert.equal(
    answer("the barrel speaker", product("Barrel Speaker 2", { spokenName: "barrel speaker" })).isNamed,
    true,
  );
  assert.equal(answer("a speaker", product("Speaker")).isNamed, false);
  assert.equal(answer("the barrel speaker", product("Barrel Max Speaker")).isNamed, false);
});

test("words of nothing give nothing, and no words nothing at all", () => {
  const nothing = { coverage: 0, kind: 0, isAllowed: true, isNamed: false };
  assert.deepEqual(answer("", product("Lamp")), nothing);
  assert.deepEqual(answer("something for me", product("Lamp")), nothing);
});
