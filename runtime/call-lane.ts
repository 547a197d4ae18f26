/**
 * One call in one worker: its inputs in order, one at a time, with its state, timers and effects. Calls have a lane each, so that a slow one delays no other.
 * Steps whose inputs have come together are saved together; nothing that a step emits or orders leaves before it is saved.
 */
import { type AnyRecord, type TopicKey, topics } from "../schemas/topics.ts";
import { type PartylineError, toPartylineError } from "./errors.ts";
import { deriveId, effectIdOf, eventIdOf } from "./identity.ts";
import { LaneEffects } from "./lane-effects.ts";
import type { Item, NewItem, Taken } from "./lane-input.ts";
import { acquireSession, saveSession } from "./lane-session.ts";
import { LaneTimers } from "./lane-timers.ts";
import type { OutgoingRecord } from "./log.ts";
import { type Outbound, SEEN_LIMIT, type Session, type Underway } from "./session.ts";
import type { Settlement } from "./settlement.ts";
import type { Emit, Outcome } from "./stage.ts";
import type { StageHost } from "./stage-host.ts";

/** Longest queue of a call; beyond it the oldest inbound audio is dropped. */
const QUEUE_LIMIT = 500;

export class CallLane {
  readonly callSid: string;
  readonly partition: number;
  lastActiveAt: number;
  readonly #host: StageHost;
  readonly #onFenced: (lane: CallLane) => void;
  readonly #queue: Item[] = [];
  readonly #timers: LaneTimers;
  readonly #effects: LaneEffects;
  /** Inputs that settle later, oldest first: a new worker gets them again. */
  #held: { readonly settlement: Settlement; readonly identity: string }[] = [];
  /** What is left to do for steps that are not saved yet, oldest first. */
  #unsaved: (() => void)[] = [];
  #session: Session | null = null;
  #isScheduled = false;
  #isBusy = false;
  #isClosed = false;

