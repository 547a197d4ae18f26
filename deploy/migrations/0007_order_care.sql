-- What callers do with their orders by voice.

-- What the customer calls an address: "home", "office".
ALTER TABLE addresses ADD COLUMN label text;

-- How to take an operation back whose price difference the payment provider does not get; null where no payment is due.
ALTER TABLE order_operations ADD COLUMN undo jsonb;

-- Money that was due and will not move, because its payment was declined. Positions go on counting over both tables.
CREATE TABLE withdrawn_movements (
  order_number text NOT NULL REFERENCES orders (number) ON DELETE CASCADE,
  position integer NOT NULL CHECK (position > 0),
  kind text NOT NULL CHECK (kind IN ('payment', 'refund')),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  method_id text NOT NULL,
  decline_code text NOT NULL,
  withdrawn_at timestamptz NOT NULL,
  PRIMARY KEY (order_number, position)
);
