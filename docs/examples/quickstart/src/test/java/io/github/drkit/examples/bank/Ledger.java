package io.github.drkit.examples.bank;

import io.github.drkit.testkit.postgres.LocalPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database that the pages protect: a hundred accounts. */
record Ledger(LocalPostgres postgres) {

    static Ledger make(LocalPostgres postgres) throws SQLException {
        Ledger ledger = new Ledger(postgres);
        ledger.ask("postgres", "CREATE DATABASE ledger");
        ledger.ask("ledger", "CREATE TABLE account AS SELECT generate_series(1, 100) AS id");
        return ledger;
    }

    void drop(String database) throws SQLException {
        ask("postgres", "DROP DATABASE " + database);
    }

    int accounts(String database) throws SQLException {
        return ask(database, "SELECT count(*) FROM account");
    }

    private int ask(String database, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        postgres.jdbcUrl(database), postgres.superuser(), postgres.password());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
