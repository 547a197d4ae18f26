-- Customers are found by a name and a postal code that a caller says. What is compared of a code: capital letters and digits; of nine digits the first five, since
-- the last four name a street.
CREATE FUNCTION postal_key(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN bare ~ '^[0-9]{9}$' THEN left(bare, 5) ELSE bare END
  FROM (SELECT upper(regexp_replace(code, '[^[:alnum:]]', '', 'g')) AS bare) AS written
$$;

CREATE INDEX addresses_postal_key ON addresses (postal_key(postal_code));
