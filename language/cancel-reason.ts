/** Why somebody wants an order cancelled, as shops ask for it. Pure. */

/** The reasons that shops commonly accept. */
export const commonCancelReasons = { mistake: "ordered by mistake", notNeeded: "no longer needed" } as const;

const mistake =
  /\b(?:mistake|mistakenly|accident|accidentally|accidental|by error|in error|(?:did not|didn't) (?:mean|intend|want) to|(?:wasn't|was not) (?:meant|supposed)|meant to (?:order|get|buy|choose|pick)|wrong (?:one|ones|item|items|thing|size|colou?r|product|address|button|model|kind)|(?:ordered|bought|placed|clicked)(?: \w+){0,2} (?:twice|two times|double)|duplicate|one too many|didn't order (?:this|that|it)|never (?:meant|wanted) to)\b/;
const notNeeded =
  /\b(?:no longer|(?:don't|do not|dont|doesn't|does not|won't|will not|wouldn't|didn't) (?:really |actually |even )?(?:need|want|like|require|use|fit|work)|not need(?:ed)?|no need|changed? (?:my|our|her|his) minds?|(?:found|got|bought|have) (?:it|one|them|something|another|the same|a better|a cheaper)(?: \w+){0,3} (?:elsewhere|somewhere|cheaper|better|already|locally|online|store|shop)|(?:found|got) (?:a |something )?(?:better|cheaper)(?: \w+)?|already (?:have|got|bought|own)|(?:any ?more|after all)\b|too (?:late|long|slow|expensive|much|pricey|big|small)|can't afford|cannot afford|isn't needed|unnecessary|plans (?:have )?changed|taking (?:too|so) long|gave (?:it )?up|decided (?:against|not)|thought better)\b/;

/** The common reason that the words give; null when they give none. */
export function readCancelReason(utterance: string): string | null {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  if (mistake.test(text)) return commonCancelReasons.mistake;
  return notNeeded.test(text) ? commonCancelReasons.notNeeded : null;
}
