-- The catalog queries of canon pg-row-v1. Each gives kind, object, fact and value.
SET search_path = pg_catalog;

-- database
SELECT 'database', '(itself)', f.fact, f.value
FROM pg_database d CROSS JOIN LATERAL (VALUES
    ('encoding', pg_encoding_to_char(d.encoding)), ('collate', d.datcollate::text), ('ctype', d.datctype::text),
    ('locale provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')),
    ('locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', ''))) f(fact, value)
WHERE d.datname = current_database()
UNION ALL
SELECT 'setting', 'database', 'connection limit', d.datconnlimit::text
FROM pg_database d WHERE d.datname = current_database()
UNION ALL
SELECT 'setting', CASE s.setrole WHEN 0 THEN 'for all roles' ELSE 'for role "' || pg_get_userbyid(s.setrole) || '"' END,
       split_part(x, '=', 1),
       'sha256 ' || encode(sha256(convert_to(substr(x, strpos(x, '=') + 1), 'UTF8')), 'hex')
FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) x
WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database());

-- schemas
SELECT 'schema', '"' || replace(n.nspname, '"', '""') || '"', NULL, NULL FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid AND m.deptype = 'e');

-- tables
SELECT 'table', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"', f.fact, f.value
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('form', CASE c.relkind WHEN 'r' THEN CASE WHEN c.relispartition THEN 'partition' ELSE 'table' END
                            WHEN 'p' THEN 'partitioned table' ELSE 'foreign table' END),
    ('persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END),
    ('row level security', CASE WHEN c.relforcerowsecurity AND c.relrowsecurity THEN 'on, forced'
                                WHEN c.relforcerowsecurity THEN 'off, forced'
                                WHEN c.relrowsecurity THEN 'on' ELSE 'off' END),
    ('replica identity', c.relreplident::text),
    ('partition key', CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END),
    ('partition bound', pg_get_expr(c.relpartbound, c.oid)),
    ('options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o)),
    ('inherits', (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
                  FROM pg_inherits i WHERE i.inhrelid = c.oid))) f(fact, value)
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e')
  AND f.value IS NOT NULL;

-- columns
SELECT 'table', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"', 'column "' || replace(a.attname, '"', '""') || '"',
       format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attcollation <> y.typcollation AND a.attcollation <> 0
               THEN (SELECT ' collate "' || v.nspname || '"."' || o.collname || '"' FROM pg_collation o
                       JOIN pg_namespace v ON v.oid = o.collnamespace WHERE o.oid = a.attcollation) ELSE '' END
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
       || CASE a.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END
       || CASE a.attgenerated WHEN '' THEN coalesce(' default ' || pg_get_expr(x.adbin, x.adrelid), '')
               ELSE ' generated ' || a.attgenerated::text || ' as ' || pg_get_expr(x.adbin, x.adrelid) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type y ON y.oid = a.atttypid
LEFT JOIN pg_attrdef x ON x.adrelid = c.oid AND x.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e');

-- views
SELECT 'view', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"', f.fact, f.value
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('form', CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END),
    ('populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated::text END),
    ('options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o)),
    ('definition', 'sha256 ' || encode(sha256(convert_to(pg_get_viewdef(c.oid), 'UTF8')), 'hex'))) f(fact, value)
WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e') AND f.value IS NOT NULL
UNION ALL
SELECT 'rule', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' || '."' || replace(r.rulename, '"', '""') || '"', f.fact, f.value
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('enabled', r.ev_enabled::text),
    ('definition', 'sha256 ' || encode(sha256(convert_to(pg_get_ruledef(r.oid), 'UTF8')), 'hex'))) f(fact, value)
WHERE r.rulename <> '_RETURN' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e');

-- constraints
SELECT 'constraint', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' || '."' || replace(k.conname, '"', '""') || '"', f.fact, f.value
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_constraintdef(k.oid)), ('validated', k.convalidated::text)) f(fact, value)
WHERE k.contype NOT IN ('n', 't') AND NOT (k.contype = 'f' AND k.conparentid <> 0)
  AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e');

-- indexes
SELECT 'index', '"' || replace(n.nspname, '"', '""') || '"."' || replace(x.relname, '"', '""') || '"', f.fact, f.value
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = x.relnamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_indexdef(i.indexrelid)), ('valid', (i.indisvalid AND i.indisready)::text),
    ('clustered', i.indisclustered::text)) f(fact, value)
WHERE c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e');

-- triggers
SELECT 'trigger', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' || '."' || replace(g.tgname, '"', '""') || '"', f.fact, f.value
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('definition', pg_get_triggerdef(g.oid)), ('enabled', g.tgenabled::text)) f(fact, value)
WHERE NOT g.tgisinternal AND coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0'
  AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e')
UNION ALL
SELECT 'event trigger', '"' || replace(e.evtname, '"', '""') || '"', f.fact, f.value
FROM pg_event_trigger e
CROSS JOIN LATERAL (VALUES
    ('event', e.evtevent::text), ('enabled', e.evtenabled::text), ('function', e.evtfoid::regproc::text),
    ('tags', coalesce(array_to_string(e.evttags, ', '), ''))) f(fact, value)
