/**
 * The vocabulary of the project: what a stage is.
 *
 * A stage is a declaration (`stage.ts`, data), a pure function (`core.ts`, `step`) and a thin worker (`worker.ts`). The runtime reads the
 * declaration, feeds `step` one input at a time per call, publishes what it emits and performs its effects.
 */
import type { RecordOn, TopicKey } from "../schemas/topics.ts";
import type { EffectContext } from "./effect.ts";
import type { ErrorCode } from "./errors.ts";
import type { SettingsOf, SettingsSpec } from "./settings.ts";

/** Roles in the outside world by name, e.g. `{ speechToText: SpeechToText }`. Every method is `(input, context) => Promise<result>`. */
// biome-ignore lint/suspicious/noExplicitAny: the bound must accept every method signature; its uses are typed by inference.
export type Ports = { readonly [port: string]: any };
// biome-ignore lint/suspicious/noExplicitAny: as above.
type Method = (input: any, context: EffectContext<any>) => Promise<unknown>;
type MethodsOf<P> = { [M in keyof P]: P[M] extends Method ? M : never }[keyof P] & string;
type EventOf<F> = F extends (input: never, context: EffectContext<infer E>) => Promise<unknown> ? E : never;

/** A record of one of the stage's input topics. */
export type RecordInput<T extends TopicKey> = { [K in T]: { readonly from: K; readonly record: RecordOn<K> } }[T];

/**
 * What came back from the outside world: the `result` of an effect, a later `event` of something long-lived (or something that a port
 * noticed by itself, with an empty effectId), or the `failure` of an effect. Methods that resolve to undefined give no result input.
 */
export type PortInput<P extends Ports> = {
  [K in keyof P & string]: {
    [M in MethodsOf<P[K]>]: { readonly from: "port"; readonly port: K; readonly call: M; readonly effectId: string } & (
      | { readonly outcome: "result"; readonly result: Exclude<Awaited<ReturnType<P[K][M]>>, void> }
      | { readonly outcome: "event"; readonly event: EventOf<P[K][M]> }
      | { readonly outcome: "failure"; readonly code: ErrorCode; readonly isRetryable: boolean }
    );
  }[MethodsOf<P[K]>];
}[keyof P & string];

/** A timer that the core had set came due. */
export type TimerInput = { readonly from: "timer"; readonly name: string };

/** A `session` stage took the call over from the store: ports of the worker before (open recognisers, running synthesis) are gone. Effects that were under way are performed again by the runtime. */
export type RestoredInput = { readonly from: "restored" };

/** One input of a stage's core. */
export type Input<T extends TopicKey, P extends Ports = Record<never, never>> =
  | RecordInput<T>
  | PortInput<P>
  | TimerInput
  | RestoredInput;

/** What the runtime adds to an emitted record: identity, key, time of emission and cause. */
type Stamp = "eventId" | "callSid" | "occurredAt" | "causeId";
type Unstamped<R> = R extends unknown ? Omit<R, Stamp> : never;

/** A record to publish. */
export type Emit<T extends TopicKey> = {
  [K in T]: {
    readonly to: K;
    readonly record: Unstamped<RecordOn<K>>;
    /** Business key that the eventId is derived from, where the input is not what makes the fact (e.g. `turn/3`); default: the input's identity and the position among what it emits. */
    readonly key?: string;
    /** eventId of the record that this answers; default: the input record's. */
    readonly causeId?: string;
    /** Partition, where it is not the call's own: only audio-out names one. */
    readonly partition?: number;
  };
}[T];

/** Something to do in the outside world, as data: which port, which method, with what. */
export type Effect<P extends Ports> = {
  [K in keyof P & string]: {
    [M in MethodsOf<P[K]>]: {
      readonly port: K;
      readonly call: M;
      readonly input: Parameters<P[K][M]>[0];
      /** Business key that the effectId is derived from; default: the input's identity and the position among its effects. */
      readonly key?: string;
    };
  }[MethodsOf<P[K]>];
}[keyof P & string];

/** What a step gives back. */
export type Outcome<S, T extends TopicKey, P extends Ports = Record<never, never>> = {
  /** The call's state from here on; null forgets the call. */
  readonly state: S | null;
  readonly emit?: readonly Emit<T>[];
  readonly effects?: readonly Effect<P>[];
  /** Effects under way to call off, by the `key` they were ordered with. Only work without lasting effect may be called off (speech, a model's answer). */
  readonly cancel?: readonly string[];
  /** Timers to set (milliseconds since the epoch, on the clock of `at`) or to clear (null), by name. */
  readonly timers?: { readonly [name: string]: number | null };
  /**
   * When the input counts as finished, so that its offset may be committed. Default `now`: when what this step emits is in the log and its effects are done, with the
   * steps that their results lead to. `later`: it is held until a step releases it; a worker that dies in between gets it again.
   */
  readonly settles?: "now" | "later";
  /** How many of the call's held inputs count as finished now, oldest first; Infinity for all. */
  readonly releases?: number;
  /** `session` stages: false when this step changed nothing that must survive the worker (a frame was passed on). Its effects are then not performed again after a crash. Default true. */
  readonly save?: boolean;
};

/**
 * The pure function of a stage. `state` is null for a call that it has not seen. `at` is milliseconds since the epoch: the record's occurredAt for a record, the
 * clock for ports and timers. No clock, no randomness, no I/O; throws only when an invariant of its own is broken.
 */
export type Step<S, In extends TopicKey, Out extends TopicKey, P extends Ports, C> = (
  state: S | null,
  input: Input<In, P>,
  at: number,
  config: C,
) => Outcome<S, Out, P>;

/** A stage's declaration. */
export type Stage<In extends TopicKey, Out extends TopicKey, S, P extends Ports, Spec extends SettingsSpec> = {
  /** A verb. */
  readonly name: string;
  readonly summary: string;
  readonly inputs: readonly In[];
  readonly outputs: readonly Out[];
  /** Roles that the worker must bring. */
  readonly ports: readonly (keyof P & string)[];
  /**
   * Where a call's state lives. `memory`: with the worker, rebuilt from the inputs that were not settled. `session`: saved before anything is published, fenced by an
   * epoch, and rebuilt from the call-state topic when the store is empty.
   */
  readonly state: "memory" | "session";
  /** What of the state is saved, where not all of it: leaves out what a new worker hears again from the log. */
  readonly durable?: (state: S) => S;
  /** `shared`: partitions are shared out among the stage's workers. `own`: every worker reads its own reply partition of audio-out and all of the others, from now on. */
  readonly reading: "shared" | "own";
  /** `live` (unless told otherwise): a record is fetched as soon as it is there. `batched`: a quarter of a second later, with its company, for a stage that no caller waits for. */
  readonly pace?: "live" | "batched";
  readonly settings: Spec;
  readonly step: Step<S, In, Out, P, SettingsOf<Spec>>;
};

/** Declares a stage; checks names at compile time and returns it unchanged. */
export function defineStage<
  In extends TopicKey,
  Out extends TopicKey,
  S,
  P extends Ports,
  const Spec extends SettingsSpec,
>(stage: Stage<In, Out, S, P, Spec>): Stage<In, Out, S, P, Spec> {
  return stage;
}
