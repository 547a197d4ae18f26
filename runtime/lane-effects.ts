/** The effects that one call has under way: they are begun in order, and what comes of them goes back into the call's queue. */
import type { EffectContext } from "./effect.ts";
import { toPartylineError } from "./errors.ts";
import type { Underway } from "./session.ts";
import type { Settlement } from "./settlement.ts";
import type { StageHost } from "./stage-host.ts";

/** What a port said, on its way to the core. */
export type PortItem = {
  readonly kind: "port";
  readonly input: Readonly<Record<string, unknown>>;
  readonly effectId: string;
  readonly identity: string;
  readonly causeId: string | null;
  readonly endsEffect: boolean;
  readonly settlement: Settlement | null;
};

export type LaneEffectsOptions = {
  readonly host: StageHost;
  readonly callSid: string;
  readonly enqueue: (item: PortItem) => void;
  /** An effect ended without a result for the core. */
  readonly onVoid: (effectId: string) => void;
};

export class LaneEffects {
  readonly #options: LaneEffectsOptions;
  readonly #aborts = new Map<string, AbortController>();
  /** Of effects that are over and may have left something behind that lives on: a recogniser, for one. */
  readonly #left: AbortController[] = [];
  #inFlight = 0;

  constructor(options: LaneEffectsOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Calls an effect off, if it is under way. */
  cancel(effectId: string): void {
    this.#aborts.get(effectId)?.abort();
  }

  /** Calls everything off, and what effects have left behind with it. */
  cancelAll(): void {
    for (const abort of [...this.#aborts.values(), ...this.#left.splice(0)]) abort.abort();
    this.#aborts.clear();
  }

  /** Begins an effect at once. The settlement is held until the effect is over and the core has taken its result in. */
  perform(effect: Underway, settlement: Settlement | null): void {
    const { host, callSid, onVoid } = this.#options;
    const abort = new AbortController();
    const startedAt = host.clock.now();
    let events = 0;
    let isWatched = false;
    settlement?.hold();
    this.#inFlight += 1;
    this.#aborts.set(effect.effectId, abort);
    const context: EffectContext<unknown> = {
      callSid,
      effectId: effect.effectId,
      get signal() {
        isWatched = true;
        return abort.signal;
      },
      notify: (event) => {
        events += 1;
        this.#feed(effect, { outcome: "event", event }, String(events), null);
      },
    };
    const over = (outcome: "result" | "failure"): void => {
      const labels = { port: effect.port, call: effect.call, outcome };
      host.metrics.effectSeconds.observe(labels, (host.clock.now() - startedAt) / 1000);
      if (this.#aborts.get(effect.effectId) === abort) this.#aborts.delete(effect.effectId);
      this.#inFlight -= 1;
      settlement?.release();
    };
    this.#begin(effect, context).then(
      (result) => {
        if (result === undefined) {
          onVoid(effect.effectId);
          // Without a result and with an eye on the signal: only the port knows whether something goes on.
          if (isWatched) this.#left.push(abort);
        } else this.#end(effect, { outcome: "result", result }, "result", settlement);
        over("result");
      },
      (error: unknown) => {
        const { code, isRetryable, message } = toPartylineError(error, "VENDOR_UNAVAILABLE");
        const { port, call } = effect;
        host.logger.warn({ callSid, port, call, code, error: message }, "an effect failed");
        this.#end(effect, { outcome: "failure", code, isRetryable }, "failure", settlement);
        over("failure");
      },
    );
  }

  /** The method is called at once, so that effects of one step begin in their order. */
  #begin(effect: Underway, context: EffectContext<unknown>): Promise<unknown> {
    try {
      return this.#options.host.ports[effect.port][effect.call](effect.input, context);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #end(
    effect: Underway,
    input: Readonly<Record<string, unknown>>,
    suffix: string,
    settlement: Settlement | null,
  ): void {
    settlement?.hold();
    this.#feed(effect, input, suffix, settlement, true);
  }

  #feed(
    effect: Underway,
    input: Readonly<Record<string, unknown>>,
    suffix: string,
    settlement: Settlement | null,
    endsEffect = false,
  ): void {
    const { port, call, effectId, causeId } = effect;
    this.#options.enqueue({
      kind: "port",
      input: { from: "port", port, call, effectId, ...input },
      effectId,
      identity: `${effectId}/${suffix}`,
      causeId,
      endsEffect,
      settlement,
    });
  }
}
