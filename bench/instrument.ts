/** What an instrument is: a declaration with options, and a function that prepares what one run measures. */
import type { OptionsSpec, OptionValues } from "./options.ts";
import type { SharedThings } from "./shared-things.ts";
import type { SpreadTable, Table } from "./table.ts";

/** What an instrument may use while it prepares and measures. */
export type Bench<Spec extends OptionsSpec> = {
  readonly options: OptionValues<Spec>;
  /** Seconds instead of minutes: shows that the instrument works, its figures mean nothing. */
  readonly isQuick: boolean;
  /** Says in one line what takes time. */
  progress(line: string): void;
  /** Something to be undone at the end, last first, whatever happens; in the order of starting. */
  atEnd(undo: () => Promise<unknown> | unknown): void;
  /** What other instruments of the same command may use too, by a key; it ends with the last of them. */
  readonly shared: SharedThings;
  /** A folder of its own that is removed at the end. */
  folder(): Promise<string>;
  /** Aborted when the run is called off (Ctrl-C): what is awaited should give up. */
  readonly signal: AbortSignal;
};

/** What is ready to be measured, once or several times. */
export type Rig = {
  /** One run: the same tables, with the same rows in the same order, each time. Throws {@link UnusableRun} when its figures must not be published. */
  measure(run: number): Promise<readonly Table[]>;
  /** Words under the tables, made from the figures of all runs. */
  conclude?(tables: readonly SpreadTable[]): readonly string[];
  /** What was measured with, beside the options: addresses are left out, versions and counts are not. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
};

/** An instrument's declaration. */
export type Instrument<Spec extends OptionsSpec = OptionsSpec> = {
  readonly name: string;
  /** One line for the list of instruments. */
  readonly summary: string;
  readonly options: Spec;
  /** 1 where a repetition would give the same figures, e.g. for a calculation; default 3. */
  readonly defaultRuns?: number;
  /** Starts what is needed. */
  prepare(bench: Bench<Spec>): Promise<Rig>;
};

/** A run whose figures must not be published, with the reason: a load generator that was late itself, a lost word. */
export class UnusableRun extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "UnusableRun";
  }
}

/** Declares an instrument; checks at compile time and returns it unchanged. */
export function defineInstrument<const Spec extends OptionsSpec>(instrument: Instrument<Spec>): Instrument<Spec> {
  return instrument;
}
