/** Which of several products is meant by what it has most or least of: "the one with the long battery", "the lighter one", "the cheapest of those". Pure. */

/** What products are compared by. `price` and `rating` are the product's own; others are properties whose name has one of the words. */
export type Superlative = {
  readonly by: "price" | "rating" | "property";
  /** Beginnings of words of a property's name; empty for price and rating. */
  readonly names: readonly string[];
  readonly direction: "most" | "least";
};

type Measure = Omit<Superlative, "direction">;

const property = (...names: string[]): Measure => ({ by: "property", names });
const size = property(
  "size",
  "capacity",
  "volume",
  "litre",
  "liter",
  "height",
  "width",
  "length",
  "diameter",
  "screen",
);

/** "The one with the … battery". Data only. */
const nouns: readonly (readonly [RegExp, Measure])[] = [
  [/^batter(?:y|ies)/, property("battery", "playtime", "runtime")],
  [/^(?:storage|memory|gigs?|gigabytes?|space|disk|drive)/, property("storage", "memory", "ram", "disk")],
  [/^(?:screen|display)/, property("screen", "display")],
  [/^(?:capacity|volume|tank|bowl)/, property("capacity", "volume", "litre", "liter", "tank")],
  [/^(?:warranty|guarantee)/, property("warranty", "guarantee")],
  [/^range/, property("range")],
  [/^zoom/, property("zoom")],
  [/^(?:resolution|megapixels?|pixels?)/, property("resolution", "megapixel")],
  [/^(?:power|watts?|wattage|motor)/, property("power", "watt")],
  [/^(?:cable|cord|lead|strap|handle|hose)/, property("cable", "cord", "length", "strap")],
  [/^pockets?/, property("pocket")],
  [/^pieces?/, property("piece")],
  [/^(?:speeds?|gears?)/, property("speed", "gear")],
  [/^(?:reviews?|ratings?|stars?)/, { by: "rating", names: [] }],
  [/^prices?/, { by: "price", names: [] }],
];
const most =
  "long|longer|longest|big|bigger|biggest|large|larger|largest|high|higher|highest|good|better|best|most|more|great|greatest|strong|stronger|strongest|wide|wider|widest";
const least =
  "short|shorter|shortest|small|smaller|smallest|low|lower|lowest|least|less|fewer|fewest|weak|weaker|weakest";

/** "The … one". Data only. */
const adjectives: Readonly<Record<string, Superlative>> = Object.fromEntries(
  (
    [
      ["cheaper cheapest", { by: "price", names: [] }, "least"],
      ["pricier priciest dearer dearest", { by: "price", names: [] }, "most"],
      ["lighter lightest", property("weight", "mass", "gram", "kilo"), "least"],
      ["heavier heaviest", property("weight", "mass", "gram", "kilo"), "most"],
      ["bigger biggest larger largest", size, "most"],
      ["smaller smallest", size, "least"],
      ["taller tallest higher highest", property("height"), "most"],
      ["longer longest", property("length", "battery"), "most"],
      ["shorter shortest", property("length", "height"), "least"],
      ["wider widest", property("width"), "most"],
      ["thinner thinnest slimmer slimmest", property("thickness", "depth"), "least"],
      ["thicker thickest", property("thickness"), "most"],
      ["faster fastest quicker quickest", property("speed"), "most"],
      ["quieter quietest", property("noise", "decibel", "db"), "least"],
      ["louder loudest", property("noise", "decibel", "power", "watt"), "most"],
      ["stronger strongest", property("power", "watt", "load"), "most"],
      ["brighter brightest", property("lumen", "brightness"), "most"],
      ["warmer warmest", property("warmth", "temperature", "tog"), "most"],
    ] as const
  ).flatMap(([words, measure, direction]) => words.split(" ").map((word) => [word, { ...measure, direction }])),
);

