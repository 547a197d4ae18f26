/** What a caller's words ask of a product: its kind, its properties, and how firmly each is meant. Pure. */
import { type Measure, readMeasures } from "./measures.ts";
import { readSizeNumber } from "./numbers.ts";
import { type Alternative, alternativesOf, isNeed as isNeedOf, isProperty, longestPhrase } from "./synonyms.ts";
import { stemOf } from "./word-stem.ts";
import { type Word, wordsOf } from "./words.ts";

/** `required`: "it must be waterproof", "in blue only". `excluded`: "not leather". `preferred`: "ideally red". */
export type Demand = "wanted" | "required" | "excluded" | "preferred";

/** One thing that is asked for. */
export type SearchTerm = {
  /** The caller's word or words, in lower case, numbers in digits. */
  readonly said: string;
  /** Its stems, joined by spaces. */
  readonly stems: string;
  readonly alternatives: readonly Alternative[];
  readonly demand: Demand;
  /** Whether it names the kind of product, as "shoes" does in "white shoes for running". */
  readonly isKind: boolean;
};

/** What was asked for. */
export type SearchTerms = { readonly terms: readonly SearchTerm[]; readonly measures: readonly Measure[] };

const set = (list: string): ReadonlySet<string> => new Set(list.split(" "));

/** Words that say nothing about a product. */
const empty = set(
  "a an the of for to in on with and or that this these those which who is are be been am was it its my your our their his me i we you they them us can could do does did have has had " +
    "at by from as so some any if when where while want wants need needs like likes would should will just really very too kind sort type something anything thing things stuff one ones " +
    "please looking look find get show buy there here what's what how about also maybe good nice great best more most less least than then into up out off over inside each other several " +
    "use used using works work runs run made make makes take goes go keep keeps comes come coming fits fit suitable perfect favorite favourite s t d ll re ve not no without only must i'm it's that's don't " +
    "lot lots bit pair couple few item items product products model brand name etc during isn't aren't wasn't weren't doesn't didn't hasn't haven't won't can't wouldn't shouldn't because cost costs price priced dollars dollar bucks around between under below rated rating stars star stock popular nothing everything anyone someone somebody looking hunting shopping ideally preferably exclusively strictly definitely absolutely hopefully perhaps except excluding",
);
/** Words that end the naming of the kind: what follows says more about it. */
const afterKind = set(
  "of for with that which who in on from by under to like at without made i you we suitable using as when if is are but where during against per has have having not no preferably ideally only must " +
    "inside and around works runs into",
);
/** "A set of glasses" are glasses. */
const containers = set(
  "set box bunch pack packet bag case collection piece dozen jar can stack couple range selection variety roll tin tub bottle crate tray pile brand size style",
);
const clauseEnds = set("and but or with for that which from at by under please if as");

const phrases = (list: string): readonly (readonly string[])[] => list.split("|").map((phrase) => phrase.split(" "));
const requiring = phrases(
  "must be|must have|must|has to be|has to have|have to be|have to have|needs to be|needs to have|need to be|it needs|definitely|strictly|exclusively|nothing but|only in|only|absolutely|has got to be|has got to have|got to be|got to have|insist on|only interested in|only want|as long as it's|provided it's|provided it is|make sure it's|make sure it has|make sure they're|" +
    "can only be",
);
const excluding = phrases(
  "not|no|without|except|except for|but not|anything but|other than|isn't|don't want|do not want|doesn't have|excluding|avoid|free of|hate|aren't|nothing with|nothing in|nothing made of|rather not|rather than|instead of|don't like|do not like|don't need|can't stand|can't have|can't wear|can't eat|allergic to|" +
    "steer clear of|sick of|tired of|sans|minus|nor|never",
);
const preferring = phrases(
  "preferably|ideally|maybe|perhaps|prefer|i'd prefer|hopefully|would like it|bonus if it's|bonus points for|doesn't have to be|don't mind if it's",
);
/** The same, of what was said before. */
const preferringBefore = phrases(
  "if possible|if you can|if you have it|if you have one|if there is one|would be nice|would be great|would be good|would be lovely|would be ideal|is a plus|would be a plus|would be a bonus",
);
/** "Not too heavy" excludes nothing. */
const softeners = set("too very so that overly really sure necessarily just only more less");

type Token = { readonly text: string; readonly stem: string; readonly at: number };

function matches(words: readonly Word[], at: number, phrase: readonly string[]): boolean {
  return phrase.every((text, offset) => words[at + offset]?.text === text);
}

/** The longest of the phrases that begins at a word; 0 when none does. */
function lengthAt(words: readonly Word[], at: number, list: readonly (readonly string[])[]): number {
  return Math.max(0, ...list.filter((phrase) => matches(words, at, phrase)).map((phrase) => phrase.length));
}

