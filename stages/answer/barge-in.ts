import { close, type Playback, type Reached, type Reply, type Span } from "./playback.ts";

/** What was heard of a response that was cut off. */
export type Cleared = {
  readonly reply: Reply;
  readonly sentenceIndex: number;
  readonly heardMs: number;
  readonly heardText: string;
};

/** What a cut leads to. */
export type Cut = {
  readonly playback: Playback;
  /** Sentences that had been played whole, though their marks were still under way. */
  readonly reached: readonly Reached[];
  readonly cleared: readonly Cleared[];
  /** Whether the carrier holds audio that must go. */
  readonly mustClear: boolean;
};

const bytesPerMs = 8;
/** Where a sentence's length is not known yet: unhurried speech. */
const charactersPerSecond = 15;

/** The longest run of whole words at the beginning of `text` that fits into `share` of its characters. */
export function heardPart(text: string, share: number): string {
  if (share >= 1) return text;
  const limit = Math.floor(text.length * Math.max(0, share));
  const part = text.slice(0, limit);
  if (limit === 0 || /\s/u.test(text.charAt(limit))) return part.trimEnd();
  const end = part.search(/\s\S*$/u);
  return end < 0 ? "" : part.slice(0, end).trimEnd();
}

/** Length of a sentence: what was sent and what waits; where its end has not come yet, at least what its text takes to say. */
function sentenceMs(reply: Reply, span: Span): number {
  const waiting = reply.unsent.filter((piece) => piece.sentenceIndex === span.sentenceIndex);
  const knownMs = waiting.reduce((sum, piece) => sum + piece.audio.length / bytesPerMs, span.durationMs);
  const isEndKnown = span.markName !== null || waiting.some((piece) => piece.isSentenceEnd || piece.isResponseEnd);
  return isEndKnown ? knownMs : Math.max(knownMs, (span.text.length / charactersPerSecond) * 1000);
}

function heardOf(reply: Reply, heardUntilMs: number): { reached: Reached[]; cleared: Cleared | null } {
  const reached: Reached[] = [];
  for (const span of reply.spans) {
    const isHeard = span.markName !== null && span.startsAtMs + span.durationMs <= heardUntilMs;
    if (isHeard) {
      reached.push({ reply, span });
      if (span.isResponseEnd) return { reached, cleared: null };
      continue;
    }
    const heardMs = Math.round(Math.min(span.durationMs, Math.max(0, heardUntilMs - span.startsAtMs)));
    const heardText = heardPart(span.text, heardMs / sentenceMs(reply, span));
    return { reached, cleared: { reply, sentenceIndex: span.sentenceIndex, heardMs, heardText } };
  }
  const next = reply.unsent[0] ?? reply.early[0];
  const sentenceIndex = next?.sentenceIndex ?? (reached.at(-1)?.span.sentenceIndex ?? -1) + 1;
  return { reached, cleared: { reply, sentenceIndex, heardMs: 0, heardText: "" } };
}

/**
 * Cuts off the replies that `shouldCut` names. What was heard is told by time: what should have been played by now, less the time that marks take
 * to return. Marks that return later belong to an older generation and count for nothing.
 */
export function cut(playback: Playback, nowMs: number, shouldCut: (reply: Reply) => boolean): Cut {
  const victims = playback.replies.filter(shouldCut);
  if (victims.length === 0) return { playback, reached: [], cleared: [], mustClear: false };
  const reached: Reached[] = [];
  const cleared: Cleared[] = [];
  let current = playback;
  for (const reply of victims) {
    const heard = heardOf(reply, nowMs - playback.lagMs);
    reached.push(...heard.reached);
    if (heard.cleared !== null) cleared.push(heard.cleared);
    current = close(current, reply.responseId);
  }
  const mustClear = victims.some((reply) => reply.hasStarted) && playback.playedUntilMs > nowMs;
  return {
    playback: mustClear ? { ...current, generation: playback.generation + 1, playedUntilMs: nowMs } : current,
    reached,
    cleared,
    mustClear,
  };
}
