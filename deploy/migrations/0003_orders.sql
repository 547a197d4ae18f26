-- Effects, quotes, reservations, orders and payments.

-- The idempotency key of every effect, stored in the transaction of the effect itself.
CREATE TABLE effects (
  effect_id text PRIMARY KEY,
  operation text NOT NULL,
  -- SHA-256 over operation and input: the same key with another input is an error.
  fingerprint text NOT NULL,
  result jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX effects_created ON effects (created_at);

CREATE TABLE discounts (
  code text PRIMARY KEY CHECK (code = upper(code)),
  kind text NOT NULL CHECK (kind IN ('percent', 'amount')),
  basis_points integer CHECK (basis_points BETWEEN 1 AND 10000),
  amount_minor bigint CHECK (amount_minor > 0),
  -- Compared with the lines that the code applies to.
  min_total_minor bigint NOT NULL CHECK (min_total_minor >= 0),
  -- Empty for all.
  categories text[] NOT NULL,
  expires_at timestamptz NOT NULL,
  usage_limit integer NOT NULL CHECK (usage_limit >= 0),
  usage_limit_per_customer integer NOT NULL CHECK (usage_limit_per_customer >= 0),
  -- Orders that use it, those being paid included.
  uses integer NOT NULL DEFAULT 0 CHECK (uses >= 0),
  CHECK ((kind = 'percent') = (basis_points IS NOT NULL) AND (kind = 'amount') = (amount_minor IS NOT NULL))
);

CREATE TABLE quotes (
  id text PRIMARY KEY,
  call_sid text NOT NULL,
  -- open: may be ordered · ordering: an order is being paid · ordered · closed: replaced, cancelled or expired.
  status text NOT NULL CHECK (status IN ('open', 'ordering', 'ordered', 'closed')),
  product_id text NOT NULL REFERENCES products (id),
  spoken_name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor > 0),
  -- Whose tax was quoted; null while the caller was not known.
  tax_state text,
  subtotal_minor bigint NOT NULL,
  discount_minor bigint NOT NULL CHECK (discount_minor >= 0),
  tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
  shipping_minor bigint NOT NULL CHECK (shipping_minor >= 0),
  total_minor bigint NOT NULL CHECK (total_minor > 0),
  currency text NOT NULL,
  discount_code text REFERENCES discounts (code),
  hash text NOT NULL,
  valid_until timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  CHECK (subtotal_minor = quantity * unit_price_minor),
  CHECK (total_minor = subtotal_minor - discount_minor + tax_minor + shipping_minor)
);
-- A new quote of a call replaces the older one.
CREATE UNIQUE INDEX quotes_one_open ON quotes (call_sid) WHERE status = 'open';

CREATE TABLE reservations (
  quote_id text PRIMARY KEY REFERENCES quotes (id),
  call_sid text NOT NULL,
  product_id text NOT NULL REFERENCES products (id),
  quantity integer NOT NULL CHECK (quantity > 0),
  -- held: for a quote, until expires_at · converted: for an order that is being paid · sold · released.
  status text NOT NULL CHECK (status IN ('held', 'converted', 'sold', 'released')),
  expires_at timestamptz NOT NULL
);
CREATE INDEX reservations_due ON reservations (expires_at) WHERE status = 'held';
CREATE INDEX reservations_live ON reservations (product_id) WHERE status IN ('held', 'converted');

CREATE SEQUENCE order_numbers START 700001;

CREATE TABLE orders (
  number text PRIMARY KEY CHECK (number ~ '^[0-9]{4,12}$'),
  customer_id text NOT NULL REFERENCES customers (id),
  call_sid text,
  quote_id text REFERENCES quotes (id),
  status text NOT NULL CHECK (status IN ('placed', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'refunded', 'paymentFailed')),
  subtotal_minor bigint NOT NULL,
  discount_minor bigint NOT NULL,
  tax_minor bigint NOT NULL,
  shipping_minor bigint NOT NULL,
  total_minor bigint NOT NULL CHECK (total_minor > 0),
  currency text NOT NULL,
  discount_code text REFERENCES discounts (code),
  -- Null for orders from before the line.
  ship_to_state text,
  placed_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX orders_of_discount ON orders (discount_code, customer_id) WHERE discount_code IS NOT NULL;
CREATE INDEX orders_of_customer ON orders (customer_id, placed_at DESC);
-- However often a quote is tried with another card, at most one order of it lives.
CREATE UNIQUE INDEX orders_one_live_per_quote ON orders (quote_id) WHERE status NOT IN ('cancelled', 'paymentFailed', 'refunded');

CREATE TABLE order_lines (
  order_number text NOT NULL REFERENCES orders (number) ON DELETE CASCADE,
  line integer NOT NULL,
  product_id text NOT NULL,
  spoken_name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
  PRIMARY KEY (order_number, line)
);

CREATE TABLE payments (
  order_number text PRIMARY KEY REFERENCES orders (number) ON DELETE CASCADE,
  -- Business key of the one charge that may be made for the order.
  charge_key text NOT NULL UNIQUE,
  card_id text NOT NULL REFERENCES cards (id),
  -- pending: the charge may be under way · unknown: it may have happened · notCharged: given up before money moved.
  status text NOT NULL CHECK (status IN ('pending', 'unknown', 'succeeded', 'declined', 'notCharged', 'refunded')),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency text NOT NULL,
  provider_ref text,
  decline_code text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (status <> 'succeeded' OR provider_ref IS NOT NULL)
);
CREATE INDEX payments_unsettled ON payments (updated_at) WHERE status IN ('pending', 'unknown');
