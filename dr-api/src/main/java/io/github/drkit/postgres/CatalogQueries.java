package io.github.drkit.postgres;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The catalog queries of canon {@code pg-row-v1}, as {@code docs/pg-row-v1.md} shows them. Each returns kind, object,
 * fact and value; a row without fact says that the object exists. Columns newer than PostgreSQL 12 are read through
 * to_jsonb, which gives NULL where the column does not exist.
 */
final class CatalogQueries {

    /** Shorthands, expanded in order before a query runs. */
    private static final Map<String, String> SHORT = new LinkedHashMap<>();

    static {
        SHORT.put("USER_SCHEMA", "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'");
        SHORT.put(
                "NAME_c",
                "'\"' || replace(n.nspname, '\"', '\"\"') || '\".\"' || replace(c.relname, '\"', '\"\"') || '\"'");
        SHORT.put(
                "NAME_p",
                "'\"' || replace(n.nspname, '\"', '\"\"') || '\".\"' || replace(p.proname, '\"', '\"\"') || '\"('"
                        + " || pg_get_function_identity_arguments(p.oid) || ')'");
        SHORT.put(
                "NAME_t",
                "'\"' || replace(n.nspname, '\"', '\"\"') || '\".\"' || replace(t.typname, '\"', '\"\"') || '\"'");
        SHORT.put("NAME_n", "'\"' || replace(n.nspname, '\"', '\"\"') || '\"'");
        SHORT.put("NOT_MEMBER_c", notMember("pg_class", "c.oid"));
        SHORT.put("NOT_MEMBER_p", notMember("pg_proc", "p.oid"));
        SHORT.put("NOT_MEMBER_t", notMember("pg_type", "t.oid"));
        SHORT.put("NOT_MEMBER_n", notMember("pg_namespace", "n.oid"));
        SHORT.put(
                "OWN_TYPE",
                "(t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class k"
                        + " WHERE k.oid = t.typrelid AND k.relkind = 'c'))");
    }

