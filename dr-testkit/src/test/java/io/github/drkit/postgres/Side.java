package io.github.drkit.postgres;

import io.github.drkit.cutover.Endpoint;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;

/** A throw-away server with a bank on it, and a role of DR Kit's own that is no superuser, as on RDS. */
final class Side implements AutoCloseable {

    static final String DRKIT = "drkit";
    static final String PASSWORD = "Of-The-Test-1";

    final LocalPostgres local = LocalPostgres.builder(PostgresBinaries.find().orElseGet(Side::none))
            .setting("max_prepared_transactions", "4")
            .begin();

    private static PostgresBinaries none() {
        return Assumptions.abort("PostgreSQL server: none on this machine");
    }

    /** Makes roles and databases. The applications' role owns the databases, as Fineract's does. */
    static Side withABank() throws SQLException {
        Side side = new Side();
        side.sql(
                "postgres",
                "CREATE ROLE " + DRKIT + " LOGIN CREATEROLE CREATEDB PASSWORD '" + PASSWORD + "'",
                "GRANT pg_signal_backend, pg_read_all_data, pg_read_all_stats TO " + DRKIT);
        side.as(
                DRKIT,
                "postgres",
                "CREATE ROLE app LOGIN PASSWORD '" + PASSWORD + "'",
                "CREATE ROLE batch LOGIN PASSWORD '" + PASSWORD + "'",
                "CREATE ROLE retired PASSWORD '" + PASSWORD + "'",
                "CREATE ROLE readers");
        if (side.local.major() >= 16) {
            // Made by a role with CREATEROLE, so that it has ADMIN OPTION on them.
            side.as(DRKIT, "postgres", "GRANT app TO " + DRKIT);
        } else {
            side.sql("postgres", "GRANT app TO " + DRKIT);
        }
        side.sql("postgres", "CREATE DATABASE bank OWNER app", "CREATE DATABASE fineract_tenants OWNER app");
        side.as(
                "app",
                "bank",
                "CREATE TABLE ledger(id bigint PRIMARY KEY, note text)",
                "CREATE TABLE client(id int PRIMARY KEY, name text)",
                "INSERT INTO client SELECT i, 'client ' || i FROM generate_series(1, 20) i");
        side.as("app", "fineract_tenants", TENANTS.split(";\n"));
        return side;
    }

    /** Makes everything as {@link #withABank} made it, whatever a test has left. */
    void reset() throws SQLException {
        for (String prepared : ask("postgres", "SELECT gid FROM pg_prepared_xacts")) {
            sql("bank", "ROLLBACK PREPARED '" + prepared + "'");
        }
        sql(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                        + " AND pid <> pg_backend_pid()",
                "ALTER ROLE app LOGIN",
                "ALTER ROLE batch LOGIN",
                "ALTER ROLE fineract LOGIN",
                "ALTER ROLE retired NOLOGIN",
                "GRANT pg_read_all_stats TO " + DRKIT,
                "DROP ROLE IF EXISTS replica",
                "ALTER DATABASE bank RESET default_transaction_read_only");
        for (String subscription : ask("bank", "SELECT subname FROM pg_subscription")) {
            sql(
                    "bank",
                    "ALTER SUBSCRIPTION " + subscription + " DISABLE",
                    "ALTER SUBSCRIPTION " + subscription + " SET (slot_name = NONE)",
                    "DROP SUBSCRIPTION " + subscription);
        }
        as(
                "app",
                "bank",
                "TRUNCATE ledger, client",
                "INSERT INTO client SELECT i, 'client ' || i FROM generate_series(1, 20) i");
        as("app", "fineract_tenants", "TRUNCATE tenant_server_connections, tenants");
    }

    /** Fineract's columns, as far as hosts go. */
    static final String TENANTS = """
            CREATE TABLE tenant_server_connections(id bigint PRIMARY KEY, schema_server varchar(100) NOT NULL,
              schema_name varchar(100) NOT NULL, schema_server_port varchar(10) NOT NULL, schema_username varchar(100),
              schema_password varchar(500), readonly_schema_server varchar(100), readonly_schema_name varchar(100),
              readonly_schema_server_port varchar(10));
            CREATE TABLE tenants(id bigint PRIMARY KEY, identifier varchar(100), oltp_id bigint, report_id bigint)""";

    PostgresServer server() {
        return PostgresServer.builder(local.host())
                .port(local.port())
                .credentials(() -> new PostgresCredentials(DRKIT, PASSWORD))
                .withoutTls()
                .build();
    }

    PostgresServer asSuperuser() {
        return PostgresServer.builder(local.host())
                .port(local.port())
                .credentials(() -> new PostgresCredentials(local.superuser(), local.password()))
                .withoutTls()
                .build();
    }

    void sql(String database, String... statements) throws SQLException {
        run(local.superuser(), local.password(), database, statements);
    }

    void as(String role, String database, String... statements) throws SQLException {
        run(role, PASSWORD, database, statements);
    }

    Connection open(String role, String database) throws SQLException {
        return DriverManager.getConnection(local.jdbcUrl(database) + "?connectTimeout=10", role, PASSWORD);
    }

    List<String> ask(String database, String query) throws SQLException {
        try (Connection session =
                        DriverManager.getConnection(local.jdbcUrl(database), local.superuser(), local.password());
                Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (row.next()) {
                values.add(row.getString(1));
            }
            return values;
        }
    }

    Endpoint endpoint() {
        return new Endpoint(local.host(), local.port());
    }

    /** The ids in the ledger, read by a session that the fence knows as DR Kit's own. */
    Set<Long> ledger() throws SQLException {
        try (Connection session = server().connect("bank")) {
            return new TreeSet<>(Queries.list(session, "SELECT id FROM ledger", row -> row.getLong(1)));
        }
    }

    /** Who may log in, besides the two of the tests' own. */
    List<String> logins() throws SQLException {
        return ask(
                "postgres",
                "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname NOT IN ('postgres', 'drkit')"
                        + " ORDER BY 1");
    }

    private void run(String role, String password, String database, String... statements) throws SQLException {
        try (Connection session = DriverManager.getConnection(local.jdbcUrl(database), role, password);
                Statement statement = session.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        local.close();
    }
}
