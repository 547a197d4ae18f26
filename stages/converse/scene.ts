import type {
  CallDirected,
  CardEntry,
  IntentRecognised,
  Tool,
  ToolArguments,
  ToolFailed,
  ToolRefused,
  ToolSucceeded,
} from "../../schemas/generated/records.ts";
import type { Awaited, Line, Memory } from "./memory.ts";
import type { Config } from "./settings.ts";

/** What a guard or an action may look at: what is known, and what just happened. */
export type Scene = {
  readonly memory: Memory;
  readonly config: Config;
  readonly at: number;
  readonly intent: IntentRecognised | null;
  /** The tool call that a result or a time-out belongs to. */
  readonly call: Awaited | null;
  readonly success: ToolSucceeded | null;
  readonly refusal: ToolRefused | null;
  readonly failure: ToolFailed | null;
  readonly digit: string | null;
  /** A digit of a PIN or code, as it was sealed where it was keyed. */
  readonly sealedDigit: string | null;
  /** How it ended that a card was to be keyed in. */
  readonly cardEntry: CardEntry | null;
};

/** A tool call to make; arguments that are not given are null. */
export type ToolRequest = {
  readonly tool: Exclude<Tool, "none">;
  readonly arguments: Partial<ToolArguments>;
  readonly isConfirmed?: true;
};

/** What an action does, as data: what to remember, what to say, what to call, what shall happen to the call. */
export type Deed = {
  readonly memory?: Partial<Memory>;
  readonly say?: readonly Line[];
  readonly isUninterruptible?: true;
  readonly isReadBack?: true;
  readonly call?: ToolRequest;
  /** A tool call whose result comes when it comes: nothing waits for it. */
  readonly watch?: ToolRequest;
  /** Done once `say` was heard. */
  readonly direct?: Extract<CallDirected["direction"], "hangUp" | "transfer" | "collectCard">;
  /** Done at once. */
  readonly directNow?: Extract<CallDirected["direction"], "hangUp" | "transfer">;
  /** Timer of the keyed PIN: set or cleared. */
  readonly pinTimer?: "set" | "clear";
};

/** An action: pure, decides nothing about the state. */
export type Action = (scene: Scene) => Deed;
