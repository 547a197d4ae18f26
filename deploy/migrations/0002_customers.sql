-- Customers, their cards and addresses, and who has proven to be one of them on which call.
CREATE TABLE customers (
  id text PRIMARY KEY,
  first_name text NOT NULL,
  full_name text NOT NULL,
  -- E.164; a hint of who is calling, never proof.
  phone text NOT NULL UNIQUE CHECK (phone ~ '^\+[1-9][0-9]{1,14}$'),
  -- scrypt, see connectors/customers/pin-hash.ts.
  pin_hash text NOT NULL,
  -- The payment provider's name for the customer.
  provider_ref text NOT NULL
);

CREATE TABLE addresses (
  id text PRIMARY KEY,
  customer_id text NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  lines text NOT NULL,
  city text NOT NULL,
  state text NOT NULL,
  postal_code text NOT NULL,
  is_default boolean NOT NULL
);
CREATE UNIQUE INDEX addresses_one_default ON addresses (customer_id) WHERE is_default;

CREATE TABLE cards (
  id text PRIMARY KEY,
  customer_id text NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  brand text NOT NULL,
  last4 text NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
  payment_method_ref text NOT NULL,
  is_default boolean NOT NULL
);
CREATE UNIQUE INDEX cards_one_default ON cards (customer_id) WHERE is_default;

-- The authority of a call: who was proven, and when last.
CREATE TABLE call_identities (
  call_sid text PRIMARY KEY,
  customer_id text NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  proven_at timestamptz NOT NULL
);

-- Refused tries. customer_id is null where no customer has the number.
CREATE TABLE identity_refusals (
  effect_id text PRIMARY KEY,
  call_sid text NOT NULL,
  customer_id text REFERENCES customers (id) ON DELETE CASCADE,
  refused_at timestamptz NOT NULL
);
CREATE INDEX identity_refusals_call ON identity_refusals (call_sid);
CREATE INDEX identity_refusals_customer ON identity_refusals (customer_id, refused_at);
