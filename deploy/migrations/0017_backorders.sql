-- Goods that are ordered before they are there: the amount is held on the card, and taken when they are.

ALTER TABLE products
  -- Within how many days a product is sent that is out of stock; null: it is not sold then.
  ADD COLUMN backorder_days integer CHECK (backorder_days BETWEEN 1 AND 365),
  -- Pieces that orders wait for. Counted apart from `reserved`: what is reserved is in the house.
  ADD COLUMN backordered integer NOT NULL DEFAULT 0 CHECK (backordered >= 0);

-- Null for a line that is held from the stock, or was.
ALTER TABLE quote_lines ADD COLUMN backorder_days integer CHECK (backorder_days > 0);
ALTER TABLE order_lines ADD COLUMN backorder_days integer CHECK (backorder_days > 0);

-- waiting: an order waits for the pieces; they are counted in `backordered` until they came, and are converted then.
ALTER TABLE reservations
  DROP CONSTRAINT reservations_status_check,
  ADD CONSTRAINT reservations_status_check CHECK (status IN ('held', 'waiting', 'converted', 'sold', 'released')),
  -- Who waits longest is served first.
  ADD COLUMN waiting_since timestamptz,
  ADD CONSTRAINT reservations_waiting_since CHECK (status <> 'waiting' OR waiting_since IS NOT NULL);
CREATE INDEX reservations_waiting ON reservations (product_id, waiting_since) WHERE status = 'waiting';

-- backordered: the amount is held, or was, and the order waits for its goods.
ALTER TABLE orders
  DROP CONSTRAINT orders_status_check,
  ADD CONSTRAINT orders_status_check CHECK (status IN ('placed', 'backordered', 'paid', 'itemsChanged', 'packed', 'shipped', 'delivered', 'cancelled',
    'returnRequested', 'returned', 'exchangeRequested', 'exchanged', 'refunded', 'paymentFailed'));
CREATE INDEX orders_backordered ON orders (placed_at) WHERE status = 'backordered';

-- held: no money has moved, the amount is kept on the card for us · lapsed: it is kept no longer, the card is charged when the goods are there ·
-- lettingGo: the order was given up, and the provider has yet to be told to let the amount go.
ALTER TABLE payments
  DROP CONSTRAINT payments_status_check,
  ADD CONSTRAINT payments_status_check CHECK (status IN ('pending', 'unknown', 'succeeded', 'declined', 'notCharged', 'refunded', 'awaitingPayer',
    'held', 'lapsed', 'lettingGo')),
  -- When a held amount is let go although it is still wanted: before its bank would do so.
  ADD COLUMN held_until timestamptz,
  ADD CONSTRAINT payments_held CHECK (status NOT IN ('held', 'lettingGo') OR provider_ref IS NOT NULL);
CREATE INDEX payments_held_until ON payments (held_until) WHERE status IN ('held', 'lettingGo');

-- What can be had, and how, changes what a search finds.
DROP TRIGGER catalogue_changed ON products;
CREATE CONSTRAINT TRIGGER catalogue_changed AFTER UPDATE ON products DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (
    (OLD.price_minor, OLD.is_active, OLD.rating, OLD.review_count, OLD.words, OLD.on_hand > OLD.reserved + OLD.backordered, OLD.backorder_days)
      IS DISTINCT FROM
    (NEW.price_minor, NEW.is_active, NEW.rating, NEW.review_count, NEW.words, NEW.on_hand > NEW.reserved + NEW.backordered, NEW.backorder_days)
  ) EXECUTE FUNCTION count_catalogue_change();
