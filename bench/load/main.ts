/** The load generator as a process of its own: makes calls when it is asked to, and says how they went. Started by `startLoad`. */
import { constants, setPriority } from "node:os";
import { serveQuestions } from "../forked-program.ts";
import { type PreparedLoad, prepareLoad } from "./generator.ts";
import type { Load, LoadReport } from "./plan.ts";

export type LoadQuestion = { readonly kind: "prepare"; readonly load: Load } | { readonly kind: "run" };
/** Null when speech was made and nothing was measured yet. */
export type LoadAnswer = LoadReport | null;

let prepared: PreparedLoad | undefined;

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
  if (prepared === undefined) throw new Error("nothing was prepared");
  return await prepared.run();
});
