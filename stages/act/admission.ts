/** What is checked before a tool runs: arguments, permission, confirmation and risk. Ownership, identity and stock are the database's to know. */
import type { IdentityDemand } from "../../connectors/orders/port.ts";
import type { RefusalReason, RiskAction, Tool, ToolArguments, ToolCalled } from "../../schemas/generated/records.ts";
import { argumentRules, type ToolRule, tools } from "./tools.ts";

/** The bounds that the operator sets. */
export type Limits = { readonly maxQuantity: number; readonly maxPriceMinor: number };

/** A tool call, as far as it must be kept until it is done. */
export type ToolCall = {
  readonly callId: string;
  readonly turn: number;
  readonly tool: Exclude<Tool, "none">;
  readonly arguments: ToolArguments;
};

/** A no, with the limit that was passed where there is one. */
export type Denial = {
  readonly reason: Extract<
    RefusalReason,
    "notAllowed" | "invalidArguments" | "overLimit" | "notConfirmed" | "riskBlocked"
  >;
  readonly limit: number | null;
};

/** Whether a record asks for something that it may ask for; needs nothing but the record and the limits. */
export function admit(record: ToolCalled, limits: Limits): { readonly call: ToolCall } | { readonly denial: Denial } {
  const { tool } = record;
  if (tool === "none" || !Object.hasOwn(tools, tool)) return denied("notAllowed");
  const rule = tools[tool];
  if (rule.intents !== "any" && !rule.intents.includes(record.intent)) return denied("notAllowed");
  const fault = argumentFault(record.arguments, rule, limits);
  if (fault !== null) return { denial: fault };
  const isYesNeeded = rule.needsConfirmation || record.arguments.confirmation !== null;
  if (isYesNeeded && !record.isConfirmed) return denied("notConfirmed");
  return { call: { callId: record.eventId, turn: record.turn, tool, arguments: record.arguments } };
}

/** Whether the call's risk stops a tool outright. A challenge does not: it asks for a proof of identity, see {@link identityDemand}. */
export function isRiskBlocked(tool: Exclude<Tool, "none">, risk: RiskAction): boolean {
  return risk === "block" && tools[tool].stoppedBy !== null;
}

/** The proof of identity that a tool needs at a given risk. `challengedAtMs` is when the challenge began, null when there is none. */
export function identityDemand(tool: Exclude<Tool, "none">, challengedAtMs: number | null): IdentityDemand {
  const rule = tools[tool];
  const isChallenged = challengedAtMs !== null && rule.stoppedBy === "challenge";
  return { isRequired: rule.needsIdentity || isChallenged, provenSinceMs: isChallenged ? challengedAtMs : null };
}

function argumentFault(given: ToolArguments, rule: ToolRule, limits: Limits): Denial | null {
  const groups = rule.eitherOf ?? [];
  const allowed = new Set<string>([...rule.required, ...rule.optional, ...groups.flat()]);
  const begun = groups.filter((group) => group.some((name) => isGiven(given[name])));
  if (groups.length > 0 && (begun.length !== 1 || !begun[0]?.every((name) => isGiven(given[name]))))
    return denial("invalidArguments");
  for (const name of rule.required) if (!isGiven(given[name])) return denial("invalidArguments");
  for (const [name, value] of Object.entries(given)) {
    if (value === null) continue;
    if (!allowed.has(name)) return denial("invalidArguments");
    const fault = valueFault(name as keyof ToolArguments, value, limits);
    if (fault !== null) return fault;
  }
  const { priceMinMinor, priceMaxMinor } = given;
  if (priceMinMinor !== null && priceMaxMinor !== null && priceMinMinor > priceMaxMinor)
    return denial("invalidArguments");
  return null;
}

function isGiven(value: ToolArguments[keyof ToolArguments] | undefined): boolean {
  return value !== null && value !== undefined;
}

type Value = NonNullable<ToolArguments[keyof ToolArguments]>;

function isText(value: unknown, maxLength: number, pattern: RegExp | null): boolean {
  return typeof value === "string" && value.length <= maxLength && (pattern?.test(value) ?? true);
}

/** Whether something has the lines of an address; what they say is the order operations' to judge. */
function isAddress(value: Value, maxLength: number): boolean {
  if (typeof value !== "object" || !("line1" in value)) return false;
  return Object.values(value).every((text) => text === null || isText(text, maxLength, null));
}

function valueFault(name: keyof ToolArguments, value: Value, limits: Limits): Denial | null {
  const rule = argumentRules[name];
  switch (rule.kind) {
    case "text":
      return isText(value, rule.maxLength, rule.pattern) ? null : denial("invalidArguments");
    case "list": {
      const isList = Array.isArray(value) && value.length > 0 && value.length <= rule.maxItems;
      const fits = isList && value.every((text) => isText(text, rule.maxLength, rule.pattern));
      return fits ? null : denial("invalidArguments");
    }
    case "lines":
      return linesFault(value, rule, limits);
    case "address":
      return isAddress(value, rule.maxLength) ? null : denial("invalidArguments");
    case "integer": {
      if (typeof value !== "number" || !Number.isSafeInteger(value) || value < rule.min)
        return denial("invalidArguments");
      const max = typeof rule.max === "number" ? rule.max : limits[rule.max];
      if (value <= max) return null;
      return rule.isOverLimit ? denial("overLimit", max) : denial("invalidArguments");
    }
    case "choice":
      // The schema's enumeration has checked it.
      return typeof value === "string" ? null : denial("invalidArguments");
  }
}

/** The first fault of any line, by the rules of the arguments that it is made of. */
function linesFault(
  value: Value,
  { maxItems, product, pieces }: Extract<(typeof argumentRules)[keyof ToolArguments], { kind: "lines" }>,
  limits: Limits,
): Denial | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxItems) return denial("invalidArguments");
  for (const line of value) {
    if (typeof line !== "object") return denial("invalidArguments");
    const fault = valueFault(product, line.productId, limits) ?? valueFault(pieces, line.quantity, limits);
    if (fault !== null) return fault;
  }
  return null;
}

function denial(reason: Denial["reason"], limit: number | null = null): Denial {
  return { reason, limit };
}

function denied(reason: Denial["reason"]): { readonly denial: Denial } {
  return { denial: denial(reason) };
}
