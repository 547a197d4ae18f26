/** What a worker knows about one call, and its form in the session store. */
import type { AnyRecord, TopicKey } from "../schemas/topics.ts";

/** A stamped record on its way out. */
export type Outbound = { readonly to: TopicKey; readonly record: AnyRecord; readonly partition?: number };

/** An effect that was ordered and whose result has not been taken in. */
export type Underway = {
  readonly effectId: string;
  readonly port: string;
  readonly call: string;
  readonly input: unknown;
  /** eventId of the record behind it; becomes the causeId of what its result leads to. */
  readonly causeId: string | null;
};

export type Session = {
  epoch: number;
  version: number;
  state: unknown;
  timers: Record<string, number>;
  /** eventIds taken in, newest last, bounded. */
  seen: string[];
  /** Emitted, and not known to be in the log; published again after a crash. */
  outbox: Outbound[];
  underway: Underway[];
};

/** How many eventIds a call remembers: more than what can be under way for one call at once. */
export const SEEN_LIMIT = 128;

/** A session of a call that is not known. */
export function emptySession(epoch: number): Session {
  return { epoch, version: 0, state: null, timers: {}, seen: [], outbox: [], underway: [] };
}

/** Text for the store. Sessions hold plain JSON; a stage whose records carry bytes is no `session` stage with saved emits. */
export function serialise(session: Session): string {
  return JSON.stringify(session);
}

/** The session in a text; its epoch is the one that was just acquired. Throws on malformed text. */
export function deserialise(text: string, epoch: number): Session {
  return { ...emptySession(epoch), ...(JSON.parse(text) as Session), epoch };
}
