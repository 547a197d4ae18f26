/**
 * HubSpot's CRM API, version 2026-03 (developers.hubspot.com/docs/api-reference): calls as engagements, upserted by a unique property that holds the
 * call's identifier, associated with the contact that has the proven customer's number.
 */
import { z } from "zod";
import { PartylineError } from "../../runtime/errors.ts";
import type { Crm, Interaction } from "./port.ts";
import { CrmQuotaError } from "./quota-error.ts";

export type HubspotOptions = {
  readonly accessToken: string;
  /** `https://api.hubapi.com` unless given. */
  readonly baseUrl?: string;
  /** Longest wait for one answer. */
  readonly timeoutMs?: number;
};

/** The unique property of calls (hasUniqueValue) that an account needs; connectors/crm/README.md says how it is made. */
export const CALL_PROPERTY = "voice_call_sid";

const objects = "/crm/objects/2026-03";
const upserted = z.looseObject({ results: z.array(z.looseObject({ id: z.string() })).min(1) });
const found = z.looseObject({ results: z.array(z.looseObject({ id: z.string() })) });
/** Most objects that one batch request may have. */
const BATCH = 100;

type Properties = { readonly [name: string]: string };

function propertiesOf(interaction: Interaction): Properties {
  const { startedAt, endedAt, outcome, contact, mayContact } = interaction;
  const body = [
    interaction.summary,
    `Outcome: ${outcome}.`,
    ...(interaction.escalationReason === null ? [] : [`Handed to a person: ${interaction.escalationReason}.`]),
    `Next: ${interaction.nextStep}`,
  ];
  return {
    [CALL_PROPERTY]: interaction.callSid,
    hs_timestamp: new Date(startedAt ?? 0).toISOString(),
    hs_call_title: `Call to the shop: ${outcome}`,
    hs_call_body: body.join("\n"),
    hs_call_direction: "INBOUND",
    hs_call_from_number: interaction.callerNumber ?? "",
    hs_call_to_number: interaction.calledNumber ?? "",
    hs_call_status: endedAt === null ? "IN_PROGRESS" : "COMPLETED",
    hs_call_duration: startedAt === null || endedAt === null ? "" : String(Math.round(endedAt - startedAt)),
    voice_outcome: outcome,
    voice_next_step: interaction.nextStep,
    voice_order_numbers: interaction.orderNumbers.join(";"),
    voice_revenue_minor: String(interaction.revenueMinor),
    voice_currency: interaction.currency ?? "",
    voice_escalation_reason: interaction.escalationReason ?? "",
    voice_customer_id: contact?.customerId ?? "",
    voice_is_recorded: String(interaction.isRecorded),
    voice_may_contact: mayContact === null ? "" : String(mayContact),
  };
}

function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

/** Opens the adapter. Each request has its own deadline and is sent once: who calls decides about another try. */
export function createHubspotCrm(options: HubspotOptions): Crm {
  const { accessToken, baseUrl = "https://api.hubapi.com", timeoutMs = 5_000 } = options;

  async function request(method: string, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${baseUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      text = await response.text();
    } catch (cause) {
      throw new PartylineError("VENDOR_UNAVAILABLE", "the CRM did not answer", { isRetryable: true, cause });
    }
    const { status } = response;
    if (status === 429) throw new CrmQuotaError(retryAfterMs(response.headers.get("retry-after")));
    if (status === 401 || status === 403)
      throw new PartylineError("CREDENTIALS_REFUSED", `the CRM refused the access token with ${status}`);
    if (status >= 500)
      throw new PartylineError("VENDOR_UNAVAILABLE", `the CRM answered ${status}`, { isRetryable: true });
    // The body may repeat what was sent, so it is told to nobody.
    if (status >= 400) throw new PartylineError("VENDOR_REFUSED", `the CRM refused ${method} ${path} with ${status}`);
    try {
      return text === "" ? null : JSON.parse(text);
    } catch (cause) {
      throw new PartylineError("VENDOR_ANSWER_INVALID", "the CRM's answer is not JSON", { isRetryable: true, cause });
    }
  }

  function read<T>(schema: z.ZodType<T>, answer: unknown): T {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new PartylineError("VENDOR_ANSWER_INVALID", "the CRM answered in another form", { isRetryable: true });
  }

  async function search(type: "contacts" | "calls", property: string, values: readonly string[], signal: AbortSignal) {
    const ids: string[] = [];
    for (let from = 0; from < values.length; from += BATCH) {
      const filters = [{ propertyName: property, operator: "IN", values: values.slice(from, from + BATCH) }];
      const query = { filterGroups: [{ filters }], properties: [property], limit: BATCH };
      const answer = read(found, await request("POST", `${objects}/${type}/search`, query, signal));
      ids.push(...answer.results.map(({ id }) => id));
    }
    return ids;
  }

  return {
    async upsert(interaction, { signal }) {
      const input = { idProperty: CALL_PROPERTY, id: interaction.callSid, properties: propertiesOf(interaction) };
      const answer = await request("POST", `${objects}/calls/batch/upsert`, { inputs: [input] }, signal);
      const reference = read(upserted, answer).results[0]?.id ?? "";
      const phone = interaction.contact?.phone ?? null;
      if (phone !== null) {
        const [contact] = await search("contacts", "phone", [phone], signal);
        // Associating again changes nothing.
        if (contact !== undefined)
          await request(
            "PUT",
            `/crm/v4/objects/call/${reference}/associations/default/contact/${contact}`,
            null,
            signal,
          );
      }
      return { reference };
    },
    async forget({ callSids, phone }, { signal }) {
      const calls = await search("calls", CALL_PROPERTY, callSids, signal);
      for (let from = 0; from < calls.length; from += BATCH) {
        const ids = calls.slice(from, from + BATCH);
        // What is archived can be restored for a while, so it is emptied first.
        const blank = {
          hs_call_body: "",
          hs_call_from_number: "",
          voice_customer_id: "",
          voice_order_numbers: "",
        };
        const inputs = ids.map((id) => ({ id, properties: blank }));
        await request("POST", `${objects}/calls/batch/update`, { inputs }, signal);
        await request("POST", `${objects}/calls/batch/archive`, { inputs: ids.map((id) => ({ id })) }, signal);
      }
      const contacts = phone === null ? [] : await search("contacts", "phone", [phone], signal);
      for (const objectId of contacts) await request("POST", `${objects}/contacts/gdpr-delete`, { objectId }, signal);
      return { interactions: calls.length, contacts: contacts.length };
    },
  };
}
