import type { Dropped } from "../../connectors/telephony/port.ts";
import type { SpeechSynthesised } from "../../schemas/generated/records.ts";

/** A chunk, or the rest of one, that has not been sent. */
export type Piece = {
  readonly audio: Uint8Array;
  readonly sentenceIndex: number;
  readonly sentenceText: string;
  readonly isSentenceEnd: boolean;
  readonly isResponseEnd: boolean;
};

/** A stretch of one sentence that has been sent. Times are those at which the caller hears it, as far as the sending side can tell. */
export type Span = {
  readonly sentenceIndex: number;
  readonly text: string;
  readonly startsAtMs: number;
  readonly durationMs: number;
  /** Mark behind its end; null while the sentence goes on. */
  readonly markName: string | null;
  readonly isResponseEnd: boolean;
};

/** What the agent says at one time: the audio of one ResponsePrepared. */
export type Reply = {
  readonly responseId: string;
  readonly turn: number;
  readonly isInterruptible: boolean;
  readonly nextSequence: number;
  /** Chunks that came before their predecessors, bounded. */
  readonly early: readonly SpeechSynthesised[];
  readonly unsent: readonly Piece[];
  /** Sent, and not known to be heard to their end. */
  readonly spans: readonly Span[];
  readonly isWhole: boolean;
  readonly hasStarted: boolean;
  readonly lastChunkAtMs: number;
  /** Time that its first chunk waited for the synthesiser. */
  readonly vendorWaitMs: number;
};

/** The agent's side of a call: what waits, what is on its way to the ear, and what was heard. */
export type Playback = {
  /** Counts up with every clear; part of each mark's name, so that a mark that returns because of a clear is not taken for heard. */
  readonly generation: number;
  readonly marks: number;
  /** In the order in which they began to arrive; the first is the one that plays. */
  readonly replies: readonly Reply[];
  /** When the carrier's buffer runs dry. */
  readonly playedUntilMs: number;
  /** How late marks return: the way to the carrier and back. */
  readonly lagMs: number;
  /** Responses that are over; what still comes of them is dropped. Bounded. */
  readonly closed: readonly string[];
};

/** A sentence that was heard to its end. */
export type Reached = { readonly reply: Reply; readonly span: Span };
/** Something to hand to the carrier. */
export type Sending =
  | { readonly kind: "audio"; readonly audio: Uint8Array }
  | { readonly kind: "mark"; readonly markName: string };

const bytesPerMs = 8;
const frameMs = 20;
const frameBytes = 160;
const maxClosed = 64;
const maxEarly = 64;
const maxUnsentBytes = 180_000 * bytesPerMs;
const maxLagMs = 1000;

export const noPlayback: Playback = {
  generation: 0,
  marks: 0,
  replies: [],
  playedUntilMs: 0,
  lagMs: 0,
  closed: [],
};

function pieceOf(chunk: SpeechSynthesised): Piece {
  const { audio, sentenceIndex, sentenceText, isSentenceEnd, isResponseEnd } = chunk;
  return { audio, sentenceIndex, sentenceText, isSentenceEnd, isResponseEnd };
}

/** Notes that a response is over. */
export function close(playback: Playback, responseId: string): Playback {
  return {
    ...playback,
    replies: playback.replies.filter((reply) => reply.responseId !== responseId),
    closed: [...playback.closed, responseId].slice(-maxClosed),
  };
}

/** Puts a reply in the place of the one with its id. */
export function replace(playback: Playback, reply: Reply): Playback {
  return {
    ...playback,
    replies: playback.replies.map((known) => (known.responseId === reply.responseId ? reply : known)),
  };
}

/** Moves early chunks whose turn has come into the queue. */
function advance(reply: Reply): Reply {
  let { nextSequence, early, isWhole } = reply;
  const unsent = [...reply.unsent];
  for (;;) {
    const next = early.find((chunk) => chunk.sequence === nextSequence);
    if (next === undefined) break;
    unsent.push(pieceOf(next));
    early = early.filter((chunk) => chunk !== next);
    nextSequence += 1;
    isWhole = isWhole || next.isResponseEnd;
  }
  return { ...reply, nextSequence, early, unsent, isWhole };
}

/** Gives up waiting for chunks that are missing: goes on with the next one there is. */
export function skipMissing(reply: Reply): Reply {
  const sequences = reply.early.map((chunk) => chunk.sequence);
  return sequences.length === 0 ? reply : advance({ ...reply, nextSequence: Math.min(...sequences) });
}

