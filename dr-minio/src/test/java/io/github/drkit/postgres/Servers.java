package io.github.drkit.postgres;

import io.github.drkit.testkit.postgres.LocalPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A throw-away server as DR Kit sees it. */
final class Servers {

    private Servers() {}

    static PostgresServer.Builder builder(LocalPostgres local) {
        return PostgresServer.builder(local.host())
                .port(local.port())
                .withoutTls()
                .credentials(() -> new PostgresCredentials(local.superuser(), local.password()));
    }

    static PostgresServer of(LocalPostgres local) {
        return builder(local).build();
    }

    static void sql(PostgresServer server, String database, String... statements) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError("Cannot set the test up: " + e.getMessage(), e);
        }
    }
}
