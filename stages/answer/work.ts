import type { Telephony } from "../../connectors/telephony/port.ts";
import type { SettingsOf } from "../../runtime/settings.ts";
import type { Effect, Emit, Outcome } from "../../runtime/stage.ts";
import type { settings } from "./settings.ts";
import type { State } from "./state.ts";

export type Ports = { readonly telephony: Telephony };
export type Out = "calls" | "audioIn" | "playback";
export type Config = SettingsOf<typeof settings>;

/** One step in the making: the call as it is by now, and what goes out. Lives within one call of `step`. */
export type Work = {
  state: State;
  readonly at: number;
  readonly config: Config;
  readonly emit: Emit<Out>[];
  readonly effects: Effect<Ports>[];
  readonly timers: { [name: string]: number | null };
  /** Whether the call is over and may be forgotten. */
  isOver: boolean;
};

export function beginWork(state: State, at: number, config: Config): Work {
  const nowMs = Math.max(state.nowMs, at);
  return {
    state: { ...state, nowMs },
    at: nowMs,
    config,
    emit: [],
    effects: [],
    timers: {},
    isOver: false,
  };
}

/** Turn that the caller's next words belong to. */
export function callerTurn(state: State): number {
  return state.hasSpoken ? state.repliedTurn + 1 : 0;
}

/** The step's outcome. Timers of a call that is over are cleared. */
export function outcomeOf(work: Work): Outcome<State, Out, Ports> {
  const timers = work.isOver
    ? {
        ...{ playback: null, acknowledge: null, departure: null, resume: null, over: null },
        ...(work.state.leaving === null ? {} : { handOver: null }),
        ...(work.state.cardEntry === null ? {} : { card: null }),
        ...(work.state.unmaskAfter === null ? {} : { unmask: null }),
      }
    : work.timers;
  return {
    state: work.isOver ? null : work.state,
    ...(work.emit.length === 0 ? {} : { emit: work.emit }),
    ...(work.effects.length === 0 ? {} : { effects: work.effects }),
    ...(Object.keys(timers).length === 0 ? {} : { timers }),
  };
}
