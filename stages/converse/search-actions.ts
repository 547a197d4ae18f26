/** Actions of finding products: searching, listing, telling about one. */
import { readBasketWish } from "../../language/basket-wish.ts";
import { readPriceStep, refinedQuery } from "../../language/follow-up.ts";
import { readRelativePrice } from "../../language/relative-price.ts";
import { aroundPrice } from "../../language/wished-prices.ts";
import type { Entities, ProductOffer, ToolArguments } from "../../schemas/generated/records.ts";
import { answer } from "./answering.ts";
import type { Memory } from "./memory.ts";
import { phrase, said } from "./phrases.ts";
import { compared, pointed } from "./pointing.ts";
import type { Action, Deed, Scene } from "./scene.ts";
import { comparison, foundIntro, limitText, listLength, nearestIntro, productList, productReview } from "./wording.ts";

function limitsOf(entities: Entities): Pick<ToolArguments, "priceMinMinor" | "priceMaxMinor"> {
  const around = entities.priceTargetMinor === null ? null : aroundPrice(entities.priceTargetMinor);
  const low = entities.priceMinMinor ?? around?.priceMinMinor ?? null;
  const high = entities.priceMaxMinor ?? around?.priceMaxMinor ?? null;
  const isSwapped = low !== null && high !== null && low > high;
  return isSwapped ? { priceMinMinor: high, priceMaxMinor: low } : { priceMinMinor: low, priceMaxMinor: high };
}

type Limits = ReturnType<typeof limitsOf>;

/** "Something cheaper" is below what is talked about, or below everything that was told; "something more upscale" above it; null when neither was said. */
function stepLimits(memory: Memory, utterance: string): Partial<Limits> | null {
  const relative = relativeLimits(memory, utterance);
  if (relative !== null) return relative;
  const step = readPriceStep(utterance);
  const told = memory.offers.filter(({ productId }) => memory.listed.includes(productId));
  const prices = (memory.focus === null ? told : [memory.focus]).map(({ priceMinor }) => priceMinor);
  if (step === null || prices.length === 0) return null;
  return step === "cheaper"
    ? { priceMaxMinor: Math.min(...prices) - 1, priceMinMinor: null }
    : { priceMinMinor: Math.max(...prices) + 1, priceMaxMinor: null };
}

/** "Twice that": of the price of what is talked about, else of the limit that was said, else of the price that was told last. */
function relativeLimits(memory: Memory, utterance: string): Partial<Limits> | null {
  const relative = readRelativePrice(utterance);
  const limit = memory.search?.priceMaxMinor ?? memory.search?.priceMinMinor ?? null;
  const told = memory.offers.filter(({ productId }) => memory.listed.includes(productId)).at(-1);
  const price = memory.focus?.priceMinor ?? limit ?? told?.priceMinor ?? null;
  if (relative === null || price === null) return null;
  const priceMinor = Math.round(price * relative.factor);
  if (relative.bound === "target") return aroundPrice(priceMinor);
  return relative.bound === "max"
    ? { priceMaxMinor: priceMinor, priceMinMinor: null }
    : { priceMinMinor: priceMinor, priceMaxMinor: null };
}

const forgotten: Partial<Memory> = {
  focus: null,
  question: null,
  offers: [],
  toldCount: 0,
  listed: [],
  heardListed: [],
};

function searchFor(scene: Scene, query: string | null, base: ToolArguments | null): Deed {
  const { intent, memory } = scene;
  if (intent === null) return {};
  const { entities } = intent;
  const limits = limitsOf(entities);
  const before = base?.query ?? null;
  const wanted = query !== null && before !== null ? refinedQuery(before, query) : (query ?? before);
  const quantity = pieces(entities.quantity) ?? (base === null ? null : memory.wantedQuantity);
  const hasNewLimits = limits.priceMinMinor !== null || limits.priceMaxMinor !== null;
  const stepped = base === null || hasNewLimits ? null : stepLimits(memory, intent.text);
  const { priceMinMinor, priceMaxMinor } = base === null || hasNewLimits ? limits : { ...base, ...stepped };
  const call: Partial<ToolArguments> = {
    query: wanted?.slice(0, 200) ?? null,
    priceMinMinor,
    priceMaxMinor,
    // "Something cheaper" is a bound: what fits best comes first all the same.
    sort: (stepped === null ? entities.sort : null) ?? base?.sort ?? null,
    quantity,
  };
  return {
    memory: { ...forgotten, wantedQuantity: quantity },
    call: { tool: "searchProducts", arguments: call },
  };
}

/** "I also need a lamp": what is found comes beside what was about to be ordered. */
function isBesideBasket({ memory, intent }: Scene): boolean {
  return memory.basket.length > 0 && readBasketWish(intent?.text ?? "").kind === "add";
}

/** A number of pieces that can be meant; nothing below one. */
export function pieces(quantity: number | null): number | null {
  return quantity !== null && quantity >= 1 ? quantity : null;
}

