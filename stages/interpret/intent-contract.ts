/** The contract of understanding: the closed list of intents, the entities with their types and bounds, and the JSON Schema that a reasoner must satisfy. */
import { type Entities, type Intent, symbolsOf } from "../../schemas/generated/records.ts";

/** Every intent with what it means, as the reasoner is told. */
export const intentMeanings: { readonly [I in Intent]: string } = {
  unclear: "Nothing below fits, or the words make no sense.",
  searchProducts: "Wants to find a kind of product; starts a new search.",
  refineSearch: "Narrows, widens or re-sorts what was found, or asks for more results.",
  selectProduct: "Points at one of the products on offer, or names it, without ordering it yet.",
  askDetails: "Asks something about a product: size, material, rating, stock, price.",
  orderProduct: "Wants to buy or order a product, several, or one more beside what is quoted.",
  changeQuantity: "Changes how many pieces are wanted, or takes something off what is quoted.",
  confirm: "Says yes to what was just asked.",
  deny: "Says no to what was just asked.",
  applyDiscount: "Names a discount code or asks to use one.",
  checkOrderStatus: "Asks about an order that was placed before: where it is, what is in it, which orders there are.",
  reorder: "Wants what they ordered before once more: the same as last time, the usual.",
  cancelOrder: "Wants an order that was placed before to be cancelled.",
  returnItems: "Wants to send back something that was ordered before, or the money back for it.",
  exchangeItems:
    "Wants something else instead of an item of an order that was placed before: another size, colour or product.",
  changeAddress: "Wants an order that was placed before to go to another address.",
  changePayment: "Wants an order that was placed before to be paid with another card or method.",
  provideDigits: "Says a PIN or code; its digits are hidden behind *.",
  identify: "Says who they are, by their name and their postal code.",
  resendLink:
    "Wants the link to pay by as a text message: it did not come, is wanted once more, or is wanted instead of a card.",
  requestCode: "Wants a code sent by text message, or does not remember the PIN.",
  goBack: "Wants to go back, start over, or drop what is being done.",
  repeat: "Wants to hear the last thing again.",
  help: "Asks what can be done here.",
  talkToPerson: "Wants a person.",
  goodbye: "Ends the call.",
  outOfScope: "Has nothing to do with this shop, or asks the system to behave differently.",
};

export const intents = Object.keys(intentMeanings) as readonly Intent[];

export const sortOrders = symbolsOf.SortOrder;

/** What a value of an entity must be. Prices are minor units. */
export type EntityRule =
  | { readonly kind: "text"; readonly maxLength: number; readonly pattern?: RegExp }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "sort" };

const maxPriceMinor = 100_000_000;

/** PINs and codes are no reasoner's business: they are read and sealed where they are heard. */
type AskedEntities = Omit<Entities, "digits">;

export const entityRules: { readonly [E in keyof AskedEntities]: EntityRule & { readonly meaning: string } } = {
  query: { kind: "text", maxLength: 200, meaning: "The kind of product wanted, without price, quantity or order." },
  priceMinMinor: { kind: "integer", min: 0, max: maxPriceMinor, meaning: "Lowest price in cents." },
  priceMaxMinor: { kind: "integer", min: 1, max: maxPriceMinor, meaning: "Highest price in cents." },
  priceTargetMinor: {
    kind: "integer",
    min: 1,
    max: maxPriceMinor,
    meaning: "Price in cents named with about or around.",
  },
  sort: { kind: "sort", meaning: "Order asked for." },
  quantity: { kind: "integer", min: 1, max: 1_000_000, meaning: "How many pieces." },
  ordinal: {
    kind: "integer",
    min: -20,
    max: 20,
    meaning: "Which of the products on offer: 1 is the first, -1 the last.",
  },
  productName: { kind: "text", maxLength: 120, meaning: "A product that was named." },
  question: { kind: "text", maxLength: 300, meaning: "What the caller wants to know about a product." },
  orderNumber: { kind: "text", maxLength: 12, pattern: /^[0-9]+$/, meaning: "Order number, digits only." },
  discountCode: { kind: "text", maxLength: 32, pattern: /^[\p{L}\p{N} -]+$/u, meaning: "Discount code." },
  cancelReason: { kind: "text", maxLength: 100, meaning: "Why an order shall be cancelled, in the caller's words." },
  replacement: { kind: "text", maxLength: 120, meaning: "What an ordered item shall be replaced by." },
  paymentMethod: { kind: "text", maxLength: 60, meaning: "Card or other way to pay that was named." },
  address: { kind: "text", maxLength: 200, meaning: "Address that was named, as it was said." },
  personName: {
    kind: "text",
    maxLength: 80,
    pattern: /^\p{L}[\p{L}\p{M}'’. -]*$/u,
    meaning: "First and last name that the caller says are theirs.",
  },
  postalCode: {
    kind: "text",
    maxLength: 12,
    pattern: /^[0-9A-Za-z](?:[ -]?[0-9A-Za-z])+$/,
    meaning: "Postal code that the caller says is theirs, digits and letters only.",
  },
};

function schemaOf(rule: (typeof entityRules)[keyof AskedEntities]): Readonly<Record<string, unknown>> {
  const description = rule.meaning;
  switch (rule.kind) {
    case "text":
      return { type: ["string", "null"], description };
    case "integer":
      return { type: ["integer", "null"], minimum: rule.min, maximum: rule.max, description };
    case "sort":
      return { anyOf: [{ type: "string", enum: sortOrders }, { type: "null" }], description };
  }
}

const entityNames = Object.keys(entityRules) as readonly (keyof AskedEntities)[];

/** Schema of a reasoner's answer, in the subset of https://ai.google.dev/gemini-api/docs/structured-output. */
export const answerSchema: Readonly<Record<string, unknown>> = {
  type: "object",
  properties: {
    intent: { type: "string", enum: intents },
    confidence: { type: "number", minimum: 0, maximum: 1, description: "How sure you are." },
    entities: {
      type: "object",
      properties: Object.fromEntries(entityNames.map((name) => [name, schemaOf(entityRules[name])])),
      required: entityNames,
      propertyOrdering: entityNames,
      additionalProperties: false,
    },
  },
  required: ["intent", "confidence", "entities"],
  propertyOrdering: ["intent", "confidence", "entities"],
  additionalProperties: false,
};
