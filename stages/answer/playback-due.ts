import { isLeft, type Reply } from "./playback.ts";
import type { State } from "./state.ts";
import type { Config } from "./work.ts";

function sendingDueAtMs(state: State, reply: Reply, before: Reply | undefined, config: Config): number {
  const isHeld = state.speech.isSpeaking && !reply.hasStarted && reply.isInterruptible;
  if (isHeld) return reply.lastChunkAtMs + config.holdReplyMs;
  const isBehind = before !== undefined && before.isInterruptible !== reply.isInterruptible;
  const { playedUntilMs } = state.playback;
  return isBehind ? playedUntilMs : playedUntilMs - config.playAheadMs / 2;
}

/** When playback needs a look again, milliseconds since the epoch: more to send, a mark or a chunk overdue; null while nothing waits. */
export function playbackDueAtMs(state: State, config: Config): number | null {
  const { replies, playedUntilMs } = state.playback;
  if (state.stream === null) return null;
  const due: number[] = [];
  let isBlocked = false;
  for (const [index, reply] of replies.entries()) {
    if (reply.unsent.length > 0) {
      const isOurs = !isLeft(reply, state.leaving?.divisible ?? null);
      if (!isBlocked && isOurs) due.push(sendingDueAtMs(state, reply, replies[index - 1], config));
      isBlocked = true;
    } else if (!reply.isWhole) {
      const sinceMs = Math.max(reply.lastChunkAtMs, reply.hasStarted ? playedUntilMs : 0);
      due.push(sinceMs + config.stalledReplyMs);
      isBlocked = true;
    }
    const marked = reply.spans.find((span) => span.markName !== null);
    if (marked !== undefined) due.push(marked.startsAtMs + marked.durationMs + config.markGraceMs);
  }
  return due.length === 0 ? null : Math.min(...due);
}
