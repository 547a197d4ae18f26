/**
 * Several calls at once need several people: ten calls of one customer within seconds are what the fraud rules are there to find. Every further call of a
 * scenario is made by a double of the scenario's customer, with the same PIN, cards and address, and a number and an identity of its own. Only who asks for an
 * order stays the one who placed it.
 */
import type { Intent } from "../schemas/generated/records.ts";
import type { Shop } from "../shop/shop-files.ts";
import type { Scenario } from "../simulators/caller/scenario-format.ts";

/** A shop that knows the doubles, has enough in stock for all of them, and the scenarios, each for its own caller. */
export type CrowdedShop = { readonly shop: Shop; readonly scenarios: readonly Scenario[] };

/** `calls` calls of each scenario. */
export function withOwnCustomers(shop: Shop, scenarios: readonly Scenario[], calls: number): CrowdedShop {
  const customers = [...shop.customers];
  const own: Scenario[] = [];
  const taken = new Set<string>();
  for (const scenario of scenarios) {
    for (let index = 0; index < calls; index += 1) {
      const original = shop.customers.find(({ phone }) => phone === scenario.caller.from);
      if (original === undefined || !taken.has(original.id) || isAboutOrder(scenario)) {
        if (original !== undefined) taken.add(original.id);
        own.push(scenario);
        continue;
      }
      const number = customers.length - shop.customers.length;
      const id = `${original.id}-${number + 1}`;
      const phone = doublePhone(number);
      customers.push({
        ...original,
        id,
        phone,
        addresses: original.addresses.map((address) => ({ ...address, id: `${address.id}-${number + 1}` })),
        savedCards: original.savedCards.map((card) => ({ ...card, id: `${card.id}-${number + 1}` })),
        orders: [],
      });
      own.push(ownScenario(scenario, { originalId: original.id, id, phone }));
    }
  }
  const products = shop.products.map((product) => ({ ...product, stock: product.stock * calls }));
  return { shop: { ...shop, products, customers }, scenarios: own };
}

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

/** Numbers of many area codes, so that a crowd does not look like one attacker with a block of numbers; 555-01xx is reserved for fiction. */
function doublePhone(number: number): string {
  const area = 201 + Math.floor(number / 100) * 7;
  return `+1${area}55501${String(number % 100).padStart(2, "0")}`;
}

function ownScenario(
  scenario: Scenario,
  { originalId, id, phone }: { readonly originalId: string; readonly id: string; readonly phone: string },
): Scenario {
  const expect = JSON.parse(
    JSON.stringify(scenario.expect).replaceAll(`"${originalId}"`, `"${id}"`),
  ) as Scenario["expect"];
  return { ...scenario, caller: { ...scenario.caller, from: phone }, expect };
}
