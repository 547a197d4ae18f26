import { type FaultRule, readFaultRules } from "./fault-script.ts";
import { type ProfileName, parseProfileName } from "./latency-profile.ts";

/** Settings that every simulator program reads from its environment. */
export type SimulatorSettings = {
  /** `HOST`, the address to listen on; 127.0.0.1, since a simulator believes everybody. */
  readonly host: string;
  /** `PORT`, 0 for any free port. */
  readonly port: number;
  /** `PROFILE`, see the latency profiles. */
  readonly profile: ProfileName;
  /** `FAULTS`, path of a JSON fault script, already read. */
  readonly faults: readonly FaultRule[];
  /** `SEED` of all chance. */
  readonly seed: number;
};

/** The same for who starts a simulator in its own process: 127.0.0.1, any free port, no latency, no faults, and seed 1 unless said otherwise. */
export type SimulatorOptions = Partial<SimulatorSettings>;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a number from the environment; throws `RangeError` naming the variable when it is out of range. */
export function readNumberSetting(
  environment: Environment,
  name: string,
  fallback: number,
  range: { readonly min: number; readonly max: number },
): number {
  const text = environment[name];
  if (text === undefined || text.trim() === "") return fallback;
  const value = Number(text);
  if (!Number.isFinite(value) || value < range.min || value > range.max)
    throw new RangeError(`${name} must be a number from ${range.min} to ${range.max}, not ${JSON.stringify(text)}`);
  return value;
}

/** Reads a key from the environment, as an option of that name; none where it is absent or empty. */
export function readKeySetting<Option extends string>(
  environment: Environment,
  name: string,
  option: Option,
): Partial<Record<Option, string>> {
  const key = environment[name] ?? "";
  return key === "" ? {} : ({ [option]: key } as Partial<Record<Option, string>>);
}

/** Reads the settings that all simulators share; throws `RangeError` for the first that is wrong. */
export function readSimulatorSettings(environment: Environment): SimulatorSettings {
  const port = readNumberSetting(environment, "PORT", 0, { min: 0, max: 65_535 });
  const seed = readNumberSetting(environment, "SEED", 1, { min: 0, max: 4_294_967_295 });
  if (!Number.isInteger(port)) throw new RangeError("PORT must be a whole number");
  if (!Number.isInteger(seed)) throw new RangeError("SEED must be a whole number");
  return {
    host: environment.HOST || "127.0.0.1",
    port,
    seed,
    profile: parseProfileName(environment.PROFILE ?? "none"),
    faults: readFaultRules(environment.FAULTS ?? ""),
  };
}
