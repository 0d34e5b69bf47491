import type { Session } from "../database/pool.js";

/** The schema as the database's own catalogue tells it, as text to be read and compared. */
export async function describeSchema(sql: Session): Promise<string> {
  const columns = await sql<{ relation: string; line: string }[]>`
    SELECT c.relname AS relation,
        '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE "' || o.collname || '"' ELSE '' END
          || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
          || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_collation o ON o.oid = a.attcollation
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'protomesh'::regnamespace AND c.relkind = 'r'
      ORDER BY c.relname, a.attnum`;
  const options = await sql<{ relation: string; options: string }[]>`
    SELECT relname AS relation, array_to_string(reloptions, ', ') AS options
      FROM pg_class WHERE relnamespace = 'protomesh'::regnamespace AND relkind = 'r' AND reloptions IS NOT NULL`;
  const indexes = await sql<{ line: string }[]>`
    SELECT indexdef || ';' AS line FROM pg_indexes WHERE schemaname = 'protomesh' ORDER BY tablename, indexname`;
  const functions = await sql<{ line: string }[]>`
    SELECT 'FUNCTION ' || p.oid::regprocedure || ' RETURNS ' || pg_get_function_result(p.oid) || ' ' || l.lanname
          || ' md5 ' || md5(p.prosrc) || ';' AS line
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE p.pronamespace = 'protomesh'::regnamespace ORDER BY p.proname`;

  const tables = [...new Set(columns.map(({ relation }) => relation))].map((relation) => {
    const lines = columns.filter((column) => column.relation === relation).map(({ line }) => line);
    const storage = options.find((option) => option.relation === relation)?.options;
    return `TABLE protomesh.${relation} (\n${lines.join(",\n")}\n)${storage === undefined ? "" : ` WITH (${storage})`};\n`;
  });
  return [
    "-- What the migrations make together. Kept by a test; written anew by: npx vitest run packages/store -u\n",
    ...tables,
    ...indexes.map(({ line }) => line),
    "",
    ...functions.map(({ line }) => line),
    "",
  ].join("\n");
}
