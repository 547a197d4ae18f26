/** Actions of the talk itself: greeting, asking again, helping, silence, interruption, a stream that was lost. */
import type { DialogueState } from "../../schemas/generated/records.ts";
import { careQuestion } from "./care-wording.ts";
import type { Line, Memory } from "./memory.ts";
import { phrase, said } from "./phrases.ts";
import type { Action, Deed, Scene } from "./scene.ts";

const shopping: readonly DialogueState[] = ["productSearch", "clarification"];

/** Asks once more for what proves who is calling: the code, once one was asked for. */
export function proofAgain(memory: Memory): Line {
  return phrase(memory.isCodeSent ? "code-again" : "pin-again");
}

/** The question that the state waits to have answered: what the agent comes back to after an aside. */
export function openQuestion(memory: Memory): readonly Line[] {
  const state = memory.dialogue;
  if (state === "exit") return [];
  if (state === "payment") return [phrase("still-placing")];
  if (state === "authentication") return [proofAgain(memory)];
  if (state === "confirmation") return [phrase(memory.readBack?.cardId === null ? "text-link" : "place-it")];
  if (state === "cardEntry") return memory.isCardAwaited || memory.awaited !== null ? [] : [phrase("keypad-offer")];
  if (state === "careConfirmation") return [phrase("shall-i")];
  if (state === "orderCare") return memory.care?.asked ? careQuestion(memory.care, memory.care.asked) : [];
  if (state === "receipt" || state === "followUp") return [phrase("anything-else")];
  if (memory.awaited !== null) return [];
  if ((state === "review" || state === "question") && memory.focus !== null) return [phrase("order-it")];
  if (shopping.includes(state) && memory.listed.length > 1) return [phrase("which-one")];
  if (state === "productSearch" && memory.listed.length === 1) return [phrase("order-it")];
  return [phrase("what-to-find")];
}

/** An aside that ends with the open question. */
export function aside(scene: Scene, ...lines: readonly Line[]): Deed {
  return { say: [...lines, ...openQuestion(scene.memory)] };
}

/** What of the last response was not heard; its last sentence if all was. */
function unheard(memory: Memory): readonly Line[] {
  const speech = memory.speech;
  if (speech === null) return openQuestion(memory);
  const rest = speech.lines.slice(speech.heardCount).filter((line) => line.phraseId !== "cut-off");
  return rest.length > 0 ? rest : speech.lines.slice(-1);
}

export const talkActions = {
  nothing: () => ({}),
  greet: ({ config }) => ({
    say: [
      { text: `Thank you for calling ${config.shopName}.`, phraseId: "greeting", productId: null },
      phrase("what-to-find"),
    ],
  }),
  askWhatElse: () => ({ memory: { focus: null, question: null }, say: [phrase("what-else")] }),
  askWhatToFind: () => ({ say: [phrase("what-to-find")] }),
  askWhich: () => ({ say: [phrase("which-one-unsure"), phrase("which-one-hint")] }),
  askAgain: ({ memory }) => ({
    say:
      memory.unclearCount > 1
        ? [phrase("not-sure"), phrase("say-again")]
        : [phrase("did-not-catch"), phrase("say-again")],
  }),
  offerHelp: () => ({ say: [phrase("not-sure"), phrase("help-shop"), phrase("help-person")] }),
  askToRepeat: () => ({ say: [phrase("could-not-hear")] }),
  askYesOrNo: () => ({ say: [phrase("yes-or-no")] }),
  askWhatDigitsFor: (scene) => aside(scene, phrase("digits-for-what")),
  giveHelp: (scene) => aside(scene, phrase("help-shop"), phrase("help-person"), phrase("help-keys")),
  sayOutOfScope: (scene) => aside(scene, phrase("out-of-scope")),
  explainDiscounts: (scene) => aside(scene, phrase("no-discounts")),
  answerTrick: (scene) =>
    aside(
      scene,
      phrase(/discount|percent|free|price/i.test(scene.intent?.text ?? "") ? "no-discounts" : "out-of-scope"),
    ),
  repeatResponse: ({ memory }) => ({
    say: memory.speech?.lines ?? openQuestion(memory),
    ...(memory.speech?.isReadBack === true ? { isReadBack: true } : {}),
  }),
  resumeResponse: ({ memory }) => ({
    say: unheard(memory),
    ...(memory.speech?.isReadBack === true ? { isReadBack: true } : {}),
  }),
  resumeAfterLoss: ({ memory }) => ({
    say: [phrase("cut-off"), ...(memory.awaited === null ? unheard(memory) : [])],
    ...(memory.speech?.isReadBack === true ? { isReadBack: true } : {}),
  }),
  goOnAfterHandOver: ({ memory }) =>
    memory.speech?.isComplete === false && memory.awaited === null
      ? { say: unheard(memory), ...(memory.speech.isReadBack ? { isReadBack: true } : {}) }
      : {},
  askAfterSilence: (scene) => aside(scene, phrase("still-there")),
  askAfterLongSilence: (scene) => aside(scene, phrase("take-your-time"), phrase("help-person")),
  tellTrouble: (scene) => aside(scene, phrase("trouble")),
  tellCannot: (scene) => aside(scene, phrase("cannot")),
} as const satisfies { readonly [name: string]: Action };

/** A sentence that greets the customer by name, if the name is known. */
export function thanks(name: string | null): Line {
  return said(name === null ? "Thank you." : `Thank you, ${name}.`);
}
