/** Rules as data: which signals count, how much, and when. Read, checked and compiled once; every fault of a file is told. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Environment } from "@marcbachmann/cel-js";
import { z } from "zod";
import type { RiskSignal } from "../../schemas/generated/records.ts";
import { conditionFault } from "./condition-fault.ts";
import { type FeatureName, type Features, featureNames, noFeatures } from "./features.ts";
import type { Thresholds } from "./score.ts";
import { type FullAt, type Signal, strengthOf } from "./signal.ts";
import { signals } from "./signals.ts";

/** Compiled rules. */
export type RuleSet = {
  /** The file's version and the first digits of its hash: equal for equal bytes only. */
  readonly version: string;
  readonly thresholds: Thresholds;
  /** The signals that a record's features give, strongest possible order kept: only those above 0. */
  readonly signalsOf: (features: Features) => RiskSignal[];
  /** The file, for printing settings. */
  readonly toString: () => string;
};

/** Rules that cannot be used, with every fault. */
export class RuleSetError extends Error {
  readonly faults: readonly string[];
  constructor(file: string, faults: readonly string[]) {
    super(`${file} has ${faults.length} fault(s): ${faults.join("; ")}`);
    this.name = "RuleSetError";
    this.faults = faults;
  }
}

const share = z.number().min(0).max(1);
const rule = z.strictObject({
  weight: share,
  when: z.string().min(1).max(500),
  fullAt: z.record(z.string(), z.number().positive()),
});
const ruleFile = z.strictObject({
  version: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/),
  signals: z.strictObject(
    Object.fromEntries(signals.map((signal) => [signal.name, rule])) as Record<Signal["name"], typeof rule>,
  ),
  thresholds: z
    .strictObject({ confirm: share, challenge: share, block: share })
    .refine(({ confirm, challenge, block }) => confirm < challenge && challenge < block, {
      message: "confirm, challenge and block must rise",
    }),
});

/** Every feature is a double: whole numbers in a rule may be written with or without a point in comparisons by size, and need one for equality. */
function environment(): Environment {
  const created = new Environment({ limits: { maxAstNodes: 100, maxDepth: 16 } });
  for (const name of featureNames) created.registerVariable(name, "double");
  return created;
}

/** Compiles a rule file's text. Throws {@link RuleSetError} with all faults; never repairs anything. */
export function compileRuleSet(text: string, file = "the rules"): RuleSet {
  const parsed = ruleFile.safeParse(readJson(text, file));
  if (!parsed.success)
    throw new RuleSetError(
      file,
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`),
    );
  const rules = parsed.data;
  const cel = environment();
  const faults = signals.flatMap((signal) => {
    const { when, fullAt } = rules.signals[signal.name];
    const fault = conditionFault(cel, when, noFeatures);
    return [
      ...(fault === null ? [] : [`signals.${signal.name}.when: ${fault}`]),
      ...scaleFaults(signal, fullAt as FullAt).map((words) => `signals.${signal.name}.fullAt: ${words}`),
    ];
  });
  if (faults.length > 0) throw new RuleSetError(file, faults);
  const compiled = signals.map((signal) => {
    const { weight, when, fullAt } = rules.signals[signal.name];
    return { signal, weight, fullAt: fullAt as FullAt, isMet: cel.parse(when) };
  });
  return {
    version: `${rules.version}+${createHash("sha256").update(text).digest("hex").slice(0, 12)}`,
    thresholds: rules.thresholds,
    signalsOf: (features) =>
      compiled.flatMap(({ signal, weight, fullAt, isMet }) => {
        const value = isMet(features) === true ? strengthOf(signal, features, fullAt) : 0;
        return value > 0 ? [{ name: signal.name, value, weight }] : [];
      }),
    toString: () => file,
  };
}

/** Reads and compiles a rule file. Throws {@link RuleSetError}. */
export function readRuleSet(file: string | URL, name = String(file)): RuleSet {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new RuleSetError(name, [`cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown fault"})`]);
  }
  return compileRuleSet(text, name);
}

function readJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RuleSetError(file, ["is not JSON"]);
  }
}

function scaleFaults(signal: Signal, fullAt: FullAt): string[] {
  const given = Object.keys(fullAt) as FeatureName[];
  return [
    ...signal.scale.filter((name) => !given.includes(name)).map((name) => `${name} is missing`),
    ...given.filter((name) => !signal.scale.includes(name)).map((name) => `${name} is not part of this signal`),
  ];
}
