/** Something that moves on every 20 ms, e.g. a call. */
export type Tick = () => void;

/** One 20 ms clock for all calls of a process. */
export type Ticker = {
  /** Calls `tick` every 20 ms until the returned function is called. */
  add(tick: Tick): () => void;
  stop(): void;
};

/** The length of a frame, and of a tick. */
export const tickMs = 20;
const phases = 4;
const phaseMs = tickMs / phases;
/** After a pause longer than this (a suspended machine) the clock jumps instead of catching up. */
const maxCatchUpMs = 2000;

/**
 * Starts the clock. It is absolute: the nth tick is due n × 20 ms after the start and late ticks are caught up, so that audio keeps its pace
 * over hours. Calls are spread over four phases of 5 ms, as real calls do not all speak in the same instant.
 * `now` and `schedule` exist for tests.
 */
export function createTicker(
  now: () => number = () => performance.now(),
  schedule: (callback: () => void, delayMs: number) => () => void = (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
): Ticker {
  const members: Set<Tick>[] = Array.from({ length: phases }, () => new Set<Tick>());
  /** Per phase, the number of its next tick. */
  const next = members.map(() => 0);
  let startMs = now();
  let cancel: (() => void) | undefined;
  let isRunning = false;

  const dueMs = (phase: number): number => startMs + (next[phase] ?? 0) * tickMs + phase * phaseMs;

  const earliest = (): number | undefined => {
    let found: number | undefined;
    for (let phase = 0; phase < phases; phase += 1) {
      if ((members[phase]?.size ?? 0) === 0) continue;
      if (found === undefined || dueMs(phase) < dueMs(found)) found = phase;
    }
    return found;
  };

  const arm = (): void => {
    cancel?.();
    cancel = undefined;
    const phase = earliest();
    if (phase !== undefined && !isRunning) cancel = schedule(run, Math.max(0, dueMs(phase) - now()));
  };

  const run = (): void => {
    isRunning = true;
    for (let phase = earliest(); phase !== undefined && dueMs(phase) <= now(); phase = earliest()) {
      const lateMs = now() - dueMs(phase);
      if (lateMs > maxCatchUpMs) startMs += Math.floor(lateMs / tickMs) * tickMs;
      next[phase] = (next[phase] ?? 0) + 1;
      for (const tick of [...(members[phase] ?? [])]) tick();
    }
    isRunning = false;
    arm();
  };

  return {
    add(tick) {
      const emptiest = members.reduce((best, set, phase) => (set.size < (members[best]?.size ?? 0) ? phase : best), 0);
      const set = members[emptiest] as Set<Tick>;
      if (set.size === 0) next[emptiest] = Math.ceil((now() - startMs - emptiest * phaseMs) / tickMs);
      set.add(tick);
      arm();
      return () => {
        set.delete(tick);
        arm();
      };
    },
    stop() {
      for (const set of members) set.clear();
      arm();
    },
  };
}
