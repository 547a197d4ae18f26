/** A card that the caller keyed in becomes theirs: at the provider first, then among their saved cards. Nothing is charged by it. */
import type { CardEntry, CardHolders } from "../../connectors/customers/port.ts";
import type { Wallet } from "../../connectors/payments/port.ts";
import type { EffectContext } from "../../runtime/effect.ts";

/** Adds cards. Each step may be done again, so all of it may: the card is attached and saved once. */
export function openCardEntry(reached: { readonly holders: CardHolders; readonly wallet: Wallet }): CardEntry {
  const { holders, wallet } = reached;
  return {
    async addCard({ paymentMethodRef, identity }, context) {
      const step = (name: string): EffectContext => ({ ...context, effectId: `${context.effectId}/${name}` });
      const holder = await holders.holderOf({ identity }, step("holder"));
      const { customerRef, storeWaitMs } = holder;
      if (customerRef === null) return { status: "refused", reason: "identityRequired", storeWaitMs, vendorWaitMs: 0 };
      const attached = await wallet.attachCard({ customerRef, paymentMethodRef }, step("attach"));
      const { vendorWaitMs } = attached;
      if (attached.status !== "attached") {
        const reason = attached.status === "declined" ? "cardDeclined" : "notFound";
        return { status: "refused", reason, storeWaitMs, vendorWaitMs };
      }
      const { brand, last4, expiryMonth, expiryYear } = attached;
      const card = { paymentMethodRef, brand, last4, expiryMonth, expiryYear };
      const kept = await holders.keep({ customerRef, card }, step("keep"));
      return { status: "added", card: kept.card, storeWaitMs: storeWaitMs + kept.storeWaitMs, vendorWaitMs };
    },
  };
}
