/** What any stage needs to run without its vendors: settings that are valid, and ports that do nothing or fail. */
import { PartylineError } from "../../runtime/errors.ts";
import { readSettings, type Setting, SettingsError, variableOf } from "../../runtime/settings.ts";
import type { AnyStage } from "../../runtime/stage-host.ts";

const candidates = [
  "http://127.0.0.1:1",
  "1",
  "true",
  "0123456789abcdef0123456789abcdef",
  "postgres://127.0.0.1:1/none",
];

/** Some valid text for a setting that has no default. */
function someValue(setting: Setting<unknown>): string {
  const value = candidates.find((candidate) => "value" in setting.parse(candidate));
  if (value === undefined) throw new SettingsError("test", [`no made-up value fits: ${setting.doc}`]);
  return value;
}

/** An environment that has what a stage requires, and nothing else. */
export function requiredEnvironment(stage: AnyStage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stage.settings as Record<string, Setting<unknown>>)
      .filter(([, setting]) => setting.fallback === undefined)
      .map(([key, setting]) => [variableOf(stage.name, key, setting), someValue(setting)]),
  );
}

/** A stage's settings, all defaults. */
export function someConfig(stage: AnyStage): unknown {
  return readSettings(stage.name, stage.settings, requiredEnvironment(stage));
}

function portsOf(stage: AnyStage, method: () => Promise<unknown>): Readonly<Record<string, unknown>> {
  // A promise would ask for `then`: a port has none.
  const port = new Proxy({}, { get: (_, name) => (name === "then" ? undefined : method) });
  return Object.fromEntries(stage.ports.map((name) => [name, port]));
}

/** Ports whose every method is done at once and says nothing. */
export function silentPorts(stage: AnyStage): Readonly<Record<string, unknown>> {
  return portsOf(stage, () => Promise.resolve(undefined));
}

/** Ports whose every method fails: for good, and so that a second try may help, in turn. */
export function failingPorts(stage: AnyStage): Readonly<Record<string, unknown>> {
  let count = 0;
  return portsOf(stage, () => {
    count += 1;
    return Promise.reject(new PartylineError("VENDOR_UNAVAILABLE", "out of order", { isRetryable: count % 2 === 0 }));
  });
}
