/** Which of somebody's orders is meant. Pure. */

/** "My last order", "the one before that". Counted from the latest, from 0; null when no place in time was named. */
export function readOrderPlace(utterance: string): number | null {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  if (/\b(?:the one|order) before (?:that|the last|my last)\b|\b(?:second|2nd) (?:to )?last\b/.test(text)) return 1;
  const isLatest =
    /\b(?:last|latest|most recent|newest|recent)(?: \w+)? (?:order|purchase|one|thing|delivery)\b|\bjust (?:ordered|bought|placed|now)\b|\bi (?:ordered|bought|placed) (?:today|just now|a minute ago|earlier today)\b|\b(?:the|my) (?:latest|most recent|newest)\b/;
  return isLatest.test(text) ? 0 : null;
}

/** Whether all orders are asked for: "which orders do I have", "list my orders". */
export function asksForOrders(utterance: string): boolean {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  return /\b(?:my|all|which|what|recent|previous|past|open|other) (?:\w+ )?(?:orders|purchases)\b|\bwhat (?:have|did|had) i (?:\w+ )?(?:order(?:ed)?|bought|buy)\b|\border history\b/.test(
    text,
  );
}

/** Whether an order is meant by what is in it: "the one with the kettle", "what else was in the order with the lamp". */
export function namesOrderByContent(utterance: string): boolean {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  return /\b(?:order|one|purchase|package|parcel|delivery) (?:that (?:had|has|contains?|included?)|with|containing|including|for|where i (?:got|bought|ordered)) (?:the|a|an|my|those|some|two|three)\b|\b(?:what was|what's|what is|contents?|details?|items?|lines?|how many things)\b.*\border\b|\border\b.*\b(?:contains?|details|items)\b/.test(
    text,
  );
}
