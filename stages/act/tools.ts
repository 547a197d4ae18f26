import { sealedLength, sealedPattern } from "../../runtime/sealed-digits.ts";
import type { Intent, RiskAction, Tool, ToolArguments } from "../../schemas/generated/records.ts";

/** What a value of an argument must be. `overLimit` marks the bound that is told to the caller as a limit instead of as a fault. */
type ArgumentRule =
  | { readonly kind: "text"; readonly maxLength: number; readonly pattern: RegExp | null }
  | {
      readonly kind: "integer";
      readonly min: number;
      readonly max: number | "maxQuantity" | "maxPriceMinor";
      readonly isOverLimit: boolean;
    }
  | { readonly kind: "list"; readonly maxItems: number; readonly maxLength: number; readonly pattern: RegExp }
  | { readonly kind: "lines"; readonly maxItems: number; readonly product: ArgumentName; readonly pieces: ArgumentName }
  | { readonly kind: "address"; readonly maxLength: number }
  | { readonly kind: "choice" };

type ArgumentName = keyof ToolArguments;

/** What a tool may be asked for, by whom and when. */
export type ToolRule = {
  /** The caller's intents that may lead to it. */
  readonly intents: readonly Intent[] | "any";
  readonly required: readonly ArgumentName[];
  readonly optional: readonly ArgumentName[];
  /** Arguments of which exactly one group must be given, whole. */
  readonly eitherOf?: readonly (readonly ArgumentName[])[];
  /** Whether the caller must have proven who they are on this call. The database knows; see connectors/orders. */
  readonly needsIdentity: boolean;
  /** Whether the caller must have said yes to exactly this after it was read back. */
  readonly needsConfirmation: boolean;
  /**
   * The mildest risk action that stops it. `challenge`: it then needs an identity that was proven after the challenge; `block`: only a blocked
   * call cannot use it; null: nothing stops it. What a challenge would stop moves money, tells of orders or changes them: it waits until its risk is known (`assessment.ts`),
   * the rest goes on while nobody assesses. What is asked for at `confirm` is asked by the dialogue: the one tool that spends money needs a confirmation always.
   */
  readonly stoppedBy: Extract<RiskAction, "challenge" | "block"> | null;
  /** Tools of one lane run one after another within a call; looking up does not wait for ordering, and nothing waits for a payer. */
  readonly lane: "look" | "order" | "wait";
};

