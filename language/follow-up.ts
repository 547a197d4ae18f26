/** What a caller changes about a search that was made before. Pure. */
import { readSearchTerms } from "./search-terms.ts";
import { isProperty } from "./synonyms.ts";
import { stemOf } from "./word-stem.ts";
import { wordsOf } from "./words.ts";

const colours: ReadonlySet<string> = new Set(
  "black white grey gray silver gold red burgundy maroon pink purple violet lilac blue navy turquoise teal green olive mint yellow mustard orange copper brown tan beige cream ivory sand".split(
    " ",
  ),
);

/**
 * The search that is meant when a wish follows another search: "in blue" after "running shoes" is "running shoes in blue", and "in red" after that is not blue any
 * more. A wish that names a kind of product stands for itself.
 */
export function refinedQuery(before: string, wish: string): string {
  if (!namesNoKind(wish) && !beginsAsNarrowing(wish)) return wish;
  const saysColour = wordsOf(wish).some(({ text }) => colours.has(text));
  const kept = saysColour ? withoutColours(before) : before;
  return kept === "" ? wish : `${kept} ${wish}`;
}

/** Whether words go on from what was looked for: "with a longer battery", "but without the cable", "for kids". */
export function beginsAsNarrowing(wish: string): boolean {
  return /^(?:(?:and|but|also|just|ok|okay|yes|yeah|well|preferably|ideally|maybe|something|anything|one|ones|any)[ ,]+)*(?:with|without|made (?:of|from)|for (?:a |an |my |our |the )?(?:kids?|child(?:ren)?|men|women|girls?|boys?|beginners?|adults?)|not|no|it (?:has|have|must|should|needs)|they (?:must|should|have|need)|(?:must|has to|have to|needs to)) \S/i.test(
    wish.trim(),
  );
}

/** What a property is one of, when that is said: "a large size". */
const aspects: ReadonlySet<string> = new Set("size color colour version style finish".split(" ").map(stemOf));

/** Whether a term says how something shall be; "size nine" is one term, and "size chart" is a thing. */
function isHow(stems: string): boolean {
  const size = new RegExp(`^${stemOf("size")} (.+)`).exec(stems)?.[1];
  return isProperty(stems) || (size !== undefined && (/^(?:\d.*|\d?x*[sml])$/.test(size) || isProperty(size)));
}

/** Whether a wish says only how something shall be, not what: "in blue", "a large one". */
export function namesNoKind(wish: string): boolean {
  const { terms, measures } = readSearchTerms(wish);
  const properties = terms.filter(({ stems }) => isHow(stems));
  const aspectCount = terms.filter(({ stems }) => !isHow(stems) && aspects.has(stems)).length;
  return properties.length + aspectCount === terms.length && properties.length + measures.length > 0;
}

function withoutColours(query: string): string {
  const words = wordsOf(query).filter(({ text }) => !colours.has(text));
  while (/^(?:in|and|or)$/.test(words.at(-1)?.text ?? "")) words.pop();
  return words.map(({ text }) => text).join(" ");
}

/** "Compare the first and the third", "what is the difference": whether products shall be told apart. */
export function asksToCompare(utterance: string): boolean {
  return /\b(?:compar(?:e|ed|ing|ison)|differences?|how (?:do|are|is) .*\bdiffer(?:ent|s)?|versus|vs\.?|which (?:one )?(?:of (?:them|these|those|the two) )?is better)\b/i.test(
    utterance,
  );
}

const cheaper =
  /\b(?:cheaper|less (?:expensive|pricey|costly)|lower[- ]priced?|lower in price|more affordable|costs? less|not (?:so|as|that|quite so) (?:expensive|pricey))\b/i;
const dearer =
  /\b(?:more (?:expensive|upscale|premium|high[- ]end)|pricier|fancier|higher[- ](?:priced?|end|quality)|costs? more)\b/i;

/** "Something cheaper", "a pricier one": which way from what was told; null when neither was said. */
export function readPriceStep(utterance: string): "cheaper" | "dearer" | null {
  if (cheaper.test(utterance)) return "cheaper";
  return dearer.test(utterance) ? "dearer" : null;
}