const having = new RegExp(
  `\\bthe (?:one|model|version)s? (?:with|that has|that's got|which has|that have|having|that comes with) (?:the |a )?(?:much |really |very )?(${most}|${least})[ -](?:lasting )?(?:amount of )?([a-z]+)`,
);
const asked = new RegExp(
  `\\bwhich (?:one |of (?:them|these|those|the (?:two|three)) |model )?(?:has|have|comes with) (?:the )?(${most}|${least})[ -](?:lasting )?(?:amount of )?([a-z]+)`,
);
const askedFor =
  /\bwhich (?:one |of (?:them|these|those|the (?:two|three)) |model )?is (?:the )?([a-z]+er|[a-z]+est)\b/;
const compared =
  /\bthe (?:much |very )?([a-z]+er|[a-z]+est)(?: (?:one|model|version)\b| of (?:them|these|those|the (?:two|three|lot))\b)/;
const expensive = /\bthe (more|most|less|least) expensive(?: one\b| of (?:them|these|those|the (?:two|three|lot))\b)/;
const rated =
  /\bthe (?:better|best|higher|highest)[ -](?:rated|reviewed)(?: one| of (?:them|these|those|the (?:two|three)))\b/;
const lasting =
  /\bthe (?:one that lasts|longer[ -]lasting|longest[ -]lasting|one that runs)(?: (?:the )?longe(?:r|st))?\b/;
const isMost = new RegExp(`^(?:${most})$`);

/** What was said about more or less of something; null when nothing was. "The cheapest one" is a wish for an order, not a choice, unless "of these" follows. */
export function readSuperlative(utterance: string): Superlative | null {
  const text = utterance.toLowerCase().replaceAll("’", "'");
  const [, degree = "", noun = ""] = having.exec(text) ?? asked.exec(text) ?? [];
  const measure = nouns.find(([pattern]) => pattern.test(noun))?.[1];
  if (measure !== undefined) return { ...measure, direction: isMost.test(degree) ? "most" : "least" };
  if (rated.test(text)) return { by: "rating", names: [], direction: "most" };
  if (lasting.test(text)) return { ...property("battery", "playtime", "runtime"), direction: "most" };
  const [said = "", amount] = expensive.exec(text) ?? [];
  if (amount !== undefined)
    return isOrder(said) ? null : { by: "price", names: [], direction: amount.startsWith("mo") ? "most" : "least" };
  const [told = "", word = ""] = compared.exec(text) ?? askedFor.exec(text) ?? [];
  const found = Object.hasOwn(adjectives, word) ? adjectives[word] : undefined;
  return found === undefined || (found.by === "price" && isOrder(told)) ? null : found;
}

/** A superlative of the price without "of these" asks the whole shop. */
function isOrder(said: string): boolean {
  return /est |most |least /.test(said) && !said.includes(" of ");
}

/** The value of what products are compared by, in units that can be compared with one another: "38 hours" is 38. Null where it is not told. */
function amountOf(
  { by, names }: Superlative,
  product: {
    readonly priceMinor: number;
    readonly rating: number;
    readonly attributes: readonly { readonly name: string; readonly value: string }[];
  },
): number | null {
  if (by === "price") return product.priceMinor;
  if (by === "rating") return product.rating;
  for (const wanted of names) {
    const attribute = product.attributes.find(({ name }) =>
      name
        .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
        .toLowerCase()
        .split(/[\s_-]+/)
        .some((word) => word.startsWith(wanted)),
    );
    const number = /\d+(?:[.,]\d+)?/.exec(attribute?.value ?? "")?.[0];
    if (number !== undefined) return Number(number.replace(",", "."));
  }
  return null;
}

/** The one of several that has most or least; null where it is not told of all, or two have as much. */
export function extremeOf<P extends Parameters<typeof amountOf>[1]>(
  wish: Superlative,
  products: readonly P[],
): P | null {
  const valued = products.map((product) => ({ product, value: amountOf(wish, product) }));
  if (valued.length < 2 || valued.some(({ value }) => value === null)) return null;
  const sign = wish.direction === "most" ? -1 : 1;
  const [first, second] = valued.toSorted((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)));
  return first === undefined || first.value === second?.value ? null : first.product;
}
