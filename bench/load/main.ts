/** The load generator as a process of its own: makes calls when it is asked to, and says how they went. Started by `startLoad`. */
import { constants, setPriority } from "node:os";
import { serveQuestions } from "../forked-program.ts";
import { type PreparedLoad, prepareLoad } from "./generator.ts";
import type { Load, LoadReport } from "./plan.ts";

export type LoadQuestion =
  | { readonly kind: "prepare"; readonly load: Load }
  /** Every line is said. */
  | { readonly kind: "run" }
  /** Callers talk until `finish`, or until they have nothing more to say. */
  | { readonly kind: "begin" }
  | { readonly kind: "finish" };
/** Null when nothing was measured yet. */
export type LoadAnswer = LoadReport | null;

let prepared: PreparedLoad | undefined;
let begun: Promise<LoadReport> | undefined;
const enough = new AbortController();

/** It stands for callers, who have machines of their own: it is served first where the system allows that, so that its figures are those of the line. */
function goFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Only the administrator may; its own delay is measured in any case.
  }
}

goFirst();
serveQuestions<LoadQuestion, LoadAnswer>(async (question) => {
  if (question.kind === "prepare") {
    prepared = prepareLoad(question.load);
    return null;
  }
  if (question.kind === "finish" && begun !== undefined) {
    enough.abort();
    return await begun;
  }
  if (prepared === undefined) throw new Error("nothing was prepared");
  if (question.kind === "run") return await prepared.run();
  begun = prepared.run(enough.signal);
  // Whoever asks for the report is told; until then a failure is nobody's.
  begun.catch(() => undefined);
  return null;
});
