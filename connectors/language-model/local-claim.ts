/** Callers who say who they are, or that the telephone is not theirs. Pure. */
import { readClaimedIdentity, type SpokenIdentity } from "../../language/claimed-identity.ts";

const elsewhere =
  /\b(?:call(?:ing)?|phon(?:e|ing)|ring(?:ing)?)\b[^.?!]*\b(?:from|on|with) (?:(?:an)?other|a different|(?:some(?:one|body)|no(?:one|body)) else's|a friend's|a new|a borrowed|(?:my|his|her) \w+'s(?: \w+'s)?|an? \w+'s)(?: \w+)? (?:phone|telephone|number|line|mobile|cell|handset|landline)\b|\b(?:isn't|is not|it's not|this is not|this isn't|not) my (?:own )?(?:phone|telephone|number|line|mobile)\b|\b(?:find|look|identify|verify) me (?:up )?(?:by|with|under|through|using) my (?:\w+ )?(?:name|zip|post|postal)\b/;

/** Who they say they are; without a name and a postal code when only the telephone is said not to be theirs. Null for anything else. */
export function readClaim(utterance: string): Partial<SpokenIdentity> | null {
  const said = readClaimedIdentity(utterance);
  if (said !== null) return said;
  return elsewhere.test(utterance.toLowerCase().replaceAll("’", "'")) ? {} : null;
}
