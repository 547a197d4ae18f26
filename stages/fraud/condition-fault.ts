/** Judges the condition of a rule before it may run. */
import type { ASTNode, Environment } from "@marcbachmann/cel-js";
import type { Features } from "./features.ts";

/** What a condition may be made of. No call and no method: `matches` would run a regular expression without a bound, macros would loop. */
const allowed = new Set([
  "value",
  "id",
  "?:",
  "||",
  "&&",
  "!_",
  "-_",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "+",
  "-",
  "*",
  "/",
]);

/** What is wrong with a condition, in words, or null: it must parse, be made of comparisons and arithmetic alone, type-check and give true or false. */
export function conditionFault(cel: Environment, condition: string, sample: Features): string | null {
  try {
    const parsed = cel.parse(condition);
    const refused = firstRefused(parsed.ast);
    if (refused !== null) return `${refused} is not allowed, only comparisons and arithmetic over features`;
    const checked = parsed.check();
    if (!checked.valid) return firstLine(checked.error?.message ?? "does not type-check");
    if (checked.type !== "bool") return `gives ${checked.type ?? "nothing"}, not bool`;
    return typeof parsed(sample) === "boolean" ? null : "gives no bool";
  } catch (error) {
    return firstLine(error instanceof Error ? error.message : String(error));
  }
}

function firstRefused(node: ASTNode): string | null {
  if (!allowed.has(node.op)) return nameOf(node);
  for (const child of childrenOf(node.args)) {
    const refused = firstRefused(child);
    if (refused !== null) return refused;
  }
  return null;
}

function nameOf(node: ASTNode): string {
  const isCall = node.op === "call" || node.op === "rcall";
  return isCall ? `${String(node.args[0])}()` : `"${node.op}"`;
}

function childrenOf(args: unknown): ASTNode[] {
  const list = Array.isArray(args) ? args : [args];
  return list.filter((item): item is ASTNode => typeof item === "object" && item !== null && "op" in item);
}

function firstLine(message: string): string {
  return message.split("\n")[0] ?? message;
}
