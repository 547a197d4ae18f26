import type { FaultScript } from "../kit/fault-script.ts";
import { collectCard, maskedNumber, type PayProgress } from "./collect-card.ts";
import type { Line } from "./line.ts";
import { type PayConnector, tokenise } from "./pay-connector.ts";
import type { PayVerb } from "./pay-verb.ts";

/** What a call gives `<Pay>` to work with. */
export type PaySurroundings = {
  readonly line: Line;
  readonly faults: FaultScript;
  /** By the name that they were installed under. */
  readonly connectors: Readonly<Record<string, PayConnector>>;
  onProgress(progress: PayProgress): void;
};

/** Has a card keyed in and kept; gives the parameters of the request to `action`. Source: Twilio, "TwiML: Pay", parameters of that request. */
export async function pay(
  verb: PayVerb,
  { line, faults, connectors, onProgress }: PaySurroundings,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const common = { PaymentConnector: verb.paymentConnector, PaymentMethod: "credit-card" };
  const collected = await collectCard(verb, line, signal, (progress) => onProgress({ ...common, ...progress }));
  if ("stopped" in collected) {
    const { stopped, error } = collected;
    if (stopped === "star") return { ...common, Result: "caller-interrupted-with-star" };
    if (stopped === "callOver") return { ...common, Result: "caller-hung-up" };
    return { ...common, Result: "too-many-failed-attempts", PaymentError: error };
  }
  const { card, cardType } = collected;
  onProgress({ ...common, For: "payment-processing", Attempt: "1" });
  const kept = await tokenise(connectors[verb.paymentConnector], card, faults);
  const told = {
    ...common,
    PaymentCardNumber: maskedNumber(card.number),
    PaymentCardType: cardType,
    ExpirationDate: card.expiry,
    SecurityCode: "*".repeat(card.securityCode.length),
    PaymentCardPostalCode: card.postalCode,
  };
  if ("token" in kept) return { ...told, Result: "success", PaymentToken: kept.token };
  const { connectorError, paymentError } = kept;
  return { ...told, Result: "payment-connector-error", ConnectorError: connectorError, PaymentError: paymentError };
}
