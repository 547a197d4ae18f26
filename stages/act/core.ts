/** Executes tool calls: admits or refuses each, runs its effects one after another, and says what came of it. */
import type { IdentityDemand } from "../../connectors/orders/port.ts";
import type { Outcome, Step } from "../../runtime/stage.ts";
import type {
  CallEnded,
  CallStarted,
  DigitPressed,
  LookUpForeseen,
  RiskAction,
  RiskAssessed,
  StreamAttached,
  StreamDetached,
  ToolCalled,
} from "../../schemas/generated/records.ts";
import { admit, identityDemand, isRiskBlocked, type Limits, type ToolCall } from "./admission.ts";
import { isAssessmentMissing, waitBegins, waitEnds, withAssessed } from "./assessment.ts";
import { type Changed, unmoved } from "./order-care.ts";
import {
  afterAnswer,
  afterFailure,
  newPlacing,
  type Placing,
  placeOrderEffect,
  placeOrderSteps,
} from "./place-order.ts";
import type { ActEffect, ActPorts, PortAnswer } from "./ports.ts";
import { endOf, failed, refused, succeeded, type ToolResult, type Waits } from "./results.ts";
import { answerOf, type Proven, searchOf, singleEffect } from "./single-effect.ts";
import { type ToolRule, tools } from "./tools.ts";

/** A tool call that is being executed. */
export type Running = ToolCall &
  Waits & {
    readonly attempt: number;
    /** Fixed at the start: an effect that is tried again must be the same effect. */
    readonly identity: IdentityDemand;
    readonly placing: Placing | null;
    readonly proven: Proven | null;
    /** What was done with an order whose money still has to move. */
    readonly changed: Changed | null;
  };

/** What the stage knows about a call. Plain JSON. Who the caller is, is not here: the database is the only authority. */
export type State = {
  readonly risk: RiskAction;
  /** Since when the call's risk has been at a challenge or above; null when it is below. */
  readonly challengedAtMs: number | null;
  /** Records of the call whose risk was assessed last, by eventId. */
  readonly assessed: readonly string[];
  /** At most one of each lane. */
  readonly running: readonly Running[];
  /** For their lane, or, the first of a lane, for the assessment of their risk. */
  readonly waiting: readonly ToolCall[];
  /** The caller is gone: what is reserved for them goes back as soon as nothing is being ordered. */
  readonly hasHungUp: boolean;
};

export type Config = Limits & {
  /** Tries of an effect while a caller waits, and while money may have moved. */
  readonly callerAttempts: number;
  readonly settleAttempts: number;
  /** Wait before the second try; doubled before each further one. */
  readonly retryDelayMs: number;
  /** How long a tool call waits for the assessment of its risk. */
  readonly riskPatienceMs: number;
  /** How long an order waits for its payer, and how often the call that placed it looks whether they have paid. */
  readonly paymentLinkMs: number;
  readonly paymentPollMs: number;
};

type Out = Outcome<State, "toolResults", ActPorts>;
type CallRecord = CallStarted | StreamAttached | StreamDetached | DigitPressed | CallEnded;
type Lane = ToolRule["lane"];

const MAX_WAITING = 8;
const begun = { proven: null, changed: null, storeWaitMs: 0, vendorWaitMs: 0 } as const;
const newState: State = {
  risk: "allow",
  challengedAtMs: null,
  assessed: [],
  running: [],
  waiting: [],
  hasHungUp: false,
};

export const step: Step<State, "toolCalls" | "risk" | "calls", "toolResults", ActPorts, Config> = (
  known,
  input,
  at,
  config,
) => {
  const state = known ?? newState;
  switch (input.from) {
    case "risk":
      return onRisk(known, state, input.record, at);
    case "calls":
      return onCall(known, input.record);
    case "toolCalls":
      if (input.record.type === "ToolCalled") return onToolCalled(state, input.record, at, config);
      return onForeseen(known, state, input.record, config);
    case "port":
      return onAnswer(state, input, at, config);
    case "timer":
      return onTimer(state, input.name, at, config);
    case "restored":
      // What was under way is performed again by the runtime, with the same keys. A look at a payment may have been under way unsaved.
      // Nothing changes by it, and what is saved would live on for another hour with every worker that takes it over.
      return runningIn(state, "wait") === undefined
        ? { state: known, save: false }
        : { state, timers: { [timerOf("wait")]: at } };
  }
};

