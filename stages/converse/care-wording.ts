/** Sentences about orders that are taken care of: questions, read-backs, and what was done. */
import { stateName } from "../../language/postal-address.ts";
import type {
  MethodOnFile,
  OrderSummary,
  PostalAddress,
  ProductOffer,
  QuoteLine,
} from "../../schemas/generated/records.ts";
import { type Care, type CareQuestion, chosenOrder } from "./care.ts";
import { otherMethods } from "./care-filling.ts";
import type { Line } from "./memory.ts";
import { phrase, said } from "./phrases.ts";
import { count, digitByDigit, joined, money, ordinal } from "./spoken-numbers.ts";
import { lineText } from "./wording.ts";

/** "your Visa ending 4 2 4 2", "your gift card". */
export function methodText(method: MethodOnFile | undefined): string {
  if (method === undefined) return "the way you paid";
  if (method.kind !== "card") return method.kind === "giftCard" ? "your gift card" : "your wallet";
  const brand = method.brand === null ? "card" : method.brand.charAt(0).toUpperCase() + method.brand.slice(1);
  return method.last4 === null ? `your ${brand}` : `your ${brand} ending ${digitByDigit(method.last4)}`;
}

function methodOf({ methods }: Care, methodId: string | null): MethodOnFile | undefined {
  return methods.find((method) => method.methodId === methodId);
}

/** An address for the ear: the postal code digit by digit. */
export function addressText({ line1, line2, city, state, postalCode }: PostalAddress): string {
  const flat = line2 === "" ? "" : `, ${line2}`;
  return `${line1}${flat}, ${city}, ${stateName(state)} ${digitByDigit(postalCode)}`;
}

/** "your order 2 1 9 2 1 0". */
export function orderText(orderNumber: string | null): string {
  return orderNumber === null ? "your order" : `your order ${digitByDigit(orderNumber)}`;
}

function contents({ lines }: OrderSummary): string {
  return joined(lines.slice(0, 4).map(lineText));
}

/** A caller's orders, one sentence each. */
export function orderList(orders: readonly OrderSummary[]): readonly Line[] {
  return orders
    .slice(0, 3)
    .map((order, index) =>
      said(`${ordinal(index)}, order ${digitByDigit(order.orderNumber)}, with ${contents(order)}.`),
    );
}

/** The question for what is missing. */
export function careQuestion(care: Care, question: CareQuestion): readonly Line[] {
  const order = chosenOrder(care);
  switch (question) {
    case "order": {
      const candidates = (care.orders ?? []).filter(({ orderNumber }) => care.candidates.includes(orderNumber));
      return [...orderList(candidates), phrase("which-order")];
    }
    case "items":
      return [said(`It has ${joined((order?.lines ?? []).map(lineText))}.`), phrase("which-items")];
    case "replacement": {
      const others = (care.variants ?? []).filter(({ productId }) => productId !== care.productIds?.[0]).slice(0, 3);
      if (others.length === 0) return [phrase("no-replacement"), phrase("replaced-by-what")];
      const [only, ...more] = others;
      if (only !== undefined && more.length === 0)
        return [said(`I can give you ${offerText(only)} instead.`), phrase("replaced-by-that")];
      const told = others.map((offer, index) => said(`${ordinal(index)}, ${offerText(offer)}.`));
      return [...told, phrase("which-one")];
    }
    case "reason":
      return [phrase("cancel-reason")];
    case "address": {
      const { partial } = care;
      if (partial !== null) {
        const known = [partial.line1, partial.line2, partial.city, stateName(partial.state)].filter(
          (part) => part !== "",
        );
        const missing = [
          ...(partial.line1 === "" ? ["the house number and street"] : []),
          ...(partial.city === "" ? ["the city"] : []),
          ...(partial.state === "" ? ["the state"] : []),
          ...(partial.postalCode === "" ? ["the ZIP code"] : []),
        ];
        return [
          ...(known.length === 0 ? [] : [said(`I have ${known.join(", ")}.`)]),
          said(`Please tell me ${joined(missing)}.`),
        ];
      }
      const stored = care.addresses
        .slice(0, 3)
        .map((address, index) => said(`${ordinal(index)}, ${addressText(address)}.`));
      return stored.length < 2
        ? [phrase("which-address")]
        : [phrase("addresses-on-file"), ...stored, phrase("which-stored-address")];
    }
    case "method": {
      const methods = otherMethods(care).slice(0, 3);
      const [only, ...more] = methods;
      if (only === undefined) return [phrase("no-other-method")];
      if (more.length === 0) return [said(`Shall it be ${methodText(only)}?`)];
      return [
        said(`You can use ${joined(methods.map(methodText)).replace(/ and (?!.* and )/, " or ")}.`),
        phrase("which-method"),
      ];
    }
  }
}

