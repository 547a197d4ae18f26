/** The operations that are simulated, with what each refuses. */
import { CrmFailure } from "./failure.ts";
import type { CrmObject, CrmStore } from "./store.ts";

type Request = { readonly store: CrmStore; readonly body: unknown; readonly ids: readonly string[] };
type Answer = { readonly status: number; readonly body: unknown };
type Operation = {
  readonly operation: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly run: (request: Request) => Answer;
};

const maxBatch = 100;
const directions = ["INBOUND", "OUTBOUND"];
const statuses = [
  "BUSY",
  "CALLING_CRM_USER",
  "CANCELED",
  "COMPLETED",
  "CONNECTING",
  "FAILED",
  "IN_PROGRESS",
  "MISSED",
  "NO_ANSWER",
  "QUEUED",
  "RINGING",
];
/** Properties with unique values, by which a record may be named. */
const unique: Readonly<Record<string, readonly string[]>> = { calls: ["voice_call_sid"], contacts: ["email"] };
/** Properties that a custom one must be defined beside. */
const known = /^(hs_[a-z_]+|voice_[a-z_]+|phone|email)$/;

function invalid(message: string): CrmFailure {
  return new CrmFailure(400, "VALIDATION_ERROR", message);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("Invalid input JSON");
  return value as Readonly<Record<string, unknown>>;
}

function inputsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const { inputs } = record(body);
  if (!Array.isArray(inputs) || inputs.length === 0) throw invalid("inputs may not be empty");
  if (inputs.length > maxBatch)
    throw invalid(`The maximum number of inputs supported in a batch request is ${maxBatch}`);
  return inputs.map(record);
}

function propertiesOf(type: string, value: unknown): Record<string, string> {
  const properties: Record<string, string> = {};
  for (const [name, given] of Object.entries(record(value))) {
    if (!known.test(name)) throw invalid(`Property "${name}" does not exist`);
    if (typeof given !== "string") throw invalid(`Property values were not valid: ${name}`);
    properties[name] = given;
  }
  if (type !== "calls") return properties;
  const { hs_call_direction: direction, hs_call_status: status, hs_timestamp: timestamp } = properties;
  if (direction !== undefined && !directions.includes(direction))
    throw invalid(`${direction} was not one of the allowed options: ${directions.join(", ")}`);
  if (status !== undefined && !statuses.includes(status))
    throw invalid(`${status} was not one of the allowed options: ${statuses.join(", ")}`);
  if (timestamp !== undefined && Number.isNaN(Date.parse(timestamp)))
    throw invalid(`${timestamp} was not a valid long.`);
  return properties;
}

function shown(object: CrmObject): Readonly<Record<string, unknown>> {
  const { id, properties, createdAt, updatedAt, archived } = object;
  return { id, properties, createdAt, updatedAt, archived };
}

function batch(results: readonly unknown[]): Answer {
  const now = new Date().toISOString();
  return { status: 200, body: { status: "COMPLETE", results, startedAt: now, completedAt: now } };
}

function upsert({ store, body, ids: [type = ""] }: Request): Answer {
  const results = inputsOf(body).map(({ id, idProperty, properties }) => {
    if (typeof id !== "string" || typeof idProperty !== "string" || !unique[type]?.includes(idProperty))
      throw invalid(`"${String(idProperty)}" is not a unique property of ${type}`);
    const given = { ...propertiesOf(type, properties), [idProperty]: id };
    const before = store.list(type).find((object) => !object.archived && object.properties[idProperty] === id);
    if (before !== undefined)
      return { ...shown(store.change(type, before.id, { properties: given }) ?? before), new: false };
    if (type === "calls" && !Object.hasOwn(given, "hs_timestamp"))
      throw invalid("Error creating CALL. Some required properties were not set: hs_timestamp");
    return { ...shown(store.add(type, given)), new: true };
  });
  return batch(results);
}

function update({ store, body, ids: [type = ""] }: Request): Answer {
  return batch(
    inputsOf(body).flatMap(({ id, properties }) => {
      const changed = store.change(type, String(id), { properties: propertiesOf(type, properties) });
      return changed === undefined ? [] : [shown(changed)];
    }),
  );
}

function archive({ store, body, ids: [type = ""] }: Request): Answer {
  for (const { id } of inputsOf(body)) store.change(type, String(id), { archived: true });
  return { status: 204, body: null };
}

function search({ store, body, ids: [type = ""] }: Request): Answer {
  const { filterGroups, limit = 10 } = record(body);
  if (!Array.isArray(filterGroups) || filterGroups.length === 0 || filterGroups.length > 5)
    throw invalid("a search has one to five filterGroups");
  if (typeof limit !== "number" || limit < 1 || limit > 200) throw invalid("limit must be from 1 to 200");
  const fits = (object: CrmObject, given: unknown): boolean => {
    const { propertyName, operator, value, values } = record(given);
    const actual = object.properties[String(propertyName)];
    if (operator === "EQ") return actual === value;
    if (operator === "IN" && Array.isArray(values)) return actual !== undefined && values.includes(actual);
    throw invalid(`operator ${String(operator)} is not simulated`);
  };
  const matching = store.list(type).filter(
    (object) =>
      !object.archived &&
      filterGroups.some((group) => {
        const { filters } = record(group);
        return Array.isArray(filters) && filters.every((filter) => fits(object, filter));
      }),
  );
  return { status: 200, body: { total: matching.length, results: matching.slice(0, limit).map(shown) } };
}

function associate({ store, ids: [call = "", contact = ""] }: Request): Answer {
  const before = store.find("calls", call);
  if (before === undefined || before.archived || store.find("contacts", contact) === undefined)
    throw new CrmFailure(404, "OBJECT_NOT_FOUND", "One of the objects does not exist.");
  store.change("calls", call, { contacts: [...new Set([...before.contacts, contact])] });
  return { status: 200, body: { status: "COMPLETE", results: [{ from: { id: call }, to: { id: contact } }] } };
}

function gdprDelete({ store, body }: Request): Answer {
  const { objectId } = record(body);
  if (typeof objectId !== "string") throw invalid("objectId is missing");
  store.remove("contacts", objectId);
  for (const call of store.list("calls")) if (call.contacts.includes(objectId)) store.remove("calls", call.id);
  return { status: 204, body: null };
}

const objects = "/crm/objects/2026-03";
const post = (operation: string, path: string, run: Operation["run"]): Operation => ({
  operation,
  method: "POST",
  pattern: new RegExp(`^${objects}${path}$`),
  run,
});

/** By method and path; the first that fits. */
export const operations: readonly Operation[] = [
  post("BatchUpsert", "/(calls|contacts)/batch/upsert", upsert),
  post("BatchUpdate", "/(calls|contacts)/batch/update", update),
  post("BatchArchive", "/(calls|contacts)/batch/archive", archive),
  post("Search", "/(calls|contacts)/search", search),
  post("GdprDelete", "/contacts/gdpr-delete", gdprDelete),
  {
    operation: "Associate",
    method: "PUT",
    pattern: /^\/crm\/v4\/objects\/call\/(\d+)\/associations\/default\/contact\/(\d+)$/,
    run: associate,
  },
];
