-- Products, what search needs of them, and the shop's own rules.
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE shop (
  id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  -- Currency, tax and shipping rules; checked by connectors/postgres/shop-rules.ts when it is loaded and when it is read.
  rules jsonb NOT NULL
);

CREATE TABLE products (
  id text PRIMARY KEY,
  title text NOT NULL,
  spoken_name text NOT NULL,
  description text NOT NULL,
  category text NOT NULL,
  aliases text NOT NULL,
  -- json, not jsonb: the shop's order of attributes is the order in which they are told.
  attributes json NOT NULL,
  attributes_text text NOT NULL,
  price_minor bigint NOT NULL CHECK (price_minor > 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  rating numeric(3, 2) NOT NULL CHECK (rating BETWEEN 0 AND 5),
  review_count integer NOT NULL CHECK (review_count >= 0),
  -- Pieces in the house, and how many of them are promised to quotes and orders. A stock correction may bring on_hand below reserved;
  -- an order is then refused, so no CHECK ties the two.
  on_hand integer NOT NULL CHECK (on_hand >= 0),
  reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  is_active boolean NOT NULL DEFAULT true,
  -- Place in the shop's list: higher is newer.
  position bigint NOT NULL,
  words tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title || ' ' || spoken_name), 'A')
    || setweight(to_tsvector('english', aliases || ' ' || category), 'B')
    || setweight(to_tsvector('english', attributes_text), 'C')
    || setweight(to_tsvector('english', description), 'D')
  ) STORED
);
CREATE INDEX products_words ON products USING gin (words);
CREATE INDEX products_price ON products (price_minor) WHERE is_active;

-- One vector for each product and model; vectors of different models are never compared.
CREATE TABLE product_embeddings (
  product_id text NOT NULL REFERENCES products (id) ON DELETE CASCADE,
  model text NOT NULL,
  content_hash text NOT NULL,
  embedding vector(384) NOT NULL,
  PRIMARY KEY (product_id, model)
);
-- In line with the row: an exact scan would otherwise follow a pointer for each vector.
ALTER TABLE product_embeddings ALTER COLUMN embedding SET STORAGE PLAIN;