  constructor(host: StageHost, callSid: string, partition: number, onFenced: (lane: CallLane) => void) {
    this.#host = host;
    this.callSid = callSid;
    this.partition = partition;
    this.#onFenced = onFenced;
    this.#effects = new LaneEffects({
      host,
      callSid,
      enqueue: (item) => this.enqueue(item),
      onVoid: (effectId) => this.#noLongerUnderway(effectId),
    });
    this.#timers = new LaneTimers(host.clock, (name, dueAt) =>
      this.enqueue({ kind: "timer", name, dueAt, settlement: null }),
    );
    this.lastActiveAt = host.clock.now();
  }

  get depth(): number {
    return this.#queue.length;
  }
  get oldestQueuedAt(): number | null {
    return this.#queue[0]?.queuedAt ?? null;
  }
  get isClosed(): boolean {
    return this.#isClosed;
  }
  get isIdle(): boolean {
    return this.#isClosed || (!this.#isBusy && this.#queue.length === 0 && this.#effects.inFlight === 0);
  }
  /** Whether there is nothing left to keep of the call. */
  get isForgotten(): boolean {
    return this.#isClosed || this.#session === null || this.#session.state === null;
  }

  /** Takes an input in. */
  enqueue(item: NewItem): void {
    if (this.#isClosed) return;
    this.lastActiveAt = this.#host.clock.now();
    if (this.#queue.length >= QUEUE_LIMIT) this.#dropOldestAudio();
    this.#queue.push({ ...item, queuedAt: this.lastActiveAt } as Item);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isBusy || this.#isScheduled) return;
    this.#isScheduled = true;
    // What comes in the same fetch is taken together.
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  /** A port noticed something by itself or long after its effect: `effectId` is empty for what no effect asked for. */
  deliver(port: string, call: string, event: unknown, identity: string): void {
    const input = { from: "port", port, call, effectId: "", outcome: "event", event };
    this.enqueue({ kind: "port", input, effectId: "", identity, causeId: null, endsEffect: false, settlement: null });
  }

  /** Loads the session of a call that was taken over with its partition, so that its timers run and unfinished effects go on. */
  revive(): void {
    if (this.#session !== null || this.#isBusy) return;
    this.#isBusy = true;
    this.#load(null).then(
      () => this.#resume(),
      (error: unknown) => this.#host.fatal(toPartylineError(error, "SESSION_STORE_FAILED")),
    );
  }

  /** Ends the lane of a call that nobody hears of any more: what was held of it is finished, or nothing behind it could be committed. */
  letGo(): void {
    for (const { settlement } of this.#held.splice(0)) settlement.release();
    this.close();
  }

  /** Ends the lane: the call belongs to another worker, or the worker ends. Nothing is settled or saved from here on. */
  close(): void {
    this.#isClosed = true;
    this.#queue.length = 0;
    this.#held = [];
    this.#unsaved = [];
    this.#timers.clear();
    this.#effects.cancelAll();
  }

  #dropOldestAudio(): void {
    const index = this.#queue.findIndex((item) => item.kind === "record" && item.incoming.topic === "audioIn");
    if (index < 0) return;
    this.#queue.splice(index, 1)[0]?.settlement?.release();
    this.#host.metrics.droppedAudio.inc();
  }

  #resume(): void {
    this.#isBusy = false;
    this.#pump();
  }

  /** Works the queue off; goes on without awaiting as long as nothing has to be waited for. */
  #pump(): void {
    while (!this.#isBusy && !this.#isClosed) {
      const item = this.#queue.shift();
      this.#isBusy = true;
      let wait = item === undefined ? null : this.#process(item);
      if (item !== undefined && wait === null) {
        this.#isBusy = false;
        continue;
      }
      if (this.#unsaved.length > 0) wait = Promise.all([wait, this.#save()]).then(() => undefined);
      if (wait === null) {
        this.#isBusy = false;
        return;
      }
      wait.then(
        () => this.#resume(),
        (error: unknown) => this.#host.fatal(toPartylineError(error, "STEP_FAILED")),
      );
    }
  }

  /** Saves the steps that are not saved yet, and then lets out what they emit and order. */
  async #save(): Promise<void> {
    const saved = this.#unsaved.splice(0);
    const comesAgain = new Set(this.#held.map(({ identity }) => identity));
    const { callSid, partition } = this;
    const snapshot = await saveSession(this.#host, callSid, partition, this.#session as Session, comesAgain);
    if (snapshot === null) {
      this.close();
      this.#onFenced(this);
      return;
    }
    for (const finish of saved) finish();
    this.#host.log
      .publish([snapshot])
      .catch((error: unknown) => this.#host.fatal(toPartylineError(error, "PUBLISH_FAILED")));
  }

  /** Null when done at once, else what to wait for. */
  #process(item: Item): Promise<void> | null {
    let record: AnyRecord | null = null;
    if (item.kind === "record") {
      try {
        const decoded = this.#host.codec.decode(item.incoming.raw.value);
        if ("unknownSchemaId" in decoded) return this.#learnThenProcess(decoded.unknownSchemaId, item);
        record = decoded;
      } catch (error) {
        return this.#reject(item, toPartylineError(error, "DECODE_FAILED"));
      }
    }
    if (this.#session === null)
      return this.#load(record).then(() => (this.#isClosed ? undefined : (this.#take(item, record) ?? undefined)));
    return this.#take(item, record);
  }

  async #learnThenProcess(schemaId: number, item: Item): Promise<void> {
    const deadline = this.#host.clock.now() + 10_000;
    for (;;) {
      try {
        await this.#host.codec.learn(schemaId);
        break;
      } catch (error) {
        const failure = toPartylineError(error, "SCHEMA_UNAVAILABLE");
        if (!failure.isRetryable || this.#host.clock.now() > deadline) return this.#reject(item, failure);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
    await this.#process(item);
  }

  async #reject(item: Item | null, error: PartylineError): Promise<void> {
    if (item?.kind === "record") await this.#host.deadLetter(item.incoming.raw, error.code, error.message);
    else {
      this.#host.metrics.stepFailures.inc();
      this.#host.logger.error({ callSid: this.callSid, code: error.code, error: error.message }, "a step broke");
    }
    item?.settlement?.release();
  }

  async #load(record: AnyRecord | null): Promise<void> {
    const loaded = await acquireSession(this.#host, this.callSid, this.partition, record);
    // The call may have gone to another worker meanwhile.
    if (this.#isClosed) return;
    this.#session = loaded;
    if (loaded.outbox.length > 0) this.#publishAgain(loaded);
    if (loaded.state === null) return;
    for (const [name, dueAt] of Object.entries(loaded.timers)) this.#timers.set(name, dueAt);
    const underway = loaded.underway;
    const restored = {
      input: { from: "restored" },
      at: this.#host.clock.now(),
      identity: `restored/${loaded.epoch}`,
      causeId: null,
    };
    await this.#step(restored, null, null);
    if (this.#unsaved.length > 0) await this.#save();
    if (this.#isClosed) return;
    for (const effect of underway) this.#effects.perform(effect, null);
  }

  #take(item: Item, record: AnyRecord | null): Promise<void> | null {
    const session = this.#session;
    if (session === null) throw new Error("a lane without session");
    const taken = this.#toInput(item, record, session);
    if (taken === null) {
      item.settlement?.release();
      return null;
    }
    const startedAt = item.queuedAt;
    const wait = this.#step(taken, item, item.settlement);
    this.#host.metrics.stepSeconds.observe({ input: item.kind }, (this.#host.clock.now() - startedAt) / 1000);
    return wait;
  }

  /** The core's view of an item; null when it is to be passed over. */
  #toInput(item: Item, record: AnyRecord | null, session: Session): Taken | null {
    switch (item.kind) {
      case "record": {
        if (record === null) return null;
        if (session.seen.includes(record.eventId)) {
          this.#host.metrics.duplicates.inc({ topic: topics[item.incoming.topic].name });
          return null;
        }
        session.seen.push(record.eventId);
        if (session.seen.length > SEEN_LIMIT) session.seen.shift();
        this.#host.metrics.hopSeconds.observe(
          { topic: topics[item.incoming.topic].name },
          Math.max(0, item.incoming.arrivedAt - record.occurredAt) / 1000,
        );
        return {
          input: { from: item.incoming.topic, record },
          at: record.occurredAt,
          identity: record.eventId,
          causeId: record.eventId,
        };
      }
      case "port":
        if (item.endsEffect) this.#noLongerUnderway(item.effectId);
        return { input: item.input, at: this.#host.clock.now(), identity: item.identity, causeId: item.causeId };
      case "timer":
        delete session.timers[item.name];
        return {
          input: { from: "timer", name: item.name },
          // Node's timers may fire a fraction of a millisecond early; to the core a due timer is never early.
          at: Math.max(item.dueAt, this.#host.clock.now()),
          identity: `${this.callSid}/${item.name}/${item.dueAt}`,
          causeId: null,
        };
    }
  }

  #step(taken: Taken, item: Item | null, settlement: Settlement | null): Promise<void> | null {
    const { stage, clock } = this.#host;
    const session = this.#session as Session;
    let outcome: Outcome<unknown, TopicKey>;
    let outbound: Outbound[];
    let outgoing: OutgoingRecord[];
    try {
      outcome = stage.step(session.state, taken.input, taken.at, this.#host.config);
      outbound = (outcome.emit ?? []).map((emit, index) => this.#stamp(emit, index, taken, clock.now()));
      // Before anything changes: what cannot be written must neither be saved nor end the worker.
      outgoing = outbound.map((emitted) => this.#encode(emitted));
    } catch (error) {
      return this.#reject(item, toPartylineError(error, "STEP_FAILED"));
    }
    const effects = ((outcome.effects ?? []) as readonly StepEffect[]).map((effect, index) =>
      this.#order(effect, index, taken),
    );
    session.state = outcome.state;
    for (const [name, dueAt] of Object.entries(outcome.timers ?? {})) {
      if (dueAt === null) delete session.timers[name];
      else session.timers[name] = dueAt;
      this.#timers.set(name, dueAt);
    }
    if (outcome.state === null) this.#timers.clear();
    const isUnknown = outcome.state === null && session.version === 0 && this.#unsaved.length === 0;
    const isSaved = stage.state === "session" && outcome.save !== false && !isUnknown;
    const released = this.#held.splice(0, outcome.releases ?? 0).map((held) => held.settlement);
    if (outcome.settles === "later" && settlement !== null) this.#held.push({ settlement, identity: taken.identity });
    else if (settlement !== null) released.push(settlement);
    const finish = (): void => {
      for (const key of outcome.cancel ?? []) this.#effects.cancel(this.#effectIdOf(key));
      if (outbound.length > 0) this.#publish(outbound, outgoing, settlement);
      for (const effect of effects) this.#effects.perform(effect, settlement);
      for (const held of released) held.release();
    };
    if (isSaved) {
      // Audio is not kept: what is lost with a worker is made or heard again.
      session.outbox.push(...outbound.filter((item) => topics[item.to].hasHeaders));
      session.underway.push(...effects);
    }
    // Behind a step that is not saved yet nothing overtakes it.
    if (isSaved || this.#unsaved.length > 0) this.#unsaved.push(finish);
    else finish();
    return null;
  }

  #stamp(emit: Emit<TopicKey>, index: number, taken: Taken, occurredAt: number): Outbound {
    const eventId =
      emit.key === undefined
        ? deriveId(this.#host.stage.name, taken.identity, index)
        : eventIdOf(this.#host.stage.name, this.callSid, emit.key);
    const causeId = emit.causeId ?? taken.causeId;
    const record = { ...emit.record, eventId, callSid: this.callSid, occurredAt, causeId } as AnyRecord;
    return { to: emit.to, record, ...(emit.partition === undefined ? {} : { partition: emit.partition }) };
  }

  #order(effect: StepEffect, index: number, taken: Taken): Underway {
    const { name } = this.#host.stage;
    const effectId =
      effect.key === undefined ? deriveId(name, "effect", taken.identity, index) : this.#effectIdOf(effect.key);
    return { effectId, port: effect.port, call: effect.call, input: effect.input, causeId: taken.causeId };
  }

  #effectIdOf(key: string): string {
    return effectIdOf(this.#host.stage.name, this.callSid, key);
  }

  #encode(outbound: Outbound): OutgoingRecord {
    return this.#host.encode(this.callSid, this.partition, outbound);
  }

  /** Publishes what the worker before may not have published; a record that its schema does not allow any more is given up, not the worker. */
  #publishAgain(session: Session): void {
    const outgoing = session.outbox.flatMap((outbound) => {
      try {
        return [this.#encode(outbound)];
      } catch (error) {
        void this.#reject(null, toPartylineError(error, "STEP_FAILED"));
        return [];
      }
    });
    this.#publish(session.outbox, outgoing, null);
  }

  #publish(outbound: readonly Outbound[], outgoing: readonly OutgoingRecord[], settlement: Settlement | null): void {
    settlement?.hold();
    this.#host.publish(outgoing).then(
      () => {
        const session = this.#session;
        if (session !== null) this.#sent(session, outbound);
        settlement?.release();
      },
      (error: unknown) => this.#host.fatal(toPartylineError(error, "PUBLISH_FAILED")),
    );
  }

  #sent(session: Session, outbound: readonly Outbound[]): void {
    const waited = session.outbox.length;
    session.outbox = session.outbox.filter((item) => !outbound.includes(item));
    if (session.state !== null || waited === 0 || session.outbox.length > 0) return;
    // The call is over, and nothing is left to publish: it can be forgotten.
    this.#unsaved.push(() => undefined);
    this.#schedule();
  }

  #noLongerUnderway(effectId: string): void {
    const session = this.#session;
    if (session !== null) session.underway = session.underway.filter((effect) => effect.effectId !== effectId);
  }
}

type StepEffect = { readonly port: string; readonly call: string; readonly input: unknown; readonly key?: string };
