/** A caller who may have finished. */
import { completenessOf } from "./completeness.ts";
import { interimOf } from "./interim.ts";
import type { Config } from "./settings.ts";
import { coversUntilMs, textOf } from "./spoken-turn.ts";
import type { Result } from "./state.ts";

/**
 * Tells, once, that the words so far may be all: the caller rests, the words reach up to where the speech ended, and they want no other word. What is told
 * decides nothing; it lets others prepare an answer.
 */
export function withRest(result: Result, config: Config): Result {
  const { state } = result;
  if (state === null || state.restsSinceMs === null) return result;
  const { words, restsSinceMs, toldText } = state;
  const text = textOf(words);
  const isCovered = coversUntilMs(words) + config.coverageToleranceMs >= restsSinceMs;
  if (text === toldText || !isCovered || completenessOf(text, true) === "dangling") return result;
  const silenceMs = Math.max(1, Math.round(state.fedUntilMs - restsSinceMs));
  const others = (result.emit ?? []).filter(({ record }) => record.type !== "TranscriptUpdated");
  return { ...result, state: { ...state, toldText: text }, emit: [...others, interimOf(state, silenceMs)] };
}
