package io.github.drkit.minio.postgres;

import io.github.drkit.error.DrException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Short conversations with a server. A failure is told by its SQLState, never by its text, which may quote rows. */
final class Sql {

    /** A conversation that may fail. */
    @FunctionalInterface
    interface Conversation<T> {
        T with(Connection connection) throws SQLException;
    }

    /** One row of an answer. */
    @FunctionalInterface
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private Sql() {}

    /** Asks only: a lost answer may be asked for again. */
    static <T> T ask(PostgresServer server, String database, String what, Conversation<T> conversation) {
        try (Connection connection = server.connect(database)) {
            return conversation.with(connection);
        } catch (SQLException e) {
            throw translate(what, e, false);
        }
    }

    /** Changes something: a lost answer leaves it unknown whether it did. */
    static <T> T act(PostgresServer server, String database, String what, Conversation<T> conversation) {
        try (Connection connection = server.connect(database)) {
            return conversation.with(connection);
        } catch (SQLException e) {
            throw translate(what, e, true);
        }
    }

    static <T> List<T> rows(Connection connection, String sql, Row<T> reader, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            List<T> list = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    list.add(reader.of(rows));
                }
            }
            return list;
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static DrException translate(String what, SQLException e, boolean changes) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String problem = "Cannot " + what + ": ";
        if (state.startsWith("08") || state.startsWith("57P")) {
            String actual = "the connection to the server was lost (SQLState " + state + ")";
            if (changes) {
                return new OutcomeUnknownException(
                        "DRK-SQL-001",
                        problem + actual + " and whether it was done is not known",
                        "Resume the run: it looks first",
                        e);
            }
            return new TargetUnavailableException(
                    "DRK-SQL-002",
                    problem + actual + " but an answer is required",
                    "Is the server up, and does the network let this machine through?",
                    e);
        }
        if (state.equals("42501")) {
            return new TargetAccessException(
                    "DRK-SQL-003",
                    problem + "this role lacks the right (SQLState 42501) but it is required",
                    "See the rights listed in docs/postgres-dumps.md",
                    e);
        }
        if (state.equals("55006") || state.equals("55P03") || state.startsWith("53")) {
            return new TargetUnavailableException(
                    "DRK-SQL-004",
                    problem + "the database is in use, locked or short of something (SQLState " + state
                            + ") but must be free",
                    "Who is connected? Look at pg_stat_activity",
                    e);
        }
        return new RequestRefusedException(
                "DRK-SQL-005",
                problem + "the server answered SQLState " + (state.isEmpty() ? "(none)" : state)
                        + " but success is required",
                "The cause holds the server's own words",
                e);
    }
}
