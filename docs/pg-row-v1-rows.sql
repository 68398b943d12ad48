-- Counts and digests every table of a database by canon pg-row-v1: psql -XqAt -F ' ' -d DATABASE -f pg-row-v1-rows.sql
-- One line per table: name, rows, digest.
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, MDY';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 3;
SET LOCAL bytea_output = 'hex';
SET LOCAL xmloption = 'content';
SET LOCAL lc_monetary = 'C';
SET LOCAL row_security = off;
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended('''' COLLATE "C", %s)), 0) FROM ONLY %I.%I r %s',
              t.name, coalesce(t.row_hash, '0'), t.nspname, t.relname, t.condition)
FROM (
    SELECT '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' AS name,
           n.nspname, c.relname,
           coalesce((SELECT min(z.condition) FROM pg_extension e
                     CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) z(relation, condition)
                     WHERE z.relation = c.oid), '') AS condition,
           (SELECT string_agg(CASE
                       WHEN a.type IN ('int2', 'int4', 'int8') THEN
                           format('coalesce(hashtextextended(''row-v1:%1$s'' COLLATE "C", r.%2$I::bigint), %1$s)', a.place, a.attname)
                       WHEN a.type = 'bool' THEN
                           format('CASE WHEN r.%2$I THEN hashtextextended(''true'' COLLATE "C", %1$s)'
                                  ' WHEN NOT r.%2$I THEN hashtextextended(''false'' COLLATE "C", %1$s) ELSE %1$s END', a.place, a.attname)
                       ELSE
                           format('coalesce(hashtextextended(r.%2$I::text COLLATE "C", %1$s), %1$s)', a.place, a.attname)
                   END, ' # ' ORDER BY a.place)
            FROM (SELECT a.attname, row_number() OVER (ORDER BY a.attname COLLATE "C") AS place,
                         CASE WHEN y.typnamespace = 'pg_catalog'::regnamespace THEN y.typname::text ELSE '' END AS type
                  FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') a) AS row_hash
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND (c.relpersistence = 'p' OR NOT pg_is_in_recovery())
      AND (NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e')
           OR EXISTS (SELECT FROM pg_extension e WHERE c.oid = ANY (e.extconfig)))
) t ORDER BY t.name COLLATE "C" \gexec
ROLLBACK;
