import { asksToCompare, readPriceStep } from "../../language/follow-up.ts";
import { asksForOrders, namesOrderByContent, readOrderPlace } from "../../language/order-hint.ts";
import { readRelativePrice } from "../../language/relative-price.ts";
import { firstSealed, sealedCount } from "../../runtime/sealed-digits.ts";
import type { CardOnFile } from "../../schemas/generated/records.ts";
import { basketEdit } from "./basket.ts";
import { namedSavedCard } from "./card-choice.ts";
import { careTools } from "./care.ts";
import { refusedAnswer } from "./care-actions.ts";
import { careStage } from "./care-stage.ts";
import { claimOf } from "./claim-actions.ts";
import { compared, fitsSome, named, pointed, words } from "./pointing.ts";
import type { Scene } from "./scene.ts";

function isPlacingNow({ memory }: Scene): boolean {
  return memory.awaited?.tool === "placeOrder" || memory.placingCallId !== null;
}

function hasLimits({ intent }: Scene): boolean {
  if (intent === null) return false;
  const { entities, text } = intent;
  return (
    readPriceStep(text) !== null ||
    readRelativePrice(text) !== null ||
    entities.priceMinMinor !== null ||
    entities.priceMaxMinor !== null ||
    entities.priceTargetMinor !== null ||
    entities.sort !== null
  );
}

function hasName(scene: Scene): boolean {
  const entities = scene.intent?.entities;
  return words(entities?.productName ?? entities?.query ?? "").length > 0;
}

/** The customer's saved cards: those that the result brings, else those known. */
export function cardsOf(scene: Scene): readonly CardOnFile[] {
  const brought = scene.success?.cards ?? [];
  return brought.length > 0 ? brought : scene.memory.cards;
}

const MAX_CARD_TRIES = 2;

/** Whether the caller can be asked to key a card in: for a quote, and not again and again. */
function canKeyCard({ memory, success, config }: Scene): boolean {
  const quote = success?.quote ?? memory.quote;
  return config.payConnector !== "" && quote !== null && memory.cardTries < MAX_CARD_TRIES;
}

/** Whether the caller can be sent a link to pay by, for a quote. */
export function isLinkOffered({ memory, success, config }: Scene): boolean {
  // A page takes the money at once, and what is not there yet is not paid for.
  const isThere = (success?.quote ?? memory.quote)?.lines.every(({ backorderDays }) => backorderDays === null);
  return config.smsSender !== "" && config.paymentDoneUrl !== "" && isThere === true;
}

/** Whether another card is wanted for the open quote that is none of those saved. */
function wantsNewCard(scene: Scene): boolean {
  return guards.meansOpenQuote(scene) && canKeyCard(scene) && namedSavedCard(scene) === null;
}

/** No PIN and no code is longer. */
export const longestProof = 12;
const shortestProof = 4;

/** The PIN or code that the caller spoke, sealed; empty when none was. */
export function spokenDigits({ intent }: Scene): string {
  return firstSealed(intent?.entities.digits ?? "", longestProof);
}

/** Whether the caller cut the agent off and then said nothing that means anything. */
function wasCutOffInVain({ memory, intent }: Scene): boolean {
  const speech = memory.speech;
  if (speech === null || !speech.wasCutOff || speech.heardCount >= speech.lines.length) return false;
  return intent === null || intent.confidence < 0.2;
}

const careToolNames: readonly string[] = ["getOrderDetails", ...Object.values(careTools)];

/** Whether a result is of a tool that takes care of orders. */
function isCareCall({ call }: Scene): boolean {
  return call !== null && careToolNames.includes(call.tool);
}

/** Whether several orders are asked for, or one by what is in it. */
function asksAmongOrders({ intent }: Scene): boolean {
  const text = intent?.text ?? "";
  return (intent?.entities.orderNumber ?? null) === null && (asksForOrders(text) || namesOrderByContent(text));
}

function isPatient({ memory }: Scene): boolean {
  return (memory.care?.missedCount ?? 0) <= 3;
}

