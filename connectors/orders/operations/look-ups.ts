/** What is looked up of customers, products and orders, without changing anything. */
import { type Queryable, rowsOf } from "../../postgres/pool.ts";
import type { CustomerDetails, PostalAddress, ProductDetails, ProductType } from "./port.ts";
import { readMethods } from "./stored-order.ts";

/** Customers with an e-mail address. */
export async function customersByEmail(database: Queryable, email: string): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string }>(
    database,
    "SELECT id FROM customers WHERE spoken_key(email) = spoken_key($1) ORDER BY id",
    [email],
  );
  return rows.map(({ id }) => id);
}

/** Customers with a first and last name, and the postal code of their default address. */
export async function customersByName(
  database: Queryable,
  { firstName, lastName, postalCode }: { firstName: string; lastName: string; postalCode: string },
): Promise<readonly string[]> {
  const rows = await rowsOf<{ id: string }>(
    database,
    `SELECT c.id FROM customers c JOIN addresses a ON a.customer_id = c.id AND a.is_default
     WHERE spoken_key(c.full_name) = spoken_key($1::text || ' ' || $2::text) AND spoken_key(c.first_name) = spoken_key($1)
       AND a.postal_code = $3 ORDER BY c.id`,
    [firstName, lastName, postalCode],
  );
  return rows.map(({ id }) => id);
}

type CustomerRow = {
  customerId: string;
  firstName: string;
  fullName: string;
  email: string | null;
  address: PostalAddress | null;
  orderNumbers: string[] | null;
};

/** A customer; null when there is none. */
export async function customerOf(database: Queryable, customerId: string): Promise<CustomerDetails | null> {
  const [row] = await rowsOf<CustomerRow>(
    database,
    `SELECT c.id AS "customerId", c.first_name AS "firstName", c.full_name AS "fullName", c.email,
       (SELECT json_build_object('line1', a.lines, 'line2', a.line2, 'city', a.city, 'state', a.state, 'postalCode', a.postal_code,
          'country', a.country) FROM addresses a WHERE a.customer_id = c.id AND a.is_default) AS address,
       (SELECT array_agg(o.number ORDER BY o.placed_at, o.number) FROM orders o WHERE o.customer_id = c.id) AS "orderNumbers"
     FROM customers c WHERE c.id = $1`,
    [customerId],
  );
  if (row === undefined) return null;
  const { fullName, orderNumbers, ...rest } = row;
  const lastName = fullName.slice(row.firstName.length).trim();
  const methods = await readMethods(database, customerId);
  return { ...rest, lastName, methods, orderNumbers: orderNumbers ?? [] };
}

const PRODUCT = `SELECT p.id AS "productId", p.type_id AS "typeId", coalesce(t.name, p.spoken_name) AS name, p.attributes AS options,
    p.price_minor AS "priceMinor", p.currency,
    p.is_active AND p.is_available AND (NOT p.is_counted OR p.on_hand > p.reserved) AS "isAvailable"
  FROM products p LEFT JOIN product_types t ON t.id = p.type_id`;

/** A product of the catalogue; null when there is none. */
export async function productOf(database: Queryable, productId: string): Promise<ProductDetails | null> {
  const [row] = await rowsOf<ProductDetails>(database, `${PRODUCT} WHERE p.id = $1`, [productId]);
  return row ?? null;
}

/** A kind of thing with its variants; null when there is none. */
export async function typeOf(database: Queryable, typeId: string): Promise<ProductType | null> {
  const [type] = await rowsOf<{ typeId: string; name: string }>(
    database,
    `SELECT id AS "typeId", name FROM product_types WHERE id = $1`,
    [typeId],
  );
  if (type === undefined) return null;
  const variants = await rowsOf<ProductDetails>(database, `${PRODUCT} WHERE p.type_id = $1 ORDER BY p.position, p.id`, [
    typeId,
  ]);
  return { ...type, variants };
}

/** All kinds of things, by name. */
export async function typesOf(
  database: Queryable,
): Promise<readonly { readonly typeId: string; readonly name: string }[]> {
  return rowsOf<{ typeId: string; name: string }>(
    database,
    `SELECT id AS "typeId", name FROM product_types ORDER BY name COLLATE "C", id`,
  );
}
