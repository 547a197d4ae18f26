/** How well a product answers what was asked for, in words: which of the things asked for it is or has. Pure. */
import { meets, type Size, sizeOf, sizesIn } from "../../language/measures.ts";
import type { Demand, SearchTerm, SearchTerms } from "../../language/search-terms.ts";
import { stemOf } from "../../language/word-stem.ts";

/** What a product says of itself. */
export type ProductText = {
  readonly title: string;
  readonly spokenName: string;
  readonly aliases: string;
  readonly category: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly description: string;
};

/** How a product answers a question. */
export type Relevance = {
  /** Share of what was asked for that the product is or has, 0 to 1; rare words count more than common ones. */
  readonly coverage: number;
  /** How surely it is the kind of thing asked for, 0 to 1. */
  readonly kind: number;
  /** Whether it keeps to what the caller insists on, leaves out what they exclude, and its sizes are not others than the ones asked for. */
  readonly isAllowed: boolean;
  /** Whether all that was asked for, of several words, is a name of the product: it was asked for by name. */
  readonly isNamed: boolean;
};

/** How rare a term is, at least 0; a term that no product has is as rare as can be. */
export type Rarity = (stems: string) => number;

/** A word that names the product says more about it than one in a sentence about it. */
const IN_DESCRIPTION = 0.7;
const AS_SYNONYM = 0.9;
/** "Something in blue" is answered by navy, but less well than by blue. */
const AS_NARROWER = 0.85;
/** "Headphones" in "headphone case" say what the case is for. */
const INSIDE_NAME = 0.7;
const IN_PARTS = 0.75;
/** The words of a phrase with others between them. */
const APART = 0.9;
const WEIGHT_OF_SIZE = 4;
const WEIGHT_OF_EXCLUDED = 0.3;
const weightOf: Readonly<Partial<Record<Demand, number>>> = { preferred: 0.5, excluded: 0.5 };

