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
    assert.equal(callers.filter((caller) => caller?.name === callers[0]?.name).length, 1, "only one has their name");
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

  it("have orders of their own under other numbers, which they say, hear and have changed", async () => {
    const shop = await readShop();
    const status = await read("07-order-status.yaml");
    const exchange = await read("14-return-and-exchange.yaml");
    const { shop: crowded, scenarios } = withOwnCustomers(shop, [status, exchange], 2);
    const [, asking, , sending] = scenarios.map(({ caller }) =>
      crowded.customers.find(({ phone }) => phone === caller.from),
    );
    const numbers = crowded.customers.flatMap(({ orders }) => orders.map(({ number }) => number));
    assert.equal(new Set(numbers).size, numbers.length);
    assert.deepEqual(
      asking?.orders.map(({ lines }) => lines),
      shop.customers.find(({ id }) => id === "C-1001")?.orders.map(({ lines }) => lines),
    );
    assert.deepEqual(
      asking?.orders.map(({ number }) => number),
      ["300001", "300002"],
    );
    const [first] = scenarios[1]?.steps ?? [];
    assert.ok(first?.kind === "say");
    assert.equal(first.say, "Where is my order three zero zero zero zero two?");
    assert.equal(first.means?.entities.orderNumber, "300002");
    const text = JSON.stringify(scenarios[3]);
    for (const order of ["214072", "2 1 4 0 7 2", "216502"]) assert.ok(!text.includes(order), order);
    const [returned, exchanged] = sending?.orders.slice(1) ?? [];
    assert.match(text, new RegExp(`order ${[...(returned?.number ?? "")].join(" ")} is noted`));
    assert.match(text, new RegExp(`"number":"${exchanged?.number}","status":"exchangeRequested"`));
    const cards = sending?.savedCards.map(({ id }) => id) ?? [];
    assert.ok(sending?.orders.every(({ paidWith }) => paidWith === undefined || cards.includes(paidWith)));
    assert.equal(scenarios[2], exchange, "the first call is the scenario's own");
  });

  it("do not all play a scenario that takes the last piece away", async () => {
    const last = await read("05-out-of-stock.yaml");
    const shop = await readShop();
    assert.throws(() => withOwnCustomers(shop, [last], 2), /05-out-of-stock counts .* --calls 1/);
    assert.deepEqual(withOwnCustomers(shop, [last], 1).scenarios, [last]);
  });

  it("make no doubles of a single call", async () => {
    const shop = await readShop();
    const order = await read("01-search-ask-order-pay.yaml");
    assert.deepEqual(withOwnCustomers(shop, [order], 1), { shop, scenarios: [order] });
  });
});
