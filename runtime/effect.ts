/**
 * How a stage reaches the outside world.
 *
 * A core never calls a port. It returns effects (plain data: which port, which method, with what), the runtime performs them, and what a port
 * answers comes back to the core as an input. A recorded call therefore replays without the outside world.
 */

/** What the runtime hands to a port method beside its input. */
export type EffectContext<Event = never> = {
  /** The call this effect belongs to. */
  readonly callSid: string;
  /** Stable id of this effect: the same after a redelivery or a crash, so it serves as idempotency key. */
  readonly effectId: string;
  /** Aborted when the call ends, the session is fenced, or the worker's drain deadline passes. */
  readonly signal: AbortSignal;
  /** Delivers a later event of something long-lived (a recogniser result, a chunk of audio) to the core. Never throws. */
  notify(event: Event): void;
};
