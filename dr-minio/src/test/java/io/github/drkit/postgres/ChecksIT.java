package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.CheckResult;
import io.github.drkit.Outcome;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.status.Unprotected;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChecksIT {

    private static LocalPostgres local;
    private static PostgresServer server;

    @BeforeAll
    static void beginServer() {
        local = LocalPostgres.beginOrSkip();
        server = Servers.of(local);
        Servers.sql(
                server,
                "postgres",
                "CREATE DATABASE fineract_tenants",
                "CREATE DATABASE fineract_default",
                "CREATE DATABASE fineract_new",
                "CREATE DATABASE keycloak");
        Servers.sql(
                server,
                "fineract_default",
                "CREATE TABLE acc_gl_journal_entry(office_id bigint, currency_code varchar(3), type_enum smallint,"
                        + " amount numeric(19,6), created timestamp)");
        Servers.sql(
                server,
                "fineract_tenants",
                "CREATE TABLE tenant_server_connections(id bigint, schema_server varchar, schema_name varchar,"
                        + " schema_server_port varchar)",
                "CREATE TABLE tenants(id bigint, identifier varchar, oltp_id bigint, report_id bigint)",
                "INSERT INTO tenant_server_connections VALUES (1, 'DB.internal', 'fineract_default', '" + local.port()
                        + "'), (2, '127.0.0.1', 'fineract_new', '" + local.port()
                        + "'), (3, 'elsewhere', 'fineract_far', '5432')",
                "INSERT INTO tenants VALUES (1, 'default', 1, 1), (2, 'new', 2, 1), (3, 'far', 3, 1), (4, 'lost', 9, 1)");
    }

    @AfterAll
    static void endServer() {
        if (local != null) {
            local.close();
        }
    }

    @Test
    void aLedgerBalancesPerOfficeAndCurrencyOrIsNamed() throws SQLException {
        try (Connection connection = server.connect("fineract_default")) {
            Servers.sql(
                    server,
                    "fineract_default",
                    "TRUNCATE acc_gl_journal_entry",
                    "INSERT INTO acc_gl_journal_entry VALUES (1, 'XAF', 2, 100.000001), (1, 'XAF', 1, 100.000001),"
                            + " (2, 'EUR', 2, 5), (2, 'EUR', 1, 5)");
            assertThat(LedgerCheck.of("fineract_default").check(connection))
                    .isEqualTo(new CheckResult(
                            Outcome.SUCCEEDED,
                            "debits equal credits per office and currency",
                            "2 books with 4 entries balance"));

            // Balances over all, not per book.
            Servers.sql(
                    server, "fineract_default", "UPDATE acc_gl_journal_entry SET office_id = 1 WHERE type_enum = 1");
            assertThat(LedgerCheck.of("fineract_default").check(connection))
                    .isEqualTo(new CheckResult(
                            Outcome.FAILED,
                            "debits equal credits per office and currency",
                            "office 1, EUR: debits 0, credits 5.000000; office 2, EUR: debits 5.000000, credits 0"));

            Servers.sql(server, "fineract_default", "TRUNCATE acc_gl_journal_entry");
            assertThat(LedgerCheck.of("fineract_default").check(connection).outcome())
                    .isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void aDatabaseWithoutLedgerIsNotFound() throws SQLException {
        try (Connection connection = server.connect("keycloak")) {
            assertThatThrownBy(() -> LedgerCheck.of("keycloak").check(connection))
                    .isExactlyInstanceOf(NotFoundException.class)
                    .hasMessageStartingWith(
                            "Cannot check the ledger of database 'keycloak': a table, schema or column is"
                                    + " missing (SQLState 42P01)");
        }
    }

    @Test
    void theNewestRowIsReadInUtc() throws SQLException {
        Servers.sql(
                server,
                "keycloak",
                "SET TimeZone = 'Asia/Tokyo'",
                "CREATE TABLE event(zoned timestamptz, naive timestamp, day date)",
                "INSERT INTO event VALUES ('2026-11-22 01:00+00', '2026-11-22 02:00', '2026-11-22'),"
                        + " ('infinity', 'infinity', 'infinity')");
        Servers.sql(server, "keycloak", "ALTER DATABASE keycloak SET TimeZone = 'Asia/Tokyo'");
        try (Connection connection = server.connect("keycloak")) {
            assertThat(new NewestRow("public", "event", "zoned").find(connection))
                    .contains(Instant.parse("2026-11-22T01:00:00Z"));
            assertThat(new NewestRow("public", "event", "naive").find(connection))
                    .contains(Instant.parse("2026-11-22T02:00:00Z"));
            assertThat(new NewestRow("public", "event", "day").find(connection))
                    .contains(Instant.parse("2026-11-22T00:00:00Z"));
            connection.createStatement().execute("DELETE FROM event");
            assertThat(new NewestRow("public", "event", "zoned").find(connection))
                    .isEmpty();
        }
    }

    @Test
    void databasesNobodyListsAreNamed() {
        assertThat(UnprotectedDatabases.databases(server, Set.of("fineract_tenants", "fineract_default", "gone")))
                .containsExactly(
                        Unprotected.forgotten("database 'fineract_new'", "no target lists it"),
                        Unprotected.forgotten("database 'keycloak'", "no target lists it"),
                        Unprotected.missing("database 'gone'", "a target lists it and the server does not have it"));
    }

    @Test
    void tenantsNobodyListsAreNamed() {
        assertThat(UnprotectedDatabases.tenants(
                        server, "fineract_tenants", Set.of("fineract_default"), Set.of("db.internal")))
                .containsExactly(
                        Unprotected.forgotten(
                                "tenant 'far' (oltp)",
                                "its database 'fineract_far' lies at elsewhere:5432, not at 127.0.0.1:" + local.port()),
                        Unprotected.forgotten("tenant 'new' (oltp)", "no target lists its database 'fineract_new'"),
                        Unprotected.forgotten("tenant 'lost' (oltp)", "it names no server connection that exists"));
    }
}
