/** What workers and simulators write to their logs, as far as a measurement needs it: which partitions a worker holds, and what went wrong. */

/** A log line of a level above info. */
export type LogFault = { readonly process: string; readonly level: "warn" | "error"; readonly message: string };

const levels = { warn: 40, error: 50 };
const keptFaults = 10_000;

/** Takes every line; lines that are not JSON are something a process said outside of its log, and count as errors. */
export class WorkerLines {
  readonly #partitions = new Map<string, ReadonlySet<number>>();
  readonly #faults: LogFault[] = [];

  /** Partitions by worker, as it was told last; a worker that ended keeps them until it is told anew. */
  get partitions(): ReadonlyMap<string, ReadonlySet<number>> {
    return this.#partitions;
  }

  /** Above info, in order; at most the first 10,000. */
  get faults(): readonly LogFault[] {
    return this.#faults;
  }

  take(process: string, line: string): void {
    const told = read(line);
    if (told === undefined) {
      if (line.trim() !== "") this.#note({ process, level: "error", message: "not a line of its log" });
      return;
    }
    const { level, msg = "", partitions } = told;
    if (msg === "partitions assigned" && Array.isArray(partitions))
      this.#partitions.set(process, new Set(partitions.map(Number)));
    if (typeof level !== "number" || level < levels.warn) return;
    this.#note({ process, level: level < levels.error ? "warn" : "error", message: msg });
  }

  #note(fault: LogFault): void {
    if (this.#faults.length < keptFaults) this.#faults.push(fault);
  }
}

type Told = { readonly level?: unknown; readonly msg?: string; readonly partitions?: unknown };

function read(line: string): Told | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
