/**
 * Who imports whom, read from the source text. Biome's format makes that safe: an import or re-export begins at the start of a line, and a
 * dynamic import names a literal. What is imported by a computed name shows as {@link COMPUTED}, so that nothing escapes the graph.
 */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { posix } from "node:path";

export type Import = {
  readonly from: string;
  /** Path from the repository's root for a module of our own, else the package's name or `node:…`. */
  readonly target: string;
  /** Gone at run time. */
  readonly isTypeOnly: boolean;
};

export type ImportGraph = { readonly modules: readonly string[]; readonly imports: readonly Import[] };

const statement = /^(?:import|export)\b(?<clause>[^;'"`]*?)\bfrom\s*"(?<name>[^"]+)"|^import\s*"(?<bare>[^"]+)"/gm;
const dynamic = /\bimport\(\s*(?:"(?<name>[^"]+)"(?:\s+as\s+string)?\s*\)|(?<computed>[^"\s]))/g;

/** Target of a dynamic import whose name is computed. */
export const COMPUTED = "(computed)";

/** Imports of one module. */
export function importsOf(path: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: string, isTypeOnly: boolean): void => {
    found.push({ from: path, target: resolve(path, specifier), isTypeOnly });
  };
  for (const { groups } of text.matchAll(statement)) {
    const name = groups?.name ?? groups?.bare;
    if (name !== undefined) add(name, isErased(groups?.clause ?? ""));
  }
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  for (const { groups } of code.matchAll(dynamic)) {
    if (groups?.name === undefined) found.push({ from: path, target: COMPUTED, isTypeOnly: false });
    else add(groups.name, false);
  }
  return found;
}

/** `import type …` and imports in which every name is marked `type` leave nothing behind. */
function isErased(clause: string): boolean {
  if (/^\s*type\s/.test(clause)) return true;
  const names = /^\s*\{(?<names>[^}]*)\}\s*$/.exec(clause)?.groups?.names;
  if (names === undefined) return false;
  const list = names.split(",").filter((name) => name.trim() !== "");
  return list.length > 0 && list.every((name) => /^\s*type\s/.test(name));
}

function resolve(path: string, specifier: string): string {
  if (specifier.startsWith(".")) return posix.normalize(posix.join(posix.dirname(path), specifier));
  if (/^(node:|\/|[a-z]+:\/\/)/.test(specifier)) return specifier;
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

/** Every TypeScript and JavaScript file of the project, as it is in the working tree, with its text. */
export async function sources(): Promise<ReadonlyMap<string, string>> {
  const exclude = (name: string): boolean => ["node_modules", ".git", ".partyline"].includes(name);
  const found = new Map<string, string>();
  for await (const path of glob("**/*.{ts,mjs,js}", { exclude })) {
    const name = path.replaceAll("\\", "/");
    found.set(name, readFileSync(name, "utf8"));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The graph of some sources. */
export function graphOf(texts: ReadonlyMap<string, string>): ImportGraph {
  return { modules: [...texts.keys()], imports: [...texts].flatMap(([path, text]) => importsOf(path, text)) };
}

/** Modules that a module loads at run time, itself included, with the way to each; `isEnd` modules are not looked into. */
export function reachedFrom(
  graph: ImportGraph,
  start: string,
  isEnd: (path: string) => boolean = () => false,
): ReadonlyMap<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>([[start, [start]]]);
  const queue = [start];
  const byModule = Map.groupBy(graph.imports, (edge) => edge.from);
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    if (isEnd(from)) continue;
    for (const { target, isTypeOnly } of byModule.get(from) ?? []) {
      if (isTypeOnly || ways.has(target)) continue;
      ways.set(target, [...(ways.get(from) ?? []), target]);
      queue.push(target);
    }
  }
  return ways;
}
