import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { differencesOf, parseExpected } from "./evaluate-retail-compare.ts";
import { centsOf, parseRetailShop, parseRetailTasks } from "./evaluate-retail-format.ts";
import { EvaluationError } from "./evaluation-error.ts";

const address = { address1: "1 Ash", address2: "", city: "Reno", country: "USA", state: "NV", zip: "89501" };
const red = { item_id: "h-red", options: { color: "red" }, available: true, price: 20 };
const order = {
  order_id: "#W100",
  user_id: "ida",
  address,
  items: [{ name: "Hat", product_id: "hat", item_id: "h-red", price: 20.0, options: red.options }],
  status: "pending",
  fulfillments: [],
  payment_history: [{ transaction_type: "payment", amount: 20, payment_method_id: "paypal_1" }],
};
const shop = {
  products: { hat: { name: "Hat", product_id: "hat", variants: { "h-red": red } } },
  users: {
    ida: {
      user_id: "ida",
      name: { first_name: "Zoë", last_name: "Łukasz" },
      address,
      email: "ida@example.com",
      payment_methods: { paypal_1: { source: "paypal", id: "paypal_1" } },
      orders: ["#W100"],
    },
  },
  orders: { "#W100": order },
};

describe("the files of a retail shop", () => {
  it("have amounts in dollars, which are whole cents", () => {
    assert.deepEqual([20.1, 0, 1_131.29, 0.07, 4.499999999999993].map(centsOf), [2_010, 0, 113_129, 7, 450]);
    assert.throws(() => centsOf(1.005), EvaluationError);
  });

  it("may leave out what has not happened to an order, or say null", () => {
    const unset = { cancel_reason: null, return_items: null, exchange_items: null, exchange_price_difference: null };
    const parsed = parseRetailShop(JSON.stringify({ ...shop, orders: { "#W100": { ...order, ...unset } } }));
    assert.deepEqual(parsed.orders["#W100"], { ...order, ...unset });
    assert.deepEqual(parseRetailShop(JSON.stringify(shop)).orders["#W100"], order);
  });

  it("are refused with what is wrong", () => {
    const refuses = (change: object, words: RegExp) =>
      assert.throws(
        () => parseRetailShop(JSON.stringify({ ...shop, ...change })),
        (error: Error) => {
          assert.ok(error instanceof EvaluationError);
          assert.match(error.message, words);
          return true;
        },
      );
    const orders = (change: object, key = "#W100") => ({ orders: { [key]: { ...order, ...change } } });
    refuses({ users: {} }, /user who is not there/);
    refuses({ products: { cap: shop.products.hat } }, /filed under another id/);
    refuses(
      { products: { ...shop.products, cap: { ...shop.products.hat, product_id: "cap" } } },
      /item of two products/,
    );
    refuses(orders({ status: "lost" }), /status/);
    refuses(orders({ items: [{ ...order.items[0], price: 0 }] }), /costs nothing/);
    refuses(orders({ order_id: "no 1" }, "no 1"), /ASCII/);
    assert.throws(() => parseRetailShop("{"), /not JSON/);
    assert.throws(() => parseExpected('{"task_id": "a"}'), /Line 1/);
  });

  it("have tasks of which only the id and the actions matter, by name and arguments", () => {
    const action = { name: "get_order_details", arguments: { order_id: "#W100" } };
    const tasks = parseRetailTasks(
      JSON.stringify([
        {
          id: "0",
          description: { purpose: null, notes: "…" },
          user_scenario: { persona: null, instructions: { domain: "retail", known_info: null } },
          ticket: null,
          initial_state: null,
          evaluation_criteria: {
            actions: [{ action_id: "0_0", requestor: "assistant", ...action, info: null, compare_args: null }],
            env_assertions: null,
            communicate_info: [],
            reward_basis: ["DB"],
          },
          annotations: null,
        },
        { id: 1, evaluation_criteria: null },
        { id: 2, evaluation_criteria: { actions: null } },
        { id: 3, evaluation_criteria: { actions: [{ name: "list_all_product_types", arguments: null }] } },
        { id: 4 },
      ]),
    );
    assert.deepEqual(tasks, [
      { id: "0", actions: [action] },
      { id: 1, actions: [] },
      { id: 2, actions: [] },
      { id: 3, actions: [{ name: "list_all_product_types", arguments: {} }] },
      { id: 4, actions: [] },
    ]);
    assert.throws(() => parseRetailTasks("{}"), EvaluationError);
    assert.throws(() => parseRetailTasks('[{"evaluation_criteria": null}]'), EvaluationError);
  });

  it("are compared to the cent, and null is the same as nothing", () => {
    const outcome = (changed: object) => ({ task_id: "t", changed, refused_actions: [] });
    const isSame = (a: object, b: object) => differencesOf(outcome(a), outcome(b)).length === 0;
    assert.ok(isSame({ a: { b: 5.3, c: null } }, { a: { b: 5.299999999999997 } }));
    assert.ok(!isSame({ a: { b: 5.3 } }, { a: { b: 5.31 } }));
    assert.ok(!isSame({ a: ["x"] }, { a: ["x", "y"] }));
    assert.ok(!isSame({ a: "1" }, { a: 1 }));
    assert.ok(!isSame({}, { orders: { x: { status: "pending" } } }));
  });
});
