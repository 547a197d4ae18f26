/** What is told of a call in words, from facts: intents, tools and what came of them. */
import type { EscalationReason, Interaction, InteractionOutcome } from "./port.ts";

/** What the tables know of a call. */
export type CallFacts = {
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly endReason: string | null;
  readonly riskAction: string;
  /** Whether the call was handed to a person. */
  readonly isTransferred: boolean;
  /** Of each turn, in order; outcomes as `tool:succeeded`, `tool:refused:reason` and `tool:failed:CODE`. */
  readonly turns: readonly { readonly intent: string | null; readonly outcomes: readonly string[] }[];
  readonly orders: readonly OrderFact[];
  /** The shop's name of what was read back last and not ordered. */
  readonly leftAtQuote: string | null;
  readonly isProven: boolean;
  readonly mayContact: boolean | null;
};

export type OrderFact = {
  readonly number: string;
  readonly lines: readonly { readonly spokenName: string; readonly quantity: number }[];
  readonly paymentStatus: string | null;
  readonly chargedMinor: number;
  readonly currency: string;
};

type Told = Pick<Interaction, "outcome" | "summary" | "nextStep" | "escalationReason">;

const deeds: { readonly [tool: string]: string } = {
  searchProducts: "looked for products",
  getProductDetails: "asked about a product",
  quoteOrder: "had a total read back",
  applyDiscount: "used a discount code",
  verifyIdentity: "proved who they are",
  checkOrderStatus: "asked about an order",
  getOrderDetails: "asked about an order",
  sendCode: "asked for a one-time code",
  sendLinkAgain: "had the link to pay by sent again",
  cancelOrder: "cancelled an order",
  returnItems: "asked to return items",
  exchangeItems: "asked to exchange items",
  changeOrderAddress: "changed where an order goes",
  changeOrderPayment: "changed how an order is paid",
};
/** Tools that say nothing about the caller's wish, and the order, which is told with its number. */
const untold = new Set(["cancelQuote", "placeOrder", "awaitPayment"]);
/** Tools that only say who is calling. */
const identifying = new Set(["verifyIdentity", "sendCode"]);
const looking = new Set(["searchProducts", "getProductDetails", "quoteOrder", "applyDiscount"]);

/** "cancelOrder" as "cancel order". */
function plain(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

type ToolOutcome = { readonly tool: string; readonly end: string; readonly reason: string };

function outcomesOf(facts: CallFacts): readonly ToolOutcome[] {
  return facts.turns
    .flatMap(({ outcomes }) => outcomes)
    .map((outcome) => {
      const [tool = "", end = "", reason = ""] = outcome.split(":");
      return { tool, end, reason };
    });
}

function sentences(facts: CallFacts, outcomes: readonly ToolOutcome[]): readonly string[] {
  const done = outcomes
    .filter(({ end, tool }) => end === "succeeded" && !untold.has(tool))
    .map(({ tool }) => deeds[tool] ?? `got done: ${plain(tool)}`);
  const undone = outcomes
    // Not confirmed is how a tool asks for the yes.
    .filter(({ end, tool, reason }) => end !== "succeeded" && tool !== "cancelQuote" && reason !== "notConfirmed")
    .map(
      ({ tool, end, reason }) => `${plain(tool)} ${end === "refused" ? `was refused (${plain(reason)})` : "failed"}`,
    );
  const ordered = facts.orders.map(({ number, lines }) => {
    const things = lines.map(({ quantity, spokenName }) => `${quantity} x ${spokenName}`).join(", ");
    return `Order ${number}: ${things === "" ? "no lines" : things}.`;
  });
  const deedsTold = [...new Set(done)];
  return [
    ...(deedsTold.length === 0 ? [] : [`The caller ${deedsTold.join(", ")}.`]),
    ...[...new Set(undone)].map((words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`),
    ...ordered,
  ];
}

function escalationOf(facts: CallFacts, outcomes: readonly ToolOutcome[]): EscalationReason | null {
  if (!facts.isTransferred) return null;
  const last = outcomes.at(-1);
  if (facts.riskAction === "block" || last?.reason === "riskBlocked") return "risk";
  if (facts.turns.at(-1)?.intent === "talkToPerson") return "asked";
  if (last?.tool === "verifyIdentity" && last.end !== "succeeded") return "notIdentified";
  if (last?.reason === "riskUnknown") return "fault";
  if (last?.tool === "placeOrder" && last.end !== "succeeded") return "payment";
  // Nothing went wrong last: the caller asked, by voice or by key.
  return last?.end === "failed" ? "fault" : "asked";
}

function outcomeOf(facts: CallFacts, outcomes: readonly ToolOutcome[]): InteractionOutcome {
  if (facts.endedAt === null) return "inProgress";
  if (facts.isTransferred) return "escalated";
  if (facts.riskAction === "block") return "blocked";
  if (facts.orders.some(({ paymentStatus }) => paymentStatus === "succeeded")) return "ordered";
  const done = outcomes.filter(({ end, tool }) => end === "succeeded" && !identifying.has(tool));
  if (done.some(({ tool }) => !looking.has(tool) && !untold.has(tool))) return "served";
  return done.length > 0 ? "informed" : "nothing";
}

function nextStepOf(facts: CallFacts, escalationReason: EscalationReason | null): string {
  const awaited = facts.orders.find(({ paymentStatus }) => paymentStatus === "awaitingPayer");
  if (awaited !== undefined) return `Order ${awaited.number} waits for the customer to approve the payment.`;
  const unsettled = facts.orders.find(
    ({ paymentStatus }) => paymentStatus === "unknown" || paymentStatus === "pending",
  );
  if (unsettled !== undefined) return `See that the payment of order ${unsettled.number} is settled.`;
  if (escalationReason !== null) return "See that the person who took the call over could help.";
  if (facts.endedAt === null || facts.orders.length > 0 || facts.leftAtQuote === null) return "None.";
  if (facts.mayContact !== true) return "None: the caller left before ordering, and must not be contacted.";
  return `Offer again: ${facts.leftAtQuote}.`;
}

/** What is told of a call. */
export function told(facts: CallFacts): Told {
  const outcomes = outcomesOf(facts);
  const escalationReason = escalationOf(facts, outcomes);
  const lines = sentences(facts, outcomes);
  return {
    outcome: outcomeOf(facts, outcomes),
    summary: lines.length === 0 ? "The caller asked for nothing that was done." : lines.join(" "),
    nextStep: nextStepOf(facts, escalationReason),
    escalationReason,
  };
}
