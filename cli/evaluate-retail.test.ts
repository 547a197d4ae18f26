import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { evaluateRetail } from "./evaluate-retail.ts";
import { differencesOf, parseExpected } from "./evaluate-retail-compare.ts";
import type { RetailOrder } from "./evaluate-retail-format.ts";

const home = { address1: "3 Fern Row", address2: "", city: "Tulsa", country: "USA", state: "OK", zip: "74103" };
const away = { address1: "7 Dune Road", address2: "Hut 2", city: "Reno", country: "USA", state: "NV", zip: "89501" };
const variant = (item_id: string, color: string, price: number, available = true) => ({
  item_id,
  options: { size: "one", color },
  available,
  price,
});
const hat = {
  red: variant("h-red", "red", 20.1),
  blue: variant("h-blue", "blue", 25.4),
  sold: variant("h-sold", "gray", 5, false),
};
const bag = { red: variant("b-red", "red", 60), blue: variant("b-blue", "blue", 49.95) };
const item = (product_id: "hat" | "bag", of: ReturnType<typeof variant>) => ({
  name: product_id === "hat" ? "Felt Hat" : "Rope Bag",
  product_id,
  item_id: of.item_id,
  price: of.price,
  options: of.options,
});
const order = (
  order_id: string,
  status: RetailOrder["status"],
  items: ReturnType<typeof item>[],
  method = "paypal_1",
) => ({
  order_id,
  user_id: "ida_moss_1",
  address: home,
  items,
  status,
  fulfillments: status === "delivered" ? [{ tracking_id: ["t-1"], item_ids: items.map(({ item_id }) => item_id) }] : [],
  payment_history: [
    {
      transaction_type: "payment",
      amount: Number(items.reduce((sum, { price }) => sum + price, 0).toFixed(2)),
      payment_method_id: method,
    },
  ],
});
const ida = {
  user_id: "ida_moss_1",
  name: { first_name: "Ida", last_name: "Moss" },
  address: home,
  email: "ida@example.com",
  payment_methods: {
    paypal_1: { source: "paypal", id: "paypal_1" },
    gift_card_1: { source: "gift_card", id: "gift_card_1", balance: 10.3 },
    credit_card_1: { source: "credit_card", id: "credit_card_1", brand: "visa", last_four: "0005" },
  },
  // One of them is not in the file.
  orders: ["#W300", "#W100", "#W900", "#W400", "#W200"],
};
const shop = {
  products: {
    hat: {
      name: "Felt Hat",
      product_id: "hat",
      variants: { "h-red": hat.red, "h-blue": hat.blue, "h-sold": hat.sold },
    },
    bag: { name: "Rope Bag", product_id: "bag", variants: { "b-red": bag.red, "b-blue": bag.blue } },
  },
  users: { ida_moss_1: ida },
  orders: {
    "#W100": order("#W100", "pending", [item("hat", hat.red), item("hat", hat.red), item("bag", bag.red)]),
    "#W200": order("#W200", "delivered", [item("hat", hat.blue), item("bag", bag.blue)], "gift_card_1"),
    "#W300": order("#W300", "processed", [item("hat", hat.red)]),
    "#W400": order("#W400", "pending", [item("hat", hat.red)], "gift_card_1"),
  },
};

const action = (name: string, given: Record<string, unknown> = {}) => ({ name, arguments: given });
const modify = (item_ids: string[], new_item_ids: string[], payment_method_id = "paypal_1", order_id = "#W100") =>
  action("modify_pending_order_items", { order_id, item_ids, new_item_ids, payment_method_id });
const swap = (item_ids: string[], new_item_ids: string[], payment_method_id = "paypal_1", order_id = "#W200") =>
  action("exchange_delivered_order_items", { order_id, item_ids, new_item_ids, payment_method_id });
const cancel = (order_id: string, reason = "no longer needed") => action("cancel_pending_order", { order_id, reason });
const giveBack = (item_ids: string[], payment_method_id: string, order_id = "#W200") =>
  action("return_delivered_order_items", { order_id, item_ids, payment_method_id });
const pay = (order_id: string, payment_method_id: string) =>
  action("modify_pending_order_payment", { order_id, payment_method_id });
const start = { ...shop.orders } as unknown as Record<string, RetailOrder>;
const withBalance = (balance: number) => ({
  ...ida,
  payment_methods: { ...ida.payment_methods, gift_card_1: { source: "gift_card", id: "gift_card_1", balance } },
});
const paid = (amount: number, payment_method_id: string) => ({
  transaction_type: "payment",
  amount,
  payment_method_id,
});
const refunded = (amount: number, payment_method_id: string) => ({
  transaction_type: "refund",
  amount,
  payment_method_id,
});

