package io.github.drkit.examples.quickstart;

import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A bank to lose: the three databases of a Fineract platform, shaped like the real ones and filled with made-up rows.
 *
 * <p>The rows depend on the size and the seed alone, so two banks of one size and seed have the same rows. They are made
 * by the server itself. The text packs like a real bank's: about 3.9 to 1 by {@code zstd -3}.
 *
 * @param clients the number of clients, which everything else grows with
 * @param sizes bytes on the server's disk of each database, indexes included, as {@code pg_database_size} tells
 */
public record Bank(int clients, Map<String, Long> sizes) {

    /** The database that says which tenants there are. */
    public static final String TENANTS = "fineract_tenants";

    /** The one tenant's database, with the ledger. */
    public static final String LEDGER = "fineract_default";

    /** The identity provider's database. */
    public static final String IDENTITY = "keycloak";

    /** All databases, in the order they are made. */
    public static final List<String> DATABASES = List.of(TENANTS, LEDGER, IDENTITY);

    private static final String REPORTER = "fineract_report";

    // Measured on PostgreSQL 15 from 29 MB to 1.6 GB: three databases without clients, and what each further client
    // adds.
    private static final long EMPTY_BYTES = 27_000_000;
    private static final long CLIENT_BYTES = 21_400;
    private static final int FEWEST_CLIENTS = 100;
    private static final int MOST_CLIENTS = 100_000_000;

    public Bank {
        sizes = Map.copyOf(sizes);
    }

    /**
     * Makes the three databases. Anything that fails removes again what was made.
     *
     * @param administrator may create databases and roles
     * @param owner the ordinary role that owns the databases and their rows
     * @param size about what {@code pg_database_size} shall tell for all three together; an empty bank already takes 30 MB
     * @param seed the same seed makes the same rows
     * @return the bank as it was measured at the end
     * @throws RequestRefusedException if a database of one of the names is already there; nothing was changed then
     * @throws TargetAccessException if the server refused a statement
     */
    public static Bank create(DatabaseServer administrator, DatabaseServer owner, ByteSize size, long seed) {
        int clients = clients(size);
        Deque<String> undo = new ArrayDeque<>();
        try (Connection connection = administrator.connect("postgres")) {
            refuseExisting(connection);
            try {
                build(connection, owner, clients, seed, undo);
            } catch (SQLException | RuntimeException e) {
                undo(connection, undo, e);
                throw e;
            }
            return new Bank(clients, measure(connection));
        } catch (SQLException e) {
            throw new TargetAccessException(
                    "DRK-QUICK-006",
                    "Cannot create bank on '" + administrator + "': the server said '" + e.getMessage() + "' (SQLSTATE "
                            + e.getSQLState() + ") but a role that may create databases and roles is required",
                    "Does the role have CREATEDB and CREATEROLE?",
                    e);
        }
    }

    /** Returns the bytes of all databases together. */
    public ByteSize size() {
        return new ByteSize(sizes.values().stream().mapToLong(Long::longValue).sum());
    }

    static int clients(ByteSize size) {
        long clients = (size.bytes() - EMPTY_BYTES) / CLIENT_BYTES;
        return (int) Math.max(FEWEST_CLIENTS, Math.min(MOST_CLIENTS, clients));
    }

    private static void refuseExisting(Connection connection) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT datname FROM pg_database WHERE datname = ANY (?) ORDER BY 1")) {
            query.setArray(1, connection.createArrayOf("text", DATABASES.toArray()));
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    String name = row.getString(1);
                    throw new RequestRefusedException(
                            "DRK-QUICK-005",
                            "Cannot create bank: database '" + name + "' is already there but must not be",
                            "Is this the right server? The quickstart never replaces a database; name an empty server");
                }
            }
        }
    }

    private static void build(Connection connection, DatabaseServer owner, int clients, long seed, Deque<String> undo)
            throws SQLException {
        if (!exists(connection, REPORTER)) {
            execute(connection, "CREATE ROLE " + REPORTER + " NOLOGIN");
            undo.push("DROP ROLE " + REPORTER);
            execute(connection, "COMMENT ON ROLE " + REPORTER + " IS 'Reads reports'");
        }
        for (String database : DATABASES) {
            // The names are this class's own words, so they need no quotes; the owner's is the caller's.
            execute(
                    connection,
                    "CREATE DATABASE " + database + " OWNER " + quoted(connection, owner.user())
                            + " TEMPLATE template0 ENCODING 'UTF8'");
            undo.push("DROP DATABASE " + database);
            fill(owner, database, clients, seed);
        }
    }

    private static void undo(Connection connection, Deque<String> statements, Exception cause) {
        for (String statement : statements) {
            try {
                execute(connection, statement);
            } catch (SQLException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private static void fill(DatabaseServer owner, String database, int clients, long seed) throws SQLException {
        try (Connection connection = owner.connect(database)) {
            // One transaction: on a server with wal_level minimal new tables then skip the log.
            connection.setAutoCommit(false);
            set(connection, "bank.clients", Integer.toString(clients));
            set(connection, "bank.host", owner.host());
            set(connection, "bank.port", Integer.toString(owner.port()));
            // The driver sets the zone of this machine, and rows must not depend on it.
            set(connection, "timezone", "UTC");
            set(connection, "work_mem", "64MB");
            set(connection, "maintenance_work_mem", "128MB");
            execute(connection, script("functions").replace("SEED", "(" + seed + ")"));
            execute(connection, script(database));
            connection.commit();
            connection.setAutoCommit(true);
            execute(connection, "ANALYZE");
        }
    }

    private static Map<String, Long> measure(Connection connection) throws SQLException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT pg_database_size(?)")) {
            for (String database : DATABASES) {
                query.setString(1, database);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    sizes.put(database, row.getLong(1));
                }
            }
        }
        return sizes;
    }

    private static boolean exists(Connection connection, String role) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT FROM pg_roles WHERE rolname = ?")) {
            query.setString(1, role);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private static String quoted(Connection connection, String identifier) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.enquoteIdentifier(identifier, true);
        }
    }

    private static void set(Connection connection, String name, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, false)")) {
            statement.setString(1, name);
            statement.setString(2, value);
            statement.execute();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String script(String name) {
        String resource = "/bank/" + name + ".sql";
        try (InputStream in = Bank.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("Cannot read resource '" + resource + "': it is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read resource '" + resource + "'", e);
        }
    }
}
