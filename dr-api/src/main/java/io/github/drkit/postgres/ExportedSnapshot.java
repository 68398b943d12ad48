package io.github.drkit.postgres;

import io.github.drkit.error.DrException;
import io.github.drkit.error.TargetUnavailableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * One database as it was at one instant, held open by a session of its own so that {@code pg_dump --snapshot} and the
 * baseline see exactly the same rows. Works on a primary and on a replica.
 *
 * <p>PostgreSQL has no snapshot across databases. {@link #openAll} exports those of several databases back to back, after
 * all have connected; the spread of their {@link #consistencyTime()} says how far apart they are.
 *
 * <p>A session can die: server restart, an operator, a conflict on a replica. Who imported the snapshot before may read
 * on, who comes later cannot, so ask {@link #isAlive()} or {@link #requireAlive()} after the last reader began and after
 * it ended. A dump whose snapshot died is not a backup.
 *
 * <p>While open it keeps VACUUM from removing rows; close it soon. Thread-safe; all methods but the plain accessors
 * block.
 */
public final class ExportedSnapshot implements AutoCloseable {

    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    /**
     * Local to the transaction, so that a pooled session is handed back as it was. SET takes no snapshot, a SELECT would.
     */
    private static final List<String> KEEP = List.of(
            "SET LOCAL statement_timeout = 0",
            "SET LOCAL idle_in_transaction_session_timeout = 0",
            "SET LOCAL search_path = pg_catalog",
            "SET LOCAL tcp_keepalives_idle = 60",
            "SET LOCAL tcp_keepalives_interval = 10",
            "SET LOCAL tcp_keepalives_count = 6");

    /** transaction_timeout came with PostgreSQL 17. */
    private static final String NO_TRANSACTION_TIMEOUT =
            "SELECT pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout'";

    /**
     * statement_timestamp() is read before the statement's snapshot is taken: whatever was committed by then is inside.
     * clock_timestamp() would be read after it and could claim rows the snapshot lacks.
     */
    private static final String EXPORT =
            "SELECT pg_catalog.statement_timestamp(), pg_catalog.pg_export_snapshot(), pg_catalog.pg_backend_pid(),"
                    + " pg_catalog.transaction_timestamp()::text, pg_catalog.pg_is_in_recovery(),"
                    + " pg_catalog.current_setting('server_version_num')::int";

    private static final String ALIVE = "SELECT pg_catalog.pg_backend_pid(), pg_catalog.transaction_timestamp()::text";

    private static final int ALIVE_SECONDS = 15;

    private final PostgresServer server;
    private final String database;
    private final Connection connection;
    private final String id;
    private final Instant consistencyTime;
    private final int session;
    private final String began;
    private final boolean fromReplica;
    private final int serverVersion;
    private List<SequenceState> sequences = List.of();
    private boolean closed;

    private ExportedSnapshot(PostgresServer server, String database, Connection connection) throws SQLException {
        this.server = server;
        this.database = database;
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute(BEGIN);
            for (String setting : KEEP) {
                statement.execute(setting);
            }
            try (ResultSet row = statement.executeQuery(EXPORT)) {
                row.next();
                this.consistencyTime = row.getObject(1, OffsetDateTime.class).toInstant();
                this.id = row.getString(2);
                this.session = row.getInt(3);
                this.began = row.getString(4);
                this.fromReplica = row.getBoolean(5);
                this.serverVersion = row.getInt(6);
            }
        }
    }

    /**
     * Exports a snapshot of one database. Blocks.
     *
     * @param server where the database is
     * @param database its name
     * @return the open snapshot; the caller closes it
     * @throws DrException as {@link PostgresServer#connect} does
     */
    public static ExportedSnapshot open(PostgresServer server, String database) {
        return openAll(server, List.of(database)).get(0);
    }

    /**
     * Exports a snapshot of each database: all connect first, then all export back to back, so that all are open before
     * the first is used and lie as close together as PostgreSQL allows. If one fails all are closed. Blocks.
     *
     * @param server where the databases are
     * @param databases their names, each once
     * @return the open snapshots in the order of the names; the caller closes each
     * @throws IllegalArgumentException if a name appears twice
     * @throws DrException as {@link PostgresServer#connect} does
     */
    public static List<ExportedSnapshot> openAll(PostgresServer server, List<String> databases) {
        if (new LinkedHashSet<>(databases).size() != databases.size()) {
            throw new IllegalArgumentException("Cannot open snapshots: a database is named twice in " + databases);
        }
        Map<String, Connection> connections = new LinkedHashMap<>();
        List<ExportedSnapshot> snapshots = new ArrayList<>();
        String current = "";
        try {
            for (String database : databases) {
                connections.put(database, server.connect(database));
            }
            for (Map.Entry<String, Connection> each : connections.entrySet()) {
                current = each.getKey();
                snapshots.add(new ExportedSnapshot(server, current, each.getValue()));
            }
            for (ExportedSnapshot snapshot : snapshots) {
                current = snapshot.database;
                snapshot.settle();
            }
            return List.copyOf(snapshots);
        } catch (SQLException e) {
            DrException failure = PostgresErrors.translate(
                    "export a snapshot of database '" + current + "' at " + server.address(), e);
            connections.values().forEach(connection -> closeAfter(connection, failure));
            throw failure;
        } catch (RuntimeException e) {
            connections.values().forEach(connection -> closeAfter(connection, e));
            throw e;
        }
    }

    /**
     * Returns the database.
     *
     * @return its name
     */
    public String database() {
        return database;
    }

    /**
     * Returns what {@code pg_dump --snapshot} and {@code SET TRANSACTION SNAPSHOT} take.
     *
     * @return the snapshot's id
     */
    public String id() {
        return id;
    }

    /**
     * Returns the instant the rows are from, by the server's clock. Whatever was committed by then is inside.
     *
     * @return the consistency time, to the microsecond
     */
    public Instant consistencyTime() {
        return consistencyTime;
    }

    /**
     * Returns the version of the server that holds the snapshot.
     *
     * @return {@code server_version_num}, such as 150018
     */
    public int serverVersion() {
        return serverVersion;
    }

    /**
     * Tells whether a replica holds the snapshot; rows of unlogged tables cannot be read there and are in no dump.
     *
     * @return whether the server was in recovery
     */
    public boolean fromReplica() {
        return fromReplica;
    }

    /**
     * Tells whether the very session and transaction that exported the snapshot still live. Asks the server; waits at
     * most 15 seconds.
     *
     * @return false if the session ended, failed, was replaced by another one, or does not answer
     */
    public synchronized boolean isAlive() {
        if (closed) {
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(ALIVE_SECONDS);
            try (ResultSet row = statement.executeQuery(ALIVE)) {
                return row.next() && row.getInt(1) == session && began.equals(row.getString(2));
            }
        } catch (SQLException e) {
            // The question was whether the session answers; that it does not is the answer.
            return false;
        }
    }

    /**
     * Returns if {@link #isAlive()}.
     *
     * @throws TargetUnavailableException if the session died; throw away what was read with it and begin the backup anew
     */
    public void requireAlive() {
        if (!isAlive()) {
            throw new TargetUnavailableException(
                    "DRK-PG-017",
                    "Cannot rely on snapshot '" + id + "' of database '" + database
                            + "': its session ended but has to live until the last reader is done",
                    "Was the session terminated, the server restarted, or (replica) the query cancelled by recovery?");
        }
    }

    /** Ends the transaction and the session. Idempotent; a session already dead is no failure. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            // A read-only transaction ends with its session either way: nothing is left to release.
            closed = true;
        }
    }

    @Override
    public String toString() {
        return "snapshot '" + id + "' of database '" + database + "' as of " + consistencyTime;
    }

    PostgresServer server() {
        return server;
    }

    List<SequenceState> sequences() {
        return sequences;
    }

    /**
     * Reads the sequences. They stand outside every snapshot, so a dump stores where they are when it gets there. Read
     * before any dump begins, they are a lower bound of what the dump holds.
     */
    private void settle() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(NO_TRANSACTION_TIMEOUT);
        }
        sequences = Sequences.read(connection);
    }

    private static void closeAfter(Connection connection, Exception failure) {
        try {
            connection.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
