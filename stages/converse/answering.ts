/** Answers to a question about a product, from what the shop says about it and nothing else. */
import type { ProductAttribute, ProductOffer } from "../../schemas/generated/records.ts";
import { awaitedSentence } from "./backorder-wording.ts";
import { words } from "./pointing.ts";
import { money } from "./spoken-numbers.ts";

const units: { readonly [suffix: string]: string } = {
  Hours: "hours",
  Grams: "grams",
  Kilograms: "kilograms",
  Litres: "litres",
  Ml: "millilitres",
  Cm: "centimetres",
  Metres: "metres",
  Inches: "inches",
  Watts: "watts",
  Seconds: "seconds",
  Days: "days",
  Years: "years",
  Celsius: "degrees Celsius",
};

/** What people say for what the catalogue calls differently; each group is one meaning. */
const meanings: readonly (readonly string[])[] = [
  ["weight", "weigh", "heavy", "light"],
  ["colour", "color"],
  ["material", "made", "fabric", "consist"],
  ["battery", "charge", "last", "playtime", "runtime"],
  ["brand", "maker", "manufacturer", "company"],
  ["capacity", "volume", "hold", "size", "big"],
  ["length", "long", "size", "big"],
  ["height", "tall", "high", "size", "big"],
  ["width", "wide", "size", "big"],
  ["diameter", "wide", "size", "big"],
  ["connection", "connect", "bluetooth", "wireless", "wired", "usb"],
  ["power", "watt", "strong"],
  ["feature", "special"],
  ["piece", "many", "count"],
  ["origin", "from", "come"],
  ["age", "old", "child", "kid"],
];
const blank = new Set(
  "what which how is are it its do does can has have there tell about more know detail much get see say whether if".split(
    " ",
  ),
);

function meaningsOf(word: string): readonly string[] {
  return [word, ...meanings.filter((group) => group.includes(word)).flat()];
}

/** "batteryHours" is "battery" in "hours". */
function spokenAttribute(attribute: ProductAttribute): { readonly name: string; readonly value: string } {
  const parts = attribute.name.split(/(?=[A-Z])|[\s_-]+/);
  const unit = parts.length > 1 ? units[parts.at(-1) ?? ""] : undefined;
  const isCount = parts.length > 1 && parts.at(-1) === "Count";
  const named = unit === undefined ? parts : parts.slice(0, -1);
  const name = (isCount ? ["number", "of", `${parts.slice(0, -1).join(" ")}s`] : named).join(" ").toLowerCase();
  return { name, value: unit === undefined ? attribute.value : `${attribute.value} ${unit}` };
}

/**
 * What tells products apart, in sentences: at most three properties that all of them have and that are not the same, else what customers think of them. Empty when
 * the shop knows no difference.
 */
export function differences(offers: readonly ProductOffer[]): readonly string[] {
  const [first, ...others] = offers;
  if (first === undefined || others.length === 0) return [];
  const valueIn = (offer: ProductOffer, name: string): string | undefined =>
    offer.attributes.find((attribute) => attribute.name === name)?.value;
  const told = first.attributes
    .filter(({ name, value }) => {
      const values = others.map((other) => valueIn(other, name));
      return values.every((other) => other !== undefined) && values.some((other) => other !== value);
    })
    .slice(0, 3)
    .map(({ name }) => {
      const parts = offers.map((offer) => {
        const { value } = spokenAttribute({ name, value: valueIn(offer, name) ?? "" });
        return `${value} for the ${offer.spokenName}`;
      });
      return `The ${spokenAttribute({ name, value: "" }).name} is ${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}.`;
    });
  if (told.length > 0) return told;
  const best = offers.toSorted((a, b) => b.rating - a.rating)[0];
  const isRated = best !== undefined && best.rating > 0 && offers.some((offer) => offer.rating < best.rating);
  return isRated ? [`Customers rate the ${best.spokenName} higher.`] : [];
}

function fit(attribute: ProductAttribute, asked: readonly string[]): number {
  const named = new Set(words(attribute.name.replaceAll(/(?=[A-Z])/g, " ")));
  const valued = new Set(words(attribute.value));
  let points = 0;
  for (const word of asked) {
    if (named.has(word)) points += 3;
    else if (meaningsOf(word).some((other) => named.has(other))) points += 2;
    else if (valued.has(word)) points += 2;
  }
  return points;
}

function fromAttributes(product: ProductOffer, asked: readonly string[]): string | null {
  let best: { readonly points: number; readonly attribute: ProductAttribute } | null = null;
  for (const attribute of product.attributes) {
    const points = fit(attribute, asked);
    if (points > 0 && points > (best?.points ?? 0)) best = { points, attribute };
  }
  if (best === null) return null;
  const { name, value } = spokenAttribute(best.attribute);
  if (value === "true" || value === "yes") return `Yes, it has ${name}.`;
  if (value === "false" || value === "no") return `No, it has no ${name}.`;
  return `The ${name} is ${value}.`;
}

/** The description's sentences. */
export function sentencesOf(description: string): readonly string[] {
  return (
    description.match(/[^.!?]+[.!?]+(?=\s|$)/g) ?? (description.trim() === "" ? [] : [`${description.trim()}.`])
  ).map((sentence) => sentence.trim());
}

function fromDescription(product: ProductOffer, asked: readonly string[]): string | null {
  let best: { readonly points: number; readonly sentence: string } | null = null;
  for (const sentence of sentencesOf(product.description)) {
    const said = new Set(words(sentence));
    const points = asked.filter((word) => meaningsOf(word).some((other) => said.has(other))).length;
    if (points > 0 && points > (best?.points ?? 0)) best = { points, sentence };
  }
  return best?.sentence ?? null;
}

/** The answer in one or two sentences; null when the shop does not say. */
export function answer(product: ProductOffer, question: string | null): readonly string[] | null {
  const named = new Set(words(product.spokenName));
  const asked = words(question ?? "").filter((word) => !blank.has(word) && !named.has(word));
  const isPrice = asked.length === 0 && /\bhow much\b/i.test(question ?? "");
  if (isPrice || asked.some((word) => word === "price" || word === "cost" || word === "expensive")) {
    return [`The price is ${money(product.priceMinor, product.currency)}.`];
  }
  if (asked.length === 0) {
    const told = sentencesOf(product.description).slice(0, 2);
    return told.length === 0 ? null : told;
  }
  if (asked.some((word) => word === "stock" || word === "available" || word === "left")) {
    if (product.stock > 0) return ["Yes, it is in stock."];
    return [
      product.backorderDays === null ? "No, it is sold out at the moment." : awaitedSentence(product.backorderDays),
    ];
  }
  if (asked.some((word) => word === "rating" || word === "review" || word === "rated")) {
    return product.rating > 0 ? [`Customers rate it ${product.rating.toFixed(1)} out of five.`] : null;
  }
  const found = fromAttributes(product, asked) ?? fromDescription(product, asked);
  return found === null ? null : [found];
}
