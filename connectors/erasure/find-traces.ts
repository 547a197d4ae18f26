/** Looks for a person in every text of every table: nothing has to be listed here, so nothing can be forgotten. */
import { type Queryable, rowsOf } from "../postgres/pool.ts";
import type { Identifier } from "./person.ts";

/** What was found in one column. */
export type Trace = { readonly table: string; readonly column: string; readonly kind: string; readonly rows: number };

type Column = { readonly table: string; readonly column: string };

/** Every column that can hold a text, of every table of the database's own schema. */
export function textColumns(database: Queryable): Promise<Column[]> {
  return rowsOf<Column>(
    database,
    `SELECT c.table_name AS "table", c.column_name AS "column" FROM information_schema.columns c
     JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
     WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
       AND (c.data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'xml', 'tsvector', 'bytea')
         OR (c.data_type = 'ARRAY' AND c.udt_name IN ('_text', '_varchar', '_bpchar', '_json', '_jsonb')))
     ORDER BY 1, 2`,
  );
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Rows in which an identifier stands, by column and kind. Case does not matter. Reads every table once. */
export async function findTraces(database: Queryable, identifiers: readonly Identifier[]): Promise<readonly Trace[]> {
  const byTable = Map.groupBy(await textColumns(database), ({ table }) => table);
  const traces: Trace[] = [];
  const wanted = JSON.stringify(identifiers.map(({ kind, value, isExact }) => ({ kind, value, exact: isExact })));
  for (const [table, columns] of byTable) {
    const values = columns.map(({ column }, index) => `(${index}, lower(t.${quoted(column)}::text))`).join(", ");
    const found = await rowsOf<{ index: number; kind: string; rows: number }>(
      database,
      `SELECT v.index, w.kind, count(*)::int AS rows FROM ${quoted(table)} t
       CROSS JOIN LATERAL (VALUES ${values}) AS v (index, content)
       JOIN jsonb_to_recordset($1::jsonb) AS w (kind text, value text, exact boolean)
         ON CASE WHEN w.exact THEN v.content = lower(w.value) OR strpos(v.content, lower(to_json(w.value)::text)) > 0
           OR v.content ~ ('^\\{(.*,)?' || regexp_replace(lower(w.value), '([^a-z0-9])', '\\\\\\1', 'g') || '(,.*)?\\}$')
           ELSE strpos(v.content, lower(w.value)) > 0 END
       GROUP BY v.index, w.kind ORDER BY v.index, w.kind`,
      [wanted],
    );
    for (const { index, kind, rows } of found) traces.push({ table, column: columns[index]?.column ?? "", kind, rows });
  }
  return traces;
}
