import type { TestFileKind } from "./test-files.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A step of `npm test`: a program that must end with 0, or test files of a kind. */
export type TestStep = {
  readonly name: string;
  readonly summary: string;
  /** Longest time, in milliseconds. */
  readonly timeoutMs: number;
  /** What to do when it fails, in one line. */
  readonly advice: string;
} & (
  | { readonly program: readonly [command: string, ...args: string[]] }
  | {
      readonly tests: TestFileKind;
      /** Test files at the same time. */
      readonly concurrency: number;
      /** Longest time of one file, in milliseconds. */
      readonly fileTimeoutMs: number;
    }
);

/** All steps: the quick ones that need nothing first, then what starts servers. */
export const testSteps: readonly TestStep[] = [
  {
    name: "format",
    summary: "format, imports and lint (Biome)",
    program: ["biome", "ci", ".", "--colors=off", "--error-on-warnings"],
    timeoutMs: MINUTE_MS,
    advice: "run `npm run format`; what it does not repair must be changed by hand",
  },
  {
    name: "types",
    summary: "types (TypeScript)",
    program: ["tsc", "--noEmit", "-p", ".", "--pretty", "false"],
    timeoutMs: 2 * MINUTE_MS,
    advice: "correct the types; a cast or a suppression needs a reason beside it",
  },
  {
    name: "promises",
    summary: "promises and exhaustive switches (oxlint with types)",
    program: ["oxlint", "--type-aware", "--format=unix"],
    timeoutMs: 2 * MINUTE_MS,
    advice: "await the promise, or write `void` where nobody may wait for it; give every case of a switch",
  },
  {
    name: "generated",
    summary: "generated files match their sources",
    program: ["node", "cli/generate.ts", "--check"],
    timeoutMs: MINUTE_MS,
    advice: "run `npm run generate` and commit what it writes",
  },
  {
    name: "dead-code",
    summary: "unused files, exports and packages (knip)",
    program: ["knip", "--no-progress"],
    timeoutMs: MINUTE_MS,
    advice: "delete what nobody uses, or export less; a program of its own is named as an entry in knip.json",
  },
  {
    name: "artefacts",
    summary: "what the local stack runs is in the cache",
    program: ["node", "cli/fetch.ts"],
    timeoutMs: 15 * MINUTE_MS,
    advice: "Maven must reach its repository once; see the output above",
  },
  {
    name: "rules",
    summary: "rules of the repository: import walls, schemas, deployment files",
    tests: "rules",
    concurrency: 2,
    fileTimeoutMs: MINUTE_MS,
    timeoutMs: 3 * MINUTE_MS,
    advice: "CONTRIBUTING.md says what each rule is for; one file: `node --test <file>`",
  },
  {
    name: "unit",
    summary: "units, and adapters against the simulators",
    tests: "unit",
    concurrency: 2,
    fileTimeoutMs: 2 * MINUTE_MS,
    timeoutMs: 8 * MINUTE_MS,
    advice: "run the failing file by itself: `node --test <file>`",
  },
  {
    name: "stack",
    summary: "the local stack, and what needs all of it",
    tests: "stack",
    concurrency: 1,
    fileTimeoutMs: 3 * MINUTE_MS,
    timeoutMs: 6 * MINUTE_MS,
    advice: "run the failing file by itself: `node --test <file>`; it starts its own servers",
  },
  {
    name: "runtime",
    summary: "what the runtime promises, on a real broker",
    tests: "runtime",
    concurrency: 1,
    fileTimeoutMs: 4 * MINUTE_MS,
    timeoutMs: 5 * MINUTE_MS,
    advice: "docs/spec/runtime.md lists the promises; one file: `node --test <file>`",
  },
  {
    name: "compliance",
    summary: "every stage keeps the promises, on a real broker",
    tests: "compliance",
    concurrency: 1,
    fileTimeoutMs: 4 * MINUTE_MS,
    timeoutMs: 6 * MINUTE_MS,
    advice: "docs/spec/runtime.md lists what a stage must keep; one file: `node --test <file>`",
  },
  {
    name: "scenarios",
    summary: "whole calls through the whole system",
    tests: "scenarios",
    concurrency: 1,
    fileTimeoutMs: 10 * MINUTE_MS,
    timeoutMs: 15 * MINUTE_MS,
    advice: "play one call by hand: `npm start`, then `npm run call -- scenarios/<file>`",
  },
  {
    name: "failures",
    summary: "calls go on when processes are killed and vendors fail",
    tests: "failures",
    concurrency: 2,
    fileTimeoutMs: 10 * MINUTE_MS,
    timeoutMs: 18 * MINUTE_MS,
    advice: "run the failing file by itself: `node --test <file>`",
  },
];

/** Longest time of the whole run, in milliseconds. */
export const TOTAL_TIMEOUT_MS = 45 * MINUTE_MS;
