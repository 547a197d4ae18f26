-- What the shop's customer relations are told of calls, who must not be contacted, and whose data were erased.

ALTER TABLE customers
  -- Nothing is sent to them that they did not ask for on the call.
  ADD COLUMN do_not_contact boolean NOT NULL DEFAULT false,
  -- A row without personal data that stands in the books for somebody who was erased.
  ADD COLUMN erased_at timestamptz;

-- One row a call: what is to be told of it is made of the other tables when it is delivered. The number is kept here since calls hold its keyed hash alone.
CREATE TABLE crm_outbox (
  call_sid text PRIMARY KEY,
  -- E.164; null when withheld or not yet known.
  caller_number text,
  called_number text,
  -- Counts up with what becomes known of the call.
  revision bigint NOT NULL DEFAULT 1,
  delivered_revision bigint NOT NULL DEFAULT 0,
  -- Of what was delivered last: the same is not delivered again.
  delivered_sha256 text,
  -- The record's name at the other side.
  reference text,
  -- Since the last success.
  attempts integer NOT NULL DEFAULT 0,
  failure text,
  due_at timestamptz NOT NULL DEFAULT now(),
  -- Whoever delivers has it until then.
  leased_until timestamptz
);
CREATE INDEX crm_outbox_due ON crm_outbox (due_at) WHERE delivered_revision < revision;

-- Interactions, where this database is the customer relations' own. Amounts in minor units.
CREATE TABLE crm_interactions (
  call_sid text PRIMARY KEY,
  direction text NOT NULL,
  caller_number text,
  called_number text,
  -- Null unless the caller has proven who they are.
  customer_id text,
  contact_name text,
  started_at timestamptz,
  ended_at timestamptz,
  outcome text NOT NULL,
  summary text NOT NULL,
  next_step text NOT NULL,
  order_numbers text[] NOT NULL,
  revenue_minor bigint NOT NULL,
  currency text,
  escalation_reason text,
  is_recorded boolean NOT NULL,
  -- Null when it is not known who called.
  may_contact boolean,
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX crm_interactions_customer ON crm_interactions (customer_id, started_at DESC);