function onRisk(known: State | null, state: State, { action, assessedEventId }: RiskAssessed, at: number): Out {
  const isChallenged = action === "challenge" || action === "block";
  const challengedAtMs = isChallenged ? (state.challengedAtMs ?? at) : null;
  const isNews = action !== state.risk || challengedAtMs !== state.challengedAtMs;
  // A call that nothing was asked on needs no memory as long as there is nothing to say of it.
  if (known === null && !isNews) return { state: null, save: false };
  const next: State = {
    ...state,
    risk: action,
    challengedAtMs,
    assessed: withAssessed(state.assessed, assessedEventId),
  };
  const awaiting = state.waiting.find(({ callId }) => callId === assessedEventId);
  if (awaiting !== undefined) {
    const timers = { [waitBegins(assessedEventId)]: null, [waitEnds(assessedEventId)]: null };
    return { ...startNext(next, laneOf(awaiting)), timers };
  }
  // Every event of a call is assessed and most assessments say the same: those need not be saved.
  return isNews ? { state: next } : { state: next, save: false };
}

/** A caller who never asked for anything has nothing that could be given back. */
function onCall(known: State | null, { type }: CallRecord): Out {
  if (type !== "CallEnded" || known === null) return { state: known, save: false };
  return withGivenBack({ state: { ...known, hasHungUp: true } }, "hung-up");
}

/** Gives back what is reserved for a caller who is gone, unless it is being ordered or soon will be. It runs out by itself if this fails. */
function withGivenBack(out: Out, after: string): Out {
  if (out.state?.hasHungUp !== true || isBusy(out.state, "order")) return out;
  const effect: ActEffect = { port: "orders", call: "giveBack", key: `${after}/giveBack`, input: {} };
  return { ...out, effects: [...(out.effects ?? []), effect] };
}

function onToolCalled(state: State, record: ToolCalled, at: number, config: Config): Out {
  const admission = admit(record, config);
  if ("denial" in admission) {
    const { reason, limit } = admission.denial;
    const answered = { callId: record.eventId, turn: record.turn, tool: record.tool };
    return { state, emit: [refused(answered, { reason, limit })] };
  }
  const { call } = admission;
  const isFirst = !isBusy(state, laneOf(call));
  if (!isFirst && state.waiting.length >= MAX_WAITING) return { state, emit: [failed(call, "QUEUE_FULL", false)] };
  const queued: State = { ...state, waiting: [...state.waiting, call] };
  const out = isFirst ? startNext(queued, laneOf(call)) : { state: queued };
  return isAssessmentMissing(call, state) ? { ...out, timers: { [waitBegins(call.callId)]: at } } : out;
}

/** Looks up ahead what may be asked for next; nothing is answered. */
function onForeseen(known: State | null, { risk }: State, record: LookUpForeseen, config: Config): Out {
  const admission = admit({ ...record, type: "ToolCalled", isConfirmed: false }, config);
  if ("denial" in admission || record.tool !== "searchProducts" || isRiskBlocked(record.tool, risk))
    return { state: known, save: false };
  const input = searchOf(admission.call.arguments);
  return { state: known, save: false, effects: [{ port: "catalogue", call: "prefetch", input }] };
}

/** Begins a tool call; its lane must be free, and its risk known. Risk is looked at now, since it may have risen while the call waited. */
function start(state: State, call: ToolCall): Out {
  if (isRiskBlocked(call.tool, state.risk)) {
    return then(startNext(state, laneOf(call)), [refused(call, { reason: "riskBlocked" })]);
  }
  const placing = call.tool === "placeOrder" ? newPlacing : null;
  const identity = identityDemand(call.tool, state.challengedAtMs);
  return perform(state, { ...call, attempt: 1, identity, placing, ...begun });
}

/** Begins the first call that waits for a lane, unless the lane is taken or the call's risk is not known yet. */
function startNext(state: State, lane: Lane): Out {
  const next = state.waiting.find((call) => laneOf(call) === lane);
  if (next === undefined || runningIn(state, lane) !== undefined || isAssessmentMissing(next, state)) return { state };
  return start(without(state, next), next);
}

function without(state: State, waited: ToolCall): State {
  return { ...state, waiting: state.waiting.filter((call) => call !== waited) };
}

/** Puts a running call's effect on its way. */
function perform(state: State, running: Running): Out {
  const others = state.running.filter((other) => laneOf(other) !== laneOf(running));
  return { state: { ...state, running: [...others, running] }, effects: [effectOf(running)] };
}

function effectOf(running: Running): ActEffect {
  const { placing, identity } = running;
  if (placing === null) return singleEffect(running, identity, running);
  return placeOrderEffect(running.callId, running.arguments, placing, identity);
}

function onAnswer(state: State, answer: PortAnswer, at: number, config: Config): Out {
  const running = state.running.find((candidate) => isAnsweredBy(candidate, answer));
  if (running === undefined || answer.outcome === "event") return { state };
  if (answer.outcome === "failure") return onFailure(state, running, answer, at, config);
  const waited: Running = {
    ...running,
    storeWaitMs: running.storeWaitMs + ("storeWaitMs" in answer.result ? answer.result.storeWaitMs : 0),
    vendorWaitMs: running.vendorWaitMs + ("vendorWaitMs" in answer.result ? answer.result.vendorWaitMs : 0),
  };
  if (waited.placing === null) {
    const meant = answerOf(waited, answer, waited);
    if ("isStillAwaited" in meant) return lookLater(state, running, at, config);
    if ("proven" in meant || "changed" in meant) return perform(state, { ...waited, ...meant, attempt: 1 });
    return finish(state, waited, meant);
  }
  return follow(state, waited, afterAnswer(waited.placing, answer, isRiskBlocked(waited.tool, state.risk)));
}

