/**
 * The words of the turn being spoken, from what the recogniser says about its segments.
 *
 * The turn decision is ours, so a turn may end while the vendor still holds its segment open. What was used of an open segment is remembered and cut off when the
 * segment comes again, longer or final.
 */

/** A stretch of words that will not change, or may. */
type Segment = {
  readonly text: string;
  readonly coversUntilMs: number;
  readonly confidence: number;
  readonly stability: number;
};

export type SpokenTurn = {
  /** Segments of this turn that the vendor has closed. */
  readonly closed: readonly Segment[];
  /** The segment that the vendor holds open, without what an earlier turn used of it. */
  readonly open: Segment | null;
  /** How many words of the open segment belong to turns that have ended. */
  readonly usedWords: number;
  /** Words of the open segment in all; what a turn's end adds to `usedWords`. */
  readonly openWords: number;
  /** End of the audio whose words belong to turns that have ended, in milliseconds: a segment that ends before it says nothing new, however it is worded. */
  readonly usedUntilMs: number;
};

/** Google: 0.9 for the stable head of a result, 0.1 for the tail that may change. */
const SETTLED_STABILITY = 0.8;

export const silentTurn: SpokenTurn = { closed: [], open: null, usedWords: 0, openWords: 0, usedUntilMs: 0 };

type Heard = {
  readonly text: string;
  readonly isFinal: boolean;
  readonly stability: number;
  readonly confidence: number;
  readonly coversUntilMs: number;
};

/** Takes in what the recogniser says about its current segment. */
export function hear(turn: SpokenTurn, heard: Heard): SpokenTurn {
  const words = heard.text.split(/\s+/).filter((word) => word !== "");
  const text = heard.coversUntilMs <= turn.usedUntilMs ? "" : words.slice(turn.usedWords).join(" ");
  const segment =
    text === ""
      ? null
      : { text, coversUntilMs: heard.coversUntilMs, confidence: heard.confidence, stability: heard.stability };
  if (heard.isFinal)
    return {
      closed: segment === null ? turn.closed : [...turn.closed, segment],
      open: null,
      usedWords: 0,
      openWords: 0,
      usedUntilMs: turn.usedUntilMs,
    };
  return { ...turn, open: segment, openWords: words.length };
}

/** What remains after a turn was ended with the words up to a position: the open segment's words are used up. */
export function endTurn(turn: SpokenTurn, usedUntilMs: number): SpokenTurn {
  return { closed: [], open: null, usedWords: turn.openWords, openWords: turn.openWords, usedUntilMs };
}

/** Everything said in the turn so far. */
export function textOf(turn: SpokenTurn): string {
  return segmentsOf(turn)
    .map((segment) => segment.text)
    .join(" ");
}

/** End of the audio that the turn's words cover, in milliseconds; 0 when there are none. */
export function coversUntilMs(turn: SpokenTurn): number {
  return Math.max(0, ...segmentsOf(turn).map((segment) => segment.coversUntilMs));
}

/** End of the audio that the vendor's closed segments cover, in milliseconds; 0 when there are none. */
export function closedUntilMs(turn: SpokenTurn): number {
  return Math.max(0, ...turn.closed.map((segment) => segment.coversUntilMs));
}

/** The turn without its open segment: the recogniser that held it is gone. */
export function withoutOpen(turn: SpokenTurn): SpokenTurn {
  return { ...turn, open: null, usedWords: 0, openWords: 0 };
}

/** Lowest confidence of the closed segments; 0 when none was given. */
export function confidenceOf(turn: SpokenTurn): number {
  return turn.closed.length === 0 ? 0 : Math.min(...turn.closed.map((segment) => segment.confidence));
}

/** How little the words are expected to change, 0 to 1. */
export function stabilityOf(turn: SpokenTurn): number {
  return turn.open?.stability ?? 1;
}

/** Whether all words of the turn are in segments that the vendor has closed. */
export function isFinal(turn: SpokenTurn): boolean {
  return turn.open === null && turn.closed.length > 0;
}

/** Whether the recogniser does not expect to change the words any more. */
export function isSettled(turn: SpokenTurn): boolean {
  return stabilityOf(turn) >= SETTLED_STABILITY;
}

function segmentsOf(turn: SpokenTurn): readonly Segment[] {
  return turn.open === null ? turn.closed : [...turn.closed, turn.open];
}
