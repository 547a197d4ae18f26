import { Counter, Gauge, type Registry } from "prom-client";

/** Why a media socket was turned away or closed. */
export type RefusalReason =
  | "wrongPath"
  | "signature"
  | "full"
  | "draining"
  | "noStart"
  | "badStart"
  | "badFormat"
  | "tokenMissing"
  | "tokenUnknown"
  | "tokenForeign"
  | "binary"
  | "malformed"
  | "tooSlow"
  | "silent"
  | "protocol"
  | "storeFailed";

/**
 * Counts of the telephone line. Hot paths count in plain numbers; the registry reads them when it is asked, since a labelled increment for
 * each frame would cost more than the frame.
 */
export class TelephonyCounts {
  readonly #counts = new Map<string, number>();

  constructor(registry: Registry, openStreams: () => number) {
    const counts = this.#counts;
    new Counter({
      name: "partyline_telephony_events_total",
      help: "What happened on the telephone line: webhooks, streams, frames, and everything refused or dropped, by kind.",
      labelNames: ["kind"],
      registers: [registry],
      collect() {
        this.reset();
        for (const [kind, count] of counts) this.inc({ kind }, count);
      },
    });
    new Gauge({
      name: "partyline_telephony_streams",
      help: "Media streams that are open now.",
      registers: [registry],
      collect() {
        this.set(openStreams());
      },
    });
  }

  /** Counts an occurrence. Kinds are a closed set: they come from code, never from outside. */
  add(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times);
  }

  /** A media socket was turned away or closed by us. */
  refuse(reason: RefusalReason): void {
    this.add(`stream.refused.${reason}`);
  }

  /** How often a kind has been counted. */
  of(kind: string): number {
    return this.#counts.get(kind) ?? 0;
  }
}
