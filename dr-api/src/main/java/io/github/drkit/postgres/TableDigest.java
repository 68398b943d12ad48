package io.github.drkit.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table whose rows a dump holds, and the query that counts and digests them by canon {@code pg-row-v1}.
 *
 * <p>Each column value becomes 64 bits, keyed by the place of the column's name among the sorted names; the values of a
 * row are joined and mixed once more, and the rows are added up, exactly. Three ways that look simpler are wrong:
 * XOR over rows cancels pairs; {@code hash_record_extended} is a linear sum over columns, so that two rows which exchange
 * a value add up to the same, and it ignores the sign and scale of numerics; {@code t::text} of the whole row depends on
 * the order of columns, which inheritance changes on restore.
 */
record TableDigest(String name, long bytes, String condition, List<Column> columns) {

    /** What pg_dump copies: ordinary tables and leaf partitions; of extensions only what they mark as user data. */
    private static final String TABLES = """
            SELECT c.oid::bigint, n.nspname, c.relname, pg_table_size(c.oid), coalesce(x.condition, '')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN (SELECT z.relation, min(z.condition) AS condition
                       FROM pg_extension e CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) z(relation, condition)
                       GROUP BY z.relation) x ON x.relation = c.oid
            WHERE c.relkind = 'r' AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND (c.relpersistence = 'p' OR NOT pg_is_in_recovery())
              AND (x.relation IS NOT NULL
                   OR NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid
                                    AND m.deptype = 'e'))
            ORDER BY 4 DESC, n.nspname COLLATE "C", c.relname COLLATE "C"
            """;

    /** Generated columns are left out, as pg_dump leaves them out: they are computed anew. */
    private static final String COLUMNS = """
            SELECT a.attrelid::bigint, a.attname,
                   CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname::text ELSE '' END
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
            WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            ORDER BY a.attrelid, a.attname COLLATE "C"
            """;

    record Column(String name, String type) {

        /** The value as 64 bits; {@code place} tells equal values of different columns apart. */
        String expression(int place) {
            String value = "r." + Identifiers.quoted(name);
            return switch (type) {
                // As the seed of a constant text: all 64 bits count, where hashint8extended folds them to 32.
                case "int2", "int4", "int8" ->
                    "coalesce(hashtextextended('row-v1:" + place + "' COLLATE \"C\", " + value + "::bigint), " + place
                            + ")";
                case "bool" ->
                    "CASE WHEN " + value + " THEN hashtextextended('true' COLLATE \"C\", " + place + ") WHEN NOT "
                            + value + " THEN hashtextextended('false' COLLATE \"C\", " + place + ") ELSE " + place
                            + " END";
                default ->
                    "coalesce(hashtextextended(" + value + "::text COLLATE \"C\", " + place + "), " + place + ")";
            };
        }
    }

    static List<TableDigest> list(Connection connection) throws SQLException {
        Map<Long, List<Column>> columns = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                columns.computeIfAbsent(row.getLong(1), oid -> new ArrayList<>())
                        .add(new Column(row.getString(2), row.getString(3)));
            }
        }
        List<TableDigest> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                tables.add(new TableDigest(
                        Identifiers.qualified(row.getString(2), row.getString(3)),
                        row.getLong(4),
                        row.getString(5),
                        columns.getOrDefault(row.getLong(1), List.of())));
            }
        }
        return List.copyOf(tables);
    }

    /** The query: number of rows, and at depth ROWS the digest, which is 0 for an empty table. */
    String query(Depth depth) {
        StringBuilder sql = new StringBuilder("SELECT count(*)");
        if (depth == Depth.ROWS) {
            sql.append(", coalesce(sum(hashtextextended('' COLLATE \"C\", ");
            for (int i = 0; i < columns.size(); i++) {
                sql.append(i == 0 ? "" : " # ").append(columns.get(i).expression(i + 1));
            }
            sql.append(columns.isEmpty() ? "0" : "").append(")), 0)");
        }
        sql.append(" FROM ONLY ").append(name).append(" r");
        return condition.isEmpty()
                ? sql.toString()
                : sql.append(' ').append(condition).toString();
    }
}
