package io.github.drkit.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Reads where the sequences stand. */
final class Sequences {

    /**
     * What pg_dump stores: no temporary sequences, those of extensions only where the extension marks them as user data. CASE
     * keeps the server from asking about relations that are no sequences, which fails.
     */
    private static final String LIST = """
            SELECT n.nspname, c.relname
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'S' AND c.relpersistence <> 't'
              AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
              AND CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT') END
              AND (c.relpersistence = 'p' OR NOT pg_catalog.pg_is_in_recovery())
              AND (NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                               WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                                 AND d.deptype = 'e')
                   OR EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE c.oid = ANY (e.extconfig)))
            ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
            """;

    private static final int BATCH = 200;

    private Sequences() {}

    static List<SequenceState> read(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LIST)) {
            while (row.next()) {
                names.add(Identifiers.qualified(row.getString(1), row.getString(2)));
            }
        }
        List<SequenceState> states = new ArrayList<>();
        for (int from = 0; from < names.size(); from += BATCH) {
            List<String> batch = names.subList(from, Math.min(from + BATCH, names.size()));
            StringBuilder sql = new StringBuilder();
            for (int i = 0; i < batch.size(); i++) {
                sql.append(i == 0 ? "" : " UNION ALL ")
                        .append("SELECT ")
                        .append(i)
                        .append(", last_value::text, is_called FROM ")
                        .append(batch.get(i));
            }
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql.toString())) {
                while (row.next()) {
                    states.add(new SequenceState(batch.get(row.getInt(1)), row.getString(2), row.getBoolean(3)));
                }
            }
        }
        return List.copyOf(states);
    }
}
