import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { readShop } from "../shop/load.ts";
import { parseScenario } from "../simulators/caller/scenario-format.ts";
import { withOwnCustomers } from "./own-customers.ts";

const read = async (name: string) =>
  parseScenario(await readFile(new URL(`../scenarios/${name}`, import.meta.url), "utf8"), name);

describe("callers of several calls at once", () => {
  it("are the scenario's customer and doubles with identities of their own", async () => {
    const shop = await readShop();
    const order = await read("01-search-ask-order-pay.yaml");
    const { scenarios, shop: crowded } = withOwnCustomers(shop, [order], 3);
    const numbers = scenarios.map(({ caller }) => caller.from);
    assert.equal(numbers[0], order.caller.from);
    assert.equal(new Set(numbers).size, 3);
    const callers = numbers.map((from) => crowded.customers.find(({ phone }) => phone === from));
    assert.deepEqual(new Set(callers.map((caller) => caller?.pin)).size, 1);
    const cards = callers.flatMap((caller) => caller?.savedCards.map(({ id }) => id) ?? []);
    assert.equal(new Set(cards).size, cards.length);
    const expected = scenarios.map(({ expect }) => JSON.stringify(expect.orders));
    callers.forEach((caller, index) => {
      assert.ok(expected[index]?.includes(`"customerId":"${caller?.id}"`));
    });
  });

  it("find enough in stock for all of them", async () => {
    const shop = await readShop();
    const { shop: crowded } = withOwnCustomers(shop, [await read("01-search-ask-order-pay.yaml")], 10);
    assert.deepEqual(
      crowded.products.map(({ stock }) => stock),
      shop.products.map(({ stock }) => stock * 10),
    );
  });

  it("stay one customer when they ask for that customer's order", async () => {
    const status = await read("07-order-status.yaml");
    const { scenarios } = withOwnCustomers(await readShop(), [status], 2);
    assert.deepEqual(
      scenarios.map(({ caller }) => caller.from),
      [status.caller.from, status.caller.from],
    );
  });

  it("make no doubles of a single call", async () => {
    const shop = await readShop();
    const order = await read("01-search-ask-order-pay.yaml");
    assert.deepEqual(withOwnCustomers(shop, [order], 1), { shop, scenarios: [order] });
  });
});
