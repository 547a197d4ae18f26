/** Options of an instrument: declared as data, read strictly from the command line. */
import { parseArgs } from "node:util";

type Shared = { readonly summary: string };

/** An option. `quick` is its value with `--quick` when it was not given. */
export type OptionSpec = Shared &
  (
    | { readonly kind: "flag" }
    | { readonly kind: "text"; readonly fallback: string; readonly value: string }
    | {
        readonly kind: "number";
        readonly fallback: number;
        readonly quick?: number;
        readonly min: number;
        readonly max: number;
      }
    | {
        readonly kind: "numbers";
        readonly fallback: readonly number[];
        readonly quick?: readonly number[];
        readonly min: number;
        readonly max: number;
      }
    | {
        readonly kind: "names";
        readonly of: readonly string[];
        readonly fallback: readonly string[];
        readonly quick?: readonly string[];
      }
  );

export type OptionsSpec = Readonly<Record<string, OptionSpec>>;

/** Values of declared options, by name. */
export type OptionValues<Spec extends OptionsSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends { kind: "flag" }
    ? boolean
    : Spec[Name] extends { kind: "text" }
      ? string
      : Spec[Name] extends { kind: "number" }
        ? number
        : Spec[Name] extends { kind: "numbers" }
          ? readonly number[]
          : Spec[Name] extends { kind: "names"; of: readonly (infer N)[] }
            ? readonly N[]
            : never;
};

/** An option that is unknown or has a value that it cannot have; the message says which. */
export class OptionError extends Error {}

/** The name on the command line: `callsAtOnce` is `--calls-at-once`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Reads the options from arguments. Throws {@link OptionError} for what is unknown, missing or out of bounds. */
export function readOptions<Spec extends OptionsSpec>(
  spec: Spec,
  args: readonly string[],
  isQuick: boolean,
): OptionValues<Spec> {
  const declared = Object.fromEntries(
    Object.entries(spec).map(([name, { kind }]) => [
      flagOf(name).slice(2),
      { type: kind === "flag" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  let given: Readonly<Record<string, string | boolean | undefined>>;
  try {
    given = parseArgs({ args: [...args], options: declared, allowPositionals: false }).values as typeof given;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
  const values = Object.entries(spec).map(([name, option]) => [
    name,
    readValue(flagOf(name), option, given[flagOf(name).slice(2)], isQuick),
  ]);
  return Object.fromEntries(values) as OptionValues<Spec>;
}

function readValue(flag: string, option: OptionSpec, given: string | boolean | undefined, isQuick: boolean): unknown {
  if (option.kind === "flag") return given === true;
  if (option.kind === "text") return given ?? option.fallback;
  if (given === undefined) return isQuick ? (option.quick ?? option.fallback) : option.fallback;
  const text = String(given);
  switch (option.kind) {
    case "number":
      return numberOf(flag, text, option);
    case "numbers":
      return text.split(",").map((part) => numberOf(flag, part, option));
    case "names":
      return text.split(",").map((part) => nameOf(flag, part.trim(), option.of));
  }
}

function numberOf(flag: string, text: string, { min, max }: { readonly min: number; readonly max: number }): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= min && value <= max))
    throw new OptionError(`${flag} takes numbers from ${min} to ${max}, not ${JSON.stringify(text)}`);
  return value;
}

function nameOf(flag: string, text: string, names: readonly string[]): string {
  if (!names.includes(text)) throw new OptionError(`${flag} takes ${names.join(", ")}, not ${JSON.stringify(text)}`);
  return text;
}

/** One line for each option, for `--help`. */
export function describeOptions(spec: OptionsSpec): readonly string[] {
  return Object.entries(spec).map(([name, option]) => {
    const value = option.kind === "flag" ? "" : ` ${valueNameOf(option)}`;
    return `  ${`${flagOf(name)}${value}`.padEnd(28)}${option.summary}${fallbackOf(option)}`;
  });
}

function valueNameOf(option: Exclude<OptionSpec, { kind: "flag" }>): string {
  switch (option.kind) {
    case "text":
      return option.value;
    case "number":
      return "N";
    case "numbers":
      return "N,N,…";
    case "names":
      return "NAME,…";
  }
}

function fallbackOf(option: OptionSpec): string {
  if (option.kind === "flag" || (option.kind === "text" && option.fallback === "")) return "";
  const names = option.kind === "names" ? ` of ${option.of.join(", ")}` : "";
  const fallback = option.kind === "numbers" || option.kind === "names" ? option.fallback.join(",") : option.fallback;
  return `${names} (${fallback})`;
}
