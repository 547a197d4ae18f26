/** A system of this machine as scenarios need it: its line, what it says on its topics, and what calls leave behind. */
import type { RunningFile } from "../local/system.ts";
import { changedOrdersOf, chargesOf, heldPiecesOf, ordersOf, type ShopQuery } from "../scenarios/call-evidence.ts";
import { type CallEvidence, differences, parseExpectations } from "../scenarios/expectations.ts";
import type { Scenario } from "../simulators/caller/scenario-format.ts";
import type { PlayOptions } from "../simulators/caller/scenario-player.ts";
import type { PlayedCall } from "./call-summary.ts";
import { type Line, playOnLine, withDatabase } from "./play-on-line.ts";
import type { TappedCalls } from "./tapped-calls.ts";

/** What a played call needs to know of the system. */
export type SimulatedLine = { readonly running: RunningFile; readonly calls: TappedCalls };

/** After the call, what is under way has this long to settle, e.g. a payment whose caller hung up. */
const settleMs = 20_000;
const recheckMs = 500;

/** The line of a running system. Throws when its telephone exchange is the real one: nobody can be simulated there. */
export function lineOf(running: RunningFile): Line {
  const { twilioControl, webhookUrl, statusUrl, numbers } = running;
  if (twilioControl === undefined)
    throw new Error(
      "The system uses the real Twilio: dial its number with a phone, or start it without TWILIO_ACCOUNT_SID.",
    );
  return {
    twilio: { twilioControl, webhookUrl, statusCallbackUrl: statusUrl, to: numbers[0] ?? "" },
    geminiControl: running.geminiControl,
    postgres: running.postgres,
    stripeControl: running.stripeControl,
  };
}

/** Plays a scenario as one call and checks all that it expects: what is heard, orders and charges, and the topics. */
export async function playAndCheck(
  scenario: Scenario,
  { running, calls }: SimulatedLine,
  {
    turnSilenceMs,
    ...options
  }: Pick<PlayOptions, "patience" | "onAnswered" | "onEvent" | "recordTo"> & { readonly turnSilenceMs?: number } = {},
): Promise<PlayedCall> {
  const expected = parseExpectations(scenario.expect);
  let evidence: CallEvidence = { orders: [], charges: [], changedOrders: [], heldPieces: 0, records: [] };
  const line = lineOf(running);
  const twilio = turnSilenceMs === undefined ? line.twilio : { ...line.twilio, turnSilenceMs };
  const result = await playOnLine(
    scenario,
    { ...line, twilio },
    {
      ...options,
      async check(_, callSid) {
        const deadline = performance.now() + settleMs * (options.patience ?? 1);
        await calls.untilQuiet(callSid, settleMs * (options.patience ?? 1));
        for (;;) {
          evidence = await evidenceOf(callSid, { running, calls });
          const faults = differences(expected, evidence);
          if (faults.length === 0 || performance.now() > deadline) return faults;
          await new Promise((resolve) => setTimeout(resolve, recheckMs));
        }
      },
    },
  );
  return { result, evidence };
}

async function evidenceOf(callSid: string, { running, calls }: SimulatedLine): Promise<CallEvidence> {
  const { stripeControl } = running;
  const { orders, changedOrders, heldPieces } = await withDatabase(running.postgres, async (client) => {
    const query: ShopQuery = async (sql, values) =>
      (await client.query<Record<string, unknown>>(sql, [...values])).rows;
    return {
      orders: await ordersOf(callSid, query),
      changedOrders: await changedOrdersOf(callSid, query, stripeControl),
      heldPieces: await heldPiecesOf(callSid, query),
    };
  });
  const charges = stripeControl === undefined ? [] : await chargesOf(callSid, stripeControl);
  return { orders, charges, changedOrders, heldPieces, records: calls.recordsOf(callSid) };
}
