/** An object of the CRM; property values are text. */
export type CrmObject = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  /** Identifiers of associated contacts. */
  readonly contacts: readonly string[];
};

/** Objects by type, in memory. */
export type CrmStore = {
  /** All of a type, oldest first, archived ones too. */
  list(type: string): readonly CrmObject[];
  find(type: string, id: string): CrmObject | undefined;
  add(type: string, properties: Readonly<Record<string, string>>): CrmObject;
  change(
    type: string,
    id: string,
    change: Partial<Pick<CrmObject, "properties" | "archived" | "contacts">>,
  ): CrmObject | undefined;
  remove(type: string, id: string): void;
  /** Forgets everything but the contacts that were there from the start. */
  clear(): void;
};

/** A store that holds a contact for each number. */
export function createCrmStore(phones: readonly string[]): CrmStore {
  const types = new Map<string, Map<string, CrmObject>>();
  let lastId = 0;
  const of = (type: string): Map<string, CrmObject> => {
    const objects = types.get(type) ?? new Map<string, CrmObject>();
    types.set(type, objects);
    return objects;
  };
  const store: CrmStore = {
    list: (type) => [...of(type).values()],
    find: (type, id) => of(type).get(id),
    add(type, properties) {
      lastId += 1;
      const id = String(10_000 + lastId);
      const now = new Date().toISOString();
      const object = { id, properties, createdAt: now, updatedAt: now, archived: false, contacts: [] };
      of(type).set(id, object);
      return object;
    },
    change(type, id, change) {
      const before = of(type).get(id);
      if (before === undefined) return undefined;
      const properties = { ...before.properties, ...change.properties };
      const after = { ...before, ...change, properties, updatedAt: new Date().toISOString() };
      of(type).set(id, after);
      return after;
    },
    remove: (type, id) => void of(type).delete(id),
    clear() {
      types.clear();
      for (const phone of phones) store.add("contacts", { phone });
    },
  };
  store.clear();
  return store;
}