function onFailure(
  state: State,
  running: Running,
  failure: Extract<PortAnswer, { outcome: "failure" }>,
  at: number,
  config: Config,
): Out {
  if (running.tool === "awaitPayment") return lookLater(state, running, at, config);
  const patience = running.placing === null ? "caller" : placeOrderSteps[running.placing.step].patience;
  const attempts = { caller: config.callerAttempts, settle: config.settleAttempts, once: 1 }[patience];
  if (failure.isRetryable && running.attempt < attempts) {
    const dueAt = at + config.retryDelayMs * 2 ** (running.attempt - 1);
    const again: Running = { ...running, attempt: running.attempt + 1 };
    const others = state.running.filter((other) => other !== running);
    return { state: { ...state, running: [...others, again] }, timers: { [timerOf(laneOf(running))]: dueAt } };
  }
  // The proof is committed, whatever became of the quote.
  if (running.proven !== null) return finish(state, running, succeeded(running, running.proven));
  if (running.changed !== null) return finish(state, running, unmoved(running, running.changed));
  if (running.placing === null) return finish(state, running, failed(running, failure.code, false));
  return follow(state, running, afterFailure(running.placing, failure.code));
}

/** The payer has not paid yet. Looking ends when the link has run out long ago and nobody said so. */
function lookLater(state: State, running: Running, at: number, config: Config): Out {
  const longest = Math.ceil((2 * config.paymentLinkMs) / config.paymentPollMs);
  if (running.attempt >= longest) return finish(state, running, failed(running, "DEADLINE_EXCEEDED", true));
  const again: Running = { ...running, attempt: running.attempt + 1 };
  const others = state.running.filter((other) => other !== running);
  const timers = { [timerOf(laneOf(running))]: at + config.paymentPollMs };
  // A worker that takes over looks anew: how often was looked is not worth a save each time.
  return { state: { ...state, running: [...others, again] }, timers, save: false };
}

/** The next step of an order that is being placed, or its end. */
function follow(state: State, running: Running, after: ReturnType<typeof afterAnswer>): Out {
  if ("end" in after) return finish(state, running, endOf(running, after.end));
  return perform(state, { ...running, placing: after.next, attempt: 1 });
}

function finish(state: State, running: Running, result: ToolResult): Out {
  const left = { ...state, running: state.running.filter((other) => other.callId !== running.callId) };
  return withGivenBack(then(startNext(left, laneOf(running)), [result]), running.callId);
}

function onTimer(state: State, timer: string, at: number, config: Config): Out {
  for (const call of state.waiting) {
    const ends = waitEnds(call.callId);
    if (timer === waitBegins(call.callId))
      return { state, save: false, timers: { [ends]: at + config.riskPatienceMs } };
    if (timer === ends) return refuseUnassessed(state, call);
  }
  return onRetry(state, timer);
}

/** Nothing is known of the call's risk: nothing is begun. */
function refuseUnassessed(state: State, call: ToolCall): Out {
  const out = then(startNext(without(state, call), laneOf(call)), [refused(call, { reason: "riskUnknown" })]);
  const { callId, tool } = call;
  const counted: ActEffect = {
    port: "operators",
    call: "noteUnassessed",
    key: `${callId}/unassessed`,
    input: { tool },
  };
  return withGivenBack({ ...out, effects: [...(out.effects ?? []), counted] }, callId);
}

function onRetry(state: State, timer: string): Out {
  const running = state.running.find((candidate) => timerOf(laneOf(candidate)) === timer);
  if (running === undefined || (running.attempt === 1 && running.tool !== "awaitPayment")) return { state };
  const isLook = running.tool === "awaitPayment";
  return { state, effects: [effectOf(running)], ...(isLook ? { save: false } : {}) };
}

function then(out: Out, emit: readonly ToolResult[]): Out {
  return { ...out, emit: [...emit, ...(out.emit ?? [])] };
}

function isAnsweredBy(running: Running, answer: PortAnswer): boolean {
  const awaited = effectOf(running);
  return awaited.port === answer.port && awaited.call === answer.call;
}

function laneOf(call: { readonly tool: ToolCall["tool"] }): Lane {
  return tools[call.tool].lane;
}

function timerOf(lane: Lane): string {
  return `retry/${lane}`;
}

function isBusy(state: State, lane: Lane): boolean {
  return runningIn(state, lane) !== undefined || state.waiting.some((call) => laneOf(call) === lane);
}

function runningIn(state: State, lane: Lane): Running | undefined {
  return state.running.find((running) => laneOf(running) === lane);
}