/** Each task with what it must leave behind, by the rules of the format. */
const cases: Readonly<Record<string, { actions: object[]; changed?: object; refused?: number[] }>> = {
  "reading changes nothing, and what is not there is refused": {
    actions: [
      action("find_user_id_by_email", { email: "IDA@example.com" }),
      action("find_user_id_by_name_zip", { first_name: "ida", last_name: "MOSS", zip: "74103" }),
      action("find_user_id_by_name_zip", { first_name: "ida", last_name: "moss", zip: "89501" }),
      action("get_user_details", { user_id: "ida_moss_1" }),
      action("get_user_details", { user_id: "ida" }),
      action("get_order_details", { order_id: "#W100" }),
      action("get_order_details", { order_id: "W100" }),
      action("get_product_details", { product_id: "hat" }),
      action("get_product_details", { product_id: "h-red" }),
      action("get_item_details", { item_id: "h-sold" }),
      action("get_item_details", { item_id: "hat" }),
      action("list_all_product_types"),
      action("calculate", { expression: "(20.10 + 60) * 2" }),
      action("calculate", { expression: "open('x')" }),
      action("transfer_to_human_agents", { summary: "wants a person" }),
    ],
    refused: [2, 4, 6, 8, 10, 13],
  },
  "a cancelled order refunds its method": {
    actions: [cancel("#W100", "ordered by mistake"), cancel("#W100")],
    changed: {
      orders: {
        "#W100": {
          ...start["#W100"],
          status: "cancelled",
          cancel_reason: "ordered by mistake",
          payment_history: [paid(100.2, "paypal_1"), refunded(100.2, "paypal_1")],
        },
      },
    },
    refused: [1],
  },
  "a cancelled order refunds a gift card at once": {
    actions: [cancel("#W400")],
    changed: {
      users: { ida_moss_1: withBalance(30.4) },
      orders: {
        "#W400": {
          ...start["#W400"],
          status: "cancelled",
          cancel_reason: "no longer needed",
          payment_history: [paid(20.1, "gift_card_1"), refunded(20.1, "gift_card_1")],
        },
      },
    },
  },
  "what is not pending or has no such reason is not cancelled": {
    actions: [cancel("#W200"), cancel("#W300"), cancel("#W100", "changed my mind"), cancel("#W999")],
    refused: [0, 1, 2, 3],
  },
  "one of two equal items is changed, with a gift card that just holds it; then nothing but address and payment is open":
    {
      actions: [
        modify(["h-red"], ["h-blue"], "gift_card_1"),
        modify(["h-red"], ["h-blue"]),
        cancel("#W100"),
        pay("#W100", "credit_card_1"),
        action("modify_pending_order_address", { order_id: "#W100", ...away }),
      ],
      changed: {
        users: { ida_moss_1: withBalance(5) },
        orders: {
          "#W100": {
            ...start["#W100"],
            address: away,
            items: [item("hat", hat.blue), item("hat", hat.red), item("bag", bag.red)],
            status: "pending (item modified)",
            payment_history: [paid(100.2, "paypal_1"), paid(5.3, "gift_card_1")],
          },
        },
      },
      refused: [1, 2, 3],
    },
  "several items are changed at once: the sum moves, and each replaced item is written as the last one": {
    actions: [modify(["h-red", "b-red"], ["h-blue", "b-blue"])],
    changed: {
      orders: {
        "#W100": {
          ...start["#W100"],
          items: [
            { ...item("hat", hat.blue), price: 49.95, options: bag.blue.options },
            item("hat", hat.red),
            item("bag", bag.blue),
          ],
          status: "pending (item modified)",
          payment_history: [paid(100.2, "paypal_1"), refunded(4.75, "paypal_1")],
        },
      },
    },
  },
  "items are not changed for what is not there, not had, not alike, not of the order, or not paid": {
    actions: [
      modify(["h-red"], ["h-sold"]),
      modify(["h-red"], ["b-blue"]),
      modify(["h-red"], ["h-red"]),
      modify(["h-red"], ["h-none"]),
      modify(["h-red", "h-red", "h-red"], ["h-blue", "h-blue", "h-blue"]),
      modify(["h-red", "b-red"], ["h-blue"]),
      modify(["h-blue"], ["h-red"]),
      modify(["h-red", "h-red"], ["h-blue", "h-blue"], "gift_card_1"),
      modify(["h-red"], ["h-blue"], "paypal_9"),
      modify(["h-red"], ["h-blue"], "paypal_1", "#W300"),
      modify(["h-blue"], ["h-red"], "paypal_1", "#W200"),
    ],
    refused: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  },
  "an order is paid with another method, which must be another and hold enough": {
    actions: [
      pay("#W100", "paypal_1"),
      pay("#W100", "gift_card_1"),
      pay("#W100", "x"),
      pay("#W100", "credit_card_1"),
      pay("#W200", "paypal_1"),
    ],
    changed: {
      orders: {
        "#W100": {
          ...start["#W100"],
          payment_history: [paid(100.2, "paypal_1"), paid(100.2, "credit_card_1"), refunded(100.2, "paypal_1")],
        },
      },
    },
    refused: [0, 1, 2, 4],
  },
  "a gift card that paid gets it back when another method pays": {
    actions: [pay("#W400", "paypal_1")],
    changed: {
      users: { ida_moss_1: withBalance(30.4) },
      orders: {
        "#W400": {
          ...start["#W400"],
          payment_history: [paid(20.1, "gift_card_1"), paid(20.1, "paypal_1"), refunded(20.1, "gift_card_1")],
        },
      },
    },
  },
  "delivered items are returned to the original method, once": {
    actions: [
      giveBack(["b-blue"], "paypal_1"),
      giveBack(["b-blue", "b-blue"], "gift_card_1"),
      giveBack(["h-blue", "b-blue"], "gift_card_1"),
      giveBack(["h-blue"], "gift_card_1"),
      swap(["h-blue"], ["h-red"]),
    ],
    changed: {
      orders: {
        "#W200": {
          ...start["#W200"],
          status: "return requested",
          return_items: ["b-blue", "h-blue"],
          return_payment_method_id: "gift_card_1",
        },
      },
    },
    refused: [0, 1, 3, 4],
  },
  "delivered items are exchanged for others of their kind or their like; nothing is paid yet": {
    actions: [
      swap(["h-blue"], ["h-sold"]),
      swap(["b-blue"], ["b-red"], "gift_card_1", "#W300"),
      swap(["b-blue", "h-blue"], ["b-red", "h-blue"], "gift_card_1"),
    ],
    changed: {
      orders: {
        "#W200": {
          ...start["#W200"],
          status: "exchange requested",
          exchange_items: ["b-blue", "h-blue"],
          exchange_new_items: ["b-red", "h-blue"],
          exchange_payment_method_id: "gift_card_1",
          exchange_price_difference: 10.05,
        },
      },
    },
    refused: [0, 1],
  },
  "an address is changed for the user alone, or for an order alone; the same one again is no change": {
    actions: [
      action("modify_user_address", { user_id: "ida_moss_1", ...away }),
      action("modify_user_address", { user_id: "nobody", ...away }),
      action("modify_pending_order_address", { order_id: "#W300", ...away }),
      action("modify_pending_order_address", { order_id: "#W400", ...home }),
    ],
    changed: { users: { ida_moss_1: { ...ida, address: away } } },
    refused: [1, 2],
  },
  "tools that nobody knows and arguments that a tool does not take are refused": {
    actions: [
      action("drop_tables"),
      action("toString"),
      action("cancel_pending_order", { order_id: "#W100" }),
      action("cancel_pending_order", { order_id: "#W100", reason: "no longer needed", force: true }),
      action("modify_user_address", { user_id: "ida_moss_1", ...away, zip: 89501 }),
      action("get_order_details", { order_id: "'; DELETE FROM orders; --" }),
      action("modify_user_address", { user_id: "ida_moss_1", ...away, city: "\ud800" }),
      action("modify_user_address", { user_id: "ida_moss_1", ...away, address1: " " }),
      modify([], []),
      swap([], []),
      giveBack([], "gift_card_1"),
      cancel("#W100", "ordered by mistake\u0000"),
    ],
    refused: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  },
  "each task begins anew": { actions: [action("get_order_details", { order_id: "#W100" })] },
};
const expected = Object.entries(cases).map(([task_id, { changed = {}, refused = [] }]) => ({
  task_id,
  changed,
  refused_actions: refused,
}));
const tasks = Object.entries(cases).map(([id, { actions }]) => ({ id, evaluation_criteria: { actions } }));

