-- Text messages, links to pay by, one-time codes, what the payment provider tells by itself, and disputes.

-- A text message that was sent, or was about to be: the row is there before the provider is asked. Neither the number nor the words are kept.
CREATE TABLE messages (
  effect_id text PRIMARY KEY,
  call_sid text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('paymentLink', 'oneTimeCode')),
  -- sending: the provider may have it · accepted: the provider has it · delivered: the telephone has it · undeliverable: it never will · notSent: the provider did not take it.
  status text NOT NULL CHECK (status IN ('sending', 'accepted', 'delivered', 'undeliverable', 'notSent')),
  provider_ref text UNIQUE,
  reason text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

-- awaitingPayer: the bank wants the payer's own approval; a link was sent, and the pieces are kept until it runs out.
ALTER TABLE payments
  DROP CONSTRAINT payments_status_check,
  ADD CONSTRAINT payments_status_check CHECK (status IN ('pending', 'unknown', 'succeeded', 'declined', 'notCharged', 'refunded', 'awaitingPayer')),
  -- The provider's name of the page behind the link.
  ADD COLUMN link_ref text UNIQUE,
  ADD COLUMN link_valid_until timestamptz,
  ADD CONSTRAINT payments_awaited_until CHECK (status <> 'awaitingPayer' OR link_valid_until IS NOT NULL);
CREATE INDEX payments_awaited ON payments (link_valid_until) WHERE status = 'awaitingPayer';
CREATE INDEX payments_of_provider ON payments (provider_ref) WHERE provider_ref IS NOT NULL;

-- Codes sent to a customer's number, for the call that asked for them alone. customer_id is null where no customer has the number: nothing was sent then.
CREATE TABLE one_time_codes (
  effect_id text PRIMARY KEY,
  call_sid text NOT NULL,
  customer_id text REFERENCES customers (id) ON DELETE CASCADE,
  -- scrypt, see connectors/customers/pin-hash.ts; null where nothing was sent.
  code_hash text,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX one_time_codes_call ON one_time_codes (call_sid, created_at);
CREATE INDEX one_time_codes_customer ON one_time_codes (customer_id, created_at);

ALTER TABLE call_identities ADD COLUMN proven_by text NOT NULL DEFAULT 'pin' CHECK (proven_by IN ('pin', 'code'));

-- Events of the payment provider that were acted upon, each once: they come at least once and in no order.
CREATE TABLE payment_events (
  id text PRIMARY KEY,
  type text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('applied', 'ignored')),
  created_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL
);

-- Payments that a bank takes back, or asks about, for the cardholder.
CREATE TABLE disputes (
  id text PRIMARY KEY,
  -- Null for a payment that the shop does not know.
  order_number text REFERENCES orders (number),
  payment_ref text,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency text NOT NULL,
  -- The provider's words.
  reason text NOT NULL,
  status text NOT NULL,
  -- False for a mere question, which moves no money.
  is_money_held boolean NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz
);
CREATE INDEX disputes_of_order ON disputes (order_number);

CREATE INDEX orders_of_call ON orders (call_sid) WHERE call_sid IS NOT NULL;
ALTER TABLE orders ADD COLUMN dispute text CHECK (dispute IN ('open', 'won', 'lost'));

-- Money that a bank holds back while it decides.
ALTER TABLE ledger_entries
  DROP CONSTRAINT ledger_entries_account_check,
  ADD CONSTRAINT ledger_entries_account_check CHECK (account IN ('cash', 'sales', 'tax', 'shipping', 'giftCards', 'opening', 'disputes'));
