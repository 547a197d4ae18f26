import { describeScenarios } from "./scenario-suite.ts";

await describeScenarios("calls understood without a model", { PARTYLINE_INTERPRET_REASONER: "local" }, [
  "localReasoner",
  "fallback",
]);
