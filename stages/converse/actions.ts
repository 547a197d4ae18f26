import { approvalActions } from "./approval-actions.ts";
import { cardEntryActions } from "./card-entry-actions.ts";
import { careActions } from "./care-actions.ts";
import { claimActions } from "./claim-actions.ts";
import { closingActions } from "./closing-actions.ts";
import { identityActions } from "./identity-actions.ts";
import { orderActions } from "./order-actions.ts";
import { reorderActions } from "./reorder-actions.ts";
import type { Action } from "./scene.ts";
import { searchActions } from "./search-actions.ts";
import { talkActions } from "./talk-actions.ts";

/** Every action that the transition table names. */
export const actions = {
  ...talkActions,
  ...searchActions,
  ...orderActions,
  ...identityActions,
  ...claimActions,
  ...closingActions,
  ...careActions,
  ...reorderActions,
  ...approvalActions,
  ...cardEntryActions,
} as const satisfies { readonly [name: string]: Action };

export type ActionName = keyof typeof actions;
