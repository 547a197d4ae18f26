import type { EffectContext } from "../../runtime/effect.ts";
import type { Tool } from "../../schemas/generated/records.ts";

/** Those who run the line, and what they must hear of although every caller was answered. */
export type Operators = {
  /** A tool call was refused because nobody had assessed its risk. What is told again after a crash counts again. */
  noteUnassessed(input: { readonly tool: Tool }, context: EffectContext): Promise<void>;
};
