/**
 * Words that speakers of English use for one another when they shop: British and American names, short and long forms, everyday and shop words; and narrower words
 * that are an example of a wider one. Language, not merchandise: nothing here comes from a catalogue. Data and look-up only.
 */
import { foodExamples, foodNames } from "./food-names.ts";
import { leisureExamples, leisureNames } from "./leisure-names.ts";
import { personalThingNames } from "./personal-thing-names.ts";
import { COLOUR_LINES, narrowerWords, propertyWords } from "./property-words.ts";
import { spokenNeeds } from "./spoken-needs.ts";
import { thingNames } from "./thing-names.ts";
import { stemOf } from "./word-stem.ts";

/** Another way to say a term. */
export type Alternative = { readonly phrase: string; readonly stems: string; readonly isNarrower: boolean };

const stemmed = (phrase: string): string => phrase.trim().split(" ").map(stemOf).join(" ");

const linesOf = (list: string): readonly string[] => list.trim().split("\n");

const alternatives = new Map<string, Map<string, Alternative>>();
const add = (from: string, phrase: string, isNarrower: boolean): void => {
  const known = alternatives.get(stemmed(from)) ?? new Map<string, Alternative>();
  const key = stemmed(phrase);
  if (key !== stemmed(from) && !known.has(key)) known.set(key, { phrase: phrase.trim(), stems: key, isNarrower });
  alternatives.set(stemmed(from), known);
};
for (const line of [thingNames, personalThingNames, foodNames, leisureNames, propertyWords].flatMap(linesOf)) {
  const names = line.split("|");
  for (const from of names) for (const to of names) add(from, to, false);
}
for (const line of [narrowerWords, foodExamples, leisureExamples].flatMap(linesOf)) {
  const [wide = "", examples = ""] = line.split(":");
  for (const example of examples.split(",")) add(wide, example, true);
}

const needStems = new Set<string>();
for (const line of linesOf(spokenNeeds)) {
  const [needs = "", things = ""] = line.split(":");
  for (const need of needs.split("|")) {
    for (const thing of things.split(",")) add(need, thing, false);
    needStems.add(stemmed(need));
  }
}

const propertyStems = new Set([
  ...propertyWords
    .trim()
    .split("\n")
    .flatMap((line) => line.split("|").map(stemmed)),
  ...narrowerWords
    .trim()
    .split("\n")
    .slice(0, COLOUR_LINES)
    .flatMap((line) => line.split(/[:,]/).map(stemmed)),
  ...[
    "plastic",
    "rubber",
    "metal",
    "leather",
    "cotton",
    "steel",
    "electric",
    "digital",
    "automatic",
    "round",
    "square",
    "soft",
    "hard",
    "new",
    "used",
    "bright",
    "dark",
  ],
]);

const comparatives =
  /^(?:light|small|bigg|larg|long|short|tall|wid|thinn|thick|warm|soft|bright|dark|strong|quiet|simpl|fanci|fast|cheap)er$/;

/** Whether stems name a property, never a kind of thing: in "a mouse, wireless", the mouse is what is wanted. */
export function isProperty(stems: string): boolean {
  return propertyStems.has(stems) || comparatives.test(stems);
}

/** Whether stems say what something is for: "boil water". Its alternatives are then kinds of things. */
export function isNeed(stems: string): boolean {
  return needStems.has(stems);
}

/** Words of the longest phrase that has alternatives. */
export const longestPhrase = Math.max(...[...alternatives.keys()].map((phrase) => phrase.split(" ").length));

/** Other ways to say a phrase, given by its stems; none where the language has none. */
export function alternativesOf(stems: string): readonly Alternative[] {
  return [...(alternatives.get(stems)?.values() ?? [])];
}
