import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { z } from "zod";
import { type HeardPattern, parseHeardPattern } from "./heard-pattern.ts";

/** What a caller can mean: the closed list that the line understands. */
export const intents = [
  "searchProducts",
  "refineSearch",
  "selectProduct",
  "askDetails",
  "orderProduct",
  "changeQuantity",
  "confirm",
  "deny",
  "applyDiscount",
  "checkOrderStatus",
  "reorder",
  "cancelOrder",
  "returnItems",
  "exchangeItems",
  "changeAddress",
  "changePayment",
  "provideDigits",
  "requestCode",
  "identify",
  "resendLink",
  "goBack",
  "repeat",
  "help",
  "talkToPerson",
  "goodbye",
  "outOfScope",
  "unclear",
] as const;

const minor = z.int().min(0);
const meaning = z.strictObject({
  intent: z.enum(intents),
  entities: z
    .strictObject({
      query: z.string(),
      priceMinMinor: minor,
      priceMaxMinor: minor,
      priceTargetMinor: minor,
      sort: z.enum(["relevance", "priceAscending", "priceDescending", "ratingDescending", "newest"]),
      quantity: z.int().min(1),
      ordinal: z.int().min(-1),
      productName: z.string(),
      question: z.string(),
      orderNumber: z.string(),
      discountCode: z.string(),
      cancelReason: z.string(),
      replacement: z.string(),
      paymentMethod: z.string(),
      address: z.string(),
      personName: z.string(),
      postalCode: z.string(),
    })
    .partial()
    .default({}),
});

