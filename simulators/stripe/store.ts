import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

/** What the simulator keeps. `behaviour`, `checkout_intent_data`, `deleted_customer` and `idempotency` are its own, the rest are the API's objects. */
export type Kind =
  | "behaviour"
  | "charge"
  | "checkout_intent_data"
  | "checkout_session"
  | "customer"
  | "deleted_customer"
  | "dispute"
  | "event"
  | "idempotency"
  | "payment_intent"
  | "payment_method"
  | "refund";

/** An API object as plain JSON. */
export type StoredObject = { readonly id: string; readonly [name: string]: unknown };

/** All state. Objects are replaced, never changed in place. */
export type Store = {
  get(kind: Kind, id: string): StoredObject | undefined;
  /** Newest first. */
  list(kind: Kind): StoredObject[];
  put(kind: Kind, object: StoredObject): void;
  delete(kind: Kind, id: string): void;
  clear(): void;
};

/** A new id with the API's prefix, e.g. `pi_…`. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

const maxObjectsPerKind = 100_000;

/**
 * State in memory; with a path, every change is also appended to that file before the request is answered, so that it survives a kill. The
 * file is one JSON line per change and is compacted when it is opened; a last line that a kill cut short is ignored.
 */
export function createStore(path = ""): Store {
  const kinds = new Map<string, Map<string, StoredObject>>();
  const kindOf = (kind: string): Map<string, StoredObject> => {
    const found = kinds.get(kind) ?? new Map<string, StoredObject>();
    kinds.set(kind, found);
    return found;
  };
  const append = (line: unknown): void => {
    if (path !== "") appendFileSync(path, `${JSON.stringify(line)}\n`);
  };

  function load(): void {
    for (const line of readFileSync(path, "utf8").split("\n")) {
      let change: { kind: string; id: string; object?: StoredObject };
      try {
        change = JSON.parse(line);
      } catch {
        continue;
      }
      if (change.object === undefined) kindOf(change.kind).delete(change.id);
      else kindOf(change.kind).set(change.id, change.object);
    }
    const lines: string[] = [];
    for (const [kind, objects] of kinds)
      for (const object of objects.values()) lines.push(JSON.stringify({ kind, id: object.id, object }));
    writeFileSync(`${path}.new`, lines.length === 0 ? "" : `${lines.join("\n")}\n`);
    renameSync(`${path}.new`, path);
  }
  if (path !== "" && existsSync(path)) load();

  return {
    get: (kind, id) => kindOf(kind).get(id),
    list: (kind) => [...kindOf(kind).values()].reverse(),
    put(kind, object) {
      const objects = kindOf(kind);
      if (!objects.has(object.id) && objects.size >= maxObjectsPerKind)
        throw new RangeError(`more than ${maxObjectsPerKind} objects of kind ${kind}`);
      objects.set(object.id, object);
      append({ kind, id: object.id, object });
    },
    delete(kind, id) {
      if (kindOf(kind).delete(id)) append({ kind, id });
    },
    clear() {
      kinds.clear();
      if (path !== "") writeFileSync(path, "");
    },
  };
}
