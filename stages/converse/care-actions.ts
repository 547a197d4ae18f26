/** Actions of taking care of orders that were placed. What may be done, and what it costs, is what the tools say. */
import type { RefusalReason, ToolArguments } from "../../schemas/generated/records.ts";
import { type Care, type CareQuestion, type CareWish, careTools, careWishes, chosenOrder } from "./care.ts";
import { begunCare, careAfter, lacking } from "./care-stage.ts";
import { careDone, careQuestion, careReadBack, orderList, orderText } from "./care-wording.ts";
import type { Line } from "./memory.ts";
import { phrase, said } from "./phrases.ts";
import type { Action, Deed, Scene } from "./scene.ts";
import { thanks } from "./talk-actions.ts";
import { orderLines } from "./wording.ts";

function wishOf({ intent, memory }: Scene): CareWish {
  return careWishes.find((wish) => wish === intent?.intent) ?? memory.care?.wish ?? "checkOrderStatus";
}

/** The wish that the intent brings; what is known already where the scene has none. */
function wished(scene: Scene): Care {
  return scene.intent === null && scene.memory.care !== null ? scene.memory.care : begunCare(scene, wishOf(scene));
}

function askPin(scene: Scene, line: Parameters<typeof phrase>[0]): Deed {
  return {
    memory: { purpose: "care", isIdentityProven: false, keyedDigits: "", care: { ...wished(scene), readBack: null } },
    say: [phrase(line)],
  };
}

function lookUp(care: Care): Deed {
  return {
    memory: { purpose: null, care: { ...care, orders: null, readBack: null } },
    call: { tool: "getOrderDetails", arguments: { orderNumber: care.orderNumber } },
  };
}

/** Arguments of the tool that does what is wished. */
function argumentsOf(care: Care): Partial<ToolArguments> {
  const productIds = care.productIds ?? [];
  const { chosen: orderNumber, newProductId } = care;
  switch (care.wish) {
    case "checkOrderStatus":
      return { orderNumber };
    case "cancelOrder":
      return { orderNumber, cancelReason: care.reason };
    case "returnItems":
      return { orderNumber, productIds };
    case "exchangeItems":
      return {
        orderNumber,
        productIds,
        newProductIds: productIds.map(() => newProductId ?? ""),
        methodId: care.methodId,
      };
    case "changeAddress":
      return { orderNumber, address: care.address };
    case "changePayment":
      return { orderNumber, methodId: care.methodId };
  }
}

function ask(care: Care, question: CareQuestion, ...before: readonly Line[]): Deed {
  return {
    memory: { care: { ...care, asked: question, readBack: null } },
    say: [...before, ...careQuestion(care, question)],
  };
}

/** What an answer was refused for, and so is asked for again. */
const askedAgain: { readonly [R in RefusalReason]?: CareQuestion } = {
  reasonNotAccepted: "reason",
  itemNotInOrder: "items",
  countsDiffer: "items",
  nothingToDo: "items",
  unavailable: "replacement",
  otherType: "replacement",
  sameItem: "replacement",
  methodUnknown: "method",
  sameMethod: "method",
  giftCardTooLow: "method",
  refundElsewhere: "method",
  cardDeclined: "method",
  taxWouldChange: "address",
  invalidArguments: "address",
};

const forgotten: { readonly [Q in CareQuestion]: Partial<Care> } = {
  order: { chosen: null },
  items: { productIds: null, quantity: null },
  replacement: { newProductId: null, replacement: null },
  reason: { reason: null },
  address: { address: null, partial: null },
  method: { methodId: null },
};

/** Which of the answers a refusal is about; null when nothing that the caller could say would help. */
export function refusedAnswer({ memory, refusal }: Scene): CareQuestion | null {
  const { care } = memory;
  const question = refusal === null ? undefined : askedAgain[refusal.reason];
  if (care === null || question === undefined) return null;
  const isOfWish = {
    checkOrderStatus: [],
    cancelOrder: ["reason"],
    returnItems: ["items"],
    exchangeItems: ["items", "replacement"],
    changeAddress: ["address"],
    changePayment: ["method"],
  }[care.wish].some((own) => own === question);
  return isOfWish ? question : null;
}

function refusalLine({ refusal }: Scene): Line {
  const sentence = refusal?.sentence ?? null;
  return sentence === null ? phrase("cannot") : said(`I'm sorry. ${sentence}`);
}

function proposed(care: Care): Deed {
  return {
    memory: { care: { ...care, asked: null, readBack: null } },
    call: { tool: careTools[care.wish], arguments: argumentsOf(care) },
  };
}

function readBackOf(scene: Scene, ...before: readonly Line[]): Deed {
  const { care } = scene.memory;
  const readBack = scene.refusal?.readBack ?? null;
  if (care === null || readBack === null) return { say: [phrase("cannot"), phrase("what-else")] };
  const read: Care = {
    ...care,
    asked: null,
    missedCount: 0,
    readBack: { ...readBack, isHeard: false, isAskedTwice: false },
  };
  return { memory: { care: read }, say: [...before, ...careReadBack(read), phrase("shall-i")], isReadBack: true };
}

