/** Records of made-up calls, as the topics that fraud reads would hold them: mostly ordinary callers, some that no shop wants. */
import { deriveId } from "../../runtime/identity.ts";
import { stamped } from "../../runtime/testing/record.ts";
import type { AnyRecord } from "../../schemas/topics.ts";
import { createSeededRandom, type Random } from "../../simulators/kit/seeded-random.ts";
import * as records from "../../stages/fraud/testing/call-records.ts";

/** What a caller is after. */
type Habit = "buys" | "asks" | "probesOrders" | "probesPrices" | "testsCards" | "repeats";

const FIRST_CALL_AT = 1_795_000_000_000;
const wishes = [
  "I am looking for noise cancelling headphones under two hundred dollars",
  "do you have a kettle that keeps the water warm",
  "something for a five year old who likes dinosaurs",
  "a rain jacket for cycling in medium",
  "which of your tents is the lightest one",
  "I need a birthday present for my father",
];
/** Callers of every hundred. */
const habits: readonly (readonly [Habit, number])[] = [
  ["buys", 45],
  ["asks", 45],
  ["probesOrders", 3],
  ["probesPrices", 3],
  ["testsCards", 2],
  ["repeats", 2],
];

export type GeneratedCalls = {
  /** In the order of event time. */
  readonly records: readonly AnyRecord[];
  /** In an order in which a live stage may have seen them: each topic brings its records some milliseconds later, in its own order. */
  readonly arrivals: readonly AnyRecord[];
};

/** Calls of a day's busiest hours: the same for the same seed. */
export function generateCalls(calls: number, seed: number): GeneratedCalls {
  const random = createSeededRandom(seed);
  const made: AnyRecord[] = [];
  // One call in about four seconds, whatever their number: more would make the line itself look attacked.
  let startsAt = FIRST_CALL_AT;
  for (let number = 0; number < calls; number += 1) {
    startsAt += -Math.log(1 - random()) * 4_000;
    made.push(...callOf(number, startsAt, random));
  }
  const byTime = made.toSorted((a, b) => a.occurredAt - b.occurredAt || (a.eventId < b.eventId ? -1 : 1));
  const arrivedAt = new Map(byTime.map((record) => [record, record.occurredAt + 0.5 - Math.log(1 - random()) * 1.2]));
  const arrivals = byTime.toSorted((a, b) => (arrivedAt.get(a) ?? 0) - (arrivedAt.get(b) ?? 0));
  return { records: byTime, arrivals };
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Numbers of all area codes: callers of one shop share few prefixes. */
function numberOf(caller: number): string {
  return `+1${200 + ((caller * 389) % 790)}555${String(caller % 10_000).padStart(4, "0")}`;
}

function habitOf(caller: number): Habit {
  let rest = (caller * 37) % 100;
  for (const [habit, share] of habits) {
    if (rest < share) return habit;
    rest -= share;
  }
  return "asks";
}

/** One call: greeting, some turns with what they lead to, end. */
function callOf(number: number, startsAt: number, random: Random): AnyRecord[] {
  const callSid = `CA${deriveId("bench", number)}`;
  // Four of ten calls are from the same two hundred callers; some withhold their number.
  const caller = random() < 0.4 ? Math.floor(random() * 200) : 1_000 + number;
  const from = random() < 0.04 ? "" : numberOf(caller);
  const habit = habitOf(caller);
  const turns = habit === "repeats" ? 6 : 2 + Math.floor(random() * 5);
  let at = startsAt;
  let count = 0;
  const made: AnyRecord[] = [];
  const stamps = (turn: number, afterMs: number) => {
    at += afterMs;
    count += 1;
    return { callSid, turn, occurredAt: at, eventId: deriveId(callSid, count) };
  };
  made.push(records.callStarted(from, stamps(0, 0)));
  made.push(
    stamped("StreamAttached", {
      streamSid: `MZ${number}`,
      gatewayId: "gateway-1",
      replyPartition: 0,
      attachment: 1,
      cardEntry: null,
      ...stamps(0, 120 + random() * 80),
    }),
  );
  for (let turn = 1; turn <= turns; turn += 1) {
    const words = habit === "repeats" ? (wishes[0] ?? "") : pick(wishes, random);
    for (const share of [0.3, 0.6, 0.9])
      made.push(
        stamped("TranscriptUpdated", {
          text: words.slice(0, Math.floor(words.length * share)),
          stability: 0.9,
          silenceMs: 0,
          ...stamps(turn, 900 + random() * 400),
        }),
      );
    made.push(records.turnEnded(words, stamps(turn, 700 + random() * 300)));
    made.push(...stepOf(habit, turn, turns, number, random, stamps));
    at += 4_000 + random() * 4_000;
  }
  made.push(records.callEnded({ ...stamps(turns, 600) }));
  return made;
}

type Stamper = (
  turn: number,
  afterMs: number,
) => { callSid: string; turn: number; occurredAt: number; eventId: string };

/** What a turn leads to: the meaning, the tool and its result. */
function stepOf(
  habit: Habit,
  turn: number,
  turns: number,
  number: number,
  random: Random,
  stamps: Stamper,
): AnyRecord[] {
  const meant = 50 + random() * 60;
  const worked = 8 + random() * 15;
  const last = turn === turns;
  if (habit === "probesOrders") {
    const orderNumber = String(700_000 + number * 3 + turn);
    return [
      records.intentRecognised("checkOrderStatus", stamps(turn, meant)),
      records.toolCalled("checkOrderStatus", { orderNumber }, stamps(turn, 3)),
      records.toolRefused("checkOrderStatus", "notFound", stamps(turn, worked)),
    ];
  }
  if (habit === "testsCards" && turn > 1)
    return [
      records.intentRecognised("confirm", stamps(turn, meant)),
      records.toolCalled("placeOrder", { cardId: `card-${number}-${turn}` }, stamps(turn, 3)),
      records.toolRefused("placeOrder", "cardDeclined", stamps(turn, 300 + worked)),
    ];
  if (habit === "probesPrices" && turn > 1)
    return [
      records.intentRecognised("applyDiscount", stamps(turn, meant)),
      records.toolCalled("applyDiscount", { discountCode: `CODE${turn}` }, stamps(turn, 3)),
      records.toolRefused("applyDiscount", "discountRefused", stamps(turn, worked)),
    ];
  if (habit === "buys" && last)
    return [
      records.intentRecognised("orderProduct", stamps(turn, meant)),
      records.toolCalled("quoteOrder", { productId: "P-10101", quantity: 1 }, stamps(turn, 3)),
      records.toolSucceeded("quoteOrder", stamps(turn, worked)),
      records.toolCalled("placeOrder", { cardId: "card-1001-1" }, stamps(turn, 4_000)),
      records.toolSucceeded("placeOrder", stamps(turn, 300 + worked)),
    ];
  return [
    records.intentRecognised("searchProducts", stamps(turn, meant)),
    records.toolCalled("searchProducts", { query: "headphones" }, stamps(turn, 3)),
    records.toolSucceeded("searchProducts", stamps(turn, worked)),
  ];
}
