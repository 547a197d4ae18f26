import type { RiskEntry, RiskFact } from "../../../connectors/risk-history/port.ts";
import type { Tool } from "../../../schemas/generated/records.ts";
import type { AssessedRecord } from "../assessed-record.ts";
import type { Sight, Signal } from "../signal.ts";

const QUARTER_HOUR_MS = 15 * 60_000;

/** Trying order numbers to find one that answers. Numbers are kept as keyed hashes, each with the hash of its successor so that sequences show. */
export const enumerationAttempt: Signal<"ordersAskedInQuarterHour", "ordersAsked" | "ordersFound" | "ordersNotFound"> =
  {
    name: "enumerationAttempt",
    scale: ["ordersAskedInQuarterHour"],
    facts: (record, sight) => factsOf(record, sight),
    windows: (keys) => ({
      ordersAsked: { key: keys.caller, kind: "orderAsked", windowMs: QUARTER_HOUR_MS },
      ordersFound: { key: keys.caller, kind: "orderFound", windowMs: QUARTER_HOUR_MS },
      ordersNotFound: { key: keys.caller, kind: "orderNotFound", windowMs: QUARTER_HOUR_MS },
    }),
    features({ ordersAsked, ordersFound, ordersNotFound }) {
      const successors = new Map(ordersAsked.entries.map(pairOf));
      const answered = ordersFound.count + ordersNotFound.count;
      return {
        ordersAskedInQuarterHour: successors.size,
        orderNotFoundRatio: answered === 0 ? 0 : ordersNotFound.count / answered,
        sequentialOrdersInQuarterHour: [...successors.values()].filter((next) => successors.has(next)).length,
      };
    },
  };

/** The tools that look an order up by its number, which is what everything else about an order begins with. */
function isAboutOrder(tool: Tool): boolean {
  return tool === "checkOrderStatus" || tool === "getOrderDetails";
}

function factsOf(record: AssessedRecord, { keys, hash }: Sight): readonly RiskFact[] {
  if (record.type === "ToolCalled" && isAboutOrder(record.tool)) {
    const number = record.arguments.orderNumber;
    if (number === null || !/^\d{1,18}$/.test(number)) return [];
    const value = `${hash(`order/${BigInt(number)}`)}>${hash(`order/${BigInt(number) + 1n}`)}`;
    return [{ key: keys.caller, kind: "orderAsked", value }];
  }
  if (record.type === "ToolSucceeded" && isAboutOrder(record.tool))
    return [{ key: keys.caller, kind: "orderFound", value: "" }];
  const isNotFound = record.type === "ToolRefused" && (record.reason === "notFound" || record.reason === "ownership");
  return isNotFound && isAboutOrder(record.tool) ? [{ key: keys.caller, kind: "orderNotFound", value: "" }] : [];
}

function pairOf({ value }: RiskEntry): [string, string] {
  const at = value.indexOf(">");
  return [value.slice(0, at), value.slice(at + 1)];
}
