/** Every tool that guards this repository, with this repository's settings, refuses what it is there to refuse: a gate that sees nothing passes everything. */
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type ProgramEnd, runToEnd } from "../cli/test-program.ts";
import { testSteps } from "../cli/test-steps.ts";

const root = process.cwd();

describe("the gates bite", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "partyline-gates-"));
    for (const file of ["biome.json", ".oxlintrc.json", "knip.json", "tsconfig.json", "package.json"])
      await cp(join(root, file), join(folder, file));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await write(".gitignore", "node_modules/\n");
    // Biome takes what to ignore from git.
    const git = await runToEnd({
      command: "git",
      args: ["-C", folder, "init", "--quiet"],
      environment: process.env,
      timeoutMs: 10_000,
    });
    assert.equal(git.exitCode, 0, git.output);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }

  /** Runs a step's program, as `npm test` does, over the folder with one file in it. */
  async function gate(name: string, path: string, text: string): Promise<ProgramEnd> {
    const step = testSteps.find((candidate) => candidate.name === name);
    assert.ok(step !== undefined && "program" in step);
    const [command, ...args] = step.program;
    await write(path, text);
    try {
      // The tools look for their settings from the folder that they run in.
      const inFolder = ["-c", 'cd "$0" && exec "$@"', folder, join(root, "node_modules/.bin", command), ...args];
      return await runToEnd({
        command: "/bin/sh",
        args: inFolder,
        environment: { ...process.env, NO_COLOR: "1" },
        timeoutMs: 50_000,
      });
    } finally {
      await rm(join(folder, path), { force: true });
    }
  }

  const refused: readonly (readonly [gate: string, what: string, path: string, text: string, says: RegExp])[] = [
    ["format", "bad format", "runtime/x.ts", "export const a={b:1}\n", /format/],
    [
      "format",
      "an unused import",
      "runtime/x.ts",
      'import { a } from "./a.ts";\n\nexport const b = 1;\n',
      /noUnusedImports/,
    ],
    [
      "format",
      "a core that imports node:fs",
      "stages/act/core.ts",
      'import { a } from "node:fs";\n\nexport const b = a;\n',
      /noRestrictedImports/,
    ],
    [
      "format",
      "a stage that imports another",
      "stages/act/core.ts",
      'import { a } from "../speak/core.ts";\n\nexport const b = a;\n',
      /noRestrictedImports/,
    ],
    [
      "format",
      "an adapter that imports a simulator",
      "connectors/x/y.ts",
      'import { a } from "../../simulators/a.ts";\n\nexport const b = a;\n',
      /noRestrictedImports/,
    ],
    ["types", "a wrong type", "bench/x.ts", "export const a: number = 'one';\n", /TS2322/],
    ["types", "an enum", "bench/x.ts", "export enum A {\n  b,\n}\n", /TS1294/],
    [
      "promises",
      "a promise that nobody waits for",
      "runtime/x.ts",
      "async function a(): Promise<void> {}\na();\n",
      /no-floating-promises/,
    ],
    [
      "promises",
      "a promise where a truth is asked for",
      "runtime/x.ts",
      "async function a(): Promise<boolean> {\n  return true;\n}\nexport const b = a() ? 1 : 2;\n",
      /no-misused-promises/,
    ],
    ["promises", "an await of nothing", "runtime/x.ts", "export const a = await 1;\n", /await-thenable/],
    [
      "promises",
      "a switch with a gap",
      "runtime/x.ts",
      'export function a(b: "c" | "d"): number {\n  switch (b) {\n    case "c":\n      return 1;\n  }\n  return 2;\n}\n',
      /switch-exhaustiveness-check/,
    ],
    [
      "promises",
      "a core that hides a gap behind a default",
      "stages/act/core.ts",
      'export function a(b: "c" | "d"): number {\n  switch (b) {\n    case "c":\n      return 1;\n    default:\n      return 2;\n  }\n}\n',
      /switch-exhaustiveness-check/,
    ],
    ["dead-code", "a file that nobody uses", "runtime/x.ts", "export const a = 1;\n", /runtime\/x\.ts/],
  ];
  for (const [name, what, path, text, says] of refused)
    it(`${name} refuses ${what}`, async () => {
      const end = await gate(name, path, text);
      assert.notEqual(end.exitCode, 0, end.output);
      assert.match(end.output, says);
    });

  it("format and promises let good code through", async () => {
    for (const name of ["format", "promises"]) {
      const end = await gate(name, "runtime/x.ts", "export const a = 1;\n");
      assert.equal(end.exitCode, 0, `${name}: ${end.output}`);
    }
  });
});