/** Takes a chunk of speech: in sequence, once, within bounds. Tells what was dropped instead. */
export function accept(
  playback: Playback,
  chunk: SpeechSynthesised,
  nowMs: number,
): { readonly playback: Playback; readonly dropped: Dropped | null } {
  if (playback.closed.includes(chunk.responseId)) return { playback, dropped: "staleAudio" };
  const known = playback.replies.find((reply) => reply.responseId === chunk.responseId);
  const reply: Reply = known ?? {
    responseId: chunk.responseId,
    turn: chunk.turn,
    isInterruptible: chunk.isInterruptible,
    nextSequence: 0,
    early: [],
    unsent: [],
    spans: [],
    isWhole: false,
    hasStarted: false,
    lastChunkAtMs: nowMs,
    vendorWaitMs: 0,
  };
  const isDuplicate =
    chunk.sequence < reply.nextSequence || reply.early.some((early) => early.sequence === chunk.sequence);
  if (isDuplicate) return { playback, dropped: "duplicateAudio" };
  const unsentBytes = playback.replies
    .flatMap((other) => other.unsent)
    .reduce((sum, piece) => sum + piece.audio.length, chunk.audio.length);
  if (reply.early.length >= maxEarly || unsentBytes > maxUnsentBytes) return { playback, dropped: "overflowingAudio" };
  const vendorWaitMs = Math.max(reply.vendorWaitMs, chunk.vendorWaitMs);
  const advanced = advance({ ...reply, early: [...reply.early, chunk], lastChunkAtMs: nowMs, vendorWaitMs });
  return {
    playback:
      known === undefined ? { ...playback, replies: [...playback.replies, advanced] } : replace(playback, advanced),
    dropped: null,
  };
}

/** Adds sent audio to the stretch of its sentence, or begins one. `gapMs` is how long the line was silent before it. */
function extend(spans: readonly Span[], piece: Piece, startsAtMs: number, durationMs: number, gapMs: number): Span[] {
  const last = spans.at(-1);
  if (last === undefined || last.markName !== null || last.sentenceIndex !== piece.sentenceIndex) {
    const { sentenceIndex, sentenceText } = piece;
    return [
      ...spans,
      { sentenceIndex, text: sentenceText, startsAtMs, durationMs, markName: null, isResponseEnd: false },
    ];
  }
  return [
    ...spans.slice(0, -1),
    { ...last, startsAtMs: last.startsAtMs + gapMs, durationMs: last.durationMs + durationMs },
  ];
}

type Sent = { readonly playback: Playback; readonly reply: Reply; readonly sendings: readonly Sending[] };

/** Whether what comes next of the reply begins a sentence. */
export function isBetweenSentences({ spans }: Reply): boolean {
  const last = spans.at(-1);
  return last === undefined || last.markName !== null;
}

/** Replies that may still begin, by response; behind the sentence under way nothing is said any more. Null: no such limit. */
type MayBegin = readonly string[] | null;

/** Whether the reply's next sentence is not to begin here any more. */
export function isLeft(reply: Reply, mayBegin: MayBegin): boolean {
  if (mayBegin === null || !isBetweenSentences(reply)) return false;
  return reply.hasStarted || !mayBegin.includes(reply.responseId);
}

/** Sends of one reply what fits; stops when the carrier holds `aheadMs`, or where what follows is left to another gateway. */
function sendReply(playback: Playback, from: Reply, nowMs: number, aheadMs: number, mayBegin: MayBegin): Sent {
  let { playedUntilMs, marks } = playback;
  let reply = from;
  const sendings: Sending[] = [];
  for (;;) {
    const piece = reply.unsent[0];
    if (piece === undefined || isLeft(reply, mayBegin)) break;
    const startsAtMs = Math.max(nowMs, playedUntilMs);
    const roomBytes = Math.floor((aheadMs - (startsAtMs - nowMs)) / frameMs) * frameBytes;
    if (roomBytes <= 0 && piece.audio.length > 0) break;
    const audio = piece.audio.length > roomBytes ? piece.audio.subarray(0, roomBytes) : piece.audio;
    const durationMs = audio.length / bytesPerMs;
    const gapMs = reply.spans.length === 0 ? 0 : Math.max(0, nowMs - playedUntilMs);
    let spans = extend(reply.spans, piece, startsAtMs, durationMs, gapMs);
    if (audio.length > 0) sendings.push({ kind: "audio", audio });
    playedUntilMs = startsAtMs + durationMs;
    const isAll = audio.length === piece.audio.length;
    if (isAll && (piece.isSentenceEnd || piece.isResponseEnd)) {
      marks += 1;
      const markName = `${playback.generation}.${marks}`;
      sendings.push({ kind: "mark", markName });
      const { isResponseEnd } = piece;
      spans = spans.map((span, index) => (index === spans.length - 1 ? { ...span, markName, isResponseEnd } : span));
    }
    const rest = isAll ? [] : [{ ...piece, audio: piece.audio.subarray(audio.length) }];
    reply = { ...reply, spans, unsent: [...rest, ...reply.unsent.slice(1)], hasStarted: true };
  }
  return { playback: replace({ ...playback, playedUntilMs, marks }, reply), reply, sendings };
}

