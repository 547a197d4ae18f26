/** What prices a caller who looks for something will hear of. Pure. */
import { readPriceConstraints } from "./price-constraints.ts";

/** Who says "around fifty" is glad of forty, and takes little more than fifty without being asked. */
const BELOW_TARGET = 0.2;
const ABOVE_TARGET = 0.05;

/** Prices in minor units, both included, that are "around" a price: from a fifth below to a twentieth above. */
export function aroundPrice(targetMinor: number): { readonly priceMinMinor: number; readonly priceMaxMinor: number } {
  return {
    priceMinMinor: Math.floor(targetMinor * (1 - BELOW_TARGET)),
    priceMaxMinor: Math.ceil(targetMinor * (1 + ABOVE_TARGET)),
  };
}

/** The price bounds of a wish. A price that is simply named is the most that is to be spent: "a bracelet for thirty dollars". */
export function readWishedPrices(utterance: string): Omit<ReturnType<typeof readPriceConstraints>, "isPlainTarget"> {
  const { isPlainTarget, ...prices } = readPriceConstraints(utterance);
  return isPlainTarget ? { ...prices, priceMaxMinor: prices.priceTargetMinor, priceTargetMinor: null } : prices;
}
