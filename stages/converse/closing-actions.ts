/** Actions that end the call: good-bye, a person, or both at last. */
import { phrase } from "./phrases.ts";
import type { Action, Deed } from "./scene.ts";

const transfer = (line: Parameters<typeof phrase>[0]): Deed => ({
  memory: { ending: "transfer" },
  say: [phrase(line)],
  isUninterruptible: true,
  direct: "transfer",
});
const hangUp = (line: Parameters<typeof phrase>[0]): Deed => ({
  memory: { ending: "hangUp" },
  say: [phrase(line)],
  direct: "hangUp",
});

export const closingActions = {
  sayGoodbye: ({ memory }) =>
    memory.paymentWaits.length === 0
      ? hangUp("goodbye")
      : { ...hangUp("goodbye"), say: [phrase("paid-later"), phrase("goodbye")] },
  sayGoodbyeAfterSilence: () => hangUp("nobody-there"),
  transferToPerson: () => transfer("to-person"),
  transferUnproven: () => transfer("to-person-pin"),
  transferWithoutCard: () => transfer("to-person-card"),
  transferUnsent: () => transfer("to-person-link"),
  transferBlocked: () => transfer("to-person-blocked"),
  leaveAgain: ({ memory }) => (memory.ending === "transfer" ? transfer("to-person") : hangUp("goodbye")),
  leaveNow: ({ memory }) => ({ directNow: memory.ending ?? "hangUp" }),
  close: () => ({}),
} as const satisfies { readonly [name: string]: Action };
