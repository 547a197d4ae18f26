-- Orders that are paid by a link from the beginning, links of operations that are sent again, and receipts of operations.

-- Null: its payer pays, or has paid, on a page of the payment provider, with whatever card they like.
ALTER TABLE payments ALTER COLUMN card_id DROP NOT NULL;

-- How often the link was to be sent, as in payments.
ALTER TABLE awaited_movements ADD COLUMN link_sendings integer NOT NULL DEFAULT 1 CHECK (link_sendings >= 1);

-- Whose payment it was: a movement's place in the order's history, or 0 for the order's own payment.
ALTER TABLE receipts
  ADD COLUMN position integer NOT NULL DEFAULT 0 CHECK (position >= 0),
  DROP CONSTRAINT receipts_pkey,
  ADD PRIMARY KEY (order_number, position);
