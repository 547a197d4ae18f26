import { integer, secret, text } from "../../runtime/settings.ts";

/** Settings of what the payment provider tells by itself, and of the pages on which payers pay. */
export const webhookSettings = {
  stripeWebhookSecret: secret({
    doc: "Signing secret of Stripe's webhook, whsec_…; two, separated by a comma, while it is rotated. Empty: nothing is listened to, and no payment link is sent",
    variable: "STRIPE_WEBHOOK_SECRET",
    fallback: "",
  }),
  webhookHost: text({
    doc: "Address to listen on for POST /stripe/webhook and /twilio/message-status",
    fallback: "0.0.0.0",
  }),
  webhookPort: integer({
    doc: "Port to listen on for them; 0 takes any. Workers of one machine may share one",
    min: 0,
    max: 65_535,
    fallback: 8090,
  }),
  paymentDoneUrl: text({
    doc: "Where the payer's browser goes after paying by a link; empty: no payment link is offered or sent",
    variable: "PAYMENT_DONE_URL",
    fallback: "",
  }),
} as const;
