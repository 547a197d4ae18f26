/**
 * The worker of `act` is killed at every step of an order, on a PostgreSQL server and the simulators of the payment provider and of text messages. Whatever happens: no charge without
 * order, no paid order lost, no double charge, stock right.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Buyer } from "../../connectors/orders/testing/buyers.ts";
import { serverIsMissing } from "../../connectors/postgres/testing/test-database.ts";
import type { FaultRule } from "../../simulators/kit/fault-script.ts";
import { placeOrderSteps } from "../../stages/act/place-order.ts";
import type { Telephone, Unheard } from "./asked-payers.ts";
import { type KilledOrders, openKilledOrders } from "./killed-orders.ts";

const around = (...calls: readonly string[]) => calls.flatMap((call) => [`before ${call}`, `after ${call}`]);
const faultOf = (fault: FaultRule["fault"], rule: Partial<FaultRule>): FaultRule => ({
  operation: "payment_intents.create",
  fault,
  times: 1,
  ...rule,
});

/** How an order goes until the worker is killed. */
type Way = {
  readonly name: string;
  /** Where the worker is when it is killed. */
  readonly points: readonly string[];
  /** Null for a buyer who pays by a link. */
  readonly card?: "insufficientFunds" | "authenticationRequired" | null;
  /** What is ordered is not there yet. */
  readonly isAwaited?: true;
  /** Whether the buyer can be sent a message: not, if absent. */
  readonly telephone?: Telephone;
  /** What the provider does to the charge. */
  readonly fault?: FaultRule;
  /** The order is given up while the charge is on its way. */
  readonly isGivenUp?: boolean;
  /** What a caller may be told in the end, when the session is not lost. */
  readonly answer: "ToolSucceeded" | "ToolRefused" | "ToolFailed";
};

/** Moments when a vendor has done something, and the worker has not heard of it. */
const unheard: readonly Unheard[] = ["within cancel", "within createLink", "within send"];
const ways: readonly Way[] = [
  {
    name: "an order that is paid",
    points: around("begin", "chargeSavedCard", "markPaid"),
    answer: "ToolSucceeded",
  },
  {
    name: "a card that is declined",
    card: "insufficientFunds",
    points: ["after chargeSavedCard", ...around("releasePayment")],
    answer: "ToolRefused",
  },
  {
    name: "a card whose owner cannot be asked",
    card: "authenticationRequired",
    points: ["after chargeSavedCard", ...around("askPayer"), "after releasePayment"],
    answer: "ToolRefused",
  },
  {
    name: "a card whose owner is asked",
    card: "authenticationRequired",
    telephone: "works",
    points: [...around("awaitPayer", "createLink", "keepLink", "send"), ...unheard, "after askPayer"],
    answer: "ToolRefused",
  },
  {
    name: "a card whose owner does not get the message",
    card: "authenticationRequired",
    telephone: "refuses",
    points: around("closeLink"),
    answer: "ToolRefused",
  },
  {
    name: "a buyer without a card who is sent a link",
    card: null,
    telephone: "works",
    points: ["after begin", ...around("awaitPayer", "createLink", "keepLink", "send"), "after askPayer"],
    answer: "ToolRefused",
  },
  {
    name: "a buyer without a card who cannot be sent one",
    card: null,
    points: [...around("askPayer"), "after releasePayment"],
    answer: "ToolRefused",
  },
  {
    name: "a charge that was made, and answered with an error",
    fault: faultOf("error", { code: "500-after-charge" }),
    points: around("markUnknown"),
    answer: "ToolFailed",
  },
  {
    name: "a charge that was made, and answered too late",
    fault: faultOf("delay", { delayMs: 2_000 }),
    points: ["after chargeSavedCard", "after markPaid"],
    answer: "ToolSucceeded",
  },
  {
    name: "an order that was given up before the money came",
    isGivenUp: true,
    points: ["after chargeSavedCard", ...around("refund", "releasePayment")],
    answer: "ToolFailed",
  },
  {
    name: "an order of what is awaited",
    isAwaited: true,
    points: around("hold", "markHeld"),
    answer: "ToolSucceeded",
  },
  {
    name: "an order of what is awaited, given up before the amount was held",
    isAwaited: true,
    isGivenUp: true,
    points: ["after hold", ...around("letGo", "releasePayment")],
    answer: "ToolFailed",
  },
];
/** Where an order that is given up waits until it is. */
const beforeMoney = ({ isAwaited }: Way): string => (isAwaited === true ? "before hold" : "before chargeSavedCard");
/** How an order is that nobody has given up. */
const wellEndOf = ({ isAwaited }: Way): string => (isAwaited === true ? "backordered held" : "paid succeeded");
/** How an order is that could not be paid. */
const declinedEndOf = ({ card }: Way): string => `paymentFailed ${card === null ? "notCharged" : "declined"}`;
/** Whether the order is paid in the end, or waits for its goods, when somebody goes on. */
const endsWell = ({ card, telephone, isGivenUp }: Way): boolean =>
  isGivenUp !== true && (card === undefined || telephone === "works");
