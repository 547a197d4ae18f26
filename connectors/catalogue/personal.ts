/** A catalogue whose answers suit a caller who has proven who they are. */
import { performance } from "node:perf_hooks";
import type pg from "pg";
import { rowsOf } from "../postgres/pool.ts";
import type { Catalogue } from "./port.ts";
import { ordered, type Preferences } from "./preferences.ts";

const KEPT_CATEGORIES = 3;
/** Of the newest orders; tastes change. */
const NEWEST_LINES = 100;

/**
 * Orders answers by what the call's proven customer has bought. Read from their orders at each search and kept nowhere: who has not proven who they are on this call gets the
 * answer of `inner`, and who was erased has no preferences any more. A search that names an order of its own ("cheapest first") keeps it. Where preferences cannot be read,
 * the search goes without.
 */
export function withPreferences(inner: Catalogue, { pool }: { readonly pool: pg.Pool }): Catalogue {
  return {
    async search(input, context) {
      if (input.sort !== "relevance") return inner.search(input, context);
      const startedAt = performance.now();
      // The look at orders takes no longer than the search itself.
      const [found, preferences] = await Promise.all([
        inner.search(input, context),
        preferencesOf(pool, context.callSid).catch(() => null),
      ]);
      if (preferences === null) return found;
      return {
        products: ordered(found.products, input.query, preferences),
        storeWaitMs: performance.now() - startedAt,
      };
    },
    prefetch: (input, context) => inner.prefetch(input, context),
    details: (input, context) => inner.details(input, context),
  };
}

/** What the call's proven customer has bought; null when nobody has proven who they are, or nothing was bought. */
async function preferencesOf(pool: pg.Pool, callSid: string): Promise<Preferences | null> {
  const rows = await rowsOf<{ category: string; size: string | null }>(
    pool,
    `SELECT p.category, lower(p.attributes ->> 'size') AS size
     FROM call_identities i
       JOIN customers c ON c.id = i.customer_id AND c.erased_at IS NULL
       JOIN orders o ON o.customer_id = c.id AND o.status IN ('paid', 'packed', 'shipped', 'delivered')
       JOIN order_lines l ON l.order_number = o.number
       JOIN products p ON p.id = l.product_id
     WHERE i.call_sid = $1 ORDER BY o.placed_at DESC, l.line LIMIT $2`,
    [callSid, NEWEST_LINES],
  );
  if (rows.length === 0) return null;
  const counts = new Map<string, number>();
  const sizes: Record<string, string> = {};
  for (const { category, size } of rows) {
    counts.set(category, (counts.get(category) ?? 0) + 1);
    if (size !== null) sizes[category] ??= size;
  }
  const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, KEPT_CATEGORIES);
  return { categories: most.map(([category]) => category), sizes };
}
