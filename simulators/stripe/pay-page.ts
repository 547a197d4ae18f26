import type { StoredObject } from "./store.ts";

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The page behind a payment link, as far as a person or a test needs it: the amount, and one button. */
export function payPage(session: StoredObject): string {
  const amount = `${(Number(session.amount_total) / 100).toFixed(2)} ${String(session.currency).toUpperCase()}`;
  const body =
    session.status === "open"
      ? `<p>Order ${escaped(String(session.client_reference_id ?? ""))}: ${amount}</p><form method="post"><button>Pay and approve</button></form>`
      : `<p>This page is ${escaped(String(session.status))}.</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Simulated payment</title><h1>Simulated payment</h1>${body}</html>`;
}
