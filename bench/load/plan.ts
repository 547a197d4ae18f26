/** What a load generator is asked to do, and what it says it did. Plain data: it goes from process to process. */
import type { Quantiles } from "../quantiles.ts";

/** What callers sound like: speech that carries its words for simulated recognisers, the same voice without them, or noise with the voice's loudness. */
export const callerAudio = ["speech", "voice", "noise"] as const;
export type CallerAudio = (typeof callerAudio)[number];

/** One call: whose, and what is said. */
export type PlannedCall = {
  /** E.164. */
  readonly from: string;
  readonly lines: readonly string[];
  /** After the start of the load, in milliseconds. */
  readonly startsAfterMs: number;
};

/** Where the calls go and how they behave. */
export type Load = {
  readonly calls: readonly PlannedCall[];
  /** Voice webhook of the server. */
  readonly url: string;
  /** Told `completed` when a call is over. */
  readonly statusUrl?: string;
  readonly authToken: string;
  readonly accountSid: string;
  /** The number that is called, E.164. */
  readonly to: string;
  readonly audio: CallerAudio;
  /** A reply is over when nothing was played for so long. */
  readonly replySilenceMs: number;
  /** Nothing that was said may stay unanswered for longer. */
  readonly replyTimeoutMs: number;
  /** Words with which replies end: when one was heard to them, the next line follows at once, and silence before them is silence of the agent. */
  readonly endsOfReply?: readonly string[];
};

/** A stretch in which the caller did not speak and heard nothing, although a reply was awaited or not yet over. On the clock of {@link sharedNowMs}. */
export type Silence = { readonly fromMs: number; readonly toMs: number };

/** A stretch in which a stream that ended was not there again; the caller goes on speaking in it. Times are on the clock of {@link sharedNowMs}. */
export type StreamGap = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Speech in it: nobody could hear it. */
  readonly spokenMs: number;
  /** Words that were not carried whole because of it. */
  readonly words: number;
};

/** What came back for one line, in milliseconds from the moment the last frame of speech was handed to the socket; null where nothing came. */
export type MeasuredTurn = {
  readonly text: string;
  /** Arrival of the first byte of audio, whatever it is: an acknowledgement counts. */
  readonly firstByteMs: number | null;
  /** Arrival of the first frame that is not silence. */
  readonly firstSoundMs: number | null;
  /** When the first word that the audio carries begins to sound at the caller's ear. */
  readonly firstWordMs: number | null;
};

export type MeasuredCall = {
  readonly callSid: string;
  readonly turns: readonly MeasuredTurn[];
  /** In order of time; pauses between words are left out. */
  readonly silences: readonly Silence[];
  /** In order of time. */
  readonly gaps: readonly StreamGap[];
  readonly durationMs: number;
  /** Null when it ended as planned: by the caller, after the last line. */
  readonly failure: string | null;
};

/** How late the generator itself was: figures of a late one are its own. */
export type OwnDelay = {
  /** How much later than its time each frame was handed to its socket, in milliseconds. */
  readonly frameLateness: Quantiles;
  /** Of the event loop beyond its sampling interval, in milliseconds. */
  readonly eventLoopP99Ms: number;
};

export type LoadReport = {
  readonly calls: readonly MeasuredCall[];
  readonly own: OwnDelay;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
};
