/** Actions of callers who say who they are. What is said does not depend on whether anybody is known by it: nobody looks before the PIN or the code is checked. */
import type { Claim } from "./memory.ts";
import { phrase } from "./phrases.ts";
import type { Action, Deed, Scene } from "./scene.ts";
import { aside } from "./talk-actions.ts";

/** Who the caller says they are; null unless both name and postal code were said. */
export function claimOf({ intent }: Scene): Claim | null {
  const personName = intent?.entities.personName ?? null;
  const postalCode = intent?.entities.postalCode ?? null;
  return personName === null || postalCode === null ? null : { personName, postalCode };
}

/** Takes note of who they say they are, and asks for the proof. A code that was asked for before went to somebody else. */
function noted(scene: Scene): Deed & { readonly memory: object } {
  return {
    memory: { claim: claimOf(scene), keyedDigits: "", isCodeSent: false },
    pinTimer: "clear",
    say: [phrase("claim-noted"), phrase("pin-again"), ...(scene.config.areCodesOffered ? [phrase("pin-or-code")] : [])],
  };
}

const begun = { purpose: null, isIdentityProven: false, keyedDigits: "" } as const;

export const claimActions = {
  /** Unasked: the proof serves whatever comes next. */
  askProofOfClaim: (scene) => {
    const deed = noted(scene);
    return { ...deed, memory: { ...begun, ...deed.memory } };
  },
  noteClaim: noted,
  askForClaim: () => ({ memory: begun, say: [phrase("claim-ask")] }),
  askClaimAgain: () => ({ memory: { keyedDigits: "" }, pinTimer: "clear", say: [phrase("claim-ask")] }),
  tellIdentityKnown: (scene) => aside(scene, phrase("claim-known")),
} as const satisfies { readonly [name: string]: Action };
