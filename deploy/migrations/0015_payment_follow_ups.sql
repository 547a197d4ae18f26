-- A link to pay by that is sent again, and a receipt by text message for who paid after hanging up.

ALTER TABLE messages
  DROP CONSTRAINT messages_purpose_check,
  ADD CONSTRAINT messages_purpose_check CHECK (purpose IN ('paymentLink', 'oneTimeCode', 'receipt'));

ALTER TABLE payments
  -- How often the link was to be sent, the first time included; the last one's number is part of its message's key.
  ADD COLUMN link_sendings integer NOT NULL DEFAULT 0 CHECK (link_sendings >= 0),
  -- When the call that placed the order learned that its payer has paid.
  ADD COLUMN payer_told_at timestamptz,
  -- When the caller hung up without having been told: nobody is there to be told any more.
  ADD COLUMN payer_left_at timestamptz;

-- Receipts to send, one for an order at most: written with the payment, sent afterwards.
CREATE TABLE receipts (
  order_number text PRIMARY KEY REFERENCES orders (number),
  -- due: to be sent · sent: the provider has it · notWanted: the customer has no number or must not be written to · undeliverable: it cannot be sent to the number · givenUp: tried too often.
  status text NOT NULL DEFAULT 'due' CHECK (status IN ('due', 'sent', 'notWanted', 'undeliverable', 'givenUp')),
  tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
  -- Whoever takes it on sets this ahead, so that two workers do not send it at once.
  next_try_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX receipts_due ON receipts (next_try_at) WHERE status = 'due';

-- Payments of operations on orders whose payer has to approve them on a page of the provider. The money stays due until it is paid; the row goes with it when the operation is taken back.
CREATE TABLE awaited_movements (
  order_number text NOT NULL,
  position integer NOT NULL,
  link_ref text UNIQUE,
  valid_until timestamptz NOT NULL,
  PRIMARY KEY (order_number, position),
  FOREIGN KEY (order_number, position) REFERENCES order_movements (order_number, position) ON DELETE CASCADE
);
