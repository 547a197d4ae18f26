import type { FaultScript } from "../kit/fault-script.ts";

/** Where an installed Pay connector sends cards: a payment provider's API, and the key that it was connected with. */
export type PayConnector = { readonly apiBase: string; readonly apiKey: string };

/** A card as it was keyed in. Lives only until it was sent. */
export type KeyedCard = {
  readonly number: string;
  /** MMYY */
  readonly expiry: string;
  readonly securityCode: string;
  readonly postalCode: string;
};

/** What the provider made of a card. */
export type Tokenised = { readonly token: string } | { readonly connectorError: string; readonly paymentError: string };

const answerWithinMs = 10_000;

/** Has the provider keep a card, as Twilio's connector to Stripe does with `tokenType` payment-method. Never rejects. */
export async function tokenise(
  connector: PayConnector | undefined,
  card: KeyedCard,
  faults: FaultScript,
): Promise<Tokenised> {
  const fault = faults.next("pay.connector");
  if (connector === undefined) return failed("no such connector");
  if (fault !== undefined) return failed("the gateway does not answer");
  const form = new URLSearchParams({
    type: "card",
    "card[number]": card.number,
    "card[exp_month]": card.expiry.slice(0, 2),
    "card[exp_year]": `20${card.expiry.slice(2)}`,
    "card[cvc]": card.securityCode,
    "billing_details[address][postal_code]": card.postalCode,
  });
  try {
    const response = await fetch(new URL("/v1/payment_methods", connector.apiBase), {
      method: "POST",
      headers: { authorization: `Bearer ${connector.apiKey}` },
      body: form,
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const answer = (await response.json()) as { id?: string; error?: { code?: string; message?: string } };
    if (response.ok && answer.id !== undefined) return { token: answer.id };
    return { connectorError: answer.error?.code ?? String(response.status), paymentError: answer.error?.message ?? "" };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function failed(connectorError: string): Tokenised {
  return { connectorError, paymentError: "the payment gateway could not be reached" };
}
