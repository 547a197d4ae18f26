/** What certain words of a caller mean, as a scenario annotates them. */
export type Meaning = { readonly text: string; readonly answer: Readonly<Record<string, unknown>> };

/** The oracle's knowledge. */
export type MeaningBook = {
  /** Adds annotations; a later one for the same words replaces the earlier. Throws `RangeError` beyond 10,000. */
  add(meanings: readonly Meaning[]): void;
  /** The annotated answer for these words, if there is one. */
  find(utterance: string): Readonly<Record<string, unknown>> | undefined;
  clear(): void;
  readonly size: number;
};

const maxMeanings = 10_000;

/** Words as they are compared: without case, punctuation, accents' composition and surplus spaces. */
export function normaliseWords(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/['’`]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Reads `[{ "text", "answer" }]` strictly; throws `RangeError` naming the entry. */
export function parseMeanings(value: unknown): Meaning[] {
  if (!Array.isArray(value)) throw new RangeError("meanings are a list of { text, answer }");
  return value.map((entry: unknown, index) => {
    const { text, answer } = (typeof entry === "object" && entry !== null ? entry : {}) as Record<string, unknown>;
    if (typeof text !== "string" || normaliseWords(text) === "")
      throw new RangeError(`meaning ${index}: text has no words`);
    if (typeof answer !== "object" || answer === null || Array.isArray(answer))
      throw new RangeError(`meaning ${index}: answer is not an object`);
    return { text, answer: answer as Record<string, unknown> };
  });
}

/** An empty book. */
export function createMeaningBook(): MeaningBook {
  const answers = new Map<string, Readonly<Record<string, unknown>>>();
  return {
    add(meanings) {
      if (answers.size + meanings.length > maxMeanings) throw new RangeError(`more than ${maxMeanings} meanings`);
      for (const meaning of meanings) answers.set(normaliseWords(meaning.text), meaning.answer);
    },
    find: (utterance) => answers.get(normaliseWords(utterance)),
    clear: () => answers.clear(),
    get size() {
      return answers.size;
    },
  };
}
