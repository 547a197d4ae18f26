import { namedMethod } from "./care-filling.ts";
import type { Scene } from "./scene.ts";

/** The id of the saved card that the caller's words mean instead of the one that was read back; null when none of them is. */
export function namedSavedCard({ memory, intent }: Pick<Scene, "memory" | "intent">): string | null {
  const methods = memory.cards.map(({ cardId, brand, last4 }) => ({
    methodId: cardId,
    kind: "card" as const,
    brand,
    last4,
  }));
  return namedMethod(methods, memory.readBack?.cardId ?? null, intent)?.methodId ?? null;
}
