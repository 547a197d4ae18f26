import { z } from "zod";
import { paySession } from "./checkout-sessions.ts";
import type { Publish } from "./confirmation.ts";
import { closeDispute, openDispute } from "./disputes.ts";
import { expireIntent } from "./payment-intents.ts";
import { seedCustomers } from "./router.ts";
import type { Store } from "./store.ts";
import { type CardBehaviour, parseCardBehaviour } from "./test-cards.ts";
import type { WebhookSender } from "./webhooks.ts";

/** What the control routes steer. */
export type ControlTargets = { readonly store: Store; readonly webhooks: WebhookSender; readonly publish: Publish };

const behaviour = z.string().transform((value, context): CardBehaviour => {
  try {
    return parseCardBehaviour(value);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const customersBody = z.array(
  z.strictObject({
    id: z.string().min(1),
    name: z.string().exactOptional(),
    email: z.string().exactOptional(),
    phone: z.string().exactOptional(),
    metadata: z.record(z.string(), z.string()).exactOptional(),
    cards: z
      .array(
        z.strictObject({
          id: z.string().min(1),
          behaviour: behaviour.default("succeeds"),
          brand: z.string().exactOptional(),
          last4: z
            .string()
            .regex(/^\d{4}$/)
            .exactOptional(),
          expMonth: z.number().int().min(1).max(12).exactOptional(),
          expYear: z.number().int().exactOptional(),
        }),
      )
      .default([]),
  }),
);
const cardBody = z.strictObject({ paymentMethod: z.string(), behaviour });
const webhooksBody = z.strictObject({
  url: z.union([z.literal(""), z.url()]).exactOptional(),
  secret: z.string().min(1).exactOptional(),
  isHeld: z.boolean().exactOptional(),
  copies: z.number().int().min(1).max(10).exactOptional(),
});
const releaseBody = z.strictObject({ order: z.enum(["created", "reversed"]).default("created") });
const resendBody = z.strictObject({ eventId: z.string() });
const payBody = z.strictObject({ session: z.string(), paymentMethod: z.string().exactOptional() });
const expireBody = z.strictObject({ paymentIntent: z.string() });
const disputeBody = z.strictObject({
  paymentIntent: z.string(),
  reason: z.string().default("fraudulent"),
  status: z.enum(["needs_response", "warning_needs_response"]).default("needs_response"),
});
const closeBody = z.strictObject({ dispute: z.string(), status: z.enum(["won", "lost", "warning_closed"]) });

/**
 * The simulator's own control routes below `/_control/`, beside those that every simulator has. Returns the answer, or undefined for a path that is not
 * one of them; throws for a body that is wrong.
 * - `POST customers`: customers and their saved cards; `POST cards`: changes how a card behaves;
 * - `GET charges`: all charges, intents and refunds;
 * - `POST checkout/pay`: the payer pays on the page; `GET checkout/sessions`;
 * - `POST holds/expire`: a bank lets a held amount go;
 * - `POST disputes`, `POST disputes/close`: what a bank does;
 * - `POST webhooks`: url, secret, holding back, copies; `POST webhooks/release`; `POST webhooks/resend`; `GET webhooks`: counts.
 */
export function handleStripeControl(route: string, body: string, targets: ControlTargets): unknown {
  const { store, webhooks, publish } = targets;
  const parsed = (): unknown => JSON.parse(body === "" ? "{}" : body);
  switch (route) {
    case "POST /_control/customers": {
      const customers = customersBody.parse(parsed());
      seedCustomers(store, customers);
      return { customers: customers.length };
    }
    case "POST /_control/cards": {
      const card = cardBody.parse(parsed());
      if (store.get("payment_method", card.paymentMethod) === undefined)
        throw new RangeError(`no payment method ${card.paymentMethod}`);
      store.put("behaviour", { id: card.paymentMethod, behaviour: card.behaviour });
      return {};
    }
    case "GET /_control/charges":
      return {
        charges: store.list("charge"),
        paymentIntents: store.list("payment_intent"),
        refunds: store.list("refund"),
      };
    case "POST /_control/checkout/pay": {
      const { session, paymentMethod } = payBody.parse(parsed());
      return paySession(store, publish, session, paymentMethod);
    }
    case "GET /_control/checkout/sessions":
      return { sessions: store.list("checkout_session") };
    case "POST /_control/holds/expire":
      return expireIntent(store, publish, expireBody.parse(parsed()).paymentIntent);
    case "POST /_control/disputes":
      return openDispute(store, publish, disputeBody.parse(parsed()));
    case "POST /_control/disputes/close": {
      const { dispute, status } = closeBody.parse(parsed());
      return closeDispute(store, publish, dispute, status);
    }
    case "POST /_control/webhooks":
      webhooks.configure(webhooksBody.parse(parsed()));
      return {};
    case "POST /_control/webhooks/release":
      return { released: webhooks.release(releaseBody.parse(parsed()).order) };
    case "POST /_control/webhooks/resend": {
      const { eventId } = resendBody.parse(parsed());
      const event = store.get("event", eventId);
      if (event === undefined) throw new RangeError(`no event ${eventId}`);
      webhooks.resend(event);
      return {};
    }
    case "GET /_control/webhooks":
      return webhooks.counts();
    default:
      return undefined;
  }
}
