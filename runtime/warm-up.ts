/**
 * Walks the way of a step's outcome (encode, save, publish) before the first call does. In a process that has just started the same work takes many
 * times as long: code is not compiled yet, and connections do not know the topics.
 */
import { topics } from "../schemas/topics.ts";
import type { Codec } from "./codec.ts";
import type { EventLog } from "./log.ts";
import { partitionOf } from "./partition-of.ts";
import { emptySession, serialise } from "./session.ts";
import type { SessionStore } from "./session-store.ts";

export type WarmUpOptions = {
  readonly stage: string;
  readonly workerId: string;
  readonly log: EventLog;
  readonly sessions: SessionStore;
  readonly codec: Codec;
  readonly now: () => number;
};

const ROUNDS = 120;
const SAMPLE_STATE = { history: Array.from({ length: 20 }, (_, turn) => ({ turn, text: "something that was said" })) };

/**
 * Leaves nothing behind: the session is forgotten, and what is published are tombstones of a key that no call has. A store or log that does not answer is no reason not to
 * start; whatever is wrong shows itself with the first call.
 */
export async function warmUp({ stage, workerId, log, sessions, codec, now }: WarmUpOptions): Promise<void> {
  const callSid = `warm-up/${workerId}`;
  const key = `${callSid}/${stage}`;
  const partition = partitionOf(callSid, log.partitions);
  try {
    const { epoch } = await sessions.acquire(stage, callSid);
    for (let version = 0; version < ROUNDS; version += 1) {
      const session = serialise({ ...emptySession(epoch), version, state: SAMPLE_STATE });
      const [id, causeId] = [`${key}/${version}`, null];
      codec.decode(
        codec.encode({
          type: "CallStateSaved",
          eventId: id,
          callSid,
          turn: 0,
          occurredAt: now(),
          causeId,
          stage,
          epoch,
          version,
          session,
        }),
      );
      await sessions.save(stage, callSid, partition, epoch, session);
      await log.publish([{ topic: topics.callState.name, partition, key, value: null, headers: { ce_id: id } }]);
    }
    await sessions.forget(stage, callSid, partition, epoch);
  } catch {
    return;
  }
}
