import { describeScenarios } from "./scenario-suite.ts";

// "fallback" is the screen for instructions in a caller's words: it answers before any model is asked.
await describeScenarios("calls understood by the model", {}, ["model", "fallback"]);
