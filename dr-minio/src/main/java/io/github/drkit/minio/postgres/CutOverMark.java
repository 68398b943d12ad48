package io.github.drkit.minio.postgres;

import io.github.drkit.minio.postgres.CutOverMark.Loss.TableLoss;
import io.github.drkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The state of a database right before it went into service: the next transaction id and each table's number of rows. A
 * row version of a later transaction was written since; PostgreSQL keeps a row's {@code xmin} as it was, also when the row
 * is frozen (since 9.4).
 *
 * @param xid the next transaction id
 * @param counts quoted table name to its number of rows
 */
record CutOverMark(long xid, Map<String, Long> counts) {

    private static final String COUNT = "rows ";
    private static final String XID = "xid";

    /** What a logical dump would hold, so no temporary and no foreign tables; each leaf by itself. */
    private static final String TABLES = """
            SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND c.relpersistence <> 't'
              AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
            ORDER BY 1
            """;

    CutOverMark {
        counts = Map.copyOf(counts);
    }

    /** Counts in one snapshot. */
    static CutOverMark take(PostgresServer server, String database) {
        return Sql.ask(server, database, "count the rows of '" + database + "'", connection -> {
            snapshot(connection);
            long xid = Sql.rows(
                            connection,
                            "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint",
                            row -> row.getLong(1))
                    .get(0);
            Map<String, Long> counts = new TreeMap<>();
            for (String table : tables(connection)) {
                counts.put(table, count(connection, table, ""));
            }
            return new CutOverMark(xid, counts);
        });
    }

    /** Counts what was written to the database since the mark. Exact as long as nobody can write. */
    Loss since(PostgresServer server, String database) {
        return Sql.ask(server, database, "count what was written to '" + database + "'", connection -> {
            snapshot(connection);
            // Transaction ids are compared by age, which is right across the wrap of their 32 bits.
            String later = " WHERE pg_catalog.age(xmin) <= pg_catalog.age('" + (xid & 0xffff_ffffL) + "'::xid)";
            List<String> now = tables(connection);
            List<TableLoss> losses = new ArrayList<>();
            for (String table : now) {
                long written = count(connection, table, later);
                long gone = counts.getOrDefault(table, 0L) - (count(connection, table, "") - written);
                losses.add(new TableLoss(table, written, Math.max(0, gone)));
            }
            TreeSet<String> dropped = new TreeSet<>(counts.keySet());
            now.forEach(dropped::remove);
            dropped.forEach(table -> losses.add(new TableLoss(table, 0, counts.getOrDefault(table, 0L))));
            return new Loss(losses.stream()
                    .filter(loss -> loss.written() + loss.gone() > 0)
                    .toList());
        });
    }

    Map<String, String> toFacts() {
        Map<String, String> facts = new TreeMap<>();
        facts.put(XID, String.valueOf(xid));
        counts.forEach((table, rows) -> facts.put(COUNT + table, String.valueOf(rows)));
        return facts;
    }

    static CutOverMark fromFacts(Map<String, String> facts) {
        Map<String, Long> counts = new TreeMap<>();
        facts.forEach((name, value) -> {
            if (name.startsWith(COUNT)) {
                counts.put(name.substring(COUNT.length()), Long.parseLong(value));
            }
        });
        return new CutOverMark(Long.parseLong(facts.getOrDefault(XID, "")), counts);
    }

    private static void snapshot(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Sql.run(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        Sql.run(connection, "SET LOCAL row_security = off");
        Sql.run(connection, "SET LOCAL statement_timeout = 0");
    }

    private static List<String> tables(Connection connection) throws SQLException {
        return Sql.rows(connection, TABLES, row -> row.getString(1));
    }

    private static long count(Connection connection, String table, String where) throws SQLException {
        return Sql.rows(connection, "SELECT pg_catalog.count(*) FROM ONLY " + table + where, row -> row.getLong(1))
                .get(0);
    }

    /**
     * What would be lost by going back.
     *
     * @param tables only those that were written to
     */
    record Loss(List<TableLoss> tables) {

        Loss {
            tables = List.copyOf(tables);
        }

        /** Rows written since, and rows that were there at the cut-over and are changed or gone. */
        long rows() {
            return tables.stream().mapToLong(TableLoss::rows).sum();
        }

        @Override
        public String toString() {
            return tables.isEmpty()
                    ? "nothing was written"
                    : String.join("; ", tables.stream().map(TableLoss::toString).toList());
        }

        /**
         * What was written to one table. An updated row counts as one written and as one changed.
         *
         * @param written row versions written since
         * @param gone rows of the cut-over that are changed or deleted
         */
        record TableLoss(String table, long written, long gone) {

            /** A row that was changed is lost once, not twice. */
            long rows() {
                return Math.max(written, gone);
            }

            @Override
            public String toString() {
                return table + ": " + written + " written, " + gone + " changed or deleted";
            }
        }
    }
}
