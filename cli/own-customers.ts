/**
 * Several calls at once need several people: ten calls of one customer within seconds are what the fraud rules are there to find. Every further call of a
 * scenario is made by a double of the scenario's customer, with the same PIN, cards and address, and a number and an identity of its own; who asks about an order, or has
 * one changed, has placed the same under another number.
 */
import type { Intent } from "../schemas/generated/records.ts";
import type { Customer, Shop } from "../shop/shop-files.ts";
import type { Scenario } from "../simulators/caller/scenario-format.ts";

/** A shop that knows the doubles, has enough in stock for all of them, and the scenarios, each for its own caller. */
export type CrowdedShop = { readonly shop: Shop; readonly scenarios: readonly Scenario[] };

/** `calls` calls of each scenario. Throws for several calls of a scenario that counts stock anew, for all callers. */
export function withOwnCustomers(shop: Shop, scenarios: readonly Scenario[], calls: number): CrowdedShop {
  const alone = scenarios.find(countsStock);
  if (calls > 1 && alone !== undefined)
    throw new Error(`${alone.name} counts a product's stock anew, for all callers: play it with --calls 1.`);
  const customers = [...shop.customers];
  const own: Scenario[] = [];
  const taken = new Set<string>();
  let orders = 0;
  for (const scenario of scenarios) {
    for (let index = 0; index < calls; index += 1) {
      const original = shop.customers.find(({ phone }) => phone === scenario.caller.from);
      if (original === undefined || !taken.has(original.id)) {
        if (original !== undefined) taken.add(original.id);
        own.push(scenario);
        continue;
      }
      const number = customers.length - shop.customers.length;
      const nameOf = (name: string): string => `${name}-${number + 1}`;
      const double: Customer = {
        ...original,
        id: nameOf(original.id),
        // Who says the original's name and postal code means the original.
        name: `${original.name} Double`,
        phone: doublePhone(number),
        addresses: original.addresses.map((address) => ({ ...address, id: nameOf(address.id) })),
        savedCards: original.savedCards.map((card) => ({ ...card, id: nameOf(card.id) })),
        orders: (isAboutOrder(scenario) ? original.orders : []).map(({ paidWith, ...order }) => {
          orders += 1;
          const paid = paidWith === undefined ? {} : { paidWith: nameOf(paidWith) };
          return { ...order, ...paid, number: String(FIRST_ORDER_NUMBER + orders) };
        }),
      };
      customers.push(double);
      own.push(ownScenario(scenario, original, double));
    }
  }
  const products = shop.products.map((product) => ({ ...product, stock: product.stock * calls }));
  return { shop: { ...shop, products, customers }, scenarios: own };
}

/** Above the numbers of the shop's orders, and below those of orders that calls place. */
const FIRST_ORDER_NUMBER = 300_000;

/** What only the one who placed an order can ask for. */
const aboutOrders: readonly Intent[] = [
  "checkOrderStatus",
  "reorder",
  "cancelOrder",
  "returnItems",
  "exchangeItems",
  "changeAddress",
  "changePayment",
];

function isAboutOrder({ steps }: Scenario): boolean {
  return steps.some((step) => step.kind === "say" && aboutOrders.includes(step.means?.intent ?? "unclear"));
}

function countsStock({ before, steps }: Scenario): boolean {
  const controls = [...before, ...steps].flatMap((step) => ("control" in step ? [step.control] : []));
  return controls.some((control) => "setStock" in control);
}

/** Numbers of many area codes, so that a crowd does not look like one attacker with a block of numbers; 555-01xx is reserved for fiction. */
function doublePhone(number: number): string {
  const area = 201 + Math.floor(number / 100) * 7;
  return `+1${area}55501${String(number % 100).padStart(2, "0")}`;
}

/** The scenario with the double's names in place of the original's, wherever they stand, are said or are heard. */
function ownScenario(scenario: Scenario, original: Customer, double: Customer): Scenario {
  const names: [string, string][] = double.orders.flatMap(({ number }, index) =>
    spellings(original.orders[index]?.number ?? "").map((spelling, form): [string, string] => [
      spelling,
      spellings(number)[form] ?? "",
    ]),
  );
  const rename = (text: string): string =>
    text === original.id ? double.id : names.reduce((result, [from, to]) => result.replaceAll(from, to), text);
  return { ...renamed(scenario, rename), caller: { ...scenario.caller, from: double.phone } };
}

const digitNames = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** An order's number as it is written, as it is read out, and as callers say it. */
function spellings(number: string): readonly string[] {
  const digits = [...number];
  return [number, digits.join(" "), digits.map((digit) => digitNames[Number(digit)]).join(" ")];
}

function renamed<T>(value: T, rename: (text: string) => string): T {
  if (typeof value === "string") return rename(value) as T;
  if (value instanceof RegExp) return new RegExp(rename(value.source), value.flags) as T;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, rename)])) as T;
}
