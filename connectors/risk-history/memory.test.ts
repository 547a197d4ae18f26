import { riskHistoryContract } from "./contract.ts";
import { createMemoryRiskHistory } from "./memory.ts";

const history = createMemoryRiskHistory();
riskHistoryContract("memory", () => history);
