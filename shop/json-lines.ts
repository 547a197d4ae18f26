import type { z } from "zod";
import { PartylineError } from "../runtime/errors.ts";

/** A value of a file and the line that it stands in, from 1. */
export type Line<T> = { readonly line: number; readonly value: T };
/** What is wrong with a line. */
export type LineFault = { readonly line: number; readonly fault: string };

const toldFaults = 20;

/** The lines of a JSON Lines text that have the shape, and what is wrong with each of the others. Empty lines are skipped. */
export function readJsonLines<T>(
  text: string,
  shape: z.ZodType<T>,
): { readonly lines: readonly Line<T>[]; readonly faults: readonly LineFault[] } {
  const lines: Line<T>[] = [];
  const faults: LineFault[] = [];
  for (const [index, source] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    if (source.trim() === "") continue;
    const line = index + 1;
    try {
      const result = shape.safeParse(JSON.parse(source));
      if (result.success) lines.push({ line, value: result.data });
      else
        faults.push({
          line,
          fault: result.error.issues
            .map(({ path, message }) => `${path.join(".") || "the row"}: ${message}`)
            .join("; "),
        });
    } catch {
      faults.push({ line, fault: "is not JSON" });
    }
  }
  return { lines, faults };
}

/** All values of a JSON Lines text. Throws INVALID_INPUT that names the lines at fault, or that there is none. */
export function parseJsonLines<T>(what: string, text: string, shape: z.ZodType<T>): readonly T[] {
  return allLines(what, readJsonLines(text, shape));
}

/** The values, if no line is at fault. Throws INVALID_INPUT that names the lines at fault, or that there is no line. */
export function allLines<T>(
  what: string,
  { lines, faults }: { readonly lines: readonly Line<T>[]; readonly faults: readonly LineFault[] },
): readonly T[] {
  if (faults.length > 0) {
    const told = faults.slice(0, toldFaults).map(({ line, fault }) => `line ${line}: ${fault}`);
    const more = faults.length > toldFaults ? `\nand ${faults.length - toldFaults} more lines` : "";
    throw new PartylineError("INVALID_INPUT", `the ${what} is not valid: ${told.join("\n")}${more}`);
  }
  if (lines.length === 0) throw new PartylineError("INVALID_INPUT", `the ${what} is empty`);
  return lines.map(({ value }) => value);
}
