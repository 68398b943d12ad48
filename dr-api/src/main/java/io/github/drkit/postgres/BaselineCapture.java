package io.github.drkit.postgres;

import io.github.drkit.Progress;
import io.github.drkit.error.DrException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.Baseline.Entry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes the {@link Baseline} of a database, table by table, in read-only transactions and without parallel query, so
 * that it costs the server one core per connection: about 5.5 seconds per gigabyte of dump.
 *
 * <p>Immutable and thread-safe. Capturing blocks; an interrupt cancels the running query. It changes nothing and may be
 * repeated.
 */
public final class BaselineCapture {

    /** Fixes how values are written. SET takes no snapshot, so that the transaction can still import one. */
    private static final List<String> CANON = List.of(
            "SET LOCAL search_path = pg_catalog",
            "SET LOCAL TimeZone = 'UTC'",
            "SET LOCAL DateStyle = 'ISO, MDY'",
            "SET LOCAL IntervalStyle = 'postgres'",
            "SET LOCAL extra_float_digits = 3",
            "SET LOCAL bytea_output = 'hex'",
            "SET LOCAL xmloption = 'content'",
            "SET LOCAL lc_monetary = 'C'",
            "SET LOCAL quote_all_identifiers = off",
            "SET LOCAL row_security = off",
            "SET LOCAL statement_timeout = 0",
            "SET LOCAL idle_in_transaction_session_timeout = 0",
            "SET LOCAL max_parallel_workers_per_gather = 0",
            "SET LOCAL jit = off");

    private static final String LARGE_OBJECTS = "SELECT count(*) FROM pg_largeobject_metadata";

    /** In pieces of 1 MiB, because lo_get gives a whole object at once; without a loop, because we may only read. */
    private static final String LARGE_OBJECT_BYTES = """
            SELECT coalesce(sum(hashtextextended(encode(lo_get(s.oid, p.place * 1048576, 1048576), 'hex') COLLATE "C",
                                hashtextextended(('row-v1:' || p.place) COLLATE "C", s.oid::bigint))), 0), coalesce(sum(s.piece_bytes), 0)
            FROM (SELECT o.oid, o.size, least(o.size, 1048576) AS piece_bytes
                  FROM (SELECT f.oid, f.size, lo_close(f.fd) FROM (
                          SELECT g.oid, g.fd, lo_lseek64(g.fd, 0, 2) AS size FROM (
                            SELECT m.oid, lo_open(m.oid, 262144) AS fd FROM pg_largeobject_metadata m OFFSET 0) g OFFSET 0) f OFFSET 0) o OFFSET 0) s
            CROSS JOIN LATERAL generate_series(0, greatest(s.size - 1, 0) / 1048576) p(place)
            """;

    private static final long HEARTBEAT_MILLIS = 1_000;
    private static final int STOP_SECONDS = 30;

    private final Depth depth;
    private final int connections;
    private final Progress progress;

    private BaselineCapture(Depth depth, int connections, Progress progress) {
        this.depth = depth;
        this.connections = connections;
        this.progress = progress;
    }

    /**
     * Returns a capture that uses one connection and reports no progress.
     *
     * @param depth how much to capture
     * @return the capture
     */
    public static BaselineCapture of(Depth depth) {
        return new BaselineCapture(depth, 1, Progress.silent());
    }

    /**
     * Returns a capture that reads several tables at once, all in the same snapshot. Applies to
     * {@link #capture(ExportedSnapshot)}.
     *
     * @param connections how many connections, so how many cores of the server, 1 to 64
     * @return another capture
     */
    public BaselineCapture connections(int connections) {
        if (connections < 1 || connections > 64) {
            throw new IllegalArgumentException("Cannot use " + connections + " connections: 1 to 64 is required");
        }
        return new BaselineCapture(depth, connections, progress);
    }

    /**
     * Returns a capture that says how far it is: the size on disk of each table when it is done, and a heartbeat each
     * second.
     *
     * @param progress told so
     * @return another capture
     */
    public BaselineCapture progress(Progress progress) {
        return new BaselineCapture(depth, connections, progress);
    }

