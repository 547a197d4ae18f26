import { z } from "zod";

/** Runs a statement on the shop's database and says how many rows it changed. */
export type ShopStatement = (sql: string, values: readonly (string | number)[]) => Promise<number>;

const control = z.strictObject({
  setStock: z.strictObject({ productId: z.string().min(1), quantity: z.int().min(0) }),
});

/**
 * Makes the change of the world that a scenario's `control` asks for: `setStock` counts the pieces of a product anew, as somebody in the
 * warehouse would. Rejects for a change that is not known, or a product that does not exist.
 */
export async function applyShopControl(change: unknown, run: ShopStatement): Promise<void> {
  const parsed = control.safeParse(change);
  if (!parsed.success) throw new Error(`this control is not known:\n${z.prettifyError(parsed.error)}`);
  const { productId, quantity } = parsed.data.setStock;
  const changed = await run("UPDATE products SET on_hand = $2 WHERE id = $1", [productId, quantity]);
  if (changed !== 1) throw new Error(`there is no product ${productId}`);
}