/** A text as stems with a space on either side of each, so that a phrase is found by its stems. Compounds are there apart and joined: "t-shirt" and "tshirt". */
function stemmed(written: string): string {
  const parts: string[] = [];
  for (const [compound] of written.toLowerCase().matchAll(/[\p{L}\p{N}]+(?:[-'’.][\p{L}\p{N}]+)*/gu)) {
    const word = compound.replace(/['’]s$/, "");
    const pieces = word.split(/[-'’.]/);
    const stems = pieces.map(stemOf);
    parts.push(...stems);
    if (pieces.length > 1) parts.push(stemOf(pieces.join("")));
  }
  return ` ${parts.join(" ")} `;
}

/** What ends a part of a name, and what begins the words in it that say no longer what the product is: "Case for Headphones". */
const PART_ENDS = /[,;:()–—]|\s-\s|\s(?:and|&)\s/i;
const AFTER_KIND = /\s(?:with|for|of|in|by|from|without|made)\s.*/i;
/** Sizes at the end of a part: "Watering Can 9 L", "Eggs 12 Pack". */
const SIZE_AT_END =
  /(?:[\s,]+(?:\d[\d.,/]*(?:\s?[x×]\s?\d[\d.,/]*)*(?:[\s-]?(?:\p{L}{1,4}\.?|inch(?:es)?|count|piece|pack))?|%))+$/iu;

/** A product's text, prepared. */
type Fields = {
  readonly name: string;
  /** Parts of the names that each end with what the product is: "headphones" of "Over-Ear Headphones, Black". */
  readonly parts: readonly string[];
  readonly wholes: readonly string[];
  readonly facts: string;
  /** Names of properties that it is said not to have: "waterproof: no". */
  readonly denied: string;
  readonly prose: string;
  readonly sizes: readonly Size[];
};

function prepared({ title, spokenName, aliases, category, attributes, description }: ProductText): Fields {
  const entries = Object.entries(attributes);
  const isDenied = ([, value]: readonly [string, string | number]): boolean => NOTHING.test(String(value));
  const told = entries
    .filter((entry) => !isDenied(entry))
    .map(([name, value]) => `${named(name)} ${value}`)
    .join(" . ");
  const sizes = entries.flatMap(([name, value]) => sizeOf(name, value) ?? []);
  return {
    name: stemmed(`${title} . ${spokenName} . ${aliases}`),
    parts: `${title},${spokenName},${aliases}`
      .split(PART_ENDS)
      .map((part) => stemmed(part.replace(AFTER_KIND, "").replace(SIZE_AT_END, ""))),
    wholes: [title, spokenName, ...aliases.split(", ")].map(stemmed),
    facts: stemmed(`${category} . ${told}`),
    denied: stemmed(
      entries
        .filter(isDenied)
        .map(([name]) => name)
        .join(" . "),
    ),
    prose: stemmed(description),
    sizes: [...sizes, ...sizesIn(`${title} ${told} ${description}`)],
  };
}

const NOTHING = /^(?:no|none|false|n\/a|not .*)$/i;

/** What an attribute's name says of its value: of "bagged/bagless" and "backlight: none" the name alone says nothing. */
const named = (name: string): string => (name.includes("/") ? "" : name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2"));

const KEPT_PRODUCTS = 5_000;
/** Prepared texts by what they were prepared from, oldest first: the same products answer many questions. */
const kept = new Map<string, Fields>();

function fieldsOf(product: ProductText): Fields {
  const { title, spokenName, aliases, category, attributes, description } = product;
  const key = JSON.stringify([title, spokenName, aliases, category, attributes, description]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const fields = prepared(product);
  kept.set(key, fields);
  const oldest = kept.keys().next();
  if (kept.size > KEPT_PRODUCTS && oldest.done !== true) kept.delete(oldest.value);
  return fields;
}

/** The stems of what products are called and have: the words that a caller may mean. */
export function stemsOf(products: readonly ProductText[]): ReadonlySet<string> {
  return new Set(products.flatMap((product) => `${fieldsOf(product).name}${fieldsOf(product).facts}`.split(" ")));
}

const joined = (stems: string): string => ` ${stems} `;

/** Whether a name ends with the last word of a phrase and has its others before, with more between them: "Bedside Oasis Table" is a bedside table. */
function isApart(part: string, stems: string): boolean {
  const words = stems.split(" ");
  const head = words.pop() ?? "";
  return part.endsWith(joined(head)) && words.every((word) => part.includes(joined(word)));
}

/** How well a phrase describes a product, 0 to 1. */
function heldBy({ name, parts, facts, prose }: Fields, stems: string): number {
  const phrase = joined(stems);
  if (name.includes(phrase) || facts.includes(phrase)) return 1;
  const together = joined(stems.replaceAll(" ", ""));
  if (stems.includes(" ") && (name.includes(together) || facts.includes(together))) return 1;
  if (stems.includes(" ") && parts.some((part) => isApart(part, stems))) return APART;
  return prose.includes(phrase) ? IN_DESCRIPTION : 0;
}

/** Sizes as they are said, by their stems, and as they are written. */
const saidSizes: ReadonlyMap<string, string> = new Map([
  [stemOf("small"), "s"],
  [stemOf("medium"), "m"],
  [stemOf("large"), "l"],
]);
const HAS_SAID_SIZE = new RegExp(` siz (?:\\d?x*[sml]|${[...saidSizes.keys()].join("|")}) `);

/** "Medium" is the size of what has one, not its ventilation: whether it is that size. Null where the term is no size, or the product has none in words. */
function isOfSize({ facts }: Fields, stems: string): boolean | null {
  const letter = saidSizes.get(stems);
  if (letter === undefined || !HAS_SAID_SIZE.test(facts)) return null;
  return facts.includes(joined(`siz ${letter}`)) || facts.includes(joined(`siz ${stems}`));
}

function matchOf(fields: Fields, { stems, alternatives }: SearchTerm): number {
  const size = isOfSize(fields, stems);
  if (size !== null) return size ? 1 : 0;
  let best = heldBy(fields, stems);
  for (const { stems: others, isNarrower } of alternatives) {
    if (best >= AS_SYNONYM) break;
    best = Math.max(best, heldBy(fields, others) * (isNarrower ? AS_NARROWER : AS_SYNONYM));
  }
  // Of several words that make no known phrase, each counts for itself.
  if (best > 0 || !stems.includes(" ")) return best;
  const parts = stems.split(" ").map((stem) => heldBy(fields, stem));
  const head = parts.at(-1) ?? 0;
  return ((parts.reduce((sum, part) => sum + part, 0) + head) / (parts.length + 1)) * IN_PARTS;
}

/** Whether a product is said not to have what a term names: "backlight: none", "cordless" where no cord is wanted. */
function isDenied({ name, facts, prose, denied }: Fields, { stems, alternatives }: SearchTerm): boolean {
  const without = [stems, ...alternatives.filter(({ isNarrower }) => !isNarrower).map((other) => other.stems)];
  return without.some((phrase) => {
    const ways = [`${phrase}less`, `${phrase} fre`, `non ${phrase}`, `no ${phrase}`, `without ${phrase}`].map(joined);
    return (
      denied.includes(joined(phrase)) || ways.some((way) => [name, facts, prose].some((text) => text.includes(way)))
    );
  });
}

const DENYING = ["no", "not", "without", "non", "zero", "0", "free of"];
const DENIED = ["free", "none", "no", "false", "0", "not", "less"];

/** Whether a text says that a product has what a term names; "caffeine free" and "caffeine: none" say that it has not. */
function isSaid(text: string, { stems }: SearchTerm): boolean {
  let rest = text;
  for (const word of DENYING) rest = rest.replaceAll(joined(`${stemOf(word)} ${stems}`), " ");
  for (const word of DENIED) rest = rest.replaceAll(joined(`${stems} ${stemOf(word)}`), " ");
  return rest.includes(joined(stems));
}

/** Whether a product has what is excluded: by the same word anywhere, by another word for it or an example of it in its names and properties. */
function isExcluded({ name, facts, prose }: Fields, term: SearchTerm): boolean {
  const others = term.alternatives.filter(({ stems }) => !term.stems.includes(stems));
  return (
    [name, facts, prose].some((text) => isSaid(text, term)) ||
    others.some(({ stems }) => [name, facts].some((text) => isSaid(text, { ...term, stems })))
  );
}

function isNarrowerSaid(prose: string, term: SearchTerm): boolean {
  return term.alternatives.some(({ stems }) => isSaid(prose, { ...term, stems }));
}

/** How surely a phrase says what a product is: it ends a part of its names, or stands elsewhere in them. */
function namedBy({ name, parts }: Fields, stems: string): number {
  const phrase = joined(stems);
  if (parts.some((part) => part.endsWith(phrase))) return 1;
  if (stems.includes(" ") && parts.some((part) => isApart(part, stems))) return APART;
  return name.includes(phrase) ? INSIDE_NAME : 0;
}

/** Whether a term says what a product is. */
function kindOf(fields: Fields, { stems, alternatives }: SearchTerm): number {
  const own = Math.max(namedBy(fields, stems), namedBy(fields, stems.replaceAll(" ", "")));
  const others = alternatives.map((other) => namedBy(fields, other.stems) * AS_SYNONYM);
  const named = Math.max(own, ...others);
  if (named > 0) return named;
  if (fields.facts.includes(joined(stems))) return 0.6;
  return stems.includes(" ") && fields.name.includes(joined(stems.split(" ").at(-1) ?? stems)) ? 0.5 : 0;
}

/** Reads a question once, for any number of products. */
export function relevanceTo({ terms, measures }: SearchTerms, rarity: Rarity): (product: ProductText) => Relevance {
  const wanted = terms.filter(({ demand }) => demand !== "excluded");
  const weights = new Map(terms.map((term) => [term, rarity(term.stems) * (weightOf[term.demand] ?? 1)]));
  const total = wanted.reduce((sum, term) => sum + (weights.get(term) ?? 0), measures.length * WEIGHT_OF_SIZE);
  const kinds = wanted.filter(({ isKind }) => isKind);
  const all = wanted.map(({ stems }) => stems).join(" ");
  return (product) => {
    const fields = fieldsOf(product);
    let covered = 0;
    let broken = 0;
    let isAllowed = true;
    for (const term of terms) {
      const match = matchOf(fields, term);
      if (term.demand === "excluded") {
        if (isDenied(fields, term)) covered += weights.get(term) ?? 0;
        else if (isExcluded(fields, term)) isAllowed = false;
        else if (isNarrowerSaid(fields.prose, term)) broken += WEIGHT_OF_EXCLUDED;
      } else covered += match * (weights.get(term) ?? 0);
      if (term.demand === "required" && match === 0) isAllowed = false;
    }
    for (const measure of measures) {
      const met = meets(measure, fields.sizes);
      if (met === "met") covered += WEIGHT_OF_SIZE;
      if (met === "broken" && measure.bound !== "equal") isAllowed = false;
    }
    const kind = kinds.length === 0 ? 0 : Math.max(...kinds.map((term) => kindOf(fields, term)));
    return {
      coverage: total === 0 ? 0 : Math.min(1, Math.max(0, covered / total - broken)),
      kind,
      isAllowed,
      isNamed: wanted.length > 1 && fields.wholes.includes(joined(all)),
    };
  };
}
