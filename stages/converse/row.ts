import type { DialogueState } from "../../schemas/generated/records.ts";
import type { ActionName } from "./actions.ts";
import type { GuardName } from "./guards.ts";
import type { Trigger } from "./triggers.ts";

/** Where a trigger leads and what is done on the way. `same` stays in the state. */
export type Choice = { readonly to: DialogueState | "same"; readonly action: ActionName; readonly when?: GuardName };

/** One choice, or several of which the first whose guard holds is taken; the last has no guard. */
export type Row = readonly [...(Choice & { readonly when: GuardName })[], Choice];

export type TransitionTable = { readonly [S in DialogueState]: { readonly [T in Trigger]?: Row } };
