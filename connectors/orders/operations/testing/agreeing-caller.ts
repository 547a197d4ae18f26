import type { EffectContext } from "../../../../runtime/effect.ts";
import type { OrderOperations } from "../port.ts";

type Method = (
  input: { actor?: object },
  context: EffectContext,
) => Promise<{ status: string; readBack?: { confirmation: string } | null }>;

/** Operations asked for by somebody who says yes to whatever is read back: what is not confirmed is asked for again with the confirmation. */
export function agreeing(operations: OrderOperations): OrderOperations {
  const agreed = Object.entries(operations as unknown as Record<string, Method>).map(([name, method]) => [
    name,
    async (input: { actor?: object }, context: EffectContext) => {
      const first = await method(input, { ...context, effectId: `${context.effectId}/asked` });
      const confirmation = first.readBack?.confirmation;
      return confirmation === undefined
        ? first
        : method({ ...input, actor: { ...input.actor, confirmation } }, context);
    },
  ]);
  return Object.fromEntries(agreed) as OrderOperations;
}