/** The conditions that rows of the transition table name. */
export const guards = {
  hasFocus: ({ memory }: Scene) => memory.focus !== null,
  hasOffers: ({ memory }: Scene) => memory.offers.length > 0,
  hasNoQuote: ({ memory }: Scene) => memory.quote === null,
  namesNothing: (scene: Scene) => !hasName(scene) && !(scene.memory.search !== null && hasLimits(scene)),
  asksForMore: (scene: Scene) => scene.memory.search !== null && !hasName(scene) && !hasLimits(scene),
  pointsToProduct: (scene: Scene) => pointed(scene) !== null,
  changesBasket: (scene: Scene) => !isPlacingNow(scene) && basketEdit(scene) !== null,
  canQuoteAgain: ({ memory }: Scene) => memory.focus !== null || memory.quote !== null,
  lacksPieceOfSeveral: ({ memory, call }: Scene) =>
    call?.tool === "placeOrder" && (memory.quote?.lines.length ?? 0) > 1,
  pointsElsewhere: (scene: Scene) => {
    const product = named(scene);
    return product !== null && product.productId !== scene.memory.focus?.productId;
  },
  namesOtherProduct: (scene: Scene) => {
    const entities = scene.intent?.entities;
    const name = entities?.productName ?? entities?.query ?? "";
    return hasName(scene) && named(scene) === null && !fitsSome(scene.memory, name);
  },
  comparesProducts: (scene: Scene) => asksToCompare(scene.intent?.text ?? "") && compared(scene).length > 1,
  keyPointsToOffer: ({ memory, digit }: Scene) => memory.listed[Number(digit) - 1] !== undefined,
  meansQuoted: (scene: Scene) => {
    const product = pointed(scene);
    const quantity = scene.intent?.entities.quantity ?? null;
    return (
      scene.memory.quote?.lines.some(
        (line) => line.productId === product?.productId && (quantity === null || quantity === line.quantity),
      ) === true
    );
  },
  isWaiting: ({ memory }: Scene) => memory.awaited !== null,
  isPaymentAwaited: ({ memory }: Scene) => memory.paymentWaits.length > 0,
  areCodesOffered: ({ config }: Scene) => config.areCodesOffered,
  isCodeSent: ({ memory }: Scene) => memory.isCodeSent,
  wasSendingLink: ({ call }: Scene) => call?.tool === "sendLinkAgain",
  wasSendingCode: ({ call }: Scene) => call?.tool === "sendCode",
  isPlacing: ({ memory }: Scene) => memory.placingCallId !== null,
  isBlocked: ({ memory }: Scene) => memory.risk === "block",
  isUnclearAgain: ({ memory }: Scene) => memory.unclearCount > 2,
  isHopeless: ({ memory }: Scene) => memory.unclearCount > 4,
  isNeverUnderstood: ({ memory }: Scene) => memory.missedCount > 3,
  wasCutOffInVain,
  needsIdentity: ({ memory }: Scene) => !memory.isIdentityProven,
  isIdentityKnown: ({ memory }: Scene) => memory.isIdentityProven,
  namesThemselves: (scene: Scene) => claimOf(scene) !== null,
  cannotPay: (scene: Scene) => cardsOf(scene).length === 0 && !isLinkOffered(scene),
  isLinkOffered,
  wasByLink: ({ memory, call }: Scene) => call?.tool === "placeOrder" && memory.isPlacingByLink,
  canKeyCard,
  canKeyFirstCard: (scene: Scene) => canKeyCard(scene) && cardsOf(scene).length === 0,
  wantsNewCard,
  isCardAwaited: ({ memory }: Scene) => memory.isCardAwaited,
  hasCardLeft: ({ memory }: Scene) => memory.quote !== null && memory.cards.length > 0,
  wantsReorder: ({ memory }: Scene) => memory.purpose === "reorder",
  reordersOneThing: ({ memory, success }: Scene) => memory.purpose === "reorder" && success?.order?.lines.length === 1,
  reordersSeveralThings: ({ memory, success }: Scene) =>
    memory.purpose === "reorder" && (success?.order?.lines.length ?? 0) > 1,
  reordersProduct: ({ memory, success }: Scene) => memory.purpose === "reorder" && (success?.products.length ?? 0) > 0,
  wantsLink: ({ memory }: Scene) => memory.purpose === "link",
  wantsStatus: ({ memory }: Scene) => memory.purpose === "status",
  hasSpokenPin: (scene: Scene) => sealedCount(spokenDigits(scene)) >= shortestProof,
  hasKeyedPin: ({ memory }: Scene) => sealedCount(memory.keyedDigits) >= shortestProof,
  hasTriesLeft: ({ memory, refusal }: Scene) => (refusal?.triesLeft ?? 1) > 0 && memory.failedTries < 2,
  hasDiscountCode: ({ intent }: Scene) => (intent?.entities.discountCode ?? "") !== "",
  isReadBackMissing: ({ memory }: Scene) =>
    memory.quote === null || memory.readBack?.quoteHash !== memory.quote.quoteHash,
  isReadBackUnheard: ({ memory }: Scene) => memory.readBack?.isHeard === false,
  needsSecondYes: ({ memory }: Scene) => memory.risk !== "allow" && memory.readBack?.isAskedTwice === false,
  foundMatches: ({ success }: Scene) => success?.products.some((product) => product.isMatch) === true,
  foundNearest: ({ success }: Scene) => (success?.products.length ?? 0) > 0,
  foundProduct: ({ success }: Scene) => (success?.products.length ?? 0) > 0,
  wasSearching: ({ call, refusal }: Scene) => call?.tool === "searchProducts" && (refusal?.limit ?? 0) > 0,
  wasProving: ({ call }: Scene) => call?.tool === "verifyIdentity",
  wasDiscounting: ({ memory, call }: Scene) => call?.tool === "applyDiscount" && memory.quote !== null,
  askedForOrder: ({ call }: Scene) => call?.tool === "checkOrderStatus",
  someAreLeft: ({ memory, refusal }: Scene) => (refusal?.availableQuantity ?? 0) > 0 && memory.focus !== null,
  hasAlternatives: ({ memory }: Scene) =>
    memory.offers.some((offer) => offer.productId !== memory.focus?.productId && offer.stock > 0),
  hasOtherCard: ({ memory, refusal }: Scene) => (refusal?.cards.length ?? 0) > 0 && memory.quote !== null,
  wantsCare: ({ memory }: Scene) => memory.purpose === "care" && memory.care !== null,
  careIsTold: (scene: Scene) => careStage(scene) === "told",
  careIsNotOpen: (scene: Scene) => careStage(scene) === "notOpen",
  careLacksVariants: (scene: Scene) => careStage(scene) === "variants",
  careLacksSearch: (scene: Scene) => careStage(scene) === "search",
  careLacksAnswer: (scene: Scene) => typeof careStage(scene) === "object",
  careIsReady: (scene: Scene) => careStage(scene) === "ready",
  careIsHopeless: ({ memory }: Scene) => (memory.care?.missedCount ?? 0) > 3,
  careCanBeAnsweredAnew: (scene: Scene) => isCareCall(scene) && refusedAnswer(scene) !== null && isPatient(scene),
  isCareCall,
  isChangedMeanwhile: (scene: Scene) => isCareCall(scene) && (scene.call?.arguments.confirmation ?? null) !== null,
  isDoingCare: ({ memory }: Scene) => (memory.awaited?.arguments.confirmation ?? null) !== null,
  isCareUnheard: ({ memory }: Scene) => memory.care?.readBack?.isHeard !== true,
  careNeedsSecondYes: ({ memory }: Scene) => memory.risk !== "allow" && memory.care?.readBack?.isAskedTwice === false,
  careIsUnsure: ({ failure, call }: Scene) =>
    failure?.isOutcomeUnknown === true || (call?.arguments.confirmation ?? null) !== null,
  asksAmongOrdersUnproven: (scene: Scene) => asksAmongOrders(scene) && !scene.memory.isIdentityProven,
  asksAmongOrders,
  meansOpenQuote: ({ memory, intent }: Scene) =>
    memory.quote !== null &&
    (intent?.entities.orderNumber ?? null) === null &&
    readOrderPlace(intent?.text ?? "") === null,
  isOutcomeUnknown: ({ failure }: Scene) => failure?.isOutcomeUnknown !== false,
} as const satisfies { readonly [name: string]: (scene: Scene) => boolean };

export type GuardName = keyof typeof guards;
