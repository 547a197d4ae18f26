/** Wishes for a one-time code instead of a PIN. Pure. */

const forgotten =
  /\b(?:forgot(?:ten)?|forget|lost|misplaced|(?:don't|do not|can't|cannot|never|won't|didn't|did not) (?:\w+ )?(?:know|remember|recall|have|had|get|got|think of|set up)|no idea|not sure (?:of|about|what)|haven't got|have no|there is no|remind me of)\b[^.?!]*\bpin\b|\bpin\b[^.?!]*\b(?:forgot(?:ten)?|slipped|can't remember|don't remember|don't know|escapes me)\b/;
const sending =
  /\b(?:send|text|message|sms|shoot|get)\b[^.?!]*\b(?:codes?|passcode|one[- ]time (?:code|pin|password)|verification)\b|\b(?:code|passcode)\b[^.?!]*\b(?:by|via|through|to) (?:\w+ ){0,2}(?:text|sms|message|phone|mobile)\b|\b(?:use|with|prefer|want|need|have|do) (?:an? |the )?(?:one[- ]time|verification|security|text) (?:code|passcode|password)\b/;
const otherCodes = /\b(?:discount|promo(?:tion(?:al)?)?|coupon|voucher|gift|zip|postal?|product|bar) ?codes?\b/;

/** Whether a code is asked for, or the PIN is said to be forgotten. */
export function asksForCode(utterance: string): boolean {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  return !otherCodes.test(text) && (forgotten.test(text) || sending.test(text));
}
