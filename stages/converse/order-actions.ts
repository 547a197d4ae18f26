/** Actions of ordering: quoting, reading back, placing, and what comes of it. Amounts are those of the quote or the order, never of the caller's words. */
import type { CardOnFile, Quote, WishedLine } from "../../schemas/generated/records.ts";
import { basketEdit, withAdded } from "./basket.ts";
import { namedSavedCard } from "./card-choice.ts";
import { cardsOf, isLinkOffered } from "./guards.ts";
import type { Awaited, Line, Memory } from "./memory.ts";
import { phrase, said } from "./phrases.ts";
import { pointed } from "./pointing.ts";
import type { Action, Deed, Scene } from "./scene.ts";
import { focusOn, pieces } from "./search-actions.ts";
import { count } from "./spoken-numbers.ts";
import { aside, openQuestion, thanks } from "./talk-actions.ts";
import {
  cardText,
  dailyLimitText,
  leftText,
  limitText,
  orderLines,
  orderQuestion,
  productList,
  quoteReadBack,
  receiptLines,
  totalLine,
} from "./wording.ts";

function chosenCard(cards: readonly CardOnFile[], cardId: string | null): CardOnFile | undefined {
  return cards.find((card) => card.cardId === cardId) ?? cards.find((card) => card.isDefault) ?? cards[0];
}

/** What was read back, and the card that was read back with it: null where a link is sent. */
function readBackOf({ quote, readBack, cards }: Memory) {
  if (quote === null || readBack === null) return null;
  const card = readBack.cardId === null ? null : chosenCard(cards, readBack.cardId);
  return card === undefined ? null : { quote, readBack, card };
}

/** Reads the newest quote back with the card that shall pay, after what is said before. Only this makes a yes count. */
export function readBackWith(scene: Scene, ...before: Deed["say"] & object): Deed {
  const quote: Quote | null = scene.success?.quote ?? scene.memory.quote;
  const cards = cardsOf(scene);
  const card = chosenCard(cards, scene.memory.cardId) ?? null;
  if (quote === null || (card === null && !isLinkOffered(scene)))
    return { say: [...before, phrase("cannot"), phrase("what-else")] };
  const cardId = card?.cardId ?? null;
  return {
    memory: {
      quote,
      cards,
      cardId,
      purpose: null,
      readBack: {
        quoteId: quote.quoteId,
        quoteHash: quote.quoteHash,
        cardId,
        isHeard: false,
        isAskedTwice: false,
      },
    },
    say: [...before, ...quoteReadBack(quote, card, scene.memory.heardOffers)],
    isReadBack: true,
  };
}

/** Asks for a quote of all lines; of several a yes means nothing until they are read back. */
export function quoteFor(lines: readonly WishedLine[], change: Partial<Memory>): Deed {
  const [only, ...others] = lines;
  if (only === undefined) return {};
  const { productId, quantity } = only;
  return others.length === 0
    ? {
        memory: { ...change, wantedQuantity: quantity },
        call: { tool: "quoteOrder", arguments: { productId, quantity } },
      }
    : { memory: { ...change, wantedQuantity: null }, call: { tool: "quoteOrder", arguments: { lines } } };
}

function requote({ memory }: Scene, ...say: readonly Line[]): Deed {
  const { focus, quote, wantedQuantity } = memory;
  const focused = focus === null ? [] : [{ productId: focus.productId, quantity: wantedQuantity ?? 1 }];
  const lines = quote === null ? focused : quote.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  return { ...quoteFor(lines, { quote: null, readBack: null }), say };
}

/** An order number as the tools take it: digits only; null when none was said. */
export function spokenNumber(text: string | null | undefined): string | null {
  const digits = (text ?? "").replaceAll(/[^0-9]/g, "").slice(0, 12);
  return digits === "" ? null : digits;
}

/** Sold out, and, where a charge could be feared, that there was none. */
function soldOut(call: Awaited | null): readonly Line[] {
  return call?.tool === "placeOrder" ? [phrase("sold-out"), phrase("nothing-charged")] : [phrase("sold-out")];
}

/** What of a read-back of several lines was not heard, and the total in any case; all of it when something else was said since. */
function unheardReadBack({ speech, heardOffers }: Memory, quote: Quote, card: CardOnFile | null): readonly Line[] {
  const whole = quoteReadBack(quote, card, heardOffers);
  const heard = speech?.isReadBack === true ? speech.lines.slice(0, speech.heardCount).map(({ text }) => text) : [];
  const total = totalLine(quote, card).text;
  return whole.filter(({ text }) => text === total || !heard.includes(text));
}

function wished({ productId, quantity }: WishedLine): WishedLine {
  return { productId, quantity };
}

/** The quote is used up or gone: nothing of it may be confirmed any more. */
const withoutQuote: Partial<Memory> = { quote: null, readBack: null };