const cases = ways.flatMap((way) => way.points.map((point) => ({ way, point })));

/** Brings every case to its point, each with a buyer of its own, and kills the worker there. */
async function killEverywhere(line: KilledOrders, buyers: readonly Buyer[]): Promise<void> {
  const calls = cases.map((of, index) => ({ ...of, buyer: buyers[index] as Buyer }));
  await line.payers.setTelephones(
    calls.map(({ way, buyer }) => ({ customerId: buyer.customerId, telephone: way.telephone ?? null })),
  );
  const holds = calls.map(({ way, point, buyer }) => [
    buyer.callSid,
    way.isGivenUp === true ? [beforeMoney(way), point] : [point],
  ]);
  await line.start(Object.fromEntries(holds));
  const givenUp = calls.filter(({ way }) => way.isGivenUp === true);
  for (const { buyer } of givenUp) await line.order(buyer);
  for (const { way, buyer } of givenUp) await line.untilHeld(buyer.callSid, beforeMoney(way));
  assert.equal((await line.settle()).released, givenUp.length);
  for (const { buyer } of givenUp) line.go(buyer.callSid);
  for (const { buyer, point } of givenUp) await line.untilHeld(buyer.callSid, point);
  for (const { way, point, buyer } of calls) {
    if (way.fault === undefined) continue;
    // The fault is for the next charge, whoever makes it.
    line.stripe.replaceFaults([way.fault]);
    await line.order(buyer);
    await line.untilHeld(buyer.callSid, point);
  }
  const isUnheard = ({ point }: { readonly point: string }) => unheard.some((one) => one === point);
  const held = calls.filter((one) => !isUnheard(one));
  const others = held.filter(({ way }) => way.fault === undefined && way.isGivenUp !== true);
  await line.orderAll(others.map(({ buyer }) => buyer));
  for (const { buyer, point } of held) await line.untilHeld(buyer.callSid, point);
  // Nobody holds these: the worker waits for an answer that is late.
  for (const what of unheard) {
    const of = calls.find(({ point }) => point === what);
    if (of !== undefined) await line.payers.keepBack(what, () => line.order(of.buyer));
  }
  await line.kill();
  line.stripe.replaceFaults([]);
}

it("kills before and after each step of the saga", () => {
  const methods = Object.values(placeOrderSteps).map(({ effect }) => effect.split(".")[1] ?? "");
  const missing = around(...methods).filter((point) => cases.every((one) => one.point !== point));
  assert.deepEqual(missing, []);
});