function list(
  memory: Memory,
  offers: readonly ProductOffer[],
  from: number,
  intro: (shown: readonly ProductOffer[], hasMore: boolean) => ReturnType<typeof productList>,
): Deed {
  const shown = offers.slice(from, from + listLength);
  return {
    memory: {
      offers,
      search: memory.search,
      focus: null,
      toldCount: from + shown.length,
      listed: shown.map((offer) => offer.productId),
      heardListed: [],
    },
    say: intro(shown, offers.length > from + shown.length),
  };
}

/** Makes a product the one that is talked about; it is among the offers from then on. */
export function focusOn(memory: Memory, product: ProductOffer): Partial<Memory> {
  const isKnown = memory.offers.some((offer) => offer.productId === product.productId);
  const offers = isKnown
    ? memory.offers.map((offer) => (offer.productId === product.productId ? product : offer))
    : [product, ...memory.offers];
  return { focus: product, offers };
}

function tell(memory: Memory, product: ProductOffer | null): Deed {
  if (product === null) return { say: [phrase("which-one-unsure"), phrase("which-one-hint")] };
  return { memory: { ...focusOn(memory, product), question: null }, say: productReview(product) };
}

export const searchActions = {
  search: (scene) => {
    const entities = scene.intent?.entities;
    const query = entities?.query ?? entities?.productName ?? null;
    const deed = searchFor(scene, query, query === null ? scene.memory.search : null);
    return { ...deed, memory: { ...deed.memory, isAdding: isBesideBasket(scene) } };
  },
  searchNamed: (scene) => {
    const entities = scene.intent?.entities;
    const deed = searchFor(scene, entities?.productName ?? entities?.query ?? null, null);
    return { ...deed, memory: { ...deed.memory, isAdding: isBesideBasket(scene) } };
  },
  refine: (scene) => {
    const entities = scene.intent?.entities;
    return searchFor(scene, entities?.query ?? entities?.productName ?? null, scene.memory.search);
  },
  searchWithinLimit: ({ refusal, call }) => {
    const limit = refusal?.limit ?? null;
    return {
      memory: { wantedQuantity: limit },
      say: [said(limitText(limit))],
      call: { tool: "searchProducts", arguments: { ...call?.arguments, quantity: limit } },
    };
  },
  listMatches: ({ memory, success, call }) => {
    const matches = (success?.products ?? []).filter((product) => product.isMatch);
    const deed = list(memory, matches, 0, (shown, hasMore) => productList(foundIntro(shown.length, hasMore), shown));
    return { ...deed, memory: { ...deed.memory, search: call?.arguments ?? null } };
  },
  listNearest: ({ memory, success, call }) => {
    const search = call?.arguments ?? null;
    const deed = list(memory, success?.products ?? [], 0, (shown) =>
      productList(nearestIntro(search, shown), shown, "The closest is"),
    );
    return { ...deed, memory: { ...deed.memory, search } };
  },
  listMore: ({ memory }) =>
    memory.toldCount < memory.offers.length
      ? list(memory, memory.offers, memory.toldCount, (shown) =>
          productList([said("Here is what else I have.")], shown),
        )
      : { say: [phrase("no-more"), phrase("what-else")] },
  listAgain: ({ memory }) => {
    const listed = memory.offers.filter((offer) => memory.listed.includes(offer.productId));
    const shown = listed.length > 0 ? listed : memory.offers.slice(0, listLength);
    return {
      memory: { focus: null, question: null, listed: shown.map((offer) => offer.productId), heardListed: [] },
      say: productList([said("Here they are again.")], shown),
    };
  },
  compare: (scene) => {
    const offers = compared(scene);
    return { memory: { focus: null, question: null }, say: comparison(offers) };
  },
  leaveProduct: ({ memory }) => ({
    memory: { focus: null, question: null },
    say: [
      memory.listed.length > 1
        ? said("All right. Would you like one of the others, or something else?")
        : phrase("what-else"),
    ],
  }),
  tellNothingFound: ({ call }) => ({
    memory: { search: call?.arguments ?? null },
    say: [phrase("nothing-found"), phrase("what-else")],
  }),
  tellNotFound: () => ({ memory: { focus: null }, say: [phrase("nothing-found"), phrase("what-else")] }),
  review: (scene) => tell(scene.memory, pointed(scene)),
  reviewKeyed: ({ memory, digit }) =>
    tell(memory, memory.offers.find((offer) => offer.productId === memory.listed[Number(digit) - 1]) ?? null),
  reviewAgain: ({ memory }) => tell(memory, memory.focus),
  lookUpDetails: (scene) => {
    const product = pointed(scene);
    if (product === null) return {};
    const question = scene.intent?.entities.question?.slice(0, 300) ?? null;
    return {
      memory: { ...focusOn(scene.memory, product), question, purpose: null },
      call: { tool: "getProductDetails", arguments: { productId: product.productId, question } },
    };
  },
  answerQuestion: ({ memory, success, call }) => {
    const product = success?.products[0];
    if (product === undefined) return {};
    const found = answer(product, call?.arguments.question ?? null);
    const told =
      found === null
        ? [said(`I'm afraid I don't know that about the ${product.spokenName}.`)]
        : found.map((sentence) => said(sentence));
    return { memory: focusOn(memory, product), say: [...told, phrase("order-it")] };
  },
} as const satisfies { readonly [name: string]: Action };
