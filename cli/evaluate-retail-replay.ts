/** Replays tasks on a loaded store, each from the same start: everything that a task does is taken back after it was looked at. */
import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { customerOf } from "../connectors/orders/operations/look-ups.ts";
import { createPostgresOrderOperations } from "../connectors/orders/operations/postgres.ts";
import { detailsOf, readOrder } from "../connectors/orders/operations/stored-order.ts";
import { type Queryable, rowsOf } from "../connectors/postgres/pool.ts";
import { isActionDone } from "./evaluate-retail-actions.ts";
import type { RetailAction, RetailOrder, RetailShop, RetailTask, RetailUser } from "./evaluate-retail-format.ts";
import { itemsAsTheFormatHasThem, orderRecord, userRecord } from "./evaluate-retail-records.ts";

/** What a task left behind: whole records that differ from the start, and the positions of the actions that were refused. */
export type RetailOutcome = {
  readonly task_id: string | number;
  readonly changed: {
    readonly users?: Readonly<Record<string, RetailUser>>;
    readonly orders?: Readonly<Record<string, RetailOrder>>;
  };
  readonly refused_actions: readonly number[];
};

/** How tasks are replayed. */
export type ReplayOptions = {
  /** Write replaced items as the store has them, each with its own price and options, instead of as the format's tools do. */
  readonly hasOwnRecords: boolean;
};

/** Replays tasks one after another on one connection of the pool, in a transaction that is rolled back. */
export async function replayTasks(
  pool: pg.Pool,
  shop: RetailShop,
  tasks: readonly RetailTask[],
  options: ReplayOptions,
): Promise<readonly RetailOutcome[]> {
  const connection = await pool.connect();
  const start = startOf(shop);
  const outcomes: RetailOutcome[] = [];
  try {
    await connection.query("BEGIN");
    for (const task of tasks) {
      await connection.query("SAVEPOINT task");
      outcomes.push(await replayTask(connection, start, task, options));
      await connection.query("ROLLBACK TO SAVEPOINT task");
    }
    await connection.query("ROLLBACK");
    connection.release();
    return outcomes;
  } catch (error) {
    connection.release(true);
    throw error;
  }
}

type Start = {
  readonly shop: RetailShop;
  readonly variants: ReadonlyMap<
    string,
    { readonly price: number; readonly options: RetailOrder["items"][number]["options"] }
  >;
};

function startOf(shop: RetailShop): Start {
  const variants = Object.values(shop.products).flatMap((product) => Object.entries(product.variants));
  return { shop, variants: new Map(variants) };
}

async function replayTask(
  connection: pg.PoolClient,
  { shop, variants }: Start,
  task: RetailTask,
  options: ReplayOptions,
): Promise<RetailOutcome> {
  const operations = createPostgresOrderOperations({ pool: nestedPool(connection) });
  const refused: number[] = [];
  const customers = new Set<string>();
  const itemChanges = new Map<string, RetailAction>();
  for (const [position, action] of task.actions.entries()) {
    const callSid = `task ${task.id}`;
    const context = {
      callSid,
      effectId: `${callSid}/${position}`,
      signal: new AbortController().signal,
      notify: () => {},
    };
    const { user_id, order_id } = action.arguments;
    if (!(await isActionDone(action, operations, context))) refused.push(position);
    else if (action.name === "modify_user_address") customers.add(String(user_id));
    else if (action.name === "modify_pending_order_items") itemChanges.set(String(order_id), action);
  }
  const orders: Record<string, RetailOrder> = {};
  for (const number of await touchedOrders(connection)) {
    const stored = await readOrder(connection as Queryable, number, false);
    if (stored === null) continue;
    customers.add(stored.customerId);
    const before = shop.orders[number];
    const record = orderRecord(detailsOf(stored));
    const change = itemChanges.get(number);
    if (change !== undefined && before !== undefined && !options.hasOwnRecords)
      record.items = formatItems(before, change, variants) ?? record.items;
    if (!isSameRecord(record, before)) orders[number] = record;
  }
  const users: Record<string, RetailUser> = {};
  for (const customerId of [...customers].sort()) {
    const stored = await customerOf(connection as Queryable, customerId);
    if (stored === null) continue;
    const before = shop.users[customerId];
    // No action gives or takes an order: the list stays as the file has it, also where it names others than the file holds.
    const record = { ...userRecord(stored), ...(before === undefined ? {} : { orders: before.orders }) };
    if (!isSameRecord(record, before)) users[customerId] = record;
  }
  const changed = {
    ...(Object.keys(users).length === 0 ? {} : { users }),
    ...(Object.keys(orders).length === 0 ? {} : { orders }),
  };
  return { task_id: task.id, changed, refused_actions: refused };
}

async function touchedOrders(connection: pg.PoolClient): Promise<readonly string[]> {
  const rows = await rowsOf<{ number: string }>(
    connection as Queryable,
    "SELECT DISTINCT order_number AS number FROM order_operations ORDER BY order_number",
  );
  return rows.map(({ number }) => number);
}

function formatItems(
  before: RetailOrder,
  { arguments: given }: RetailAction,
  variants: Start["variants"],
): RetailOrder["items"] | null {
  const itemIds = given.item_ids as readonly string[];
  const newItemIds = given.new_item_ids as readonly string[];
  const last = variants.get(newItemIds.at(-1) ?? "");
  return last === undefined ? null : itemsAsTheFormatHasThem(before.items, { itemIds, newItemIds }, last);
}

/** Whether two records say the same; what is null and what is left out are the same. */
function isSameRecord(a: object, b: object | undefined): boolean {
  return b !== undefined && isDeepStrictEqual(withoutNulls(a), withoutNulls(b));
}

function withoutNulls(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

/**
 * A pool whose transactions are nested in the one that the connection is in: each is a savepoint, and what is checked at a commit is checked when it
 * is released.
 */
function nestedPool(connection: pg.PoolClient): pg.Pool {
  const statements: Readonly<Record<string, readonly string[]>> = {
    BEGIN: ["SAVEPOINT operation"],
    COMMIT: ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED", "RELEASE SAVEPOINT operation"],
    ROLLBACK: ["ROLLBACK TO SAVEPOINT operation", "RELEASE SAVEPOINT operation"],
  };
  const query = async (text: string, values?: unknown[]) => {
    let result: pg.QueryResult | undefined;
    for (const statement of statements[text] ?? [text]) result = await connection.query(statement, values);
    return result;
  };
  const client = { query, on: () => client, off: () => client, release: () => {} };
  return { query, connect: async () => client } as unknown as pg.Pool;
}
