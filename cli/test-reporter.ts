/**
 * A reporter of node's test runner that writes one JSON line for each result, so that `npm test` can count, list skipped tests with their reasons
 * and say what was running when a step hung. https://nodejs.org/api/test.html#custom-reporters
 */
import type { TestEvent } from "node:test/reporters";

/** One line of the report. */
export type ReportLine =
  | { readonly kind: "begin"; readonly name: string; readonly file: string }
  | { readonly kind: "passed" | "failed"; readonly name: string; readonly file: string; readonly isSuite: boolean }
  | { readonly kind: "skipped"; readonly name: string; readonly file: string; readonly reason: string };

/** Turns the runner's events into the report's lines. */
export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = lineOf(event);
    if (line !== null) yield `${JSON.stringify(line)}\n`;
  }
}

function lineOf(event: TestEvent): ReportLine | null {
  switch (event.type) {
    case "test:dequeue":
      return { kind: "begin", name: event.data.name, file: event.data.file ?? "" };
    case "test:pass":
    case "test:fail": {
      const { name, file = "", skip, todo, details } = event.data;
      const unfinished = skip ?? todo;
      if (unfinished !== undefined && unfinished !== false)
        return { kind: "skipped", name, file, reason: unfinished === true ? "" : String(unfinished) };
      return { kind: event.type === "test:pass" ? "passed" : "failed", name, file, isSuite: details.type === "suite" };
    }
    default:
      return null;
  }
}
