package io.github.drkit.postgres;

import io.github.drkit.status.Unprotected;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names what nobody backs up: databases of a server and tenants of Fineract that no target lists. Stateless.
 *
 * <p>A platform's status shows it: {@code .lookForUnprotected("the server", () -> UnprotectedDatabases.databases(server, listed))}.
 */
public final class UnprotectedDatabases {

    /** As Fineract reads its tenants: the operative connection, and the one for reports. */
    private static final String TENANTS = """
            SELECT t.identifier, k.role, c.schema_name, c.schema_server, c.schema_server_port
            FROM tenants t
            CROSS JOIN LATERAL (VALUES ('oltp', t.oltp_id), ('report', t.report_id)) k(role, id)
            JOIN tenant_server_connections c ON c.id = k.id
            ORDER BY t.identifier, k.role
            """;

    private static final String DANGLING = """
            SELECT t.identifier FROM tenants t
            WHERE NOT EXISTS (SELECT FROM tenant_server_connections c WHERE c.id = t.oltp_id) ORDER BY 1
            """;

    private static final String KEPT = """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                           WHERE c.relkind IN ('r', 'p', 'm', 'S', 'f') AND n.nspname !~ '^pg_'
                             AND n.nspname <> 'information_schema')
                OR EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)
            """;

    private UnprotectedDatabases() {}

    /**
     * Looks for databases of a server that are not listed. Blocks.
     *
     * @param server asked for its databases
     * @param listed the names of the databases some target backs up
     * @return one finding for each database nobody lists, and one, MISSING, for each listed one that does not exist
     */
    public static List<Unprotected> databases(PostgresServer server, Set<String> listed) {
        List<Unprotected> findings = new ArrayList<>();
        Set<String> present = new HashSet<>();
        for (ServedDatabase database : server.listDatabases()) {
            present.add(database.name());
            if (!listed.contains(database.name()) && !isEmptyDefault(server, database)) {
                findings.add(Unprotected.forgotten("database '" + database.name() + "'", "no target lists it"));
            }
        }
        listed.stream()
                .filter(name -> !present.contains(name))
                .sorted()
                .forEach(name -> findings.add(Unprotected.missing(
                        "database '" + name + "'", "a target lists it and the server does not have it")));
        return List.copyOf(findings);
    }

    /**
     * Looks for tenants whose database is not listed or lies on another server. Reads no password. Blocks.
     *
     * @param server asked for its tenant store
     * @param tenantStore the database with the tables {@code tenants} and {@code tenant_server_connections}
     * @param listed the names of the databases some target backs up from this server
     * @param names further names of this server in tenant rows, compared with the port; its host is among them anyway
     * @return one finding for each tenant and purpose that is not protected
     * @throws io.github.drkit.error.NotFoundException if the tenant store or its tables do not exist
     */
    public static List<Unprotected> tenants(
            PostgresServer server, String tenantStore, Set<String> listed, Set<String> names) {
        Map<String, Unprotected> findings = new LinkedHashMap<>();
        try (Connection connection = server.connect(tenantStore);
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(TENANTS)) {
                while (row.next()) {
                    String tenant = "tenant '" + row.getString(1) + "' (" + row.getString(2) + ")";
                    String database = row.getString(3);
                    String where = row.getString(4) + ":" + row.getString(5);
                    if (!isHere(server, names, row.getString(4), row.getString(5))) {
                        findings.put(
                                tenant,
                                Unprotected.forgotten(
                                        tenant,
                                        "its database '" + database + "' lies at " + where + ", not at "
                                                + server.address()));
                    } else if (!listed.contains(database)) {
                        findings.put(
                                tenant,
                                Unprotected.forgotten(tenant, "no target lists its database '" + database + "'"));
                    }
                }
            }
            try (ResultSet row = statement.executeQuery(DANGLING)) {
                while (row.next()) {
                    String tenant = "tenant '" + row.getString(1) + "' (oltp)";
                    findings.put(tenant, Unprotected.forgotten(tenant, "it names no server connection that exists"));
                }
            }
        } catch (SQLException e) {
            throw PostgresErrors.translate(
                    "list the tenants of database '" + tenantStore + "' at " + server.address(), e);
        }
        return List.copyOf(findings.values());
    }

    /** Every server has a database postgres; it is worth a word only once somebody keeps something in it. */
    private static boolean isEmptyDefault(PostgresServer server, ServedDatabase database) {
        if (!database.name().equals("postgres") || !database.allowsConnections()) {
            return false;
        }
        try (Connection connection = server.connect(database.name());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(KEPT)) {
            row.next();
            return !row.getBoolean(1);
        } catch (SQLException e) {
            throw PostgresErrors.translate("look into database 'postgres' at " + server.address(), e);
        }
    }

    private static boolean isHere(PostgresServer server, Set<String> names, String host, String port) {
        if (host == null || port == null || !port.strip().equals(Integer.toString(server.port()))) {
            return false;
        }
        String wanted = host.strip().toLowerCase(Locale.ROOT);
        return wanted.equals(server.host().toLowerCase(Locale.ROOT))
                || names.stream().anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(wanted));
    }
}