/** How firmly each word is meant. */
function demandsOf(words: readonly Word[]): readonly Demand[] {
  const demands: Demand[] = words.map(() => "wanted");
  const markFrom = (from: number, demand: Demand): void => {
    let content = 0;
    let hasProperty = false;
    for (let at = from; at < words.length && content < 3; at += 1) {
      const word = words[at];
      if (word === undefined || (at > from && word.isAfterBreak)) return;
      // "No nuts or chocolate" excludes both.
      const isListed = demand === "excluded" && /^n?or$/.test(word.text);
      if (clauseEnds.has(word.text) && content > 0 && !isListed) return;
      const isContent = !empty.has(word.text);
      const isOwnProperty = isProperty(stemOf(word.text));
      // "Not leather boots" are boots; nobody excludes what they look for.
      if (demand === "excluded" && isContent && hasProperty && !isOwnProperty) return;
      demands[at] = demand;
      if (isContent) content += 1;
      hasProperty ||= isContent && isOwnProperty;
    }
  };
  const markBefore = (from: number, demand: Demand): void => {
    for (let at = from - 1, content = 0; at >= 0 && content < 2; at -= 1) {
      const word = words[at];
      if (word === undefined || clauseEnds.has(word.text)) return;
      demands[at] = demand;
      if (!empty.has(word.text)) content += 1;
      if (word.isAfterBreak) return;
    }
  };
  for (const [at, { text }] of words.entries()) {
    const required = lengthAt(words, at, requiring);
    const before = words[at - 1];
    // "In blue only" looks back, "only blue" ahead.
    if (
      text === "only" &&
      before !== undefined &&
      (at === words.length - 1 || clauseEnds.has(words[at + 1]?.text ?? "") || words[at + 1]?.isAfterBreak === true)
    ) {
      if (demands[at - 1] !== "excluded") demands[at - 1] = "required";
      continue;
    }
    if (required > 0) markFrom(at + required, "required");
    const excluded = lengthAt(words, at, excluding);
    if (excluded > 0 && !softeners.has(words[at + excluded]?.text ?? "") && required === 0)
      markFrom(at + excluded, "excluded");
    const preferred = lengthAt(words, at, preferring);
    if (preferred > 0) markFrom(at + preferred, "preferred");
    if (lengthAt(words, at, preferringBefore) > 0) markBefore(at, "preferred");
  }
  return demands;
}

/** "One thirty": more than the word that points at something. */
function isSaidAsSize(words: readonly Word[], at: number): boolean {
  return (readSizeNumber(words, at)?.value ?? 0) > 1;
}

/** Words with numbers in digits and spelled letters joined: "u s b", "thirty two". */
function tokensOf(words: readonly Word[]): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    if (word === undefined) break;
    let letters = "";
    let to = at;
    while (/^\p{L}$/u.test(words[to]?.text ?? "") && (to === at || words[to]?.isAfterBreak !== true)) {
      letters += words[to]?.text ?? "";
      to += 1;
    }
    if (letters.length > 1 && !/^(?:ai|ia)$/.test(letters)) {
      tokens.push({ text: letters, stem: letters, at });
      at = to;
      continue;
    }
    const number =
      word.text === "a" || (word.text === "one" && !isSaidAsSize(words, at)) ? null : readSizeNumber(words, at);
    if (number !== null) {
      tokens.push({ text: String(number.value), stem: String(number.value), at });
      at = number.to;
      continue;
    }
    const text = word.text.replace(/['’]s$|['’]$/, "");
    tokens.push({ text, stem: stemOf(text), at });
    at += 1;
  }
  return tokens;
}

/** Which tokens name the kind: the last content word before what follows says more about it; of "a or b", both. */
function kindsOf(tokens: readonly Token[]): ReadonlySet<number> {
  const kinds = new Set<number>();
  let last = -1;
  // "In ear" and "with a hood" are properties: what follows may still be the kind.
  let after = 0;
  for (const [index, { text, stem }] of tokens.entries()) {
    if (index < after) continue;
    if (afterKind.has(text)) {
      const length = phraseLength(tokens, index);
      if (
        isProperty(
          tokens
            .slice(index, index + length)
            .map((token) => token.stem)
            .join(" "),
        )
      ) {
        after = index + length;
        continue;
      }
    }
    if (text === "of" && containers.has(tokens[last]?.stem ?? "")) {
      last = -1;
      continue;
    }
    if (last >= 0 && (afterKind.has(text) || text === "or")) {
      kinds.add(last);
      if (text !== "or") return kinds;
      continue;
    }
    if (!empty.has(text) && !/^\d/.test(text) && (last < 0 || !isProperty(stem))) last = index;
  }
  if (last >= 0) kinds.add(last);
  return kinds;
}

