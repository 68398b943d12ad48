package io.github.drkit.postgres;

import io.github.drkit.error.DrException;
import io.github.drkit.error.OutcomeUnknownException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** One session for one question or one change. */
final class Queries {

    private Queries() {}

    /** What is said in a session. */
    @FunctionalInterface
    interface Talk<T> {
        T in(Connection session) throws SQLException;
    }

    /** What becomes of a row. */
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Asks only: whoever gets no answer may ask again. */
    static <T> T ask(PostgresServer server, String database, String what, Talk<T> talk) {
        try (Connection session = server.connect(database)) {
            return talk.in(session);
        } catch (SQLException e) {
            throw PostgresErrors.translate(what + " at " + server.address(), e);
        }
    }

    /** Changes something: without an answer nobody knows whether it was done. */
    static <T> T change(PostgresServer server, String database, String what, Talk<T> talk) {
        try (Connection session = server.connect(database)) {
            return talk.in(session);
        } catch (SQLException e) {
            throw unanswered(server, what, e);
        }
    }

    /** What a failure means to whoever was changing something. */
    static DrException unanswered(PostgresServer server, String what, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("08") || state.startsWith("57P")) {
            return new OutcomeUnknownException(
                    "DRK-PG-023",
                    "Cannot " + what + " at " + server.address() + ": the connection was lost (SQLState " + state
                            + ") and whether it was done is not known",
                    "Resume the run: it looks first",
                    "perhaps what was asked for",
                    e);
        }
        return PostgresErrors.translate(what + " at " + server.address(), e);
    }

    static <T> List<T> list(Connection session, String sql, Reader<T> reader, Object... values) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(reader.read(row));
                }
            }
            return rows;
        }
    }

    static List<String> texts(Connection session, String sql, Object... values) throws SQLException {
        return list(session, sql, row -> row.getString(1), values);
    }

    static void run(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
