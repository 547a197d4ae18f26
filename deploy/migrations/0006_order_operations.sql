-- What is done with orders after they were placed; customers, products and orders that came from another shop's books.

-- A kind of thing of which the shop has several variants; each variant is a product. A product without a type has no variants.
CREATE TABLE product_types (
  id text PRIMARY KEY,
  name text NOT NULL,
  position bigint NOT NULL
);
ALTER TABLE products
  ADD COLUMN type_id text REFERENCES product_types (id),
  -- False where the books only say whether a product can be had, not how many pieces there are.
  ADD COLUMN is_counted boolean NOT NULL DEFAULT true,
  ADD COLUMN is_available boolean NOT NULL DEFAULT true;
CREATE INDEX products_of_type ON products (type_id) WHERE type_id IS NOT NULL;

-- What may be done with orders, checked by connectors/orders/operations/order-rules.ts; null for the standard rules.
ALTER TABLE shop ADD COLUMN order_rules jsonb;

-- Customers of another shop's books have neither number nor PIN nor a name at the payment provider; a number never comes without a PIN.
ALTER TABLE customers
  ADD COLUMN IF NOT EXISTS email text,
  ALTER COLUMN phone DROP NOT NULL,
  ALTER COLUMN pin_hash DROP NOT NULL,
  ALTER COLUMN provider_ref DROP NOT NULL,
  ADD CONSTRAINT customers_number_has_pin CHECK (phone IS NULL OR pin_hash IS NOT NULL);

-- Names and e-mail addresses as they are compared: without case and without accents, which nobody can hear.
CREATE FUNCTION spoken_key(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
  SELECT lower(regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;
CREATE INDEX customers_email_key ON customers (spoken_key(email)) WHERE email IS NOT NULL;
CREATE INDEX customers_name_key ON customers (spoken_key(full_name));

ALTER TABLE addresses
  ADD COLUMN line2 text NOT NULL DEFAULT '',
  ADD COLUMN country text NOT NULL DEFAULT 'USA';

-- Ways to pay beside the cards that the payment provider holds (table cards).
CREATE TABLE payment_methods (
  customer_id text NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('card', 'wallet', 'giftCard')),
  brand text,
  last4 text CHECK (last4 ~ '^[0-9]{4}$'),
  -- What is left on a gift card.
  balance_minor bigint CHECK (balance_minor >= 0),
  currency text,
  position integer NOT NULL,
  PRIMARY KEY (customer_id, id),
  CHECK ((kind = 'giftCard') = (balance_minor IS NOT NULL) AND (kind = 'giftCard') = (currency IS NOT NULL))
);

ALTER TABLE orders
  DROP CONSTRAINT orders_number_check,
  ADD CONSTRAINT orders_number_check CHECK (number ~ '^[!-~]{4,40}$'),
  DROP CONSTRAINT orders_status_check,
  ADD CONSTRAINT orders_status_check CHECK (status IN ('placed', 'paid', 'itemsChanged', 'packed', 'shipped', 'delivered', 'cancelled',
    'returnRequested', 'returned', 'exchangeRequested', 'exchanged', 'refunded', 'paymentFailed')),
  -- Counts up with each operation; the next operation's place in order_operations.
  ADD COLUMN revision integer NOT NULL DEFAULT 0 CHECK (revision >= 0),
  ADD COLUMN cancel_reason text,
  ADD COLUMN delivered_at timestamptz,
  -- Where it goes, beside ship_to_state; null for the customer's default address.
  ADD COLUMN ship_to_line1 text,
  ADD COLUMN ship_to_line2 text,
  ADD COLUMN ship_to_city text,
  ADD COLUMN ship_to_postal_code text,
  ADD COLUMN ship_to_country text;

-- What was ordered stays as it was ordered, whatever the catalogue says later. Null for what the catalogue says.
ALTER TABLE order_lines
  ADD COLUMN type_id text,
  ADD COLUMN options json;

-- Money of an order after its first payment (table payments), or all of it for an order from other books. Rows are only ever added.
CREATE TABLE order_movements (
  order_number text NOT NULL REFERENCES orders (number) ON DELETE CASCADE,
  position integer NOT NULL CHECK (position > 0),
  kind text NOT NULL CHECK (kind IN ('payment', 'refund')),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  -- What of the amount is tax and shipping; the rest is for the goods. A refund's parts are of the refund.
  tax_minor bigint NOT NULL DEFAULT 0,
  shipping_minor bigint NOT NULL DEFAULT 0,
  method_id text NOT NULL,
  -- due: the payment provider has yet to be told · settled: the money moved and is in the ledger.
  settlement text NOT NULL CHECK (settlement IN ('due', 'settled')),
  provider_ref text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (order_number, position)
);
CREATE INDEX order_movements_due ON order_movements (created_at) WHERE settlement = 'due';

-- A return or an exchange that was asked for. An order has at most one.
CREATE TABLE order_requests (
  order_number text PRIMARY KEY REFERENCES orders (number) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('return', 'exchange')),
  product_ids text[] NOT NULL,
  -- exchange: what replaces them, piece by piece in the order of product_ids.
  new_product_ids text[],
  new_unit_prices_minor bigint[],
  method_id text NOT NULL,
  -- exchange: to be paid (positive) or refunded (negative).
  difference_minor bigint,
  requested_at timestamptz NOT NULL,
  CHECK ((kind = 'exchange') = (new_product_ids IS NOT NULL) AND (kind = 'exchange') = (difference_minor IS NOT NULL))
);