/** Reads what is asked for. Nothing of it is a price: those words are taken out before. */
export function readSearchTerms(query: string): SearchTerms {
  const words = wordsOf(query);
  const demands = demandsOf(words);
  const measures = readMeasures(query);
  const isMeasured = (at: number): boolean => measures.some(({ from, to }) => at >= from && at < to);
  const tokens = tokensOf(words).filter(({ at }) => !isMeasured(at));
  const kinds = kindsOf(tokens);
  const terms: SearchTerm[] = [];
  for (let index = 0; index < tokens.length; ) {
    const length = phraseLength(tokens, index);
    const part = tokens.slice(index, index + length);
    const isContent = length > 1 || part.some(({ text }) => !empty.has(text));
    const need = needIn(part);
    const stems = need ?? part.map(({ stem }) => stem).join(" ");
    if (isContent && !terms.some((term) => term.stems === stems)) {
      const said = part.map(({ text }) => text).join(" ");
      const demand = part.map(({ at }) => demands[at] ?? "wanted").find((one) => one !== "wanted") ?? "wanted";
      const isKind = (need !== null || part.some((_, offset) => kinds.has(index + offset))) && demand !== "excluded";
      const alternatives = stems.startsWith(`${SIZE} `)
        ? sizesOf(part)
        : length > 1
          ? need === null
            ? knownAs(part)
            : alternativesOf(need)
          : [...alternativesOf(stems), ...compounds(tokens, index)];
      terms.push({ said, stems, alternatives, demand, isKind });
    }
    index += length;
  }
  return { terms, measures };
}

const SIZE = stemOf("size");

/** Other names of a size: "size small" is written "size S". */
function sizesOf(part: readonly Token[]): readonly Alternative[] {
  const value = part.slice(1).map(({ stem }) => stem);
  return alternativesOf(value.join(" ")).filter(({ stems }) => stems.startsWith(`${SIZE} `));
}

const wordOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join("");

/** Other names of a phrase of several words, which may be written as one word: "night stand". */
function knownAs(part: readonly Token[]): readonly Alternative[] {
  const apart = alternativesOf(part.map(({ stem }) => stem).join(" "));
  const word = wordOf(part);
  const stems = stemOf(word);
  return [...apart, ...alternativesOf(stems), { phrase: word, stems, isNarrower: false }];
}

/** The word that a word makes with the one before or behind it: what is "cook book" to a caller may be "cookbook" to the shop. */
function compounds(tokens: readonly Token[], index: number): readonly Alternative[] {
  const pairs = [tokens.slice(Math.max(0, index - 1), index + 1), tokens.slice(index, index + 2)];
  return pairs
    .filter((pair) => pair.length === 2 && (pair.every(({ text }) => isJoinable(text)) || isModel(pair)))
    .map((pair) => (isModel(pair) ? pair.map(({ text }) => (text === "times" ? "x" : text)).join("") : wordOf(pair)))
    .map((phrase) => ({ phrase, stems: stemOf(phrase), isNarrower: false }));
}

const isJoinable = (text: string): boolean => !empty.has(text) && /^\p{L}{3,}$/u.test(text);

/** Letters and a number that are written as one: "i seven", "1080 p", "ipx 7", "10 times". */
function isModel(pair: readonly Token[]): boolean {
  const [first = "", second = ""] = pair.map(({ text }) => text);
  const isLetters = (text: string): boolean =>
    /^(?!a$|s$|t$)\p{L}{1,3}$/u.test(text) && (text === "i" || !empty.has(text));
  return (
    (isLetters(first) && /^\d+$/.test(second)) || (/^\d+$/.test(first) && (isLetters(second) || second === "times"))
  );
}

/** Words that say whose and which; what somebody wants to do is the same without. */
const pointers = set("my the a an some our his her your their this these for");
const MOST_POINTERS = 2;

/** What somebody wants to do, when all the words say that: "cut my grass". Null otherwise. */
function needIn(part: readonly Token[]): string | null {
  const first = part[0]?.text ?? "";
  const last = part.at(-1)?.text ?? "";
  if (part.length < 2 || pointers.has(first) || pointers.has(last)) return null;
  const stems = part
    .filter(({ text }) => !pointers.has(text))
    .map(({ stem }) => stem)
    .join(" ");
  return isNeedOf(stems) ? stems : null;
}

/** Tokens of the longest known phrase that begins here; 1 when none does. */
function phraseLength(tokens: readonly Token[], index: number): number {
  // A size has a value: "size ten" is not ten of something.
  const sized = tokens[index + 1]?.text ?? "";
  if (tokens[index]?.text === "size" && sized !== "" && !empty.has(sized))
    return /^(?:extra|double)$/.test(sized) ? Math.min(3, tokens.length - index) : 2;
  for (let length = Math.min(longestPhrase + MOST_POINTERS, tokens.length - index); length > 1; length -= 1) {
    const part = tokens.slice(index, index + length);
    const isKnown = alternativesOf(part.map(({ stem }) => stem).join(" ")).length > 0;
    if (isKnown || needIn(part) !== null || alternativesOf(stemOf(wordOf(part))).length > 0) return length;
  }
  return 1;
}
