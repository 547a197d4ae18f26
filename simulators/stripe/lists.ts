import { invalidRequest, noSuch } from "./api-failure.ts";
import { type Form, integerParam, listParam, textParam } from "./form.ts";
import type { Kind, Store, StoredObject } from "./store.ts";

/** A page of the API. */
export type Page = {
  readonly object: string;
  readonly url: string;
  readonly has_more: boolean;
  readonly data: readonly StoredObject[];
  /** Of a search: what to pass as `page`; null on the last page. */
  readonly next_page?: string | null;
};

function createdMatches(object: StoredObject, created: Form[string] | undefined): boolean {
  if (created === undefined) return true;
  const at = Number(object.created);
  if (typeof created === "string") return at === Number(created);
  if (Array.isArray(created)) return true;
  return Object.entries(created).every(([operator, bound]) => {
    const value = Number(bound);
    if (operator === "gt") return at > value;
    if (operator === "gte") return at >= value;
    if (operator === "lt") return at < value;
    return operator === "lte" ? at <= value : true;
  });
}

function limitOf(form: Form): number {
  const limit = integerParam(form, "limit") ?? 10;
  if (limit < 1 || limit > 100) throw invalidRequest("This value must be between 1 and 100.", "limit");
  return limit;
}

/** A list endpoint, newest first, with `limit`, `starting_after`, `ending_before`, `created` and equality filters. */
export function listObjects(store: Store, kind: Kind, url: string, form: Form, filters: readonly string[]): Page {
  for (const name of Object.keys(form))
    if (!["limit", "starting_after", "ending_before", "created", "expand", ...filters].includes(name))
      throw invalidRequest(`Received unknown parameter: ${name}`, name, "parameter_unknown");
  const limit = limitOf(form);
  const wanted = filters.flatMap((name) => {
    const value = textParam(form, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const all = store
    .list(kind)
    .filter(
      (object) => wanted.every(([name, value]) => object[name] === value) && createdMatches(object, form.created),
    );
  const after = textParam(form, "starting_after");
  const before = textParam(form, "ending_before");
  const cursor = after ?? before;
  const at = cursor === undefined ? -1 : all.findIndex((object) => object.id === cursor);
  if (cursor !== undefined && at < 0)
    throw noSuch(kind, cursor, after === undefined ? "ending_before" : "starting_after");
  if (before !== undefined && after === undefined) {
    const begin = Math.max(0, at - limit);
    return { object: "list", url, has_more: begin > 0, data: all.slice(begin, at) };
  }
  const data = all.slice(at + 1, at + 1 + limit);
  return { object: "list", url, has_more: at + 1 + limit < all.length, data };
}

/**
 * The search endpoint with clauses `field:'value'` and `metadata['key']:'value'` joined by AND. Like the vendor's, it lags behind: what is younger
 * than `delayMs` is not found yet. https://docs.stripe.com/search#data-freshness
 */
export function searchObjects(
  store: Store,
  kind: Kind,
  url: string,
  form: Form,
  indexedBefore: (object: StoredObject) => boolean,
): Page {
  const query = textParam(form, "query") ?? "";
  const clauses = query.split(/\s+AND\s+/i).map((clause) => {
    const metadata = /^metadata\[["']([^"']+)["']\]:["']([^"']*)["']$/.exec(clause.trim());
    if (metadata !== null) return { key: metadata[1] ?? "", value: metadata[2] ?? "", isMetadata: true };
    const field = /^(status|customer|currency):["']([^"']*)["']$/.exec(clause.trim());
    if (field !== null) return { key: field[1] ?? "", value: field[2] ?? "", isMetadata: false };
    throw invalidRequest("We were unable to parse your search query.", "query");
  });
  const limit = limitOf(form);
  const all = store.list(kind).filter(
    (object) =>
      indexedBefore(object) &&
      clauses.every(({ key, value, isMetadata }) => {
        const holder = isMetadata ? (object.metadata as Record<string, unknown>) : object;
        return holder[key] === value;
      }),
  );
  const begin = integerParam(form, "page") ?? 0;
  const end = begin + limit;
  const isMore = end < all.length;
  const nextPage = isMore ? String(end) : null;
  return { object: "search_result", url, has_more: isMore, next_page: nextPage, data: all.slice(begin, end) };
}

const kindByField: Readonly<Record<string, Kind>> = {
  charge: "charge",
  customer: "customer",
  latest_charge: "charge",
  payment_intent: "payment_intent",
  payment_method: "payment_method",
};

function expandPath(store: Store, object: StoredObject, path: readonly string[]): StoredObject {
  const [field, ...rest] = path;
  if (field === undefined) return object;
  const kind = kindByField[field];
  if (kind === undefined) throw invalidRequest(`This property cannot be expanded (${field}).`, "expand");
  const value = object[field];
  const target = typeof value === "string" ? store.get(kind, value) : undefined;
  return target === undefined ? object : { ...object, [field]: expandPath(store, target, rest) };
}

/** Replaces ids by the objects that `expand` names; paths of lists begin with `data`. */
export function expand<Answer extends StoredObject | Page>(store: Store, answer: Answer, form: Form): Answer {
  let expanded: Answer = answer;
  for (const path of listParam(form, "expand")) {
    const names = path.split(".");
    if ("data" in expanded && Array.isArray(expanded.data) && names[0] === "data") {
      const data = (expanded.data as StoredObject[]).map((one) => expandPath(store, one, names.slice(1)));
      expanded = { ...expanded, data };
    } else {
      expanded = { ...expanded, ...expandPath(store, expanded as StoredObject, names) };
    }
  }
  return expanded;
}
