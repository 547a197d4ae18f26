import { callerKeySettings } from "../../connectors/risk-history/settings.ts";
import type { Setting, SettingsOf, SettingsSpec } from "../../runtime/settings.ts";
import { type RuleSet, RuleSetError, readRuleSet } from "./rule-set.ts";

const OWN_RULES = "stages/fraud/rules.json";

/** A file of rules, read and compiled with the other settings so that a worker with faulty rules does not start. */
function ruleFile(doc: string): Setting<RuleSet> {
  let own: RuleSet | undefined;
  return {
    doc,
    isSecret: false,
    get fallback() {
      own ??= readRuleSet(new URL("./rules.json", import.meta.url), OWN_RULES);
      return own;
    },
    parse(path) {
      try {
        return { value: readRuleSet(path) };
      } catch (error) {
        if (error instanceof RuleSetError) return { fault: `names rules that cannot be used: ${error.message}` };
        throw error;
      }
    },
  };
}

export const settings = {
  ...callerKeySettings,
  rules: ruleFile("File of fraud rules (JSON)"),
} as const satisfies SettingsSpec;

export type Config = SettingsOf<typeof settings>;
