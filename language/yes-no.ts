/** Yes and no, and what is said beside them. Pure. */

/** A yes or no at the beginning of an utterance and the words that follow it, without filling words; `rest` is empty when nothing else was said. */
type YesNo = { readonly answer: "yes" | "no"; readonly rest: string };

const yes =
  "yes please|yes|yeah|yep|yup|ya|aye|sure thing|sure|of course|certainly|absolutely|definitely|indeed|affirmative|correct|exactly|" +
  "that's right|that is right|that's correct|that is correct|that's fine|that works|that's good|sounds good|sounds great|sounds right|" +
  "looks good|looks right|looks correct|go ahead|go for it|please do|let's do it|let's do that|okay|ok|all right|alright|perfect|" +
  "proceed|that's the one|that is the one|uh huh|mm hmm|mhm|you bet|by all means|why not|fair enough";
/** A yes only when nothing else follows: "I am looking for a lamp" is none. */
const yesAlone = "right|do it|i do|i am|i would|i will|i confirm|confirm|confirmed|it is|great|fine|good|that's it";
const no =
  "no thank you|no thanks|no way|no|nope|nah|not really|not now|not yet|not at all|negative|never mind|nevermind|absolutely not|definitely not|" +
  "of course not|certainly not|i don't think so|i do not think so|i'd rather not|not that|that's wrong|that's not right|that is not right|" +
  "that is wrong|that's incorrect|not interested|no sir|no ma'am|better not|please don't|not quite";
const refused =
  "order|order it|order that|order them|buy it|buy that|buy them|place it|place the order|pay|pay for it|charge me|charge my card|charge it".split(
    "|",
  );
/** A no only when nothing else follows: "I don't want to spend more than thirty" is none. */
const noAlone =
  "never|don't|do not|i don't|i do not|i don't want that|i don't want it|i do not want that|i do not want it|wrong|incorrect|i'm good|i'll pass|pass|no good|i am not|i'm not|it's not|it isn't|" +
  ["don't", "do not", "i don't want to", "i do not want to", "i'd rather not", "i won't", "i wouldn't"]
    .flatMap((refusal) => refused.map((deed) => `${refusal} ${deed}`))
    .join("|");
const fillers =
  "um|uh|er|erm|well|oh|so|hm|hmm|please|thank you|thanks|sir|ma'am|ah|actually|that is|it is|i think|yes|yeah|no|and|very much|then|indeed|right|correct|" +
  "sure|it|that(?! one)|that's(?! the one)|i do|i would|i am|just|okay|ok|go ahead|do it|sounds good|perfect|great|fine|absolutely|definitely|you can|you may|really|i don't|now|for me|" +
  "that's right|that's correct|that's fine|that's the one|looks good|with it|with that|with this|with me|by me|with the order|with my order|with the purchase|with the payment|proceed";

const waiting =
  /^(?:(?:but|i need to|let me|let's|can you|could you) )*(?:wait|hold (?:on|off|it)|hang on|not yet|not so fast|think (?:about|it over)|(?:one|a|just a|give me a) (?:second|sec|moment|minute))\b/;

function leading(phrases: string): RegExp {
  const longestFirst = phrases.split("|").sort((a, b) => b.length - a.length);
  return new RegExp(`^(?:${longestFirst.join("|")})(?=$|\\s)`);
}

const yesPattern = leading(yes);
const noPattern = leading(no);
const yesAlonePattern = leading(yesAlone);
const noAlonePattern = leading(noAlone);
const fillerPattern = leading(fillers);

function withoutFillers(text: string, pattern: RegExp): string {
  let rest = text;
  for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest))
    rest = rest.slice(match[0].length).trim();
  return rest;
}

const openers = leading("um|uh|er|erm|well|oh|so|hm|hmm|ah|actually|please");

/** The words in lower case without what people begin a sentence with. */
function beginningOf(utterance: string): string {
  const text = utterance
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[^\p{L}\p{N}'$.#]+|\.(?!\d)/gu, " ")
    .trim();
  return withoutFillers(text, openers);
}

/** Whether a moment is asked for in words that begin like a yes: "okay, hold on" agrees to nothing yet. */
export function asksToWait(utterance: string): boolean {
  const begun = beginningOf(utterance);
  const match = yesPattern.exec(begun);
  return match !== null && waiting.test(withoutFillers(begun.slice(match[0].length).trim(), fillerPattern));
}

/** Reads a yes or no that an utterance begins with; null when it begins with neither. "No, the second one" is a no with the rest "the second one". */
export function readYesNo(utterance: string): YesNo | null {
  if (asksToWait(utterance)) return null;
  const begun = beginningOf(utterance);
  const bare = withoutFillers(begun, fillerPattern);
  for (const [answer, pattern] of [
    ["no", noAlonePattern],
    ["yes", yesAlonePattern],
  ] as const) {
    const alone = pattern.exec(begun) ?? pattern.exec(bare);
    if (alone !== null && withoutFillers(alone.input.slice(alone[0].length).trim(), fillerPattern) === "")
      return { answer, rest: "" };
  }
  const noMatch = noPattern.exec(begun);
  const match = noMatch ?? yesPattern.exec(begun);
  if (match === null) return null;
  const rest = withoutFillers(begun.slice(match[0].length).trim(), fillerPattern);
  // "Yeah no" and "no wait, yes" end where the last word goes; "right, no" is a no.
  const isTurned = noMatch === null && /^(?:no|nope|nah)(?=$|\s)/.test(begun.slice(match[0].length).trim());
  return { answer: noMatch !== null || isTurned ? "no" : "yes", rest };
}
