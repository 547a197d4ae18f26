-- Cards that callers key in: what the provider tells of them. Null for cards that were saved elsewhere.
ALTER TABLE cards
  ADD COLUMN expiry_month smallint CHECK (expiry_month BETWEEN 1 AND 12),
  ADD COLUMN expiry_year smallint CHECK (expiry_year BETWEEN 2000 AND 2200);
