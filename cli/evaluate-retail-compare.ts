/** Compares what tasks left behind with what was expected. */
import { z } from "zod";
import { EvaluationError } from "./evaluation-error.ts";

/** An outcome as a file has it. */
export type ExpectedOutcome = {
  readonly task_id: string | number;
  readonly changed: unknown;
  readonly refused_actions: readonly number[];
};

const expectedOutcome = z.looseObject({
  task_id: z.union([z.string(), z.number()]),
  changed: z.unknown(),
  refused_actions: z.array(z.number()),
});

/** Expected outcomes, one JSON object a line. Throws EvaluationError with the line at fault. */
export function parseExpected(text: string): readonly ExpectedOutcome[] {
  return text.split("\n").flatMap((line, index): ExpectedOutcome[] => {
    if (line.trim() === "") return [];
    let given: unknown;
    try {
      given = JSON.parse(line);
    } catch {
      throw new EvaluationError(`Line ${index + 1} of the expected outcomes is not JSON.`);
    }
    const parsed = expectedOutcome.safeParse(given);
    if (!parsed.success) throw new EvaluationError(`Line ${index + 1} of the expected outcomes is not an outcome.`);
    const { task_id, changed, refused_actions } = parsed.data;
    return [{ task_id, changed, refused_actions }];
  });
}

/** Where an outcome differs from what was expected, one line each; empty when it is exact. */
export function differencesOf(expected: ExpectedOutcome, actual: ExpectedOutcome): readonly string[] {
  const sorted = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);
  return [
    ...compared("changed", expected.changed, actual.changed),
    ...compared("refused_actions", sorted(expected.refused_actions), sorted(actual.refused_actions)),
  ];
}

function compared(path: string, expected: unknown, actual: unknown): readonly string[] {
  if (isFields(expected) && isFields(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...names].flatMap((name) => compared(`${path}.${name}`, expected[name] ?? null, actual[name] ?? null));
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      compared(`${path}[${index}]`, expected[index] ?? null, actual[index] ?? null),
    );
  }
  const isSame =
    typeof expected === "number" && typeof actual === "number"
      ? Math.abs(expected - actual) < 0.005
      : (expected ?? null) === (actual ?? null);
  return isSame ? [] : [`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`];
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