    private static final String DATABASE = """
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
            WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;

    private static final String SCHEMAS =
            "SELECT 'schema', NAME_n, NULL, NULL FROM pg_namespace n WHERE USER_SCHEMA AND NOT_MEMBER_n";

    private static final String TABLES = """
            SELECT 'table', NAME_c, f.fact, f.value
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
            WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c
              AND f.value IS NOT NULL
            """;

    private static final String COLUMNS = """
            SELECT 'table', NAME_c, 'column "' || replace(a.attname, '"', '""') || '"',
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
            WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c
            """;

    private static final String VIEWS = """
            SELECT 'view', NAME_c, f.fact, f.value
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (VALUES
                ('form', CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END),
                ('populated', CASE WHEN c.relkind = 'm' THEN c.relispopulated::text END),
                ('options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o)),
                ('definition', 'sha256 ' || encode(sha256(convert_to(pg_get_viewdef(c.oid), 'UTF8')), 'hex'))) f(fact, value)
            WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c AND f.value IS NOT NULL
            UNION ALL
            SELECT 'rule', NAME_c || '."' || replace(r.rulename, '"', '""') || '"', f.fact, f.value
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (VALUES
                ('enabled', r.ev_enabled::text),
                ('definition', 'sha256 ' || encode(sha256(convert_to(pg_get_ruledef(r.oid), 'UTF8')), 'hex'))) f(fact, value)
            WHERE r.rulename <> '_RETURN' AND USER_SCHEMA AND NOT_MEMBER_c
            """;

    /** Without NOT NULL, which became a constraint in PostgreSQL 18, and without the clones partitioning makes. */
    private static final String CONSTRAINTS = """
            SELECT 'constraint', NAME_c || '."' || replace(k.conname, '"', '""') || '"', f.fact, f.value
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (VALUES
                ('definition', pg_get_constraintdef(k.oid)), ('validated', k.convalidated::text)) f(fact, value)
            WHERE k.contype NOT IN ('n', 't') AND NOT (k.contype = 'f' AND k.conparentid <> 0)
              AND c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c
            """;

    private static final String INDEXES = """
            SELECT 'index', '"' || replace(n.nspname, '"', '""') || '"."' || replace(x.relname, '"', '""') || '"', f.fact, f.value
            FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_namespace n ON n.oid = x.relnamespace
            CROSS JOIN LATERAL (VALUES
                ('definition', pg_get_indexdef(i.indexrelid)), ('valid', (i.indisvalid AND i.indisready)::text),
                ('clustered', i.indisclustered::text)) f(fact, value)
            WHERE c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c
            """;

    private static final String TRIGGERS = """
            SELECT 'trigger', NAME_c || '."' || replace(g.tgname, '"', '""') || '"', f.fact, f.value
            FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (VALUES
                ('definition', pg_get_triggerdef(g.oid)), ('enabled', g.tgenabled::text)) f(fact, value)
            WHERE NOT g.tgisinternal AND coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0'
              AND c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c
            UNION ALL
            SELECT 'event trigger', '"' || replace(e.evtname, '"', '""') || '"', f.fact, f.value
            FROM pg_event_trigger e
            CROSS JOIN LATERAL (VALUES
                ('event', e.evtevent::text), ('enabled', e.evtenabled::text), ('function', e.evtfoid::regproc::text),
                ('tags', coalesce(array_to_string(e.evttags, ', '), ''))) f(fact, value)
            WHERE NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid
                                AND m.deptype = 'e')
            """;

    private static final String POLICIES = """
            SELECT 'policy', NAME_c || '."' || replace(l.polname, '"', '""') || '"', f.fact, f.value
            FROM pg_policy l JOIN pg_class c ON c.oid = l.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (VALUES
                ('command', l.polcmd::text), ('permissive', l.polpermissive::text),
                ('roles', (SELECT string_agg(w, ', ' ORDER BY w COLLATE "C") FROM (SELECT CASE r WHEN 0 THEN 'PUBLIC'
                            ELSE '"' || pg_get_userbyid(r) || '"' END w FROM unnest(l.polroles) r) q)),
                ('definition', coalesce('using ' || pg_get_expr(l.polqual, l.polrelid), '')
                            || coalesce(' check ' || pg_get_expr(l.polwithcheck, l.polrelid), ''))) f(fact, value)
            WHERE USER_SCHEMA AND NOT_MEMBER_c
            """;

    private static final String FUNCTIONS = """
            SELECT 'function', NAME_p, 'definition', 'sha256 ' || encode(sha256(convert_to(
                   CASE p.prokind WHEN 'a' THEN (SELECT concat_ws(' ', pg_get_function_result(p.oid), a.aggkind, a.aggtransfn,
                            a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn,
                            a.aggmfinalfn, a.aggtranstype::regtype, a.aggmtranstype::regtype, a.aggsortop::regoperator,
                            a.agginitval, a.aggminitval) FROM pg_aggregate a WHERE a.aggfnoid = p.oid)
                        ELSE pg_get_functiondef(p.oid) END, 'UTF8')), 'hex')
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE USER_SCHEMA AND NOT_MEMBER_p
            """;

    private static final String TYPES = """
            SELECT 'type', NAME_t, f.fact, f.value
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
            WHERE OWN_TYPE AND USER_SCHEMA AND NOT_MEMBER_t AND f.value IS NOT NULL
            """;

    private static final String EXTENSIONS = """
            SELECT 'extension', '"' || replace(e.extname, '"', '""') || '"', f.fact, f.value
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
            CROSS JOIN LATERAL (VALUES ('version', e.extversion), ('schema', n.nspname::text)) f(fact, value)
            """;

    private static final String SEQUENCES = """
            SELECT 'sequence', NAME_c, f.fact, f.value
            FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (VALUES
                ('type', s.seqtypid::regtype::text), ('begin', s.seqstart::text), ('increment', s.seqincrement::text),
                ('minimum', s.seqmin::text), ('maximum', s.seqmax::text), ('cache', s.seqcache::text),
                ('cycles', s.seqcycle::text),
                ('owned by', (SELECT string_agg(d.refobjid::regclass::text || '.' || quote_literal(a.attname), ', ')
                              FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                                AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))) f(fact, value)
            WHERE c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c AND f.value IS NOT NULL
            """;

    private static final String OWNERS = """
            SELECT 'owner', 'database', 'role', pg_get_userbyid(d.datdba)::text FROM pg_database d WHERE d.datname = current_database()
            UNION ALL
            SELECT 'owner', 'schema ' || NAME_n, 'role', pg_get_userbyid(n.nspowner)::text
            FROM pg_namespace n WHERE USER_SCHEMA AND NOT_MEMBER_n
            UNION ALL
            SELECT 'owner', CASE WHEN c.relkind = 'S' THEN 'sequence ' WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || NAME_c,
                   'role', pg_get_userbyid(c.relowner)::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c
            UNION ALL
            SELECT 'owner', 'function ' || NAME_p, 'role', pg_get_userbyid(p.proowner)::text
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE USER_SCHEMA AND NOT_MEMBER_p
            UNION ALL
            SELECT 'owner', 'type ' || NAME_t, 'role', pg_get_userbyid(t.typowner)::text
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE OWN_TYPE AND USER_SCHEMA AND NOT_MEMBER_t
            UNION ALL
            SELECT 'owner', 'large objects', 'of ' || pg_get_userbyid(lomowner), count(*)::text
            FROM pg_largeobject_metadata GROUP BY lomowner
            """;

    /**
     * What differs from the default privileges, so that an ACL never set and one that spells the default out are equal.
     * The owner is called (owner): who it is stands in its own entry.
     */
    private static final String GRANTS = """
            SELECT 'grants', s.object, f.fact, f.value
            FROM (
                SELECT 'database' object, d.datacl acl, acldefault('d', d.datdba) def, d.datdba owner
                FROM pg_database d WHERE d.datname = current_database()
                UNION ALL
                SELECT 'schema ' || NAME_n, n.nspacl, acldefault('n', n.nspowner), n.nspowner
                FROM pg_namespace n WHERE USER_SCHEMA AND NOT_MEMBER_n
                UNION ALL
                SELECT CASE WHEN c.relkind = 'S' THEN 'sequence ' WHEN c.relkind IN ('v', 'm') THEN 'view ' ELSE 'table ' END || NAME_c,
                       c.relacl, acldefault(CASE WHEN c.relkind = 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner), c.relowner
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relpersistence <> 't' AND USER_SCHEMA AND NOT_MEMBER_c
                UNION ALL
                SELECT 'column ' || NAME_c || '."' || replace(a.attname, '"', '""') || '"', a.attacl, acldefault('c', c.relowner), c.relowner
                FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND USER_SCHEMA AND NOT_MEMBER_c
                UNION ALL
                SELECT 'function ' || NAME_p, p.proacl, acldefault('f', p.proowner), p.proowner
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE USER_SCHEMA AND NOT_MEMBER_p
                UNION ALL
                SELECT 'type ' || NAME_t, t.typacl, acldefault('T', t.typowner), t.typowner
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE OWN_TYPE AND USER_SCHEMA AND NOT_MEMBER_t
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
            WHERE s.acl IS NOT NULL
            """;

    private CatalogQueries() {}

    static Map<String, String> all() {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put("database", DATABASE);
        queries.put("schemas", SCHEMAS);
        queries.put("tables", TABLES);
        queries.put("columns", COLUMNS);
        queries.put("views", VIEWS);
        queries.put("constraints", CONSTRAINTS);
        queries.put("indexes", INDEXES);
        queries.put("triggers", TRIGGERS);
        queries.put("policies", POLICIES);
        queries.put("functions", FUNCTIONS);
        queries.put("types", TYPES);
        queries.put("extensions", EXTENSIONS);
        queries.put("sequences", SEQUENCES);
        queries.put("owners", OWNERS);
        queries.put("grants", GRANTS);
        queries.put("others", others());
        queries.replaceAll((name, sql) -> expand(sql));
        return queries;
    }

    /** Counted only: what a Fineract-like system has few or none of, but whose loss must show. */
    private static String others() {
        Map<String, String> classes = new LinkedHashMap<>();
        classes.put("operators", "pg_operator");
        classes.put("operator classes", "pg_opclass");
        classes.put("operator families", "pg_opfamily");
        classes.put("casts", "pg_cast");
        classes.put("collations", "pg_collation");
        classes.put("conversions", "pg_conversion");
        classes.put("languages", "pg_language");
        classes.put("transforms", "pg_transform");
        classes.put("access methods", "pg_am");
        classes.put("statistics objects", "pg_statistic_ext");
        classes.put("text search configurations", "pg_ts_config");
        classes.put("text search dictionaries", "pg_ts_dict");
        classes.put("foreign data wrappers", "pg_foreign_data_wrapper");
        classes.put("foreign servers", "pg_foreign_server");
        StringBuilder sql = new StringBuilder();
        classes.forEach((name, catalog) -> sql.append("SELECT 'count', '")
                .append(name)
                .append("', 'number', count(*)::text FROM ")
                .append(catalog)
                .append(" o WHERE o.oid >= 16384 AND ")
                .append(notMember(catalog, "o.oid"))
                .append("\nUNION ALL\n"));
        // Every CREATE EXTENSION writes the extension's comment anew, and the copy's own comment is a marker of the
        // run.
        sql.append("""
                SELECT 'count', 'comments', 'number', count(*)::text FROM pg_description d
                WHERE d.objoid >= 16384 AND d.classoid <> 'pg_extension'::regclass
                  AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = d.classoid AND m.objid = d.objoid AND m.deptype = 'e')
                UNION ALL
                SELECT 'publications', '(all)', 'number', count(*)::text FROM pg_publication
                UNION ALL
                SELECT 'subscriptions', '(all)', 'number', count(s.subdbid)::text FROM pg_subscription s
                WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                """);
        return sql.toString();
    }

    private static String notMember(String catalog, String oid) {
        return "NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = '" + catalog + "'::regclass AND m.objid = " + oid
                + " AND m.deptype = 'e')";
    }

    private static String expand(String sql) {
        String expanded = sql;
        for (Map.Entry<String, String> each : SHORT.entrySet()) {
            expanded = expanded.replace(each.getKey(), each.getValue());
        }
        return expanded;
    }
}