export const orderActions = {
  quote: (scene) => {
    const product = pointed(scene) ?? scene.memory.focus;
    if (product === null) return {};
    const quantity = pieces(scene.intent?.entities.quantity ?? null) ?? scene.memory.wantedQuantity ?? 1;
    const line = { productId: product.productId, quantity };
    const lines = scene.memory.isAdding ? withAdded(scene.memory.basket.map(wished), line) : [line];
    return quoteFor(lines, focusOn(scene.memory, product));
  },
  /** What the caller's words make of the basket is quoted; what was read back before cannot be said yes to any more. */
  quoteBasket: (scene) => {
    const edit = basketEdit(scene);
    if (edit === null) return {};
    const focused = edit.focus === null ? {} : focusOn(scene.memory, edit.focus);
    return quoteFor(edit.lines, { ...focused, readBack: null });
  },
  quoteNewPrice: (scene) => {
    // What was awaited may be there by now.
    const isAwaited = scene.memory.quote?.lines.some(({ backorderDays }) => backorderDays !== null) === true;
    return requote(scene, phrase(isAwaited ? "offer-changed" : "price-changed"));
  },
  quoteAgain: (scene) => requote(scene, phrase("quote-again")),
  quoteRest: (scene) => {
    const deed = requote(scene, phrase("some-sold-out"), phrase("nothing-charged"));
    return { ...deed, memory: { ...deed.memory, placingCallId: null } };
  },
  readBack: (scene) => readBackWith(scene, ...leftText(scene.success?.leftLines ?? [])),
  readBackAfterDiscount: (scene) => readBackWith(scene, phrase("discount-refused")),
  readBackAfterTrouble: (scene) => readBackWith(scene, phrase("trouble")),
  /** What was to be done can be asked for again: an order by a yes to what is read back now. */
  readBackNotNow: (scene) => {
    const isOrder = scene.call?.tool === "placeOrder";
    return readBackWith(scene, phrase("not-just-now"), ...(isOrder ? [phrase("nothing-charged")] : []));
  },
  tellNotNow: (scene) => aside(scene, phrase("not-just-now")),
  offerRetry: (scene) => {
    const deed = readBackWith(scene, phrase("try-again"));
    return { ...deed, memory: { ...deed.memory, placingCallId: null } };
  },
  welcomeAndReadBack: (scene) => {
    const name = scene.success?.customerName ?? null;
    const deed = readBackWith(scene, thanks(name));
    return {
      ...deed,
      memory: {
        ...deed.memory,
        isIdentityProven: true,
        customerName: name,
        isCodeSent: false,
        failedTries: 0,
        keyedDigits: "",
      },
    };
  },
  finishReadBack: ({ memory }) => {
    const read = readBackOf(memory);
    if (read === null) return { say: [phrase("cannot"), phrase("what-else")] };
    const { quote, readBack, card } = read;
    return {
      // Said a second time counts, but not where nobody can hear it.
      memory: { readBack: { ...readBack, isHeard: memory.isAttached } },
      say:
        quote.lines.length > 1 ? unheardReadBack(memory, quote, card) : [totalLine(quote, card), orderQuestion(card)],
      isReadBack: true,
    };
  },
  askOnceMore: ({ memory }) => {
    const read = readBackOf(memory);
    if (read === null) return { say: [phrase("cannot"), phrase("what-else")] };
    const { quote, readBack, card } = read;
    return {
      memory: { readBack: { ...readBack, isAskedTwice: true } },
      say: [totalLine(quote, card), phrase(card === null ? "text-link-sure" : "place-it-sure")],
      isReadBack: true,
    };
  },
  /** Another saved card for what was read back: it is read back anew. */
  useCard: (scene) => {
    const cardId = namedSavedCard(scene);
    if (cardId === null) return { say: [phrase("no-such-card"), ...openQuestion(scene.memory)] };
    return readBackWith({ ...scene, memory: { ...scene.memory, cardId } });
  },
  explainAddress: ({ memory }) => ({ say: [phrase("address-after-order"), ...openQuestion(memory)] }),
  placeOrder: ({ memory }) => {
    const { readBack } = memory;
    if (readBack === null) return {};
    return {
      say: [phrase("one-moment-order")],
      isUninterruptible: true,
      call: {
        tool: "placeOrder",
        arguments: { quoteId: readBack.quoteId, quoteHash: readBack.quoteHash, cardId: readBack.cardId },
        isConfirmed: true,
      },
    };
  },
  sayStillPlacing: () => ({ say: [phrase("still-placing")], isUninterruptible: true }),
  dropQuote: ({ memory }) => ({
    memory: { focus: null, question: null, wantedQuantity: null, basket: [], isAdding: false },
    say: [
      phrase("not-ordered"),
      memory.listed.length > 1 ? said("Would you like one of the others, or something else?") : phrase("what-else"),
    ],
  }),
  applyCode: ({ memory, intent }) => ({
    memory: { readBack: null },
    call: {
      tool: "applyDiscount",
      arguments: { quoteId: memory.quote?.quoteId ?? null, discountCode: intent?.entities.discountCode ?? null },
    },
  }),
  tellDiscountRefused: ({ memory }) => ({ say: [phrase("discount-refused"), ...openQuestion(memory)] }),
  tellReceipt: ({ success }) => {
    const order = success?.order ?? null;
    return {
      memory: { ...withoutQuote, placingCallId: null, order, focus: null, question: null, wantedQuantity: null },
      say: [...(order === null ? [said("Your order is placed.")] : receiptLines(order)), phrase("anything-else")],
      isUninterruptible: true,
    };
  },
  tellReceiptAndLeave: ({ success }) => {
    const order = success?.order ?? null;
    return {
      memory: { ...withoutQuote, placingCallId: null, order },
      say: [...(order === null ? [said("Your order is placed.")] : receiptLines(order)), phrase("goodbye")],
      isUninterruptible: true,
      direct: "hangUp",
    };
  },
  tellUnconfirmed: () => ({
    memory: { ...withoutQuote, focus: null, wantedQuantity: null },
    say: [phrase("unconfirmed"), phrase("anything-else")],
    isUninterruptible: true,
  }),
  tellNotPlaced: () => ({
    memory: { ...withoutQuote, placingCallId: null, focus: null },
    say: [phrase("order-not-placed"), phrase("anything-else")],
  }),
  tellDailyLimit: ({ memory, refusal }) => ({
    memory: { ...withoutQuote, placingCallId: null, focus: null },
    say: [said(dailyLimitText(refusal, memory.quote?.currency)), phrase("nothing-charged"), phrase("anything-else")],
  }),
  tellLateRefusal: ({ memory }) => ({
    memory: { placingCallId: null },
    say: [phrase("late-not-placed"), ...openQuestion(memory)],
  }),
  tellLimit: ({ memory, refusal, call }) => {
    const limit = refusal?.limit ?? null;
    const isQuote = call?.tool === "quoteOrder" && memory.focus !== null && limit !== null && limit > 0;
    return {
      memory: { ...withoutQuote, placingCallId: null, wantedQuantity: limit !== null && limit > 0 ? limit : null },
      say: [said(limitText(limit)), isQuote ? said(`Would you like ${count(limit)}?`) : phrase("what-else")],
    };
  },
  offerRest: ({ memory, refusal, call }) => {
    const left = refusal?.availableQuantity ?? 0;
    return {
      memory: { ...withoutQuote, placingCallId: null, wantedQuantity: left },
      say: [
        said(
          `I'm sorry, there ${left === 1 ? "is" : "are"} only ${count(left)} of the ${memory.focus?.spokenName ?? "product"} left.`,
        ),
        ...(call?.tool === "placeOrder" ? [phrase("nothing-charged")] : []),
        said(`Would you like ${left === 1 ? "it" : `those ${count(left)}`}?`),
      ],
    };
  },
  offerAlternatives: ({ memory, call }) => {
    const others = memory.offers
      .filter((offer) => offer.productId !== memory.focus?.productId && offer.stock > 0)
      .slice(0, 3);
    const intro = [...soldOut(call), said("I can offer you something like it.")];
    return {
      memory: {
        ...withoutQuote,
        placingCallId: null,
        focus: null,
        listed: others.map((offer) => offer.productId),
        heardListed: [],
      },
      say: productList(intro, others),
    };
  },
  tellSoldOut: ({ call }) => ({
    memory: { ...withoutQuote, placingCallId: null, focus: null },
    say: [...soldOut(call), phrase("what-else")],
  }),
  offerOtherCard: (scene) => {
    const cards = scene.refusal?.cards ?? [];
    const other = chosenCard(cards, null);
    const next: Scene = { ...scene, memory: { ...scene.memory, cards, cardId: other?.cardId ?? null } };
    const offer = other === undefined ? [] : [said(`I can use ${cardText(other)} instead.`)];
    const deed = readBackWith(next, phrase("other-card"), ...offer);
    return { ...deed, memory: { ...deed.memory, placingCallId: null } };
  },
  tellNoOtherCard: () => ({
    memory: { ...withoutQuote, placingCallId: null, focus: null },
    say: [phrase("no-other-card"), phrase("anything-else")],
  }),
  lookUpOrder: ({ memory, intent }) => {
    const orderNumber = spokenNumber(intent?.entities.orderNumber) ?? memory.orderNumber;
    return {
      memory: { orderNumber: null, purpose: null },
      call: { tool: "checkOrderStatus", arguments: { orderNumber } },
    };
  },
  tellOrder: ({ memory, success }) => {
    const order = success?.order ?? null;
    const told = order === null ? [phrase("order-not-found")] : orderLines(order);
    const isAside = memory.dialogue === "confirmation";
    const offer = order?.status === "delivered" && !isAside ? [phrase("same-again")] : [];
    return {
      memory: { toldOrder: order?.orderNumber ?? null },
      say: [...told, ...offer, ...(isAside ? openQuestion(memory) : [phrase("anything-else")])],
    };
  },
  tellOrderNotFound: () => ({ say: [phrase("order-not-found"), phrase("anything-else")] }),
} as const satisfies { readonly [name: string]: Action };
