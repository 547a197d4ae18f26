/** One word, number or sign of an utterance. */
export type Word = {
  /** Lower case, without typographic apostrophes. */
  readonly text: string;
  /** Place in the utterance, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Whether punctuation stands between this word and the one before. */
  readonly isAfterBreak: boolean;
};

const wordPattern =
  /[$£€]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:st|nd|rd|th)\b|[$£€]?\d+(?:\.\d+)?|\p{L}+(?:['’]\p{L}+)*|[%#]|(?<=\d\s?)[-–](?=\s?[$£€]?\d)/gu;

/** "Eighty's the most": a number, and a verb that nobody needs. */
const shortenedIs =
  /(?<=^(?:\p{L}+(?:ty|teen)|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|grand|bucks|dollars))'s$/u;

/** "Fiftyish": a number, and "ish". */
const numberIsh = /^(\p{L}+(?:ty|teen)|ten|twelve|hundred|thousand)ish$/u;

/** The words of an utterance in order. Hyphens join nothing: "twenty-five" is two words, as in "twenty five". */
export function wordsOf(utterance: string): readonly Word[] {
  const words: Word[] = [];
  let previousEnd = 0;
  for (const match of utterance.matchAll(wordPattern)) {
    const between = utterance.slice(previousEnd, match.index);
    const end = match.index + match[0].length;
    const isAfterBreak = words.length > 0 && /[,.;:!?…\n]/.test(between);
    const about = numberIsh.exec(match[0].toLowerCase())?.[1];
    if (about !== undefined) {
      const middle = match.index + about.length;
      words.push({ text: about, start: match.index, end: middle, isAfterBreak });
      words.push({ text: "ish", start: middle, end, isAfterBreak: false });
      previousEnd = end;
      continue;
    }
    const text = match[0].toLowerCase().replaceAll("’", "'").replace("–", "-").replace(shortenedIs, "");
    words.push({ text, start: match.index, end, isAfterBreak });
    previousEnd = end;
  }
  return words;
}

/** Whether the words from `at` on are exactly these, without punctuation in between. */
export function startsWith(words: readonly Word[], at: number, expected: readonly string[]): boolean {
  return expected.every((text, offset) => {
    const word = words[at + offset];
    return word !== undefined && word.text === text && !(offset > 0 && word.isAfterBreak);
  });
}
