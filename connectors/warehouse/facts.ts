import type { Facts } from "./port.ts";

/** Members of a set of facts that are kept; a call that has more of one kind than this is cut off there, by eventId. */
const MAX_MEMBERS = 1_000;

/** Both together. Commutative, associative and idempotent, as long as equal eventIds carry equal facts. */
export function joined(one: Facts, other: Facts): Facts {
  const result: Record<string, Record<string, unknown>> = {};
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const members = Object.entries({ ...one[name], ...other[name] });
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    result[name] = Object.fromEntries(members.slice(0, MAX_MEMBERS));
  }
  return result;
}
