import type { RefusalReason } from "../../schemas/generated/records.ts";

/** What is said of a refusal that comes before anything was looked up; those of the shop bring their own words. */
export const refusalSentences: { readonly [R in RefusalReason]?: string } = {
  notAllowed: "That is something I can't do for you here.",
  invalidArguments: "Something about that request isn't right.",
  overLimit: "That is more than I can do at once.",
  notConfirmed: "I need your yes before I do that.",
  riskBlocked: "I can't do that on this line.",
  riskUnknown: "I can't do that just now. You can ask me again in a moment, or press 0 to talk to a person.",
  cardDeclined: "The card was declined.",
};