function offerText({ spokenName, priceMinor, currency }: ProductOffer): string {
  return `the ${spokenName}, for ${money(priceMinor, currency)}`;
}

/** "the kettle", "two times the mug", from the pieces that are meant. */
function piecesText(
  productIds: readonly string[],
  lines: readonly Pick<QuoteLine, "productId" | "spokenName">[],
): string {
  const names = [...new Set(productIds)].map((productId) => {
    const quantity = productIds.filter((id) => id === productId).length;
    const name = lines.find((line) => line.productId === productId)?.spokenName ?? "item";
    return quantity === 1 ? `the ${name}` : `${count(quantity)} times the ${name}`;
  });
  return joined(names);
}

/** What would be done, amounts last: then the question is asked. */
export function careReadBack(care: Care): readonly Line[] {
  const order = chosenOrder(care);
  const { readBack } = care;
  if (readBack === null || order === null) return [];
  const amount = (minor: number) => money(minor, order.currency);
  const what = orderText(care.chosen);
  const pieces = piecesText(care.productIds ?? [], order.lines);
  const moved = readBack.movements
    .filter(({ amountMinor }) => amountMinor > 0)
    .map(({ isRefund, amountMinor, methodId }) =>
      isRefund
        ? `refund ${amount(amountMinor)} to ${methodText(methodOf(care, methodId))}`
        : `charge ${amount(amountMinor)} to ${methodText(methodOf(care, methodId))}`,
    );
  const money_ = moved.length === 0 ? [] : [said(`I will ${joined(moved)}.`)];
  switch (care.wish) {
    case "checkOrderStatus":
      return [];
    case "cancelOrder":
      return [said(`I will cancel ${what}, with ${contents(order)}.`), ...money_];
    case "returnItems":
      return [
        said(`I will note the return of ${pieces} from ${what}.`),
        said(`Once that is back with us, the money goes to ${methodText(methodOf(care, readBack.requestMethodId))}.`),
      ];
    case "exchangeItems":
      return [
        said(`In ${what}, I will exchange ${pieces} for the ${newName(care)}.`),
        ...exchangeMoney(care, money_, amount),
      ];
    case "changeAddress":
      return [said(`I will send ${what} to ${care.address === null ? "the new address" : addressText(care.address)}.`)];
    case "changePayment":
      return [said(`I will have ${what} paid with ${methodText(methodOf(care, care.methodId))}.`), ...money_];
  }
}

function exchangeMoney(care: Care, moved: readonly Line[], amount: (minor: number) => string): readonly Line[] {
  if (moved.length > 0) return moved;
  const difference = care.readBack?.differenceMinor ?? 0;
  const method = methodText(methodOf(care, care.readBack?.requestMethodId ?? null));
  if (difference === 0) return [said("There is nothing to pay.")];
  const how =
    difference > 0
      ? `I will charge ${amount(difference)} to ${method}`
      : `I will refund ${amount(-difference)} to ${method}`;
  return [said(`Once your item is back, ${how}.`)];
}

function newName(care: Care): string {
  return (
    care.variants?.find(({ productId }) => productId === care.newProductId)?.spokenName ??
    chosenOrder(care)?.lines.find(({ productId }) => productId === care.newProductId)?.spokenName ??
    "new item"
  );
}

/** What was done. */
export function careDone(care: Care): readonly Line[] {
  const order = chosenOrder(care);
  const number = digitByDigit(care.chosen ?? "");
  const refunds = (care.readBack?.movements ?? []).filter(({ isRefund, amountMinor }) => isRefund && amountMinor > 0);
  const back = refunds.map(({ amountMinor, methodId }) =>
    said(`${money(amountMinor, order?.currency ?? "USD")} goes back to ${methodText(methodOf(care, methodId))}.`),
  );
  switch (care.wish) {
    case "checkOrderStatus":
      return [];
    case "cancelOrder":
      return [
        said(`Your order ${number} is cancelled.`),
        ...(order?.status === "backordered" ? [phrase("nothing-charged")] : back),
      ];
    case "returnItems":
      return [said(`Your return from order ${number} is noted.`), phrase("send-it-back")];
    case "exchangeItems":
      return order?.options.includes("requestExchange") === true
        ? [said(`Your exchange in order ${number} is noted.`), phrase("send-it-back")]
        : [said(`Your order ${number} is changed.`), ...back];
    case "changeAddress":
      return [said(`Your order ${number} goes to the new address.`)];
    case "changePayment":
      return [said(`Your order ${number} is paid with ${methodText(methodOf(care, care.methodId))}.`), ...back];
  }
}