CREATE TABLE order_shipments (
  order_number text NOT NULL REFERENCES orders (number) ON DELETE CASCADE,
  position integer NOT NULL,
  tracking_ids text[] NOT NULL,
  product_ids text[] NOT NULL,
  PRIMARY KEY (order_number, position)
);

-- Every operation on an order, in order. The key is made of what happened, not of who asked: no two effects can take the same step.
CREATE TABLE order_operations (
  order_number text NOT NULL REFERENCES orders (number) ON DELETE CASCADE,
  revision integer NOT NULL,
  operation text NOT NULL,
  from_status text NOT NULL,
  to_status text NOT NULL,
  effect_id text NOT NULL UNIQUE,
  -- owner: the customer, on a call · staff.
  actor text NOT NULL CHECK (actor IN ('owner', 'staff')),
  call_sid text NOT NULL,
  done_at timestamptz NOT NULL,
  PRIMARY KEY (order_number, revision)
);

-- Calls that were given to a person, with what they were about. Caller content.
CREATE TABLE service_transfers (
  effect_id text PRIMARY KEY,
  call_sid text NOT NULL,
  customer_id text REFERENCES customers (id) ON DELETE CASCADE,
  summary text NOT NULL,
  requested_at timestamptz NOT NULL
);

-- The ledger also knows gift cards (what the shop owes their holders) and what was there before the books began.
ALTER TABLE ledger_entries
  ALTER COLUMN order_number DROP NOT NULL,
  DROP CONSTRAINT ledger_entries_account_check,
  ADD CONSTRAINT ledger_entries_account_check CHECK (account IN ('cash', 'sales', 'tax', 'shipping', 'giftCards', 'opening'));

-- Every change of products.on_hand, whoever makes it. Written by the trigger alone.
CREATE TABLE stock_movements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id text NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  -- received: came into the house · sold: left with an order · returned: came back from an order · corrected: counted anew.
  kind text NOT NULL CHECK (kind IN ('received', 'sold', 'returned', 'corrected')),
  pieces integer NOT NULL CHECK (pieces <> 0),
  moved_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX stock_movements_product ON stock_movements (product_id);

CREATE FUNCTION stock_note_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before_on_hand integer := CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.on_hand END;
  before_reserved integer := CASE WHEN TG_OP = 'INSERT' THEN 0 ELSE OLD.reserved END;
  delta integer := NEW.on_hand - before_on_hand;
BEGIN
  IF delta <> 0 THEN
    INSERT INTO stock_movements (product_id, kind, pieces) VALUES (NEW.id, CASE
      -- An order's pieces: taken from what was promised, or moved by an operation (order_stock below).
      WHEN delta < 0 AND (NEW.reserved < before_reserved OR pg_trigger_depth() > 1) THEN 'sold'
      WHEN delta > 0 AND pg_trigger_depth() > 1 THEN 'returned'
      WHEN delta > 0 THEN 'received'
      ELSE 'corrected' END, delta);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER stock_movement AFTER INSERT OR UPDATE OF on_hand ON products
  FOR EACH ROW EXECUTE FUNCTION stock_note_movement();

-- Pieces that an operation moved. Writing a row moves them: an operation and its pieces cannot part.
CREATE TABLE order_stock (
  order_number text NOT NULL,
  revision integer NOT NULL,
  product_id text NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  on_hand_delta integer NOT NULL,
  reserved_delta integer NOT NULL,
  PRIMARY KEY (order_number, revision, product_id),
  FOREIGN KEY (order_number, revision) REFERENCES order_operations (order_number, revision) ON DELETE CASCADE
);
CREATE INDEX order_stock_product ON order_stock (product_id);
CREATE FUNCTION stock_follow_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE products SET on_hand = on_hand + NEW.on_hand_delta, reserved = reserved + NEW.reserved_delta WHERE id = NEW.product_id;
  RETURN NULL;
END
$$;
CREATE TRIGGER stock_of_order AFTER INSERT ON order_stock FOR EACH ROW EXECUTE FUNCTION stock_follow_order();

-- The books begin with what is there now.
INSERT INTO stock_movements (product_id, kind, pieces)
SELECT p.id, m.kind, m.pieces
FROM products p
LEFT JOIN (SELECT product_id, sum(quantity)::int AS sold FROM reservations WHERE status = 'sold' GROUP BY product_id) s ON s.product_id = p.id
CROSS JOIN LATERAL (VALUES ('received', p.on_hand + coalesce(s.sold, 0)), ('sold', -coalesce(s.sold, 0))) AS m (kind, pieces)
WHERE m.pieces <> 0;
