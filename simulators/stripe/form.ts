import { invalidRequest } from "./api-failure.ts";

/** A decoded form: text, lists and objects, nested. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };
export type Form = { [name: string]: FormValue };

const maxPairs = 500;
const maxDepth = 6;
const forbiddenNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

function pathOf(key: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  const [, head, rest] = match ?? [];
  if (head === undefined || rest === undefined) throw invalidRequest(`Invalid parameter name: ${key}`, key);
  const names = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((found) => found[1] ?? "")];
  if (names.length > maxDepth || names.some((name) => forbiddenNames.has(name)))
    throw invalidRequest(`Invalid parameter name: ${key}`, key);
  return names;
}

/** Objects whose names are 0..n-1 are lists: the SDK writes `expand[0]=a`. */
function listsFromIndices(value: FormValue): FormValue {
  if (typeof value === "string" || Array.isArray(value)) return value;
  const names = Object.keys(value);
  const nested = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, listsFromIndices(one)]));
  return names.length > 0 && names.every((name, index) => name === String(index)) ? Object.values(nested) : nested;
}

/**
 * Decodes `application/x-www-form-urlencoded` with nested names (`metadata[orderId]=1`, `expand[]=a`, `expand[0]=a`), as Stripe's API v1 takes it.
 * Throws the API's 400 for a malformed name.
 */
export function decodeForm(text: string): Form {
  const pairs = [...new URLSearchParams(text)];
  if (pairs.length > maxPairs) throw invalidRequest("Too many parameters");
  const root: Form = {};
  for (const [key, value] of pairs) {
    const names = pathOf(key);
    let target: Form = root;
    for (const [depth, rawName] of names.entries()) {
      const name = rawName === "" ? String(Object.keys(target).length) : rawName;
      if (depth === names.length - 1) {
        target[name] = value;
      } else {
        const next = target[name];
        const isUsable = typeof next === "object" && !Array.isArray(next);
        const child: Form = isUsable ? next : {};
        target[name] = child;
        target = child;
      }
    }
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, listsFromIndices(value)]));
}

/** Refuses names that the endpoint does not know. */
export function refuseUnknown(form: Form, known: readonly string[]): void {
  for (const name of Object.keys(form))
    if (!known.includes(name)) throw invalidRequest(`Received unknown parameter: ${name}`, name, "parameter_unknown");
}

/** Text, or undefined when absent. */
export function textParam(form: Form, name: string): string | undefined {
  const value = form[name];
  if (value === undefined || typeof value === "string") return value;
  throw invalidRequest(`Invalid string: ${name}`, name);
}

/** Text that must be there and not be empty. */
export function requiredText(form: Form, name: string): string {
  const value = textParam(form, name);
  if (value === undefined || value === "")
    throw invalidRequest(`Missing required param: ${name}.`, name, "parameter_missing");
  return value;
}

/** A whole number, or undefined when absent. */
export function integerParam(form: Form, name: string): number | undefined {
  const value = textParam(form, name);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(value)) throw invalidRequest(`Invalid integer: ${value}`, name, "parameter_invalid_integer");
  return Number(value);
}

/** `true` or `false`, or undefined when absent. */
export function booleanParam(form: Form, name: string): boolean | undefined {
  const value = textParam(form, name);
  if (value === undefined) return undefined;
  if (value !== "true" && value !== "false") throw invalidRequest(`Invalid boolean: ${value}`, name);
  return value === "true";
}

/** A list of text; empty when absent. */
export function listParam(form: Form, name: string): string[] {
  const value = form[name];
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalidRequest(`Invalid array`, name);
  return value.map((one) => {
    if (typeof one !== "string") throw invalidRequest(`Invalid string`, name);
    return one;
  });
}

/** `metadata`: at most 50 names of 40 characters with values of 500. https://docs.stripe.com/api/metadata */
export function metadataParam(form: Form): Record<string, string> {
  const value = form.metadata;
  if (value === undefined || value === "") return {};
  if (typeof value === "string" || Array.isArray(value)) throw invalidRequest("Invalid hash", "metadata");
  const entries = Object.entries(value);
  if (entries.length > 50) throw invalidRequest("You cannot have more than 50 metadata keys.", "metadata");
  const metadata: Record<string, string> = {};
  for (const [name, one] of entries) {
    if (typeof one !== "string" || name.length > 40 || one.length > 500)
      throw invalidRequest(`Metadata key or value is too long or no text: ${name}`, `metadata[${name}]`);
    metadata[name] = one;
  }
  return metadata;
}
