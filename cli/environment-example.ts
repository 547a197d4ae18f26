/** `.env.example`: every setting of every stage, from their declarations. */
import { infrastructureSettings } from "../connectors/kafka/settings.ts";
import { type Setting, type SettingsSpec, variableOf } from "../runtime/settings.ts";
import type { AnyStage } from "../runtime/stage-host.ts";

/** The file's text. Settings that several stages share come once, first; secrets are left empty. */
export function environmentExample(stages: readonly AnyStage[]): string {
  const shared = new Map<string, string>();
  const sections: string[] = [];
  const add = (owner: string, spec: SettingsSpec, own: string[]): void => {
    for (const [key, setting] of Object.entries(spec)) {
      const variable = variableOf(owner, key, setting);
      // What one stage can do without and another cannot is required.
      const isWeaker = setting.fallback !== undefined && shared.has(variable);
      if (setting.variable === undefined) own.push(line(variable, setting));
      else if (!isWeaker) shared.set(variable, line(variable, setting));
    }
  };
  add("shared", infrastructureSettings, []);
  for (const stage of stages) {
    const own: string[] = [];
    add(stage.name, stage.settings as SettingsSpec, own);
    if (own.length > 0) sections.push(`# --- ${stage.name}: ${stage.summary}\n\n${own.join("\n\n")}`);
  }
  const intro = [
    "# Every setting, printed from the stages' declarations by `npm run generate`. On one machine `npm start` sets what the system needs by itself;",
    "# a vendor is real as soon as its key is in the environment, and simulated otherwise. Google's two APIs are real when GOOGLE_APPLICATION_CREDENTIALS is set.",
  ].join("\n");
  return `${[intro, `# --- shared\n\n${[...shared.values()].join("\n\n")}`, ...sections].join("\n\n")}\n`;
}

function line(variable: string, setting: Setting<unknown>): string {
  const isRequired = setting.fallback === undefined;
  const value = isRequired || setting.isSecret ? "" : String(setting.fallback);
  const doc = setting.doc.endsWith(".") ? setting.doc : `${setting.doc}.`;
  return `# ${doc}${isRequired ? " Required." : ""}\n${isRequired ? "" : "# "}${variable}=${value}`;
}