describe("replaying tasks", () => {
  let folder: string;
  let outcomes: ReadonlyMap<string, { changed: unknown; refused_actions: number[]; task_id: string }>;
  let summary: { tasks: number; exact: number; differences: { task_id: string }[] };
  let exitCode: number;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-retail-test-"));
    const write = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const wrong = { task_id: "each task begins anew", changed: {}, refused_actions: [0] };
    const lines = [...expected.filter(({ task_id }) => task_id !== wrong.task_id), wrong];
    const files = {
      "--data": await write("data.json", JSON.stringify(shop)),
      "--tasks": await write("tasks.json", JSON.stringify(tasks)),
      "--expected": await write("expected.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
      "--out": join(folder, "out.jsonl"),
      "--json": join(folder, "out.json"),
    };
    exitCode = await evaluateRetail(Object.entries(files).flat());
    const out = parseExpected(await readFile(files["--out"], "utf8"));
    outcomes = new Map(out.map((outcome) => [String(outcome.task_id), outcome as never]));
    summary = JSON.parse(await readFile(files["--json"], "utf8"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const outcome of expected)
    it(outcome.task_id, () => {
      const actual = outcomes.get(outcome.task_id);
      assert.ok(actual !== undefined);
      assert.deepEqual(differencesOf(outcome, actual), []);
    });

  it("counts what is exact, names what differs, and ends with 1 then", () => {
    assert.deepEqual(summary, {
      tasks: tasks.length,
      exact: tasks.length - 1,
      differences: [{ task_id: "each task begins anew", lines: ["refused_actions[0]: expected 0, got null"] }],
    });
    assert.equal(exitCode, 1);
  });
});
