import { type Entities, type Intent, noEntities, type SortOrder } from "../../schemas/generated/records.ts";
import { type EntityRule, entityRules, intents, sortOrders } from "./intent-contract.ts";

/** An answer that satisfies the contract. */
export type IntentAnswer = { readonly intent: Intent; readonly entities: Entities; readonly confidence: number };

type Json = Readonly<Record<string, unknown>>;

const maxAnswerLength = 8_000;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownMember(value: Json, known: readonly string[]): string | undefined {
  // What a model made up is not repeated: it may quote the caller.
  return Object.keys(value).some((name) => !known.includes(name)) ? `only ${known.join(", ")} may be given` : undefined;
}

function entityProblem(name: string, rule: EntityRule, value: unknown): string | undefined {
  switch (rule.kind) {
    case "text":
      if (typeof value !== "string") return `${name} must be a string or null`;
      if (value.length > rule.maxLength) return `${name} is longer than ${rule.maxLength} characters`;
      return rule.pattern === undefined || rule.pattern.test(value)
        ? undefined
        : `${name} has characters that it may not have`;
    case "integer":
      if (typeof value !== "number" || !Number.isSafeInteger(value)) return `${name} must be a whole number or null`;
      return value < rule.min || value > rule.max ? `${name} must be from ${rule.min} to ${rule.max}` : undefined;
    case "sort":
      return sortOrders.includes(value as SortOrder) ? undefined : `${name} must be one of ${sortOrders.join(", ")}`;
  }
}

function readEntities(value: unknown): { readonly entities: Entities } | { readonly problem: string } {
  if (value === undefined || value === null) return { entities: noEntities };
  if (!isObject(value)) return { problem: "entities must be an object" };
  const unknown = unknownMember(value, Object.keys(entityRules));
  if (unknown !== undefined) return { problem: `of entities, ${unknown}` };
  const entities: Record<string, unknown> = { ...noEntities };
  for (const [name, rule] of Object.entries(entityRules)) {
    const given = typeof value[name] === "string" ? value[name].trim() : value[name];
    if (given === undefined || given === null || given === "") continue;
    const problem = entityProblem(name, rule, given);
    if (problem !== undefined) return { problem };
    entities[name] = given;
  }
  const { ordinal, priceMinMinor, priceMaxMinor } = entities as Entities;
  if (ordinal === 0) return { problem: "ordinal counts from 1, or from -1 at the end" };
  if (priceMinMinor !== null && priceMaxMinor !== null && priceMinMinor > priceMaxMinor)
    return { problem: "priceMinMinor must not be above priceMaxMinor" };
  return { entities: entities as Entities };
}

/**
 * Reads a reasoner's raw answer strictly: JSON, the closed list of intents, typed and bounded entities, confidence from 0 to 1, nothing else. An absent entity is
 * null. Otherwise says what is wrong, in words for one repair attempt, without quoting the answer.
 */
export function readIntentAnswer(text: string): { readonly answer: IntentAnswer } | { readonly problem: string } {
  if (text.length > maxAnswerLength) return { problem: `the answer is longer than ${maxAnswerLength} characters` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "the answer is not JSON" };
  }
  if (!isObject(value)) return { problem: "the answer is not a JSON object" };
  const unknown = unknownMember(value, ["intent", "confidence", "entities"]);
  if (unknown !== undefined) return { problem: unknown };
  const { intent, confidence } = value;
  if (!intents.includes(intent as Intent)) return { problem: `intent must be one of ${intents.join(", ")}` };
  if (typeof confidence !== "number" || !(confidence >= 0 && confidence <= 1))
    return { problem: "confidence must be a number from 0 to 1" };
  const entities = readEntities(value.entities);
  if ("problem" in entities) return entities;
  return { answer: { intent: intent as Intent, entities: entities.entities, confidence } };
}