const line = z.string().trim().min(1).max(1000);
const withinMs = z.int().min(1).max(600_000);
const pattern = line.transform((text, context): HeardPattern => {
  try {
    return parseHeardPattern(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});
const patterns = z.union([pattern.transform((one) => [one]), z.array(pattern).min(1)]);
const control = z.record(z.string(), z.json());

const stepShapes = {
  say: z.strictObject({
    say: line,
    means: meaning.optional(),
    /** What the line makes of the words before anybody is asked what they mean, where it masks some. */
    heardAs: line.optional(),
    waitForReply: z.boolean().default(true),
  }),
  expectHeard: z.strictObject({ expectHeard: patterns, withinMs: withinMs.default(10_000) }),
  expectNotHeard: z.strictObject({ expectNotHeard: patterns, withinMs: withinMs.default(10_000) }),
  press: z.strictObject({
    press: z.string().regex(/^[0-9*#]{1,64}$/, "must be keys in quotes: 0-9, * and #"),
    waitForReply: z.boolean().default(true),
  }),
  expectMessage: z.strictObject({ expectMessage: patterns, withinMs: withinMs.default(10_000) }),
  followLink: z.strictObject({ followLink: z.literal(true) }),
  pressCode: z.strictObject({ pressCode: z.literal(true) }),
  silence: z.strictObject({ silence: withinMs }),
  interrupt: z.strictObject({
    interrupt: z.strictObject({ afterHearing: pattern, say: line, means: meaning.optional() }),
    withinMs: withinMs.default(20_000),
  }),
  control: z.strictObject({ control }),
  hangUp: z.strictObject({
    hangUp: z.union([z.literal(true), z.strictObject({ afterMs: z.int().min(0).max(60_000) })]),
  }),
  expectEnd: z.strictObject({
    expectEnd: z.strictObject({
      by: z.enum(["agent", "caller"]).default("agent"),
      isTransferred: z.boolean().optional(),
      withinMs: withinMs.default(15_000),
    }),
  }),
} as const;

type StepName = keyof typeof stepShapes;
const stepNames = Object.keys(stepShapes) as StepName[];

const number = z.string().regex(/^\+[1-9]\d{3,14}$/, 'must be a number like "+15550100001", in quotes');
const header = z.strictObject({
  title: line,
  caller: z.strictObject({ from: number, to: number.optional(), stirVerstat: line.optional() }),
  before: z.array(z.strictObject({ control })).default([]),
  steps: z.array(z.record(z.string(), z.unknown())).min(1),
  expect: z.record(z.string(), z.json()).default({}),
});

/** What the words of a scenario mean, for a model that answers by annotation. */
export type Meaning = z.infer<typeof meaning>;

type Fields = { [Name in StepName]: z.infer<(typeof stepShapes)[Name]> };
/** One step of a scenario, with the line of the file it stands on. */
export type Step = { [Name in StepName]: { readonly kind: Name; readonly line: number } & Fields[Name] }[StepName];

/** A call as it is written in a file of `scenarios/`. */
export type Scenario = Omit<z.infer<typeof header>, "steps"> & {
  readonly name: string;
  readonly steps: readonly Step[];
};

/** Thrown for a scenario file that is not one; the message lists every fault as `file:line: what`. */
export class ScenarioError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "ScenarioError";
    this.faults = faults;
  }
}

type Fault = { readonly path: readonly PropertyKey[]; readonly message: string };

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    // Of the alternatives, the one that failed for more than its type says what is wrong.
    const closest = issue.errors.flat().find((inner) => inner.code !== "invalid_type");
    if (closest !== undefined) return describeIssue({ ...closest, path: [...issue.path, ...closest.path] });
  }
  if (issue.code === "unrecognized_keys")
    return `unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
  const where = issue.path.filter((part) => typeof part === "string").join(".");
  return where === "" ? issue.message : `${where}: ${issue.message}`;
}

function readStep(fields: Readonly<Record<string, unknown>>, index: number, at: number): Step | readonly Fault[] {
  const path = ["steps", index];
  const names = stepNames.filter((name) => Object.hasOwn(fields, name));
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    const message = `a step has exactly one of ${stepNames.join(", ")}; found ${names.length === 0 ? Object.keys(fields).join(", ") : names.join(", ")}`;
    return [{ path, message }];
  }
  const parsed = stepShapes[name].safeParse(fields);
  if (parsed.success) return { kind: name, line: at, ...parsed.data } as Step;
  return parsed.error.issues.flatMap((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
    return [{ path: [...path, ...issue.path, ...keys.slice(0, 1)], message: describeIssue(issue) }];
  });
}

/** The deepest node on a path that exists, so that a fault points at the closest line. */
function findNode(root: Node | null, path: readonly PropertyKey[]): Node | null {
  let node = root;
  for (const part of path) {
    let next: Node | null = null;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === part);
      const isLeaf = part === path.at(-1);
      next = ((isLeaf ? pair?.key : pair?.value) as Node | undefined) ?? null;
    } else if (isSeq(node)) next = (node.items[Number(part)] as Node | undefined) ?? null;
    if (next === null) return node;
    node = next;
  }
  return node;
}

/**
 * Reads a scenario (YAML). Throws {@link ScenarioError} with file and line of every fault: not YAML, unknown keys, missing or wrong values.
 * @param file the file's name, for messages; without folder and extension it names the scenario.
 */
export function parseScenario(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new ScenarioError(
      document.errors.map((error) => `${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`),
    );
  const lineOf = (path: readonly PropertyKey[]): number => {
    const range = findNode(document.contents, path)?.range;
    return range ? lines.linePos(range[0]).line : 1;
  };
  const fail = (faults: readonly Fault[]): never => {
    throw new ScenarioError(faults.map((fault) => `${file}:${lineOf(fault.path)}: ${fault.message}`));
  };
  const parsed = header.safeParse(document.toJS());
  if (!parsed.success)
    return fail(
      parsed.error.issues.map((issue) => ({
        path: issue.code === "unrecognized_keys" ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path,
        message: describeIssue(issue),
      })),
    );
  const steps: Step[] = [];
  const faults: Fault[] = [];
  for (const [index, fields] of parsed.data.steps.entries()) {
    const step = readStep(fields, index, lineOf(["steps", index]));
    if (Array.isArray(step)) faults.push(...(step as readonly Fault[]));
    else steps.push(step as Step);
  }
  if (faults.length > 0) fail(faults);
  const name = file.replace(/^.*[\\/]/, "").replace(/\.ya?ml$/, "");
  return { ...parsed.data, name, steps };
}

/** The annotated words of a scenario, in order: what a model that answers by annotation needs to know. */
export function meaningsOf(scenario: Scenario): readonly { readonly text: string; readonly means: Meaning }[] {
  return scenario.steps.flatMap((step) => {
    if (step.kind === "say" && step.means !== undefined) return [{ text: step.heardAs ?? step.say, means: step.means }];
    if (step.kind === "interrupt" && step.interrupt.means !== undefined)
      return [{ text: step.interrupt.say, means: step.interrupt.means }];
    return [];
  });
}

/** The same as the simulated model's control endpoint takes it. */
export function modelAnswersOf(
  scenario: Scenario,
): readonly { readonly text: string; readonly answer: Readonly<Record<string, unknown>> }[] {
  return meaningsOf(scenario).map(({ text, means }) => ({ text, answer: { ...means, confidence: 0.95 } }));
}
