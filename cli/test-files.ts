import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";

/** What a test file needs, and so which step runs it. `stack`: a broker and what belongs to it, one file at a time. */
export type TestFileKind = "unit" | "stack" | "rules" | "runtime" | "compliance" | "scenarios" | "failures";

const ownFolders: readonly TestFileKind[] = ["runtime", "compliance", "scenarios", "failures"];
const startsStack = /\b(startStack|startSystem|startBroker|startRegistry|LogFixture)\b/;

/** The kind of a test file, by its path and, beside code, by what it starts. */
export function kindOf(path: string, text: string): TestFileKind {
  const [, folder] = /^tests\/([^/]+)\//.exec(path) ?? [];
  const own = ownFolders.find((kind) => kind === folder);
  if (own !== undefined) return own;
  if (startsStack.test(text)) return "stack";
  return path.startsWith("tests/") ? "rules" : "unit";
}

/** Every test file of the project by kind, in name order. */
export async function testFiles(): Promise<ReadonlyMap<TestFileKind, readonly string[]>> {
  const files = new Map<TestFileKind, string[]>();
  const paths: string[] = [];
  const exclude = (name: string): boolean => ["node_modules", ".git", ".partyline"].includes(name);
  for await (const path of glob("**/*.test.ts", { exclude })) paths.push(path.replaceAll("\\", "/"));
  for (const path of paths.sort()) {
    const kind = kindOf(path, readFileSync(path, "utf8"));
    files.set(kind, [...(files.get(kind) ?? []), path]);
  }
  return files;
}
