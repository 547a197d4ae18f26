import type { OperationRefusalReason } from "./order-facts.ts";

/** What is said when an operation is refused: true whatever the case, without a name, number or amount of anybody. */
export const refusalWords: { readonly [reason in OperationRefusalReason]: string } = {
  notFound: "I can't find that.",
  identityRequired: "I need to know that it's you before I can do that.",
  notAllowed: "That is something I can't do for you here.",
  notConfirmed: "I need your yes before I do that.",
  wrongState: "The order is at a point where that is no longer possible, or not yet.",
  reasonNotAccepted: "I need one of the reasons that the shop accepts for that.",
  nothingToDo: "There is nothing to change in that.",
  countsDiffer: "Each item needs exactly one item that replaces it.",
  itemNotInOrder: "The order doesn't have that item, or not that many of it.",
  sameItem: "That is the item that you already have.",
  otherType: "An item can only be changed for another version of the same product.",
  unavailable: "The item you want isn't available.",
  methodUnknown: "I don't have that payment method on file.",
  sameMethod: "The order is already paid with that method.",
  movedAlready: "The payment of this order was changed before, so I can't change it again.",
  giftCardTooLow: "There isn't enough left on the gift card for that.",
  refundElsewhere: "A refund goes back to the original payment method or to a gift card.",
  tooLate: "The time for that has run out.",
  taxWouldChange: "Sending it there would change the tax, so the order would have to be placed anew.",
  moneyUnderWay: "Money for this order is still being settled, so I can't change it now.",
  notCalculable: "I can't work that out.",
  invalidArguments: "Something about that request isn't right.",
};
