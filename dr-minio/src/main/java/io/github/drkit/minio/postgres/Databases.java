package io.github.drkit.minio.postgres;

import io.github.drkit.TimeSource;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The databases of a server and the sessions in them, asked for and changed from its maintenance database. */
final class Databases {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final String FIND = """
            SELECT d.oid, d.datname, pg_catalog.pg_get_userbyid(d.datdba), d.datallowconn, d.datconnlimit,
                   coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), '')
            FROM pg_catalog.pg_database d WHERE d.datname = ?
            """;

    /**
     * A database as it stands.
     *
     * @param open whether it takes connections
     */
    record Found(long oid, String name, String owner, boolean open, int connectionLimit, String comment) {}

    private final PostgresServer server;

    Databases(PostgresServer server) {
        this.server = server;
    }

    Optional<Found> find(String name) {
        return ask("look for database '" + name + "'", connection -> find(connection, name));
    }

    /** How a plan names a database's state. */
    String state(String name) {
        return find(name).map(found -> "present, oid " + found.oid()).orElse("absent");
    }

    /** Returns the names of all roles. */
    Set<String> roles() {
        return Set.copyOf(ask(
                "list the roles",
                connection ->
                        Sql.rows(connection, "SELECT rolname FROM pg_catalog.pg_roles", row -> row.getString(1))));
    }

    <T> T ask(String what, Sql.Conversation<T> conversation) {
        return Sql.ask(server, server.maintenanceDatabase(), what, conversation);
    }

    <T> T act(String what, Sql.Conversation<T> conversation) {
        return Sql.act(server, server.maintenanceDatabase(), what, conversation);
    }

    static Optional<Found> find(Connection connection, String name) throws SQLException {
        return Sql.rows(
                        connection,
                        FIND,
                        row -> new Found(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBoolean(4),
                                row.getInt(5),
                                row.getString(6)),
                        name)
                .stream()
                .findFirst();
    }

    /** Ends the sessions of a run's programs in the named databases, and waits until none is left. */
    void endSessionsOf(String application, Collection<String> names, TimeSource time) throws InterruptedException {
        for (String name : names) {
            endSessions(
                    "application_name = " + Names.literal(application),
                    "end the sessions of '" + application + "' in database '" + name + "'",
                    name,
                    time);
        }
    }

    /** Ends all sessions in a database but those given by their process ids, and waits until none is left. */
    void endSessions(String name, TimeSource time, Integer... but) throws InterruptedException {
        Set<Integer> spared = new TreeSet<>(List.of(but));
        String others = spared.isEmpty()
                ? "true"
                : "pid NOT IN ("
                        + String.join(", ", spared.stream().map(String::valueOf).toList()) + ")";
        endSessions(others, "end the sessions in database '" + name + "'", name, time);
    }

    /**
     * Waits until nothing of a dead process is under way: the server finishes a statement whose sender is gone. Sessions
     * that wait for their next statement are ended, so that a process that only slept cannot send it.
     *
     * @param application what the sessions call themselves
     * @param about what they were at work on, for people
     */
    void awaitEndOf(String application, String about, TimeSource time) throws InterruptedException {
        String chosen = " FROM pg_catalog.pg_stat_activity WHERE application_name = ?";
        String what = "look for sessions of '" + application + "'";
        long begin = time.elapsedNanos();
        while (true) {
            long left = act(what, connection -> {
                Sql.rows(
                        connection,
                        "SELECT pg_catalog.pg_terminate_backend(pid)" + chosen + " AND state <> 'active'",
                        row -> row.getBoolean(1),
                        application);
                return Sql.rows(connection, "SELECT pg_catalog.count(*)" + chosen, row -> row.getLong(1), application)
                        .get(0);
            });
            if (left == 0) {
                return;
            }
            if (time.elapsedNanos() - begin > PATIENCE.toNanos()) {
                throw new TargetUnavailableException(
                        "DRK-SQL-007",
                        "Cannot go on with " + about + ": the server is still busy with what an earlier attempt of this"
                                + " run asked for after " + PATIENCE.toSeconds() + " s but must have finished",
                        "Look at pg_stat_activity for '" + application + "'; resume the run when it is gone");
            }
            time.sleep(PAUSE);
        }
    }

    private void endSessions(String condition, String what, String name, TimeSource time) throws InterruptedException {
        // The server itself stops its autovacuum workers where they are in the way.
        String chosen = " FROM pg_catalog.pg_stat_activity WHERE datname = ? AND pid <> pg_catalog.pg_backend_pid()"
                + " AND backend_type IN ('client backend', 'walsender') AND " + condition;
        long begin = time.elapsedNanos();
        while (true) {
            // Asked for again each time: a pool may have connected in between.
            long left = act(what, connection -> {
                Sql.rows(
                        connection,
                        "SELECT pg_catalog.pg_terminate_backend(pid)" + chosen,
                        row -> row.getBoolean(1),
                        name);
                return Sql.rows(connection, "SELECT pg_catalog.count(*)" + chosen, row -> row.getLong(1), name)
                        .get(0);
            });
            if (left == 0) {
                return;
            }
            if (time.elapsedNanos() - begin > PATIENCE.toNanos()) {
                throw new TargetUnavailableException(
                        "DRK-SQL-006",
                        "Cannot " + what + ": " + left + " are left after " + PATIENCE.toSeconds()
                                + " s but none may be",
                        "Who are they? Look at pg_stat_activity; a superuser's session needs a superuser to"
                                + " end it");
            }
            time.sleep(PAUSE);
        }
    }

    /** Opens or closes a database to new sessions. */
    void allowConnections(String name, Admission admission) {
        act((admission == Admission.OPEN ? "open" : "close") + " database '" + name + "'", connection -> {
            Sql.run(
                    connection,
                    "ALTER DATABASE " + Names.quoted(name) + " ALLOW_CONNECTIONS "
                            + (admission == Admission.OPEN ? "true" : "false"));
            return find(connection, name);
        });
    }

    /** Whether a database takes new sessions. */
    enum Admission {
        OPEN,
        CLOSED
    }
}