WHERE NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid
                    AND m.deptype = 'e');

-- policies
SELECT 'policy', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' || '."' || replace(l.polname, '"', '""') || '"', f.fact, f.value
FROM pg_policy l JOIN pg_class c ON c.oid = l.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('command', l.polcmd::text), ('permissive', l.polpermissive::text),
    ('roles', (SELECT string_agg(w, ', ' ORDER BY w COLLATE "C") FROM (SELECT CASE r WHEN 0 THEN 'PUBLIC'
                ELSE '"' || pg_get_userbyid(r) || '"' END w FROM unnest(l.polroles) r) q)),
    ('definition', coalesce('using ' || pg_get_expr(l.polqual, l.polrelid), '')
                || coalesce(' check ' || pg_get_expr(l.polwithcheck, l.polrelid), ''))) f(fact, value)
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e');

-- functions
SELECT 'function', '"' || replace(n.nspname, '"', '""') || '"."' || replace(p.proname, '"', '""') || '"(' || pg_get_function_identity_arguments(p.oid) || ')', 'definition', 'sha256 ' || encode(sha256(convert_to(
       CASE p.prokind WHEN 'a' THEN (SELECT concat_ws(' ', pg_get_function_result(p.oid), a.aggkind, a.aggtransfn,
                a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn,
                a.aggmfinalfn, a.aggtranstype::regtype, a.aggmtranstype::regtype, a.aggsortop::regoperator,
                a.agginitval, a.aggminitval) FROM pg_aggregate a WHERE a.aggfnoid = p.oid)
            ELSE pg_get_functiondef(p.oid) END, 'UTF8')), 'hex')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid AND m.deptype = 'e');

-- types
SELECT 'type', '"' || replace(n.nspname, '"', '""') || '"."' || replace(t.typname, '"', '""') || '"', f.fact, f.value
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
CROSS JOIN LATERAL (VALUES
    ('form', CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' ELSE 'composite' END),
    ('labels', (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                FROM pg_enum e WHERE e.enumtypid = t.oid)),
    ('base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
                    || CASE WHEN t.typnotnull THEN ' not null' ELSE '' END
                    || coalesce(' default ' || t.typdefault, '') END),
    ('definition', (SELECT string_agg(quote_literal(k.conname) || ' ' || pg_get_constraintdef(k.oid), ', '
                ORDER BY k.conname COLLATE "C")
                FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')),
    ('attributes', CASE WHEN t.typtype = 'c' THEN coalesce((SELECT string_agg(quote_literal(a.attname) || ' '
                || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
                FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') END),
    ('subtype', (SELECT format_type(g.rngsubtype, NULL) FROM pg_range g WHERE g.rngtypid = t.oid))) f(fact, value)
WHERE (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class k WHERE k.oid = t.typrelid AND k.relkind = 'c')) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid AND m.deptype = 'e') AND f.value IS NOT NULL;

-- extensions
SELECT 'extension', '"' || replace(e.extname, '"', '""') || '"', f.fact, f.value
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
CROSS JOIN LATERAL (VALUES ('version', e.extversion), ('schema', n.nspname::text)) f(fact, value);

-- sequences
SELECT 'sequence', '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"', f.fact, f.value
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES
    ('type', s.seqtypid::regtype::text), ('begin', s.seqstart::text), ('increment', s.seqincrement::text),
    ('minimum', s.seqmin::text), ('maximum', s.seqmax::text), ('cache', s.seqcache::text),
    ('cycles', s.seqcycle::text),
    ('owned by', (SELECT string_agg(d.refobjid::regclass::text || '.' || quote_literal(a.attname), ', ')
                  FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))) f(fact, value)
WHERE c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e') AND f.value IS NOT NULL;

-- owners
SELECT 'owner', 'database', 'role', pg_get_userbyid(d.datdba)::text FROM pg_database d WHERE d.datname = current_database()
UNION ALL
SELECT 'owner', 'schema ' || '"' || replace(n.nspname, '"', '""') || '"', 'role', pg_get_userbyid(n.nspowner)::text
FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid AND m.deptype = 'e')
UNION ALL
SELECT 'owner', CASE WHEN c.relkind = 'S' THEN 'sequence ' WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"',
       'role', pg_get_userbyid(c.relowner)::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e')
UNION ALL
SELECT 'owner', 'function ' || '"' || replace(n.nspname, '"', '""') || '"."' || replace(p.proname, '"', '""') || '"(' || pg_get_function_identity_arguments(p.oid) || ')', 'role', pg_get_userbyid(p.proowner)::text
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid AND m.deptype = 'e')
UNION ALL
SELECT 'owner', 'type ' || '"' || replace(n.nspname, '"', '""') || '"."' || replace(t.typname, '"', '""') || '"', 'role', pg_get_userbyid(t.typowner)::text
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class k WHERE k.oid = t.typrelid AND k.relkind = 'c')) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid AND m.deptype = 'e')
UNION ALL
SELECT 'owner', 'large objects', 'of ' || pg_get_userbyid(lomowner), count(*)::text
FROM pg_largeobject_metadata GROUP BY lomowner;

