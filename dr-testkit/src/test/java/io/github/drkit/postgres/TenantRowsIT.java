package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Standing;
import io.github.drkit.cutover.Standing.State;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.testkit.VirtualTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TenantRowsIT {

    private static Side side;

    @BeforeAll
    static void beginServer() throws SQLException {
        side = Side.withABank();
    }

    @AfterAll
    static void endServer() {
        if (side != null) {
            side.close();
        }
    }

    @BeforeEach
    void threeTenants() throws SQLException {
        side.as(
                "app",
                "fineract_tenants",
                "TRUNCATE tenant_server_connections",
                "INSERT INTO tenant_server_connections VALUES"
                        + " (1, 'old.example', 'bank', '5432', 'app', 'sealed', 'old.example', 'bank', '5432'),"
                        + " (2, 'old.example', 'bank2', '5432', 'app', 'sealed', NULL, NULL, NULL),"
                        + " (3, 'elsewhere', 'far', '5432', 'app', 'sealed', '', '', '')");
    }

    @Test
    void thePlanSaysWhichRowsMoveWhichAreLeftAndThatPodsMustBeRestarted() {
        Change change = to("new.example").plan();

        assertThat(change.before()).startsWith("3 of 4 leads of tenant rows name an old host, sha256:");
        assertThat(change.commands())
                .containsExactly(
                        "UPDATE tenant_server_connections SET readonly_schema_server = 'new.example',"
                                + " readonly_schema_server_port = '5432' WHERE readonly_schema_server = 'old.example' AND"
                                + " readonly_schema_server_port = '5432'",
                        "UPDATE tenant_server_connections SET schema_server = 'new.example', schema_server_port = '5432'"
                                + " WHERE schema_server = 'old.example' AND schema_server_port = '5432'");
        assertThat(change.remarks().stream().map(remark -> remark.text()))
                .containsExactly(
                        "tenant connection 3 leads to elsewhere:5432 (schema_server) and is left so",
                        "restart every Fineract pod after the switch: each keeps the connection pools it made when it"
                                + " first read a tenant");
    }

    @Test
    void thePlanNamesParametersThatHoldTheOldHostToo() throws SQLException {
        side.as(
                "app",
                "fineract_tenants",
                "ALTER TABLE tenant_server_connections ADD schema_connection_parameters text",
                "UPDATE tenant_server_connections SET schema_connection_parameters ="
                        + " 'targetServerType=primary&fallback=OLD.example' WHERE id = 3",
                "UPDATE tenant_server_connections SET schema_connection_parameters ="
                        + " 'fallback=not-old.example&other=old.example.org' WHERE id = 2");

        Change change = to("new.example").plan();

        assertThat(change.remarks().stream().map(remark -> remark.text()))
                .contains(
                        "tenant connection 3 also names old.example in schema_connection_parameters, which is left so")
                .hasSize(3);
        side.as(
                "app",
                "fineract_tenants",
                "ALTER TABLE tenant_server_connections DROP COLUMN schema_connection_parameters");
    }

    @Test
    void aHostLongerThanItsColumnIsRefusedBeforeAnythingChanged() throws SQLException {
        String longest = "r".repeat(63) + ".cdefghijklmn.ap-southeast-2.rds.amazonaws.com";

        assertThatThrownBy(to(longest)::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot switch tenant rows of 'fineract_tenants' at "
                        + side.server().address()
                        + ": the new host '" + longest + "' has 109 characters but column schema_server holds 100\n"
                        + "Hint: Restore under a shorter identifier (50 characters at most), or give the host an alias"
                        + " [DRK-TENANT-001]");
        assertThat(side.ask("fineract_tenants", "SELECT DISTINCT schema_server FROM tenant_server_connections"))
                .containsExactlyInAnyOrder("old.example", "elsewhere");
    }

    @Test
    void rowsThatHoldAnAliasNeedNoSwitch() throws SQLException {
        side.as(
                "app",
                "fineract_tenants",
                "UPDATE tenant_server_connections SET schema_server = 'bank-db'," + " readonly_schema_server = NULL");

        assertThatThrownBy(to("new.example")::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot switch tenant rows of 'fineract_tenants' at "
                        + side.server().address()
                        + ": no row leads to one of [old.example:5432] but one at least is required\n"
                        + "Hint: Do the rows hold another name of the old host, such as an alias? Then they need no"
                        + " switch, or a move from that name [DRK-TENANT-002]");
    }

    @Test
    void aRowThatWouldStayAtTheOldHostIsRefused() throws SQLException {
        side.as(
                "app",
                "fineract_tenants",
                "UPDATE tenant_server_connections SET schema_server_port = '6432' WHERE id = 2");

        assertThatThrownBy(to("new.example")::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot switch tenant rows of 'fineract_tenants' at "
                        + side.server().address()
                        + ": row 2 leads to old.example:6432 (schema_server) but every row at an old host must lead to one"
                        + " of [old.example:5432]\n"
                        + "Hint: Name a move for that port too, or correct the row [DRK-TENANT-003]");
    }

    @Test
    void rowsThatSomebodyElseChangedAreNotLedBack() throws SQLException {
        String recorded = "{\"rows\":[{\"host\":\"old.example\",\"id\":3,\"lead\":\"SCHEMA\",\"port\":\"5432\"}]}";

        assertThatThrownBy(() -> to("new.example").undo(Map.of("rows", recorded), null))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot switch tenant rows of 'fineract_tenants' at "
                        + side.server().address()
                        + ": the rows were changed by somebody else but must be as planned\n"
                        + "Hint: Who writes to the tenant store of the copy? Compare the rows and plan again"
                        + " [DRK-TENANT-004]");
        assertThat(side.ask("fineract_tenants", "SELECT schema_server FROM tenant_server_connections WHERE id = 3"))
                .containsExactly("elsewhere");
    }

    @Test
    void rowsThatSomebodyElseLedToTheNewHostAreSeenThoughNobodyBeganIt() throws SQLException {
        assertThat(to("new.example").observe(Map.of()).state()).isEqualTo(State.UNMADE);

        side.as(
                "app",
                "fineract_tenants",
                "UPDATE tenant_server_connections SET readonly_schema_server = 'NEW.example',"
                        + " readonly_schema_server_port = '6432' WHERE id = 1");

        assertThat(to("new.example").observe(Map.of()))
                .isEqualTo(Standing.partly("2 leads of tenant rows name an old host, 0 a new one"));
    }

    @Test
    void aLostAnswerIsUnknown() {
        LosingConnections losing = new LosingConnections();
        PostgresServer server = PostgresServer.builder(side.local.host())
                .port(side.local.port())
                .connector(database ->
                        losing.over(DriverManager.getConnection(side.local.jdbcUrl(database), "app", Side.PASSWORD)))
                .build();
        EndpointSwitch rows = PostgresSide.of(server)
                .tenantRows(
                        "fineract_tenants", Map.of(new Endpoint("elsewhere", 5432), new Endpoint("new.example", 5432)));
        String recorded = "{\"rows\":[{\"host\":\"elsewhere\",\"id\":3,\"lead\":\"SCHEMA\",\"port\":\"5432\"}]}";
        losing.loseAnswer(1);

        assertThatThrownBy(() -> rows.undo(Map.of("rows", recorded), null))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot switch the tenant rows of database 'fineract_tenants' back at "
                        + side.server().address()
                        + ": the connection was lost (SQLState 08006) and whether it was done is not known\n"
                        + "Hint: Resume the run: it looks first [DRK-PG-023]");
    }

    @Test
    void whereTheNewSideStartsIsNotNotedWhileSomebodyWrites() throws SQLException {
        try (Connection writer = side.open("app", "bank")) {
            writer.setAutoCommit(false);
            try (Statement statement = writer.createStatement()) {
                statement.execute("INSERT INTO ledger VALUES (1, 'not committed')");
            }
            // What is younger than all that has ended is counted as written later anyway; this makes it older.
            side.as("app", "bank", "INSERT INTO ledger VALUES (2, 'committed')");

            assertThatThrownBy(() ->
                            PostgresSide.of(side.server()).position(VirtualTime.startingAt("2026-11-22T02:00:00Z")))
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessage(
                            "Cannot note where PostgreSQL at " + side.server().address()
                                    + " starts: a transaction has been writing for 30 s but none may\n"
                                    + "Hint: Who writes to the new side? Look at pg_stat_activity and pg_prepared_xacts"
                                    + " [DRK-PG-024]");
        }
    }

    @Test
    void aSwitchHasMovesAndAnEndpointAHostAndAPort() {
        assertThatThrownBy(() -> PostgresSide.of(side.server()).tenantRows("fineract_tenants", Map.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot switch tenant rows: name one move at least");
        assertThatThrownBy(() -> new Endpoint("a b", 5432))
                .hasMessage("Cannot accept endpoint 'a b:5432': a host without blanks and a port of 1 to 65535 are"
                        + " required");
    }

    private static EndpointSwitch to(String host) {
        return PostgresSide.of(side.server())
                .tenantRows("fineract_tenants", Map.of(new Endpoint("old.example", 5432), new Endpoint(host, 5432)));
    }
}
