/** What must not do anything to an order, whoever sends it. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { resetVariantShop } from "../../connectors/orders/operations/testing/variant-shop.ts";
import { startTestDatabase, type TestDatabase } from "../../connectors/postgres/testing/test-database.ts";
import type { ToolArguments } from "../../schemas/generated/records.ts";
import { callOfAna, isRefused, larger, reason, type Tool } from "./testing/care-line.ts";
import { foundry } from "./testing/tool-call.ts";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());
beforeEach(() => resetVariantShop(database.pool));

const rows = async (sql: string) => (await database.pool.query(sql)).rows;
const ana = (options: { readonly times?: number } = {}) => callOfAna(database.pool, options);

describe("bad input about an order", () => {
  const sql = "'; DROP TABLE orders; --";
  const template = "$" + "{process.env.STRIPE_SECRET_KEY} {{constructor}} <%= 7*7 %>";
  const long = "x".repeat(10_240);
  const texts = [sql, template, long, "", "\u0000", "../../etc/passwd"];

  it("is refused with a reason and a sentence, and changes nothing", async () => {
    const call = await ana();
    const before = JSON.stringify(await rows("SELECT * FROM orders ORDER BY number"));
    const bad: [Tool, Partial<ToolArguments>][] = texts.flatMap((text): [Tool, Partial<ToolArguments>][] => [
      ["cancelOrder", { ...reason, orderNumber: text }],
      ["cancelOrder", { cancelReason: text }],
      ["returnItems", { productIds: [text] }],
      ["returnItems", { productIds: ["kettle"], methodId: text }],
      ["exchangeItems", { ...larger, newProductIds: [text] }],
      ["changeOrderPayment", { methodId: text }],
      ["changeOrderAddress", { address: { ...foundry, line1: text } }],
      ["changeOrderAddress", { address: { ...foundry, postalCode: text } }],
      ["getOrderDetails", { orderNumber: text }],
    ]);
    const refused = new Set<string>();
    for (const [tool, given] of bad) {
      const result = await call.ask(tool, given);
      if (result.type === "ToolRefused" && result.reason === "notConfirmed") {
        // A strange street is still a street: it is read back, and stands in the database as it was said.
        assert.ok(
          tool === "changeOrderAddress" &&
            [sql, template, "../../etc/passwd"].some((text) =>
              JSON.stringify(given).includes(JSON.stringify(text).slice(1, -1)),
            ),
        );
        continue;
      }
      assert.ok(
        result.type === "ToolRefused",
        `${tool} ${JSON.stringify(given).slice(0, 80)}: ${JSON.stringify(result).slice(0, 200)}`,
      );
      assert.match(result.sentence ?? "", /^[A-Z].*\.$/);
      refused.add(result.reason);
    }
    assert.ok(refused.has("invalidArguments"));
    assert.equal(JSON.stringify(await rows("SELECT * FROM orders ORDER BY number")), before);
    await call.booksAgree();
  });

  it("in counts and in what is named is refused for what it is", async () => {
    const call = await ana();
    await database.pool.query("UPDATE orders SET status = 'delivered'");
    isRefused(await call.ask("returnItems", { productIds: [] }), "invalidArguments");
    isRefused(
      await call.ask("returnItems", { productIds: Array.from({ length: 101 }, () => "kettle") }),
      "invalidArguments",
    );
    isRefused(await call.ask("returnItems", { productIds: ["kettle", "kettle", "kettle"] }), "itemNotInOrder");
    isRefused(await call.ask("returnItems", { productIds: ["sofa"] }), "itemNotInOrder");
    isRefused(await call.ask("returnItems", { productIds: ["kettle"], methodId: "ben-card" }), "methodUnknown");
    isRefused(await call.ask("returnItems", { productIds: ["kettle"], methodId: "ana-second" }), "refundElsewhere");
    isRefused(await call.ask("exchangeItems", { ...larger, newProductIds: ["no-such-product"] }), "unavailable");
    isRefused(await call.ask("exchangeItems", { ...larger, newProductIds: ["clock"] }), "otherType");
    isRefused(
      await call.ask("exchangeItems", { ...larger, newProductIds: ["kettle-large", "kettle-large"] }),
      "countsDiffer",
    );
    isRefused(await call.ask("cancelOrder", reason), "wrongState");
    isRefused(await call.ask("cancelOrder", { ...reason, confirmation: "a".repeat(64) }), "notConfirmed");
    isRefused(
      await call.ask("cancelOrder", { ...reason, confirmation: "yes" }, { isConfirmed: true }),
      "invalidArguments",
    );
    isRefused(await call.ask("returnItems", { productIds: ["kettle"], quantity: 2 }), "invalidArguments");
    for (const quantity of [0, -1, 1e9, 2.5])
      isRefused(
        await call.ask("quoteOrder", { orderNumber: null, productId: "kettle", quantity }),
        quantity === 1e9 ? "overLimit" : "invalidArguments",
      );
    await database.pool.query("UPDATE orders SET status = 'paid'");
    isRefused(await call.ask("cancelOrder", { cancelReason: "because I say so" }), "reasonNotAccepted");
    isRefused(await call.ask("changeOrderPayment", { methodId: "ana-visa" }), "sameMethod");
  });
});
