/**
 * All stages, in flow order; the stages beside the flow come last. The README's table, the graph, topic creation, deploy values and `.env.example` are
 * printed from this list (see `npm run pipeline`) and checked for drift.
 */
import type { AnyStage } from "../runtime/stage-host.ts";
import { stage as act } from "./act/stage.ts";
import { stage as analytics } from "./analytics/stage.ts";
import { stage as answer } from "./answer/stage.ts";
import { stage as converse } from "./converse/stage.ts";
import { stage as fraud } from "./fraud/stage.ts";
import { stage as interpret } from "./interpret/stage.ts";
import { stage as speak } from "./speak/stage.ts";
import { stage as transcribe } from "./transcribe/stage.ts";

export const pipeline: readonly AnyStage[] = [answer, transcribe, interpret, converse, act, speak, fraud, analytics];
