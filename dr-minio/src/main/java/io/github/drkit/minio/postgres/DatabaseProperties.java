package io.github.drkit.minio.postgres;

import io.github.drkit.error.IntegrityException;
import io.github.drkit.json.CanonicalJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What belongs to a database and is in no dump of it that is restored under another name: owner, connection limit,
 * settings, rights on the database itself; and the roles its contents need. Settings may hold secrets, so it is stored
 * encrypted like the dump.
 *
 * @param defaultRights whether the rights on the database were never touched
 * @param grants the rights on the database
 * @param roles all roles that own something in the database or are named in rights, policies and settings
 */
record DatabaseProperties(
        String owner,
        long connectionLimit,
        boolean defaultRights,
        List<Grant> grants,
        List<Setting> settings,
        Set<String> roles) {

    static final String SCHEMA = "drkit-pg-properties/1";

    // pg_shdepend leaves out the bootstrap superuser (oid 10), which is pinned.
    private static final String ROLES = """
            SELECT r.rolname FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid
            WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
              AND (s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
                   OR s.classid = 'pg_catalog.pg_database'::pg_catalog.regclass
                      AND s.objid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
            UNION
            SELECT pg_catalog.pg_get_userbyid(10)
            WHERE EXISTS (SELECT FROM pg_catalog.pg_class WHERE relowner = 10 AND oid >= 16384)
               OR EXISTS (SELECT FROM pg_catalog.pg_proc WHERE proowner = 10 AND oid >= 16384)
               OR EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspowner = 10 AND oid >= 16384)
               OR EXISTS (SELECT FROM pg_catalog.pg_type WHERE typowner = 10 AND oid >= 16384)
               OR EXISTS (SELECT FROM pg_catalog.pg_database WHERE datdba = 10 AND datname = pg_catalog.current_database())
            """;

    private static final String DATABASE = """
            SELECT pg_catalog.pg_get_userbyid(datdba), datconnlimit, datacl IS NULL FROM pg_catalog.pg_database
            WHERE datname = pg_catalog.current_database()
            """;

    private static final String GRANTS = """
            SELECT CASE a.grantee WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(a.grantee) END, a.privilege_type,
                   a.is_grantable
            FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) a
            WHERE d.datname = pg_catalog.current_database() ORDER BY 1, 2
            """;

    private static final String SETTINGS = """
            SELECT CASE s.setrole WHEN 0 THEN '' ELSE pg_catalog.pg_get_userbyid(s.setrole) END,
                   pg_catalog.split_part(x, '=', 1), pg_catalog.substr(x, pg_catalog.strpos(x, '=') + 1)
            FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL pg_catalog.unnest(s.setconfig) x
            WHERE s.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            ORDER BY 1, 2
            """;

    /** The settings whose value is a list of identifiers (GUC_LIST_QUOTE in PostgreSQL's guc_tables.c). */
    private static final Set<String> LISTS = Set.of(
            "local_preload_libraries",
            "search_path",
            "session_preload_libraries",
            "shared_preload_libraries",
            "temp_tablespaces",
            "unix_socket_directories");

    /** A right on the database; the grantee {@code ""} is PUBLIC. */
    record Grant(String grantee, String privilege, boolean grantable) {}

    /** A setting of the database, for all roles if the role is {@code ""}. */
    record Setting(String role, String name, String value) {
        @Override
        public String toString() {
            return "Setting[" + role + "/" + name + "]";
        }
    }

    /** Reads them of the database a connection is in, in the transaction it is in. */
    static DatabaseProperties read(Connection connection) throws SQLException {
        Set<String> roles = new TreeSet<>(Sql.rows(connection, ROLES, row -> row.getString(1)));
        List<Grant> grants =
                Sql.rows(connection, GRANTS, row -> new Grant(row.getString(1), row.getString(2), row.getBoolean(3)));
        List<Setting> settings = Sql.rows(
                connection, SETTINGS, row -> new Setting(row.getString(1), row.getString(2), row.getString(3)));
        settings.stream().map(Setting::role).filter(role -> !role.isEmpty()).forEach(roles::add);
        return Sql.rows(
                        connection,
                        DATABASE,
                        row -> new DatabaseProperties(
                                row.getString(1), row.getInt(2), row.getBoolean(3), grants, settings, roles))
                .get(0);
    }

    byte[] toJson() {
        List<Object> rights = new ArrayList<>();
        grants.forEach(grant -> rights.add(
                Map.of("grantee", grant.grantee(), "privilege", grant.privilege(), "grantable", grant.grantable())));
        List<Object> set = new ArrayList<>();
        settings.forEach(
                setting -> set.add(Map.of("role", setting.role(), "name", setting.name(), "value", setting.value())));
        return CanonicalJson.write(Map.of(
                "schema",
                SCHEMA,
                "owner",
                owner,
                "connectionLimit",
                connectionLimit,
                "defaultRights",
                defaultRights,
                "grants",
                rights,
                "settings",
                set,
                "roles",
                List.copyOf(new TreeSet<>(roles))));
    }

    static DatabaseProperties fromJson(byte[] json) {
        try {
            Map<String, Object> fields = CanonicalJson.read(json);
            if (!SCHEMA.equals(fields.get("schema"))) {
                throw new IllegalArgumentException("its schema is " + fields.get("schema"));
            }
            List<Grant> grants = new ArrayList<>();
            for (Object each : list(fields, "grants")) {
                Map<?, ?> grant = (Map<?, ?>) each;
                grants.add(new Grant(
                        text(grant, "grantee"), text(grant, "privilege"), Boolean.TRUE.equals(grant.get("grantable"))));
            }
            List<Setting> settings = new ArrayList<>();
            for (Object each : list(fields, "settings")) {
                Map<?, ?> setting = (Map<?, ?>) each;
                settings.add(new Setting(text(setting, "role"), text(setting, "name"), text(setting, "value")));
            }
            Set<String> roles = new TreeSet<>();
            list(fields, "roles").forEach(role -> roles.add((String) role));
            if (!(fields.get("connectionLimit") instanceof Number limit)) {
                throw new IllegalArgumentException("it has no connection limit");
            }
            return new DatabaseProperties(
                    text(fields, "owner"),
                    limit.longValue(),
                    Boolean.TRUE.equals(fields.get("defaultRights")),
                    grants,
                    settings,
                    roles);
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new IntegrityException(
                    "DRK-RESTORE-013",
                    "Cannot read the properties of a database: " + e.getMessage() + " but " + SCHEMA + " is required",
                    "Was the object changed? Its SHA-256 is in the manifest",
                    e);
        }
    }

    /**
     * Returns the statements that give a database these properties.
     *
     * @param known roles the server has; what belongs to others is left out
     * @param owners whether owner and rights are wanted at all
     */
    List<String> statements(String database, Set<String> known, boolean owners) {
        String name = Names.quoted(database);
        List<String> statements = new ArrayList<>();
        if (owners && known.contains(owner)) {
            statements.add("ALTER DATABASE " + name + " OWNER TO " + Names.quoted(owner));
        }
        if (owners && !defaultRights) {
            // From the defaults to none, then to those there were: what the owner had is among them.
            if (known.contains(owner)) {
                statements.add("REVOKE ALL ON DATABASE " + name + " FROM " + Names.quoted(owner));
            }
            statements.add("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
            for (Grant grant : grants) {
                if (grant.grantee().isEmpty() || known.contains(grant.grantee())) {
                    statements.add("GRANT " + privilege(grant.privilege()) + " ON DATABASE " + name + " TO "
                            + (grant.grantee().isEmpty() ? "PUBLIC" : Names.quoted(grant.grantee()))
                            + (grant.grantable() ? " WITH GRANT OPTION" : ""));
                }
            }
        }
        for (Setting setting : settings) {
            String set = " SET " + setting(setting.name()) + " TO " + value(setting);
            if (setting.role().isEmpty()) {
                statements.add("ALTER DATABASE " + name + set);
            } else if (known.contains(setting.role())) {
                statements.add("ALTER ROLE " + Names.quoted(setting.role()) + " IN DATABASE " + name + set);
            }
        }
        statements.add("ALTER DATABASE " + name + " CONNECTION LIMIT " + connectionLimit);
        return statements;
    }

    /** Words of the grammar, not data: anything else is not from PostgreSQL. */
    private static String privilege(String word) {
        if (!Set.of("CONNECT", "CREATE", "TEMPORARY").contains(word)) {
            throw new IllegalArgumentException("'" + word + "' is no right on a database");
        }
        return word;
    }

    private static String setting(String name) {
        // A custom setting has two parts, each an identifier.
        return String.join(
                ".", List.of(name.split("\\.")).stream().map(Names::quoted).toList());
    }

    private static String value(Setting setting) {
        if (!LISTS.contains(setting.name())) {
            return Names.literal(setting.value());
        }
        List<String> parts = identifiers(setting.value());
        return parts.isEmpty()
                ? "''"
                : String.join(", ", parts.stream().map(Names::literal).toList());
    }

    /** Takes a list of identifiers apart as SplitIdentifierString of PostgreSQL does. */
    static List<String> identifiers(String list) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at < list.length()) {
            char c = list.charAt(at);
            if (c == ',' || Character.isWhitespace(c)) {
                at++;
            } else if (c == '"') {
                StringBuilder part = new StringBuilder();
                at++;
                while (at < list.length() && !(list.charAt(at) == '"' && !list.startsWith("\"\"", at))) {
                    at += list.charAt(at) == '"' ? 1 : 0;
                    part.append(list.charAt(at++));
                }
                at++;
                parts.add(part.toString());
            } else {
                int begin = at;
                while (at < list.length() && list.charAt(at) != ',' && !Character.isWhitespace(list.charAt(at))) {
                    at++;
                }
                parts.add(list.substring(begin, at).toLowerCase(java.util.Locale.ROOT));
            }
        }
        return parts;
    }

    private static List<?> list(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("it has no list '" + name + "'");
    }

    private static String text(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("it has no text '" + name + "'");
    }

    @Override
    public String toString() {
        return "properties of a database of '" + owner + "', " + settings.size() + " settings";
    }
}
