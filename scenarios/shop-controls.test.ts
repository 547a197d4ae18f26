import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PGlite } from "@electric-sql/pglite";
import { applyShopControl, type ShopStatement } from "./shop-controls.ts";

let database: PGlite;
const run: ShopStatement = async (sql, values) => (await database.query(sql, [...values])).affectedRows ?? 0;

before(async () => {
  database = new PGlite();
  await database.exec(
    "CREATE TABLE products (id text PRIMARY KEY, on_hand integer NOT NULL); INSERT INTO products VALUES ('P-1', 7), ('P-2', 7)",
  );
});

after(() => database.close());

describe("a control of a scenario", () => {
  it("sets the stock of one product", async () => {
    await applyShopControl({ setStock: { productId: "P-1", quantity: 0 } }, run);
    const { rows } = await database.query("SELECT id, on_hand FROM products ORDER BY id");
    assert.deepEqual(rows, [
      { id: "P-1", on_hand: 0 },
      { id: "P-2", on_hand: 7 },
    ]);
  });

  it("is refused when it is not known or names no product", async () => {
    await assert.rejects(applyShopControl({ setStock: { productId: "P-9", quantity: 1 } }, run), /no product P-9/);
    await assert.rejects(applyShopControl({ setStok: {} }, run), /not known[\s\S]*setStock/);
    await assert.rejects(applyShopControl({ setStock: { productId: "P-1", quantity: -1 } }, run), /quantity/);
  });
});