describe("an order whose worker is killed", { skip: await serverIsMissing() }, () => {
  let line: KilledOrders;
  /** The buyers of a test, one for each case. */
  let buyers: readonly Buyer[];
  const buyersOf = (part: number) => line.buyers.slice(part * cases.length, (part + 1) * cases.length);
  const callOf = (index: number) => buyers[index]?.callSid ?? "";

  before(async () => {
    const purchases = cases.map(({ way }) => ({
      productId: way.isAwaited === true ? ("clock" as const) : ("kettle" as const),
      card: way.card === undefined ? ("succeeds" as const) : way.card,
    }));
    line = await openKilledOrders([...purchases, ...purchases, ...purchases]);
  });
  after(() => line?.close());

  describe("and goes on in another", () => {
    before(async () => {
      buyers = buyersOf(0);
      await killEverywhere(line, buyers);
      await line.start();
      await line.untilAnswered();
      await line.payers.payAll();
      await line.settle();
    });
    after(() => line.kill());

    it("has one order for each charge, one charge for each order, and its pieces", async () => {
      const ends = await line.check();
      for (const [index, { way }] of cases.entries()) {
        // Those whose answer was lost were charged, and the provider knew.
        assert.equal(ends.get(callOf(index))?.includes(wellEndOf(way)), endsWell(way), way.name);
      }
    });

    for (const [index, { way, point }] of cases.entries())
      it(`answers once: ${way.name}, killed ${point}`, () => {
        const answers = line.results.get(callOf(index)) ?? [];
        assert.deepEqual(
          answers.map(({ type }) => type),
          [way.answer],
        );
      });
  });

  describe("and nobody goes on", () => {
    before(async () => {
      buyers = buyersOf(1);
      await killEverywhere(line, buyers);
    });

    it("is what the provider says: paid where money was taken, given up where none was, refunded where nothing can be sold", async () => {
      await line.payers.payAll();
      await line.settle();
      // Only the provider knows of the charge, and of the held amount, that came after its order was given up, and whose worker died before it could say so.
      assert.deepEqual(await line.reclaim(), { refunded: 1, released: 1, failed: 0 });
      assert.deepEqual(await line.reclaim(), { refunded: 0, released: 0, failed: 0 });
      const ends = await line.check();
      const endOf = (name: string, point: string) =>
        ends.get(callOf(cases.findIndex(({ way, point: at }) => way.name === name && at === point)));
      assert.equal(endOf("an order that is paid", "before begin"), undefined);
      for (const point of ["after begin", "before chargeSavedCard"])
        assert.deepEqual(endOf("an order that is paid", point), ["paymentFailed notCharged"]);
      for (const point of ["after chargeSavedCard", "before markPaid", "after markPaid"])
        assert.deepEqual(endOf("an order that is paid", point), ["paid succeeded"]);
      for (const point of around("markUnknown"))
        assert.deepEqual(endOf("a charge that was made, and answered with an error", point), ["paid succeeded"]);
      for (const point of ["after chargeSavedCard", ...around("refund", "releasePayment")])
        assert.deepEqual(endOf("an order that was given up before the money came", point), ["paymentFailed refunded"]);
      const awaited = "an order of what is awaited";
      assert.deepEqual(endOf(awaited, "before hold"), ["paymentFailed notCharged"]);
      for (const point of ["after hold", ...around("markHeld")])
        assert.deepEqual(endOf(awaited, point), ["backordered held"]);
      for (const point of ["after hold", ...around("letGo", "releasePayment")])
        assert.deepEqual(endOf(`${awaited}, given up before the amount was held`, point), ["paymentFailed notCharged"]);
      // Who has the message can pay, and so much is the order theirs.
      for (const { way, point } of cases.filter((one) => one.way.telephone === "works")) {
        const isSent = ["within send", "after send", "after askPayer"].includes(point);
        assert.deepEqual(endOf(way.name, point), [isSent ? "paid succeeded" : "paymentFailed notCharged"], point);
      }
    });
  });

  describe("at any moment, again and again", () => {
    before(async () => {
      buyers = buyersOf(2);
      await line.payers.setTelephones(
        buyers.map(({ customerId }, index) => ({ customerId, telephone: cases[index]?.way.telephone ?? null })),
      );
      await line.start();
      await line.orderAll(buyers);
      // No moment is special here, so any will do; the steps' own moments are above. The calls that nobody went on with are found again, too.
      for (const liveMs of [15, 40, 70]) {
        await sleep(liveMs);
        await line.kill();
        await line.start();
      }
      await line.untilAnswered();
      await line.payers.payAll();
      await line.settle();
    });

    it("is paid once", async () => {
      const ends = await line.check();
      for (const [index, { way }] of cases.entries())
        assert.deepEqual(
          ends.get(callOf(index)),
          way.card === undefined || way.telephone === "works" ? [wellEndOf(way)] : [declinedEndOf(way)],
        );
    });
  });
});
