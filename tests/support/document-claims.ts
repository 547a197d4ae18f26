/** What a document claims that can be looked up: links, paths, commands, settings, metrics. */
import { posix } from "node:path";

/** Whether a path, from the repository's root, exists; a pattern with `*` when something matches it. */
export type Exists = (path: string) => boolean;

const fence = /^(```|~~~)[\s\S]*?^\1\s*$/gm;
const pathLike = /^[\w.@-]+(\/[\w.@*-]+)*\/?$/;
const fileEnding = /\w\.(ts|mjs|md|json|jsonl|ya?ml|avsc|sql|sha256|xml|env|properties)$/;
/** Written while something runs, or by its user; not in the repository. */
const madeLater = /^(\.env|\.partyline\/.*|audit-checkpoints\.jsonl)$/;

/** A document without its code blocks. */
function prose(text: string): string {
  return text.replace(fence, "");
}

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/`/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
  return plain
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchorsIn(text: string): Set<string> {
  return new Set([...prose(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => anchorOf(heading ?? "")));
}

/** Relative links that lead nowhere. `documents` are all Markdown files by their path. */
export function brokenLinks(path: string, documents: ReadonlyMap<string, string>, exists: Exists): string[] {
  const targets = [...prose(documents.get(path) ?? "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
  return targets
    .filter((target) => !/^[a-z]+:/i.test(target))
    .filter((target) => {
      const [file = "", anchor = ""] = target.split("#");
      const resolved = file === "" ? path : posix.join(posix.dirname(path), file);
      if (!exists(resolved)) return true;
      return anchor !== "" && !anchorsIn(documents.get(resolved) ?? "").has(anchor);
    });
}

/**
 * Paths in backticks that are not there. A path counts from the root or from the document's folder; a bare file name may be anywhere. Names with `<…>`
 * are placeholders and not looked at.
 */
export function missingPaths(path: string, text: string, exists: Exists, topFolders: ReadonlySet<string>): string[] {
  const quoted = [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, token]) => token ?? "");
  const paths = quoted.filter((token) => {
    if (!pathLike.test(token) || madeLater.test(token)) return false;
    return fileEnding.test(token) || (token.includes("/") && topFolders.has(token.split("/")[0] ?? ""));
  });
  return paths.filter((token) => {
    const candidates = [token, posix.join(posix.dirname(path), token)];
    if (!token.includes("/")) candidates.push(`**/${token}`);
    return !candidates.some(exists);
  });
}

/** `npm run` commands that a document names. */
export function npmScriptsIn(text: string): string[] {
  return [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, script]) => script ?? "");
}

/** Metrics of the project that a text names, without the endings that Prometheus adds to histograms. */
export function metricsIn(text: string): string[] {
  return [...text.matchAll(/\bpartyline_[a-z_]+[a-z]\b/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));
}

/** Settings of stages that a text names. */
export function stageSettingsIn(text: string, stages: readonly string[]): string[] {
  const owner = stages.map((stage) => stage.toUpperCase()).join("|");
  return [...text.matchAll(new RegExp(`\\bPARTYLINE_(?:${owner})_[A-Z_]*[A-Z]\\b`, "g"))].map(([name]) => name);
}
