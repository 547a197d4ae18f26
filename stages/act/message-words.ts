/** The words of text messages about payments. The same facts give the same words, so that a message which may have been sent is found again. */

type Paid = {
  readonly orderNumber: string;
  readonly amountMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The shop's name, with which the message begins; empty for none. */
  readonly signature: string;
};
type Link = Paid & {
  readonly url: string;
  readonly validForMs: number;
  /** 1 for the first message of an order. No two of an order have the same words. */
  readonly sending: number;
};

function amountOf({ amountMinor, currency }: Paid): string {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency: currency.toUpperCase() });
  return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function begun({ signature }: Paid, words: string): string {
  return signature === "" ? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}` : `${signature}: ${words}`;
}

function timeOf(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes > 120) return `${Math.floor(minutes / 60)} hours`;
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

/** "Juniper House: please approve your payment of $61.95 for order 100042 here: https://… The link works for 10 minutes." */
export function linkWords(link: Link): string {
  const again = link.sending === 1 ? "" : `this is your link again (message ${link.sending}): `;
  const works = `The link works for ${timeOf(link.validForMs)}.`;
  return begun(
    link,
    `${again}please approve your payment of ${amountOf(link)} for order ${link.orderNumber} here: ${link.url} ${works}`,
  );
}

/** "Juniper House: thank you, your payment of $61.95 for order 100042 has arrived, and the order is placed." Beside position 0, of an operation: "… and the order is changed." */
export function receiptWords(paid: Paid & { readonly position: number }): string {
  const done = paid.position === 0 ? "placed" : "changed";
  return begun(
    paid,
    `thank you, your payment of ${amountOf(paid)} for order ${paid.orderNumber} has arrived, and the order is ${done}.`,
  );
}
