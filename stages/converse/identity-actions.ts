/** Actions of proving who is calling: the PIN, by voice or keypad. */
import { firstSealed, sealedCount } from "../../runtime/sealed-digits.ts";
import { cardsOf, longestProof, spokenDigits } from "./guards.ts";
import { spokenNumber } from "./order-actions.ts";
import { phrase } from "./phrases.ts";
import type { Action, Deed, Scene } from "./scene.ts";
import { proofAgain, thanks } from "./talk-actions.ts";
import { basketText } from "./wording.ts";

function verify({ memory }: Scene, digits: string): Deed {
  // Whose number it is says who may be calling; who they say they are comes before it, and where neither tells, the order that was named does.
  const callerNumber = memory.callerNumber === "" ? null : memory.callerNumber;
  const orderNumber = memory.orderNumber ?? memory.care?.orderNumber ?? null;
  return {
    memory: { keyedDigits: "" },
    pinTimer: "clear",
    call: { tool: "verifyIdentity", arguments: { digits, callerNumber, orderNumber, ...memory.claim } },
  };
}

/** Asks for the PIN, with the quote that waits for it. */
function askForOrder({ memory, success }: Scene, ...lines: Deed["say"] & object): Deed {
  return {
    memory: {
      purpose: "order",
      quote: success?.quote ?? memory.quote,
      readBack: null,
      keyedDigits: "",
      isIdentityProven: false,
      placingCallId: null,
    },
    say: lines,
  };
}

export const identityActions = {
  askPinForOrder: (scene) => askForOrder(scene, ...basketText(scene.success), phrase("pin-order")),
  askPinForSafety: (scene) => askForOrder(scene, phrase("pin-safety")),
  askPinAfterDiscount: (scene) => askForOrder(scene, phrase("discount-refused"), phrase("pin-safety")),
  askPinAfterFailure: (scene) => askForOrder(scene, phrase("trouble"), phrase("pin-safety")),
  askPinForStatus: ({ intent, call }) => ({
    memory: {
      purpose: "status",
      isIdentityProven: false,
      keyedDigits: "",
      orderNumber: spokenNumber(intent?.entities.orderNumber) ?? call?.arguments.orderNumber ?? null,
    },
    say: [phrase("pin-status")],
  }),
  askPinAgain: ({ memory }) => ({ memory: { keyedDigits: "" }, pinTimer: "clear", say: [proofAgain(memory)] }),
  askPinAfterRefusal: ({ memory, config }) => ({
    memory: { failedTries: memory.failedTries + 1, keyedDigits: "", isIdentityProven: false },
    say: [
      phrase(memory.isCodeSent ? "code-refused" : "pin-refused"),
      proofAgain(memory),
      ...(config.areCodesOffered && !memory.isCodeSent ? [phrase("pin-or-code")] : []),
      ...(memory.claim === null && memory.failedTries === 0 ? [phrase("claim-how")] : []),
    ],
  }),
  askPinAfterTrouble: ({ memory }) => ({
    memory: { keyedDigits: "" },
    say: [phrase("pin-trouble"), proofAgain(memory)],
  }),
  requestCode: ({ memory }) => ({
    memory: { keyedDigits: "" },
    pinTimer: "clear",
    call: {
      tool: "sendCode",
      arguments: { callerNumber: memory.callerNumber === "" ? null : memory.callerNumber, ...memory.claim },
    },
  }),
  /** Said to everybody, whether or not anybody has the number or the name. */
  askCode: ({ memory }) => ({
    memory: { isCodeSent: true, keyedDigits: "" },
    say: [phrase(memory.claim === null ? "code-sent" : "code-sent-claim"), phrase("code-say")],
  }),
  tellNoCode: ({ memory }) => ({ say: [phrase("no-code"), proofAgain(memory)] }),
  keepDigit: ({ memory, sealedDigit }) => {
    const keyedDigits = firstSealed(`${memory.keyedDigits}${sealedDigit ?? ""}`, longestProof);
    const isEnough = sealedCount(keyedDigits) >= (memory.isCodeSent ? 6 : 4);
    return { memory: { keyedDigits }, pinTimer: isEnough ? "set" : "clear" };
  },
  verifyKeyed: (scene) => verify(scene, scene.memory.keyedDigits),
  verifySpoken: (scene) => verify(scene, spokenDigits(scene)),
  welcome: (scene) => ({
    memory: proven(scene),
    say: [thanks(scene.success?.customerName ?? null), phrase("what-else")],
  }),
  welcomeAndLookUpOrder: (scene) => ({
    memory: { ...proven(scene), purpose: null, orderNumber: null },
    call: { tool: "checkOrderStatus", arguments: { orderNumber: scene.memory.orderNumber } },
  }),
  /** The call looks risky: identity has to be proven again before money moves. */
  distrust: () => ({ memory: { isIdentityProven: false } }),
} as const satisfies { readonly [name: string]: Action };

/** What a proof of identity tells. */
export function proven(scene: Scene): Deed["memory"] & object {
  return {
    isIdentityProven: true,
    customerName: scene.success?.customerName ?? null,
    cards: cardsOf(scene),
    claim: null,
    isCodeSent: false,
    failedTries: 0,
    keyedDigits: "",
  };
}
