package io.github.drkit.postgres;

import io.github.drkit.cutover.Loss.TableLoss;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state of a database at one instant, from which what is written later can be counted: the next transaction id and each
 * table's number of rows. A row version of a later transaction was written since; PostgreSQL keeps a row's {@code xmin} as
 * it was, also when the row is frozen (since 9.4).
 *
 * <p>Counts what a logical dump would hold: no temporary and no foreign tables, each leaf of a partitioned one by itself.
 * Does not count advances of sequences, changes of structure (only tables that are gone) and the bytes of large objects.
 *
 * @param xid the next transaction id
 * @param counts table name as SQL writes it, to its number of rows
 */
public record WriteMark(long xid, Map<String, Long> counts) {

    private static final String TABLES = """
            SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relpersistence <> 't'
              AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
            ORDER BY 1
            """;

    /** Copies the counts. */
    public WriteMark {
        counts = Map.copyOf(counts);
    }

    /**
     * Takes the mark of a database in which nobody is writing. Blocks; reads every table once.
     *
     * @param server where it is
     * @param database its name
     * @return the mark
     */
    public static WriteMark take(PostgresServer server, String database) {
        return Queries.ask(server, database, counting(database), WriteMark::count);
    }

    /**
     * Takes the mark if no transaction that writes is in progress anywhere on the server, prepared ones included: such a
     * one could commit later and would not be counted.
     *
     * @return the mark, or empty if one is in progress
     */
    static Optional<WriteMark> takeIfQuiet(PostgresServer server, String database) {
        return Queries.ask(server, database, counting(database), session -> {
            snapshot(session);
            boolean quiet = Queries.list(
                            session,
                            "SELECT NOT EXISTS (SELECT FROM"
                                    + " pg_catalog.txid_snapshot_xip(pg_catalog.txid_current_snapshot()))",
                            row -> row.getBoolean(1))
                    .get(0);
            return quiet ? Optional.of(countIn(session)) : Optional.empty();
        });
    }

    /**
     * Counts what was written to the database since the mark. Exact as long as nobody can write. Blocks; reads every table
     * twice.
     *
     * @param server where it is now
     * @param database how it is called now
     * @return one entry for each table, those that lose nothing included
     */
    public List<TableLoss> since(PostgresServer server, String database) {
        return Queries.ask(server, database, "count what was written to database '" + database + "'", session -> {
            snapshot(session);
            // Transaction ids are compared by age, which is right across the wrap of their 32 bits.
            String later = " WHERE pg_catalog.age(xmin) <= pg_catalog.age('" + (xid & 0xffff_ffffL) + "'::xid)";
            List<String> now = Queries.texts(session, TABLES);
            List<TableLoss> losses = new ArrayList<>();
            for (String table : now) {
                long written = rows(session, table, later);
                long gone = counts.getOrDefault(table, 0L) - (rows(session, table, "") - written);
                losses.add(new TableLoss(database, table, written, Math.max(0, gone)));
            }
            TreeSet<String> dropped = new TreeSet<>(counts.keySet());
            now.forEach(dropped::remove);
            dropped.forEach(table -> losses.add(new TableLoss(database, table, 0, counts.getOrDefault(table, 0L))));
            return List.copyOf(losses);
        });
    }

    private static String counting(String database) {
        return "count the rows of database '" + database + "'";
    }

    private static WriteMark count(Connection session) throws SQLException {
        snapshot(session);
        return countIn(session);
    }

    private static WriteMark countIn(Connection session) throws SQLException {
        long xid = Queries.list(
                        session,
                        "SELECT pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())",
                        row -> row.getLong(1))
                .get(0);
        Map<String, Long> counts = new TreeMap<>();
        for (String table : Queries.texts(session, TABLES)) {
            counts.put(table, rows(session, table, ""));
        }
        return new WriteMark(xid, counts);
    }

    private static void snapshot(Connection session) throws SQLException {
        session.setAutoCommit(false);
        Queries.run(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        Queries.run(session, "SET LOCAL row_security = off");
        Queries.run(session, "SET LOCAL statement_timeout = 0");
    }

    private static long rows(Connection session, String table, String where) throws SQLException {
        return Queries.list(session, "SELECT pg_catalog.count(*) FROM ONLY " + table + where, row -> row.getLong(1))
                .get(0);
    }
}
