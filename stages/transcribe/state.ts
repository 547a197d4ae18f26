/** What the stage knows of a call while it hears it, and what of that is saved. */
import type { SpeechToText } from "../../connectors/speech-to-text/port.ts";
import { type CardProgress, noCard } from "../../language/card-mask.ts";
import type { Outcome } from "../../runtime/stage.ts";
import type { Pause } from "./pause.ts";
import { type SpokenTurn, silentTurn } from "./spoken-turn.ts";

/** What the stage asks of the outside. */
export type Ports = { readonly speechToText: SpeechToText };

/** What the stage knows of a call. */
export type State = {
  readonly callSid: string;
  /** Turns that have ended. */
  readonly turn: number;
  /** Position up to which audio was handed to the recogniser. */
  readonly fedUntilMs: number;
  /** Position up to which turns have ended: audio before it is never needed again. */
  readonly doneUntilMs: number;
  readonly isOpen: boolean;
  /** Whether it is known that the call has a stream. The end of a call may overtake its last audio, which then seems to be of a new call. */
  readonly isAttached: boolean;
  /** After the recogniser failed: not opened again before this, in milliseconds since the epoch. */
  readonly reopenAt: number;
  /** Where the turn being spoken began; null while nobody speaks. */
  readonly turnStartsAtMs: number | null;
  readonly isSpeaking: boolean;
  readonly pause: Pause | null;
  /** Where the speech ended behind which the caller may have finished; null while they go on. */
  readonly restsSinceMs: number | null;
  /** Words of which it was told that they may be all. */
  readonly toldText: string;
  readonly words: SpokenTurn;
  /** How much of a card number the turns before this one may have held. */
  readonly card: CardProgress;
  /** Whether the dialogue asks for a PIN or code: digits are one. */
  readonly isProofAwaited: boolean;
  /** Whether it asked for one earlier in the turn being spoken: who keys a PIN may say it, too, and is proven before they have finished. */
  readonly wasProofAwaited: boolean;
  /** Audio that has not led to a turn, oldest first: its inputs are held unfinished, so that a new worker gets them again, and a new recogniser hears it again. */
  readonly recent: readonly Recent[];
};

/** Audio, and where in the call it begins. */
export type Recent = { readonly startsAtMs: number; readonly audio: Uint8Array };

/** What of the state is saved: audio stays in the log, and words are heard again from it, so nothing that was said is kept elsewhere. */
export function durable(state: State): State {
  return { ...state, recent: [], words: silentTurn, toldText: "" };
}

/** Whether digits of the turn being spoken are a PIN or code. */
export function isAboutProof({ isProofAwaited, wasProofAwaited }: State): boolean {
  return isProofAwaited || wasProofAwaited;
}

/** What a step comes to. */
export type Result = Outcome<State, "transcripts", Ports>;

/** A call of which nothing was heard. */
export const newCall = (callSid: string): State => ({
  callSid,
  turn: 0,
  fedUntilMs: 0,
  doneUntilMs: 0,
  isOpen: false,
  isAttached: false,
  reopenAt: 0,
  turnStartsAtMs: null,
  isSpeaking: false,
  pause: null,
  restsSinceMs: null,
  toldText: "",
  words: silentTurn,
  card: noCard,
  isProofAwaited: false,
  wasProofAwaited: false,
  recent: [],
});
