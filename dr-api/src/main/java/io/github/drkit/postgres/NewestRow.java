package io.github.drkit.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The newest committed row of a table, from which the real recovery point of a restored copy is read. Names are data.
 *
 * @param schema the table's schema
 * @param table the table
 * @param column a {@code timestamptz}, {@code timestamp} or {@code date} column; without a zone it is read as UTC
 */
public record NewestRow(String schema, String table, String column) {

    /**
     * Looks for the newest row. Blocks; reads the whole column where no index has it.
     *
     * @param connection to the database; stays open
     * @return its time, empty if the table has none (infinite times do not count)
     * @throws io.github.drkit.error.NotFoundException if table or column is missing
     * @throws io.github.drkit.error.TargetAccessException if this role may not read it
     */
    public Optional<Instant> find(Connection connection) {
        String name = Identifiers.quoted(column);
        String sql = "SELECT CASE WHEN pg_typeof(max(" + name
                + "))::text IN ('timestamp without time zone', 'date') THEN max(" + name
                + ")::timestamp AT TIME ZONE 'UTC' ELSE max(" + name + ")::timestamptz END FROM "
                + Identifiers.qualified(schema, table) + " WHERE isfinite(" + name + ")";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return Optional.ofNullable(row.getObject(1, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
        } catch (SQLException e) {
            throw PostgresErrors.translate(
                    "find the newest row of table '" + schema + "." + table + "' by column '" + column + "'", e);
        }
    }
}
