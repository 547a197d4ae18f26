/**
 * Settings: declared as data beside the stage or connector that needs them, read once, strictly.
 *
 * A declaration's key is the setting's name in code, with its unit (`endpointSilenceMs`); its environment variable is
 * `PARTYLINE_<STAGE>_<KEY>` for a stage's own settings and the declared `variable` for shared ones (`KAFKA_BROKERS`).
 */

type Declared<T> = {
  readonly doc: string;
  /** Environment variable, where it is not derived from the stage's name. */
  readonly variable?: string;
  /** Used when the variable is absent or empty; undefined means that the setting is required. */
  readonly fallback: T | undefined;
  readonly isSecret: boolean;
  /** Value or a fault in words, from the variable's text. */
  readonly parse: (text: string) => { value: T } | { fault: string };
};

/** A setting of type T. */
export type Setting<T> = Declared<T>;
export type SettingsSpec = { readonly [key: string]: Setting<unknown> };
/** The values that a declaration gives. */
export type SettingsOf<S extends SettingsSpec> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

type Options<T> = {
  readonly doc: string;
  readonly variable?: string;
  readonly fallback?: T;
  readonly isSecret?: boolean;
};

function declare<T>(options: Options<T>, parse: Declared<T>["parse"]): Setting<T> {
  return {
    doc: options.doc,
    ...(options.variable === undefined ? {} : { variable: options.variable }),
    fallback: options.fallback,
    isSecret: options.isSecret ?? false,
    parse,
  };
}

/** Any text. */
export function text(options: Options<string>): Setting<string> {
  return declare(options, (value) => ({ value }));
}

/** Text that must not be printed. */
export function secret(options: Options<string>): Setting<string> {
  return declare({ ...options, isSecret: true }, (value) => ({ value }));
}

/** A URL of one of the schemes. It may hold a password, so it is never printed. */
export function address(options: Options<string> & { readonly schemes: readonly string[] }): Setting<string> {
  return declare({ ...options, isSecret: true }, (value) =>
    URL.canParse(value) && options.schemes.includes(new URL(value).protocol.slice(0, -1))
      ? { value }
      : { fault: `must be a URL that begins with ${options.schemes.map((scheme) => `${scheme}://`).join(" or ")}` },
  );
}

/** A whole number within bounds (both included). */
export function integer(options: Options<number> & { readonly min: number; readonly max: number }): Setting<number> {
  return declare(options, (textValue) => {
    const value = Number(textValue);
    if (!Number.isSafeInteger(value)) return { fault: "must be a whole number" };
    if (value < options.min || value > options.max) return { fault: `must be from ${options.min} to ${options.max}` };
    return { value };
  });
}

/** A number within bounds (both included). */
export function decimal(options: Options<number> & { readonly min: number; readonly max: number }): Setting<number> {
  return declare(options, (textValue) => {
    const value = Number(textValue);
    if (!Number.isFinite(value)) return { fault: "must be a number" };
    if (value < options.min || value > options.max) return { fault: `must be from ${options.min} to ${options.max}` };
    return { value };
  });
}

/** `true` or `false`. */
export function flag(options: Options<boolean>): Setting<boolean> {
  return declare(options, (value) => {
    if (value === "true") return { value: true };
    if (value === "false") return { value: false };
    return { fault: "must be true or false" };
  });
}

/** One of a closed list. */
export function choice<const T extends string>(options: Options<T> & { readonly of: readonly T[] }): Setting<T> {
  return declare<T>(options, (value) => {
    const found = options.of.find((candidate) => candidate === value);
    return found === undefined ? { fault: `must be one of ${options.of.join(", ")}` } : { value: found };
  });
}

/** The environment variable of a setting. */
export function variableOf(owner: string, key: string, setting: Setting<unknown>): string {
  return (
    setting.variable ??
    `PARTYLINE_${owner}_${key}`
      .replaceAll("-", "_")
      .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
      .toUpperCase()
  );
}

/** Thrown when settings are unknown, missing or invalid; lists every fault. */
export class SettingsError extends Error {
  readonly faults: readonly string[];
  constructor(owner: string, faults: readonly string[]) {
    super(
      `${owner} does not start, its settings have ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
    this.name = "SettingsError";
    this.faults = faults;
  }
}

/**
 * Reads a declaration's values from an environment.
 * Unknown variables of this owner (`PARTYLINE_<OWNER>_…`) are faults. Throws {@link SettingsError} with all faults; never repairs a value.
 */
export function readSettings<S extends SettingsSpec>(
  owner: string,
  spec: S,
  environment: Readonly<Record<string, string | undefined>>,
): SettingsOf<S> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [key, setting] of Object.entries(spec)) {
    const variable = variableOf(owner, key, setting);
    known.add(variable);
    const given = environment[variable];
    if (given === undefined || given === "") {
      if (setting.fallback === undefined) faults.push(`${variable} is required: ${setting.doc}`);
      values[key] = setting.fallback;
      continue;
    }
    const parsed = setting.parse(given);
    if ("fault" in parsed)
      faults.push(`${variable} ${parsed.fault}${setting.isSecret ? "" : ` (it is ${JSON.stringify(given)})`}`);
    else values[key] = parsed.value;
  }
  const prefix = `PARTYLINE_${owner}_`.replaceAll("-", "_").toUpperCase();
  for (const variable of Object.keys(environment)) {
    if (variable.startsWith(prefix) && !known.has(variable)) faults.push(`${variable} is not a known setting`);
  }
  if (faults.length > 0) throw new SettingsError(owner, faults);
  return values as SettingsOf<S>;
}