-- grants
SELECT 'grants', s.object, f.fact, f.value
FROM (
    SELECT 'database' object, d.datacl acl, acldefault('d', d.datdba) def, d.datdba owner
    FROM pg_database d WHERE d.datname = current_database()
    UNION ALL
    SELECT 'schema ' || '"' || replace(n.nspname, '"', '""') || '"', n.nspacl, acldefault('n', n.nspowner), n.nspowner
    FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid AND m.deptype = 'e')
    UNION ALL
    SELECT CASE WHEN c.relkind = 'S' THEN 'sequence ' WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"',
           c.relacl, acldefault(CASE WHEN c.relkind = 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner), c.relowner
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e')
    UNION ALL
    SELECT 'column ' || '"' || replace(n.nspname, '"', '""') || '"."' || replace(c.relname, '"', '""') || '"' || '."' || replace(a.attname, '"', '""') || '"', a.attacl, acldefault('c', c.relowner), c.relowner
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid AND m.deptype = 'e')
    UNION ALL
    SELECT 'function ' || '"' || replace(n.nspname, '"', '""') || '"."' || replace(p.proname, '"', '""') || '"(' || pg_get_function_identity_arguments(p.oid) || ')', p.proacl, acldefault('f', p.proowner), p.proowner
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid AND m.deptype = 'e')
    UNION ALL
    SELECT 'type ' || '"' || replace(n.nspname, '"', '""') || '"."' || replace(t.typname, '"', '""') || '"', t.typacl, acldefault('T', t.typowner), t.typowner
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class k WHERE k.oid = t.typrelid AND k.relkind = 'c')) AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid AND m.deptype = 'e')
    UNION ALL
    SELECT 'default of role "' || pg_get_userbyid(a.defaclrole) || '"' || coalesce(' in schema "' || n.nspname || '"', '')
           || ' for ' || a.defaclobjtype::text, a.defaclacl, NULL::aclitem[], a.defaclrole
    FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
    UNION ALL
    SELECT 'large object ' || m.oid, m.lomacl, acldefault('L', m.lomowner), m.lomowner
    FROM pg_largeobject_metadata m WHERE m.lomacl IS NOT NULL
) s CROSS JOIN LATERAL (
    SELECT x.fact, string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' WHEN s.owner THEN '(owner)'
                              ELSE '"' || pg_get_userbyid(x.grantee) || '"' END
                              || '=' || x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', '
                              ORDER BY x.grantee = 0, x.grantee = s.owner, pg_get_userbyid(x.grantee) COLLATE "C",
                                       x.privilege_type COLLATE "C") AS value
    FROM ((SELECT 'granted' AS fact, a.grantee, a.privilege_type, a.is_grantable FROM aclexplode(s.acl) a
           EXCEPT SELECT 'granted', a.grantee, a.privilege_type, a.is_grantable FROM aclexplode(s.def) a)
          UNION ALL
          (SELECT 'revoked', a.grantee, a.privilege_type, a.is_grantable FROM aclexplode(s.def) a
           EXCEPT SELECT 'revoked', a.grantee, a.privilege_type, a.is_grantable FROM aclexplode(s.acl) a)) x
    GROUP BY x.fact) f
WHERE s.acl IS NOT NULL;

-- others
SELECT 'count', 'operators', 'number', count(*)::text FROM pg_operator o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_operator'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'operator classes', 'number', count(*)::text FROM pg_opclass o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_opclass'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'operator families', 'number', count(*)::text FROM pg_opfamily o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_opfamily'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'casts', 'number', count(*)::text FROM pg_cast o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_cast'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'collations', 'number', count(*)::text FROM pg_collation o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_collation'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'conversions', 'number', count(*)::text FROM pg_conversion o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_conversion'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'languages', 'number', count(*)::text FROM pg_language o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_language'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'transforms', 'number', count(*)::text FROM pg_transform o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_transform'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'access methods', 'number', count(*)::text FROM pg_am o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_am'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'statistics objects', 'number', count(*)::text FROM pg_statistic_ext o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_statistic_ext'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'text search configurations', 'number', count(*)::text FROM pg_ts_config o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_ts_config'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'text search dictionaries', 'number', count(*)::text FROM pg_ts_dict o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_ts_dict'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'foreign data wrappers', 'number', count(*)::text FROM pg_foreign_data_wrapper o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'foreign servers', 'number', count(*)::text FROM pg_foreign_server o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = o.oid AND m.deptype = 'e')
UNION ALL
SELECT 'count', 'comments', 'number', count(*)::text FROM pg_description d
WHERE d.objoid >= 16384 AND d.classoid <> 'pg_extension'::regclass
  AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = d.classoid AND m.objid = d.objoid AND m.deptype = 'e')
UNION ALL
SELECT 'publications', '(all)', 'number', count(*)::text FROM pg_publication
UNION ALL
SELECT 'subscriptions', '(all)', 'number', count(s.subdbid)::text FROM pg_subscription s
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database());
