/** Taking a call's session over and saving it: fenced by an epoch, rebuilt from the log when the store has nothing. */
import { type AnyRecord, topics } from "../schemas/topics.ts";
import { toPartylineError } from "./errors.ts";
import type { OutgoingRecord } from "./log.ts";
import { deserialise, emptySession, type Session, serialise } from "./session.ts";
import type { StageHost } from "./stage-host.ts";

/** A session lives for an hour after its last save, in the store as in the log. */
const SESSION_LIFETIME_MS = 3_600_000;
/** Epoch of a call that could not be taken over because the store was away; the store's are above. */
const NOT_ACQUIRED = 0;

/** Key of a stage's snapshots of a call in the call-state topic. */
export function snapshotKey(callSid: string, stage: string): string {
  return `${callSid}/${stage}`;
}

/** The call's session, owned by this worker from now on. Stages that keep their state in memory get an empty one. */
export async function acquireSession(
  host: StageHost,
  callSid: string,
  partition: number,
  record: AnyRecord | null,
): Promise<Session> {
  if (host.stage.state === "memory") return emptySession(0);
  const { epoch, session } = await host.storePatience.ask(() => host.sessions.acquire(host.stage.name, callSid), {
    epoch: NOT_ACQUIRED,
    session: null,
  });
  if (session !== null && session !== "") return deserialise(session, epoch);
  if (record === null ? epoch !== NOT_ACQUIRED : isFirstSight(host, record, epoch)) return emptySession(epoch);
  const rebuilt = await host.rebuilds.run(() => rebuild(host, callSid, partition, epoch));
  if (rebuilt === null) return emptySession(epoch);
  host.metrics.rebuilt.inc();
  host.logger.warn({ callSid, version: rebuilt.version }, "session rebuilt from the log");
  return rebuilt;
}

/** Whether a call without a session is simply new: then there is nothing to look for in the log. */
function isFirstSight(host: StageHost, record: AnyRecord, epoch: number): boolean {
  if (host.stage.inputs.includes("calls"))
    return record.type === "CallStarted" || (record.type === "CallEnded" && epoch !== NOT_ACQUIRED);
  return record.turn <= 1;
}

/** The session in the newest snapshot; null when there is none. A log that cannot be read back costs this call its memory, not the worker its other calls. */
async function rebuild(host: StageHost, callSid: string, partition: number, epoch: number): Promise<Session | null> {
  const key = snapshotKey(callSid, host.stage.name);
  const sinceMs = host.clock.now() - SESSION_LIFETIME_MS;
  try {
    const newest = await host.log.newest({ topic: topics.callState.name, partition }, key, sinceMs);
    if (newest === null || newest.value === null) return null;
    let decoded = host.codec.decode(newest.value);
    if ("unknownSchemaId" in decoded) {
      await host.codec.learn(decoded.unknownSchemaId);
      decoded = host.codec.decode(newest.value);
    }
    if ("unknownSchemaId" in decoded || decoded.type !== "CallStateSaved" || decoded.session === "") return null;
    return { ...deserialise(decoded.session, epoch), version: decoded.version };
  } catch (error) {
    const failure = toPartylineError(error, "SESSION_STORE_FAILED");
    host.metrics.lostSessions.inc();
    host.logger.error({ callSid, code: failure.code, error: failure.message }, "session could not be rebuilt");
    return null;
  }
}

/**
 * Saves a session, and forgets one whose call is over once all that it emitted is in the log. Gives its snapshot, to be published behind what the saved steps emit; null when another worker owns the call. Records of `comesAgain` are not
 * settled: a new worker gets them again and must not take them for duplicates.
 * A store that does not answer in time does not hold the caller up: the step goes on, counted as unsaved.
 */
export async function saveSession(
  host: StageHost,
  callSid: string,
  partition: number,
  session: Session,
  comesAgain: ReadonlySet<string>,
): Promise<OutgoingRecord | null> {
  const startedAt = host.clock.now();
  session.version += 1;
  const isOver = session.state === null;
  const isForgotten = isOver && session.outbox.length === 0;
  const { durable } = host.stage;
  const seen = comesAgain.size === 0 ? session.seen : session.seen.filter((eventId) => !comesAgain.has(eventId));
  const state = isOver || durable === undefined ? session.state : durable(session.state);
  const left = isOver ? { timers: {}, underway: [] } : {};
  const text = isForgotten ? "" : serialise({ ...session, seen, state, ...left });
  const { name } = host.stage;
  const isOwner = await host.storePatience.ask(async () => {
    // The store was away when the call was taken over: it is taken over now.
    if (session.epoch === NOT_ACQUIRED) session.epoch = (await host.sessions.acquire(name, callSid)).epoch;
    return isForgotten
      ? host.sessions.forget(name, callSid, partition, session.epoch)
      : host.sessions.save(name, callSid, partition, session.epoch, text);
  }, true);
  host.metrics.saveSeconds.observe((host.clock.now() - startedAt) / 1000);
  if (!isOwner) {
    host.metrics.fenced.inc();
    host.logger.warn({ callSid, epoch: session.epoch }, "another worker owns the call: let go");
    return null;
  }
  return snapshotOf(host, callSid, partition, session, text);
}

function snapshotOf(host: StageHost, callSid: string, partition: number, session: Session, text: string) {
  const key = snapshotKey(callSid, host.stage.name);
  const value = host.codec.encode({
    type: "CallStateSaved",
    eventId: `${key}/${session.epoch}/${session.version}`,
    callSid,
    turn: 0,
    occurredAt: host.clock.now(),
    causeId: null,
    stage: host.stage.name,
    epoch: session.epoch,
    version: session.version,
    session: text,
  });
  return { topic: topics.callState.name, partition, key, value: text === "" ? null : value };
}