/**
 * Sends what may be sent now: at most `aheadMs` beyond what has been played, so that little is lost by a clear. A reply follows once the one
 * before is sent whole, and, where one of them must not be cut off and the other may, once it has been played. While `isHeld`, a
 * reply that may be cut off does not begin. With `mayBegin`, those replies begin that it names, and no other sentence.
 */
export function fill(
  playback: Playback,
  nowMs: number,
  aheadMs: number,
  { isHeld, mayBegin }: { readonly isHeld: boolean; readonly mayBegin: MayBegin },
): { readonly playback: Playback; readonly sendings: readonly Sending[]; readonly started: readonly Reply[] } {
  let current = playback;
  const sendings: Sending[] = [];
  const started: Reply[] = [];
  let before: Reply | null = null;
  for (const reply of playback.replies) {
    if (before !== null && !(before.isWhole && before.unsent.length === 0)) break;
    if (before !== null && before.isInterruptible !== reply.isInterruptible && current.playedUntilMs > nowMs) break;
    if (!reply.hasStarted && reply.isInterruptible && isHeld) break;
    const sent = sendReply(current, reply, nowMs, aheadMs, mayBegin);
    if (sent.reply.hasStarted && !reply.hasStarted) started.push(sent.reply);
    sendings.push(...sent.sendings);
    current = sent.playback;
    before = sent.reply;
  }
  return { playback: current, sendings, started };
}

function forget(playback: Playback, reply: Reply, upTo: number): Playback {
  const left = { ...reply, spans: reply.spans.slice(upTo + 1) };
  const isOver = reply.spans.slice(0, upTo + 1).some((span) => span.isResponseEnd);
  return isOver ? close(playback, reply.responseId) : replace(playback, left);
}

/** Takes a mark that returned: its sentence, and those before it, were heard. A mark of an older generation is unknown. */
export function markReturned(
  playback: Playback,
  markName: string,
  nowMs: number,
): { readonly playback: Playback; readonly reached: readonly Reached[]; readonly isKnown: boolean } {
  const reached: Reached[] = [];
  let current = playback;
  for (const reply of playback.replies) {
    const index = reply.spans.findIndex((span) => span.markName === markName);
    const span = reply.spans[index];
    if (span === undefined) {
      for (const earlier of reply.spans) reached.push({ reply, span: earlier });
      current = reply.spans.length === 0 ? current : forget(current, reply, reply.spans.length - 1);
      continue;
    }
    for (const heard of reply.spans.slice(0, index + 1)) reached.push({ reply, span: heard });
    const lagMs = Math.min(maxLagMs, Math.max(0, nowMs - (span.startsAtMs + span.durationMs)));
    return { playback: { ...forget(current, reply, index), lagMs }, reached, isKnown: true };
  }
  return { playback, reached: [], isKnown: false };
}

/** Counts sentences as heard whose mark should have returned `graceMs` ago. */
export function takeOverdue(
  playback: Playback,
  nowMs: number,
  graceMs: number,
): { readonly playback: Playback; readonly reached: readonly Reached[] } {
  const reached: Reached[] = [];
  let current = playback;
  for (const reply of playback.replies) {
    const index = reply.spans.findLastIndex(
      (span) => span.markName !== null && span.startsAtMs + span.durationMs + graceMs <= nowMs,
    );
    if (index < 0) continue;
    for (const span of reply.spans.slice(0, index + 1)) reached.push({ reply, span });
    current = forget(current, reply, index);
  }
  return { playback: current, reached };
}

/** The reply that the caller hears, or is in the middle of hearing; null when the agent is silent. */
export function soundingReply(playback: Playback, nowMs: number): Reply | null {
  const reply = playback.replies.find((candidate) => candidate.hasStarted);
  if (reply === undefined) return null;
  const isSentWhole = reply.isWhole && reply.unsent.length === 0;
  const last = reply.spans.at(-1);
  const endsAtMs = last === undefined ? 0 : last.startsAtMs + last.durationMs;
  if (!isSentWhole || endsAtMs > nowMs) return reply;
  return playback.replies.find((candidate) => candidate.hasStarted && candidate !== reply) ?? null;
}
