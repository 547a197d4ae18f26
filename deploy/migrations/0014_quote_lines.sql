-- A quote has lines, one for each product, and each line holds pieces of its own.

CREATE TABLE quote_lines (
  quote_id text NOT NULL REFERENCES quotes (id) ON DELETE CASCADE,
  -- In the order of asking, from 1.
  line integer NOT NULL CHECK (line > 0),
  product_id text NOT NULL REFERENCES products (id),
  spoken_name text NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor > 0),
  PRIMARY KEY (quote_id, line),
  UNIQUE (quote_id, product_id)
);
INSERT INTO quote_lines (quote_id, line, product_id, spoken_name, quantity, unit_price_minor)
SELECT id, 1, product_id, spoken_name, quantity, unit_price_minor FROM quotes;

-- With quantity and unit price goes the check that ties the subtotal to them; npm run reconcile ties it to the lines.
ALTER TABLE quotes
  DROP COLUMN product_id,
  DROP COLUMN spoken_name,
  DROP COLUMN quantity,
  DROP COLUMN unit_price_minor;

ALTER TABLE reservations
  DROP CONSTRAINT reservations_pkey,
  ADD PRIMARY KEY (quote_id, product_id);
