import { z } from "zod";

/** Runs a statement on the shop's database and says how many rows it changed. */
export type ShopStatement = (sql: string, values: readonly (string | number)[]) => Promise<number>;

/** Makes the simulated payment provider answer so much later, from now on. */
export type SlowPayments = (delayMs: number) => Promise<void>;

const control = z.union([
  z.strictObject({ setStock: z.strictObject({ productId: z.string().min(1), quantity: z.int().min(0) }) }),
  z.strictObject({ slowPayments: z.strictObject({ delayMs: z.int().min(1).max(60_000) }) }),
]);
const names = "setStock { productId, quantity } and slowPayments { delayMs }";

/**
 * Makes the change of the world that a scenario's `control` asks for: `setStock` counts the pieces of a product anew, as somebody in the
 * warehouse would; `slowPayments` makes charges take long. Rejects for a change that is not known, or a product that does not exist.
 */
export async function applyShopControl(
  change: unknown,
  run: ShopStatement,
  slowPayments?: SlowPayments,
): Promise<void> {
  const parsed = control.safeParse(change);
  if (!parsed.success)
    throw new Error(`this control is not known; there are ${names}:\n${z.prettifyError(parsed.error)}`);
  if ("slowPayments" in parsed.data) {
    if (slowPayments === undefined) throw new Error("payments can be slowed only where the provider is simulated");
    return await slowPayments(parsed.data.slowPayments.delayMs);
  }
  const { productId, quantity } = parsed.data.setStock;
  const changed = await run("UPDATE products SET on_hand = $2 WHERE id = $1", [productId, quantity]);
  if (changed !== 1) throw new Error(`there is no product ${productId}`);
}