/** The rules of arguments by name, the same for each tool that takes one. */
export const argumentRules: { readonly [A in ArgumentName]: ArgumentRule } = {
  query: { kind: "text", maxLength: 200, pattern: /[\p{L}\p{N}]/u },
  priceMinMinor: { kind: "integer", min: 0, max: "maxPriceMinor", isOverLimit: false },
  priceMaxMinor: { kind: "integer", min: 1, max: "maxPriceMinor", isOverLimit: false },
  sort: { kind: "choice" },
  productId: { kind: "text", maxLength: 64, pattern: /^[\w.:-]+$/ },
  question: { kind: "text", maxLength: 300, pattern: null },
  quantity: { kind: "integer", min: 1, max: "maxQuantity", isOverLimit: true },
  quoteId: { kind: "text", maxLength: 64, pattern: /^[\w-]+$/ },
  quoteHash: { kind: "text", maxLength: 64, pattern: /^[0-9a-f]{64}$/ },
  cardId: { kind: "text", maxLength: 64, pattern: /^[\w-]+$/ },
  orderNumber: { kind: "text", maxLength: 12, pattern: /^[0-9]+$/ },
  discountCode: { kind: "text", maxLength: 32, pattern: /^[\p{L}\p{N} -]+$/u },
  digits: { kind: "text", maxLength: 12 * sealedLength, pattern: sealedPattern },
  personName: { kind: "text", maxLength: 80, pattern: /^\p{L}[\p{L}\p{M}'’. -]*$/u },
  postalCode: { kind: "text", maxLength: 10, pattern: /^[0-9A-Z]{3,10}$/ },
  callerNumber: { kind: "text", maxLength: 16, pattern: /^(\+[1-9][0-9]{1,14})?$/ },
  cancelReason: { kind: "text", maxLength: 100, pattern: /\p{L}/u },
  productIds: { kind: "list", maxItems: 100, maxLength: 64, pattern: /^[\w.:-]+$/ },
  newProductIds: { kind: "list", maxItems: 100, maxLength: 64, pattern: /^[\w.:-]+$/ },
  methodId: { kind: "text", maxLength: 64, pattern: /^[\w-]+$/ },
  address: { kind: "address", maxLength: 200 },
  confirmation: { kind: "text", maxLength: 64, pattern: /^[0-9a-f]{64}$/ },
  // How many of them the shop takes in one order is its own rule.
  lines: { kind: "lines", maxItems: 100, product: "productId", pieces: "quantity" },
  paymentMethodRef: { kind: "text", maxLength: 100, pattern: /^[\w-]+$/ },
};

/** What the tools that change an order have in common. Whether a yes is needed to them is the shop's rule: docs/order-rules.md. */
const ofOrder = {
  needsIdentity: true,
  needsConfirmation: false,
  stoppedBy: "challenge",
  lane: "order",
} as const;

/** The tools, as data. What is not here cannot be done. */
export const tools: { readonly [T in Exclude<Tool, "none">]: ToolRule } = {
  searchProducts: {
    intents: ["searchProducts", "refineSearch", "goBack", "deny", "changeQuantity"],
    required: ["query"],
    optional: ["priceMinMinor", "priceMaxMinor", "quantity", "sort"],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: "block",
    lane: "look",
  },
  getProductDetails: {
    intents: ["selectProduct", "askDetails", "orderProduct", "searchProducts", "refineSearch", "confirm", "goBack"],
    required: ["productId"],
    optional: ["question"],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: "block",
    lane: "look",
  },
  quoteOrder: {
    intents: ["orderProduct", "changeQuantity", "selectProduct", "confirm", "provideDigits", "applyDiscount"],
    required: [],
    optional: [],
    eitherOf: [["productId", "quantity"], ["lines"]],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: "block",
    lane: "order",
  },
  applyDiscount: {
    intents: ["applyDiscount"],
    required: ["quoteId", "discountCode"],
    optional: [],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: "challenge",
    lane: "order",
  },
  cancelQuote: {
    // Giving pieces back harms nobody, whatever led to it, and a blocked call must not keep them from others.
    intents: "any",
    required: ["quoteId"],
    optional: [],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: null,
    lane: "order",
  },
  placeOrder: {
    // Without a card its payer is sent a link, to their own number, and nothing is charged.
    intents: ["confirm", "provideDigits", "selectProduct"],
    required: ["quoteId", "quoteHash"],
    optional: ["cardId"],
    needsIdentity: true,
    needsConfirmation: true,
    stoppedBy: "challenge",
    lane: "order",
  },
  verifyIdentity: {
    intents: ["provideDigits"],
    required: ["digits"],
    optional: ["callerNumber", "orderNumber", "personName", "postalCode"],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: "block",
    lane: "order",
  },
  sendCode: {
    // Whose number it is, if anybody's, is not told; how many codes a call and a customer may have is connectors/customers'.
    intents: ["requestCode"],
    required: [],
    optional: ["callerNumber", "personName", "postalCode"],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: "block",
    lane: "order",
  },
  awaitPayment: {
    // Of the call's own quote alone: that it was paid for is told to the call that ordered it.
    intents: ["confirm"],
    required: ["quoteId"],
    optional: [],
    needsIdentity: false,
    needsConfirmation: false,
    stoppedBy: "block",
    lane: "wait",
  },
  addCard: {
    // Nothing is charged by it: the yes is asked once the new card was read back.
    intents: ["changePayment"],
    required: ["paymentMethodRef"],
    optional: [],
    needsIdentity: true,
    needsConfirmation: false,
    stoppedBy: "challenge",
    lane: "order",
  },
  sendLinkAgain: {
    // Of whichever call, to the customer's own number.
    intents: ["resendLink", "requestCode"],
    required: [],
    optional: [],
    needsIdentity: true,
    needsConfirmation: false,
    stoppedBy: "block",
    lane: "order",
  },
  checkOrderStatus: {
    intents: ["checkOrderStatus", "provideDigits"],
    required: [],
    optional: ["orderNumber"],
    needsIdentity: true,
    needsConfirmation: false,
    stoppedBy: "challenge",
    lane: "look",
  },
  getOrderDetails: {
    intents: ["checkOrderStatus", "cancelOrder", "returnItems", "exchangeItems", "changeAddress", "changePayment"],
    required: [],
    optional: ["orderNumber", "productIds"],
    needsIdentity: true,
    needsConfirmation: false,
    stoppedBy: "challenge",
    lane: "look",
  },
  cancelOrder: {
    intents: ["cancelOrder"],
    required: ["orderNumber", "cancelReason"],
    optional: ["confirmation"],
    ...ofOrder,
  },
  returnItems: {
    intents: ["returnItems"],
    required: ["orderNumber", "productIds"],
    optional: ["methodId", "confirmation"],
    ...ofOrder,
  },
  exchangeItems: {
    intents: ["exchangeItems"],
    required: ["orderNumber", "productIds", "newProductIds"],
    optional: ["methodId", "confirmation"],
    ...ofOrder,
  },
  changeOrderAddress: {
    intents: ["changeAddress"],
    required: ["orderNumber", "address"],
    optional: ["confirmation"],
    ...ofOrder,
  },
  changeOrderPayment: {
    intents: ["changePayment"],
    required: ["orderNumber", "methodId"],
    optional: ["confirmation"],
    ...ofOrder,
  },
};