export const careActions = {
  askPinForCare: (scene) => askPin(scene, "pin-care"),
  askPinForCareAgain: (scene) => askPin(scene, "pin-safety"),
  lookUpOwnOrders: (scene) => lookUp(wished(scene)),
  welcomeAndLookUpOwnOrders: (scene) => {
    const name = scene.success?.customerName ?? null;
    const cards = scene.success?.cards ?? [];
    const deed = scene.memory.care === null ? {} : lookUp(scene.memory.care);
    return {
      ...deed,
      memory: { ...deed.memory, isIdentityProven: true, customerName: name, cards, failedTries: 0, keyedDigits: "" },
      say: [thanks(name)],
    };
  },
  lookUpReplacements: (scene) => {
    const care = careAfter(scene);
    if (care === null) return {};
    return {
      memory: { care },
      call: { tool: "getOrderDetails", arguments: { productIds: [...new Set(care.productIds ?? [])] } },
    };
  },
  searchReplacement: (scene) => {
    const care = careAfter(scene);
    if (care === null) return {};
    return {
      memory: { care },
      call: { tool: "searchProducts", arguments: { query: care.replacement?.slice(0, 200) ?? "" } },
    };
  },
  askCareQuestion: (scene) => {
    const care = careAfter(scene);
    const stage = care === null ? "none" : lacking(care);
    if (care === null || typeof stage === "string") return {};
    return ask(care, stage.lacks);
  },
  askCareAgain: ({ memory }) => {
    const { care } = memory;
    if (care === null || care.asked === null) return { say: [phrase("did-not-catch"), phrase("say-again")] };
    return ask({ ...care, missedCount: care.missedCount + 1 }, care.asked, phrase("not-sure"));
  },
  proposeCare: (scene) => {
    const care = careAfter(scene);
    return care === null ? {} : proposed(care);
  },
  readCareBack: (scene) => readBackOf(scene),
  readChangedCareBack: (scene) => readBackOf(scene, phrase("changed-meanwhile")),
  readCareBackAgain: ({ memory }) => {
    const { care } = memory;
    if (care === null || care.readBack === null) return {};
    return {
      memory: { care: { ...care, readBack: { ...care.readBack, isHeard: memory.isAttached } } },
      say: [...careReadBack(care), phrase("shall-i")],
      isReadBack: true,
    };
  },
  askCareOnceMore: ({ memory }) => {
    const { care } = memory;
    if (care === null || care.readBack === null) return {};
    return {
      memory: { care: { ...care, readBack: { ...care.readBack, isAskedTwice: true } } },
      say: [...careReadBack(care), phrase("shall-i-sure")],
      isReadBack: true,
    };
  },
  doCare: ({ memory }) => {
    const { care } = memory;
    if (care === null || care.readBack === null) return {};
    return {
      say: [phrase("one-moment")],
      isUninterruptible: true,
      call: {
        tool: careTools[care.wish],
        arguments: { ...argumentsOf(care), confirmation: care.readBack.confirmation },
        isConfirmed: true,
      },
    };
  },
  sayStillDoing: () => ({ say: [phrase("still-doing")], isUninterruptible: true }),
  dropCare: ({ memory }) => ({
    memory: { care: memory.care === null ? null : { ...memory.care, asked: null, readBack: null } },
    say: [...(memory.care?.wish === "checkOrderStatus" ? [] : [phrase("order-left")]), phrase("anything-else")],
  }),
  tellCareDone: ({ memory }) => ({
    // "It" means this order from now on.
    memory: { care: null, order: (memory.care === null ? null : chosenOrder(memory.care)) ?? memory.order },
    say: [...(memory.care === null ? [] : careDone(memory.care)), phrase("anything-else")],
  }),
  tellCareRefused: (scene) => ({
    memory: { care: scene.memory.care === null ? null : { ...scene.memory.care, asked: null, readBack: null } },
    say: [refusalLine(scene), phrase("anything-else")],
  }),
  askRefusedAgain: (scene) => {
    const { care } = scene.memory;
    const question = refusedAnswer(scene);
    if (care === null || question === null) return {};
    const again: Care = { ...care, ...forgotten[question], missedCount: care.missedCount + 1 };
    return ask(again, question, refusalLine(scene));
  },
  tellCareUnsure: ({ memory }) => ({
    memory: { care: memory.care === null ? null : { ...memory.care, asked: null, readBack: null } },
    say: [phrase("care-unsure"), phrase("anything-else")],
  }),
  tellCareFailed: ({ memory }) => ({
    memory: { care: memory.care === null ? null : { ...memory.care, asked: null, readBack: null } },
    say: [phrase("trouble"), phrase("order-as-it-was"), phrase("anything-else")],
  }),
  tellNotOpen: (scene) => {
    const care = careAfter(scene);
    const order = care === null ? null : chosenOrder(care);
    const instead =
      care?.wish === "returnItems" && order?.options.includes("cancel") === true ? [phrase("cancel-instead")] : [];
    return {
      memory: { care: care === null ? null : { ...care, asked: null } },
      say: [
        ...(order === null ? [] : orderLines(order).slice(0, 1)),
        phrase("not-open"),
        ...instead,
        phrase("anything-else"),
      ],
    };
  },
  tellNoOrders: ({ memory }) => ({
    memory: { care: null },
    say: [
      memory.care?.orderNumber === null || memory.care === null
        ? phrase("no-orders")
        : said(`I'm sorry, I can't find ${orderText(memory.care.orderNumber)}.`),
      phrase("anything-else"),
    ],
  }),
  tellOwnOrders: (scene) => {
    const care = careAfter(scene);
    const order = care === null ? null : chosenOrder(care);
    const orders = care?.orders ?? [];
    return {
      memory: { care, ...(order === null ? {} : { order }) },
      say: [...(order === null ? orderList(orders) : orderLines(order)), phrase("anything-else")],
    };
  },
} as const satisfies { readonly [name: string]: Action };
