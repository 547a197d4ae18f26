-- Words of new products go into the index at once. Kept in its list of pending ones, they are gone through by every search until somebody vacuums, and in the
-- embedded database nobody does.
ALTER INDEX products_words SET (fastupdate = off);
SELECT gin_clean_pending_list('products_words');
