-- Counts the changes of the catalogue that may change what a search finds, so that answers kept in a cache can be told from old ones. A sequence, not a row: counting
-- locks nothing and waits for nobody. A change that is rolled back was counted too, which costs an answer to be found anew.
CREATE SEQUENCE catalogue_version;

CREATE FUNCTION count_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval('catalogue_version');
  RETURN NULL;
END $$;

-- Deferred to the end of the transaction: counted early, an answer from before the change could be kept as one from after it.
CREATE CONSTRAINT TRIGGER catalogue_added AFTER INSERT OR DELETE ON products DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION count_catalogue_change();
-- Of stock, only whether there is any: how many there are is read whenever a product is told.
CREATE CONSTRAINT TRIGGER catalogue_changed AFTER UPDATE ON products DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (
    (OLD.price_minor, OLD.is_active, OLD.rating, OLD.review_count, OLD.words, OLD.on_hand > OLD.reserved)
      IS DISTINCT FROM (NEW.price_minor, NEW.is_active, NEW.rating, NEW.review_count, NEW.words, NEW.on_hand > NEW.reserved)
  ) EXECUTE FUNCTION count_catalogue_change();
