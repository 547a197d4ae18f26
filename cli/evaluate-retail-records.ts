/** Records of the store as the file format writes them. */
import type { CustomerDetails, OrderDetails, PostalAddress } from "../connectors/orders/operations/port.ts";
import { dollarsOf, type RetailOrder, type RetailUser } from "./evaluate-retail-format.ts";
import { stateOfStatus } from "./evaluate-retail-load.ts";

/** A user of the file, from the store. */
export function userRecord(customer: CustomerDetails): RetailUser {
  return {
    user_id: customer.customerId,
    name: { first_name: customer.firstName, last_name: customer.lastName },
    address: addressRecord(customer.address),
    email: customer.email ?? "",
    payment_methods: Object.fromEntries(
      customer.methods.map(({ methodId: id, kind, brand, last4, balanceMinor }) => {
        if (kind === "giftCard") return [id, { source: "gift_card", id, balance: dollarsOf(balanceMinor ?? 0) }];
        if (kind === "wallet") return [id, { source: "paypal", id }];
        return [id, { source: "credit_card", id, brand: brand ?? "", last_four: last4 ?? "" }];
      }),
    ),
    orders: [...customer.orderNumbers],
  };
}

/** An order of the file, from the store. A line of several pieces becomes as many items. */
export function orderRecord(order: OrderDetails): RetailOrder {
  const { request } = order;
  const asReturn = request?.kind === "return" ? request : null;
  const asExchange = request?.kind === "exchange" ? request : null;
  return {
    order_id: order.orderNumber,
    user_id: order.customerId,
    address: addressRecord(order.shipTo),
    items: order.lines.flatMap(({ name, typeId, productId, unitPriceMinor, options, quantity }) =>
      Array.from({ length: quantity }, () => ({
        name,
        product_id: typeId ?? productId,
        item_id: productId,
        price: dollarsOf(unitPriceMinor),
        options: { ...options },
      })),
    ),
    status: statusOf(order),
    fulfillments: order.shipments.map(({ trackingIds, productIds }) => ({
      tracking_id: [...trackingIds],
      item_ids: [...productIds],
    })),
    payment_history: order.movements.map(({ kind, amountMinor, methodId }) => ({
      transaction_type: kind,
      amount: dollarsOf(amountMinor),
      payment_method_id: methodId,
    })),
    cancel_reason: order.cancelReason,
    exchange_items: asExchange === null ? null : [...asExchange.productIds].sort(),
    exchange_new_items: asExchange === null ? null : [...asExchange.newProductIds].sort(),
    exchange_payment_method_id: asExchange?.methodId ?? null,
    exchange_price_difference: asExchange === null ? null : dollarsOf(asExchange.differenceMinor),
    return_items: asReturn === null ? null : [...asReturn.productIds].sort(),
    return_payment_method_id: asReturn?.methodId ?? null,
  };
}

/** States that the file has no word for are written as the nearest one. */
function statusOf({ state }: OrderDetails): RetailOrder["status"] {
  const known = Object.entries(stateOfStatus).find(([, candidate]) => candidate === state)?.[0];
  if (known !== undefined) return known as RetailOrder["status"];
  return state === "shipped" ? "processed" : "delivered";
}

function addressRecord(address: PostalAddress | null): RetailUser["address"] {
  return {
    address1: address?.line1 ?? "",
    address2: address?.line2 ?? "",
    city: address?.city ?? "",
    country: address?.country ?? "",
    state: address?.state ?? "",
    zip: address?.postalCode ?? "",
  };
}

/**
 * The items of an order as the tools that define the format leave them after a change of items: they write the price and the options of the last
 * replacement into every replaced item. The store has each item's own; what moved (the sum of all differences) is the same.
 */
export function itemsAsTheFormatHasThem(
  before: RetailOrder["items"],
  change: { readonly itemIds: readonly string[]; readonly newItemIds: readonly string[] },
  last: Pick<RetailOrder["items"][number], "price" | "options">,
): RetailOrder["items"] {
  const items = before.map((item) => ({ ...item }));
  for (const [index, itemId] of change.itemIds.entries()) {
    const item = items.find(({ item_id }) => item_id === itemId);
    const newItemId = change.newItemIds[index];
    if (item === undefined || newItemId === undefined) continue;
    item.item_id = newItemId;
    item.price = last.price;
    item.options = { ...last.options };
  }
  return items;
}
