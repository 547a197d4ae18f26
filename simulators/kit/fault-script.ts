import { readFileSync } from "node:fs";
import { createSeededRandom, type Random } from "./seeded-random.ts";

/** What a fault does: answer late, answer with an error, break the connection in the middle, or answer wrongly. */
export type FaultKind = "delay" | "error" | "cut" | "wrong";

/** One rule of a fault script. Without `nth` and `probability` it applies to every request of its operation. */
export type FaultRule = {
  /** The vendor's operation, e.g. `StreamingRecognize`, or `*` for all. */
  readonly operation: string;
  readonly fault: FaultKind;
  /** Applies to the nth request of the operation only, counted from 1 since start or reset. */
  readonly nth?: number;
  /** Applies with this probability, 0 to 1. */
  readonly probability?: number;
  /** `delay`: how much later; `error` and `cut`: how long after the request began. */
  readonly delayMs?: number;
  /** The vendor's code for `error`, e.g. `RESOURCE_EXHAUSTED` or `429`. */
  readonly code?: string;
  /** Applies at most this many times. */
  readonly times?: number;
};

/** The fault that a request gets. */
export type Fault = { readonly kind: FaultKind; readonly delayMs: number; readonly code: string };

/** Decides per request; rules are tried in order and the first that applies wins. */
export type FaultScript = {
  /** Counts one request of the operation and says which fault it gets, if any. */
  next(operation: string): Fault | undefined;
  /** Replaces the rules and forgets all counts. */
  replace(rules: readonly FaultRule[]): void;
  /** Forgets all counts and removes all rules. */
  reset(): void;
};

const kinds: readonly string[] = ["delay", "error", "cut", "wrong"];
const known: readonly string[] = ["operation", "fault", "nth", "probability", "delayMs", "code", "times"];
const maxRules = 1000;

function fail(index: number, what: string): never {
  throw new RangeError(`fault script rule ${index}: ${what}`);
}

function optionalNumber(
  index: number,
  name: string,
  value: unknown,
  isAllowed: (value: number) => boolean,
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value) || !isAllowed(value)) fail(index, `${name} is out of range`);
  return value;
}

function parseRule(value: unknown, index: number): FaultRule {
  if (typeof value !== "object" || value === null || Array.isArray(value)) fail(index, "is not an object");
  const rule = value as Record<string, unknown>;
  for (const key of Object.keys(rule)) if (!known.includes(key)) fail(index, `unknown field ${JSON.stringify(key)}`);
  const { operation, fault, code } = rule;
  if (typeof operation !== "string" || operation === "") fail(index, "operation is missing");
  if (typeof fault !== "string" || !kinds.includes(fault)) fail(index, `fault must be one of ${kinds.join(", ")}`);
  if (code !== undefined && typeof code !== "string" && typeof code !== "number")
    fail(index, "code must be text or a number");
  const isCount = (count: number): boolean => Number.isInteger(count) && count >= 1;
  const nth = optionalNumber(index, "nth", rule.nth, isCount);
  const times = optionalNumber(index, "times", rule.times, isCount);
  const delayMs = optionalNumber(index, "delayMs", rule.delayMs, (ms) => ms >= 0 && ms <= 3_600_000);
  const probability = optionalNumber(index, "probability", rule.probability, (p) => p >= 0 && p <= 1);
  return {
    operation,
    fault: fault as FaultKind,
    ...(nth === undefined ? {} : { nth }),
    ...(times === undefined ? {} : { times }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(probability === undefined ? {} : { probability }),
    ...(code === undefined ? {} : { code: String(code) }),
  };
}

/** Reads a fault script (a list of rules) strictly; throws `RangeError` that names the rule and the field. */
export function parseFaultRules(value: unknown): FaultRule[] {
  if (!Array.isArray(value)) throw new RangeError("a fault script is a list of rules");
  if (value.length > maxRules) throw new RangeError(`a fault script has at most ${maxRules} rules`);
  return value.map(parseRule);
}

/** Reads a fault script from a JSON file; an empty path means no faults. */
export function readFaultRules(path: string): FaultRule[] {
  return path === "" ? [] : parseFaultRules(JSON.parse(readFileSync(path, "utf8")));
}

/** A script that decides which requests fail; the seed makes `probability` repeatable. */
export function createFaultScript(rules: readonly FaultRule[], seed: number): FaultScript {
  const random: Random = createSeededRandom(seed);
  let entries = rules.map((rule) => ({ rule, applied: 0 }));
  const seen = new Map<string, number>();
  return {
    next(operation) {
      const nth = (seen.get(operation) ?? 0) + 1;
      seen.set(operation, nth);
      for (const entry of entries) {
        const { rule } = entry;
        if (rule.operation !== operation && rule.operation !== "*") continue;
        if (rule.nth !== undefined && rule.nth !== nth) continue;
        if (rule.times !== undefined && entry.applied >= rule.times) continue;
        if (rule.probability !== undefined && random() >= rule.probability) continue;
        entry.applied += 1;
        return { kind: rule.fault, delayMs: rule.delayMs ?? 0, code: rule.code ?? "" };
      }
      return undefined;
    },
    replace(next) {
      entries = next.map((rule) => ({ rule, applied: 0 }));
      seen.clear();
    },
    reset() {
      entries = [];
      seen.clear();
    },
  };
}