    /**
     * Captures a database inside an exported snapshot, on connections of its own. Works beside a running dump.
     *
     * @param snapshot an open snapshot; it stays open
     * @return what exactly this snapshot holds
     * @throws io.github.drkit.error.TargetAccessException if this role may not read a table, or row level security
     *     would hide rows from it; see the hint
     * @throws TargetUnavailableException if the session of the snapshot or another one ended, or the thread was
     *     interrupted (its flag is set again); begin anew
     */
    public Baseline capture(ExportedSnapshot snapshot) {
        Session session = new Session("capture the baseline of database '" + snapshot.database() + "'");
        List<Connection> opened = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                Connection connection = snapshot.server().connect(snapshot.database());
                opened.add(connection);
                session.begin(connection, "SET TRANSACTION SNAPSHOT " + Identifiers.literal(snapshot.id()));
            }
            List<Entry> entries = session.read(opened, snapshot.sequences());
            snapshot.requireAlive();
            return new Baseline(
                    snapshot.database(), snapshot.serverVersion(), snapshot.consistencyTime(), depth, entries);
        } catch (SQLException e) {
            snapshot.requireAlive();
            throw session.translate(e);
        } finally {
            opened.forEach(BaselineCapture::close);
        }
    }

    /**
     * Captures a database nobody else writes to, such as a restored copy, in one transaction of a given connection.
     *
     * @param connection in auto-commit mode; it stays open and its settings are as before
     * @return what the database holds now
     * @throws io.github.drkit.error.TargetAccessException if this role may not read a table
     * @throws TargetUnavailableException if the session ended or the thread was interrupted
     */
    public Baseline capture(Connection connection) {
        Session session = new Session("capture the baseline of the database of this connection");
        try {
            session.begin(connection, "");
            String name;
            int version;
            Instant time;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT current_database(),"
                            + " current_setting('server_version_num')::int, statement_timestamp()")) {
                row.next();
                name = row.getString(1);
                version = row.getInt(2);
                time = row.getObject(3, OffsetDateTime.class).toInstant();
            }
            List<Entry> entries = session.read(List.of(connection), Sequences.read(connection));
            session.run(connection, "ROLLBACK");
            return new Baseline(name, version, time, depth, entries);
        } catch (SQLException e) {
            throw session.rolledBack(connection, session.translate(e));
        } catch (DrException e) {
            throw session.rolledBack(connection, e);
        }
    }

    private static void close(Connection connection) {
        try (connection) {
            connection.createStatement().execute("ROLLBACK");
        } catch (SQLException e) {
            // Nothing was written: whether the end of the session was heard changes nothing.
            return;
        }
    }

    /** One capture under way: which statements run, so that they can be cancelled. */
    private final class Session {

        private final String what;
        private final Set<Statement> running = ConcurrentHashMap.newKeySet();
        private final Map<String, Entry> entries = new TreeMap<>();
        private volatile String at = "";
        private volatile boolean cancelled;

        Session(String what) {
            this.what = what;
        }

        void begin(Connection connection, String snapshot) throws SQLException {
            run(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            if (!snapshot.isEmpty()) {
                run(connection, snapshot);
            }
            for (String setting : CANON) {
                run(connection, setting);
            }
        }

        void run(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        DrException translate(SQLException e) {
            return PostgresErrors.translate(what + at, e);
        }

        DrException rolledBack(Connection connection, DrException failure) {
            try {
                run(connection, "ROLLBACK");
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
            return failure;
        }

        /** Reads on threads of its own, so that this one can hear an interrupt and give heartbeats. */
        List<Entry> read(List<Connection> sessions, List<SequenceState> sequences) throws SQLException {
            ExecutorService threads = Executors.newFixedThreadPool(sessions.size(), task -> {
                Thread thread = new Thread(task, "dr-kit-baseline");
                thread.setDaemon(true);
                return thread;
            });
            try {
                Connection first = sessions.get(0);
                await(List.of(threads.submit(() -> {
                    catalog(first);
                    sequences(sequences);
                    if (depth != Depth.STRUCTURE) {
                        largeObjects(first);
                    }
                    return first;
                })));
                if (depth != Depth.STRUCTURE) {
                    ConcurrentLinkedQueue<TableDigest> queue = new ConcurrentLinkedQueue<>(TableDigest.list(first));
                    List<Future<?>> workers = new ArrayList<>();
                    for (Connection session : sessions) {
                        workers.add(threads.submit(() -> {
                            rows(session, queue);
                            return session;
                        }));
                    }
                    await(workers);
                }
                synchronized (entries) {
                    return List.copyOf(entries.values());
                }
            } finally {
                end(threads);
            }
        }

        private void await(List<Future<?>> workers) throws SQLException {
            try {
                for (Future<?> worker : workers) {
                    while (!done(worker)) {
                        progress.moved(0);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TargetUnavailableException(
                        "DRK-PG-018",
                        "Cannot " + what + ": the thread was interrupted but has to run to the end",
                        "Was the run cancelled? Nothing was changed",
                        e);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                if (cause instanceof SQLException sql) {
                    throw sql;
                }
                if (cause instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(cause);
            }
        }

        private boolean done(Future<?> worker) throws InterruptedException, ExecutionException {
            try {
                worker.get(HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            }
        }

        /** After a failure or an interrupt queries may still run: they are cancelled, and their threads waited for. */
        private void end(ExecutorService threads) throws SQLException {
            cancelled = true;
            threads.shutdownNow();
            for (Statement statement : running) {
                statement.cancel();
            }
            boolean interrupted = Thread.interrupted();
            try {
                threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void catalog(Connection connection) throws SQLException {
            for (Map.Entry<String, String> query : CatalogQueries.all().entrySet()) {
                at = ", " + query.getKey();
                query(connection, query.getValue(), row -> {
                    String fact = row.getString(3);
                    if (fact == null) {
                        fact(row.getString(1), row.getString(2), "", "");
                    } else {
                        fact(row.getString(1), row.getString(2), fact, row.getString(4));
                    }
                });
            }
            at = "";
        }

        private void sequences(List<SequenceState> sequences) {
            for (SequenceState sequence : sequences) {
                fact("sequence", sequence.object(), "position", sequence.lastValue());
                fact("sequence", sequence.object(), "called", Boolean.toString(sequence.called()));
            }
        }

        private void largeObjects(Connection connection) throws SQLException {
            at = ", large objects";
            query(connection, LARGE_OBJECTS, row -> fact("large objects", "(all)", "number", row.getString(1)));
            if (depth == Depth.ROWS) {
                query(connection, LARGE_OBJECT_BYTES, row -> {
                    fact("large objects", "(all)", "digest", row.getString(1));
                    progress.moved(row.getLong(2));
                });
            }
            at = "";
        }

        private void rows(Connection connection, ConcurrentLinkedQueue<TableDigest> queue) throws SQLException {
            for (TableDigest table = queue.poll(); table != null; table = queue.poll()) {
                TableDigest current = table;
                try {
                    query(connection, current.query(depth), row -> {
                        fact("table", current.name(), "rows", row.getString(1));
                        if (depth == Depth.ROWS) {
                            fact("table", current.name(), "digest", row.getString(2));
                        }
                    });
                } catch (SQLException e) {
                    // The other threads end with the table they are at.
                    queue.clear();
                    throw PostgresErrors.translate(what + ", table " + current.name(), e);
                }
                progress.moved(current.bytes());
            }
        }

        private void query(Connection connection, String sql, Reader reader) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                running.add(statement);
                if (cancelled) {
                    throw new SQLException("cancelled before the query began", "57014");
                }
                try (ResultSet row = statement.executeQuery(sql)) {
                    while (row.next()) {
                        reader.read(row);
                    }
                } finally {
                    running.remove(statement);
                }
            }
        }

        private void fact(String kind, String object, String name, String value) {
            synchronized (entries) {
                Entry known = entries.getOrDefault(kind + " " + object, new Entry(kind, object, Map.of()));
                Map<String, String> facts = new TreeMap<>(known.facts());
                if (!name.isEmpty()) {
                    facts.put(name, value);
                }
                entries.put(kind + " " + object, new Entry(kind, object, facts));
            }
        }
    }

    /** Takes one row. */
    @FunctionalInterface
    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }
}
