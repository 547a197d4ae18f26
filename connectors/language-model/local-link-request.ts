/** Wishes for a text message with a link that did not come. Pure. */

const subject =
  "(?:it|that|this|(?:the|that|my|your|a|another|any|no) (?:(?:payment|text|sms|new) )*(?:link|text|text message|message|sms))";
const wishes: readonly RegExp[] = [
  // "send it again", "can you text me the link once more", "resend the message"
  new RegExp(
    `\\b(?:send|text|sms|shoot) (?:me |us )?${subject}(?: to me| over)?(?: please)? (?:again|once more|one more time|another time)\\b`,
  ),
  new RegExp(`\\b(?:re-?send|re-?text)(?: me)? ${subject}\\b`),
  /\b(?:send|text|give) (?:me |us )?(?:another|a new|a fresh|the) (?:payment )?(?:link|text message|sms)\b/,
  // "I didn't get the text", "the message never arrived", "there is no link here"
  new RegExp(
    `\\b(?:didn't|did not|haven't|have not|hasn't|never|don't|do not)(?: \\w+)? (?:get|got|gotten|receive|received|see|have|had|find|come)\\b(?: yet)? ?${subject}\\b`,
  ),
  new RegExp(
    `\\b${subject} (?:hasn't|has not|didn't|did not|never|isn't|is not|still hasn't|doesn't|does not|won't)(?: \\w+)? (?:arrive|arrived|come|came|here|there|show|shown|work|open|load|reach|reached|go|gone)\\b`,
  ),
  /\bno (?:text|text message|sms|message|link) (?:has |have )?(?:arrived|came|come|here|yet|so far)\b/,
  /\b(?:lost|deleted|closed|can't find|cannot find) (?:the|that|my|your) (?:payment )?(?:link|text|text message|message|sms)\b/,
];
/** What was to be sent is something else: a code, an order, an article. */
const others =
  /\b(?:codes?|passcode|pin|order number|e-?mail|parcel|package|delivery|receipt|invoice|person|catalogue)\b/;
const named = /\b(?:links?|texts?|text message|message|sms)\b/;
/** Without its name, "it" is a message only where nothing else is spoken of. */
const elsewhere =
  /\b(?:refund(?:ed)?|payments?|charged?|transactions?|money|paid|pay|order(?:ed)?|bought|purchased?|delivered|deliver|shipped|information|item|things?)\b/;

/** Whether a text message with a link is wanted once more, or is said not to have come. */
export function asksForLinkAgain(utterance: string): boolean {
  const text = utterance.toLowerCase().replaceAll("’", "'").replaceAll(/\s+/g, " ");
  const mayBeOne = named.test(text) || !elsewhere.test(text);
  return mayBeOne && !others.test(text) && wishes.some((wish) => wish.test(text));
}
