package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.cutover.Change;
import io.github.drkit.cutover.CutOver;
import io.github.drkit.cutover.CutOverRequest;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.cutover.Fence;
import io.github.drkit.cutover.Standing;
import io.github.drkit.cutover.Standing.State;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RoleFenceIT {

    private static Side side;

    private Fence fence;

    @BeforeAll
    static void beginServer() throws SQLException {
        side = Side.withABank();
    }

    @BeforeEach
    void anOpenBank() throws SQLException {
        side.reset();
        fence = PostgresSide.of(side.server()).fence();
    }

    @AfterAll
    static void endServer() {
        if (side != null) {
            side.close();
        }
    }

    @Test
    void thePlanNamesEveryRoleItTakesTheLoginFromAndWhomItCannotKeepOut() {
        Change change = fence.plan();

        assertThat(change.before()).isEqualTo("[app, batch, fineract] may log in");
        assertThat(change.commands())
                .startsWith(
                        "ALTER ROLE \"app\" NOLOGIN",
                        "ALTER ROLE \"batch\" NOLOGIN",
                        "ALTER ROLE \"fineract\" NOLOGIN");
        String at = "at " + side.server().address();
        assertThat(change.remarks().stream().map(remark -> remark.text()))
                .contains(
                        "role 'drkit' " + at + " is DR Kit's own and is not kept out",
                        "superuser 'postgres' " + at + " is not kept out; an open session of it fails the fence",
                        "whoever may alter roles or is a superuser " + at
                                + " can lift the fence; physical replicas go on"
                                + " reading, and one that is promoted is another server");
    }

    @Test
    void onlyTheRolesNamedAreFencedAndTheOthersAreNamed() {
        Change change =
                PostgresSide.of(side.server()).roles(Set.of("app")).fence().plan();

        assertThat(change.before()).isEqualTo("[app] may log in");
        assertThat(change.remarks().stream().map(remark -> remark.text()))
                .contains("role 'batch' at " + side.server().address()
                        + " is not kept out; an open session of it is not looked for");
    }

    @Test
    void aRoleThatDoesNotExistIsRefused() {
        Fence unknown = PostgresSide.of(side.server()).roles(Set.of("App")).fence();

        assertThatThrownBy(unknown::plan)
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot fence role 'App': PostgreSQL at "
                        + side.server().address()
                        + " has no such role but one is required\n"
                        + "Hint: Upper and lower case differ; look at pg_roles [DRK-FENCE-001]");
    }

    @Test
    void aPreparedTransactionIsRefusedByNameSinceItCouldBeCommittedLater() throws SQLException {
        try (Connection session = side.open("app", "bank");
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("INSERT INTO ledger VALUES (1, 'prepared')");
            statement.execute("PREPARE TRANSACTION 'two-phase'");
        }

        assertThatThrownBy(fence::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot fence roles of PostgreSQL at " + side.server().address()
                                + ": transactions [two-phase of app in bank] are prepared but none may be, since whoever may log"
                                + " in could commit them later\n"
                                + "Hint: Let who prepared them say COMMIT PREPARED or ROLLBACK PREPARED; nobody else can decide"
                                + " [DRK-FENCE-002]");
        assertThat(fence.observe(Map.of()).detail())
                .contains("[two-phase of app in bank] are prepared and may be committed by anybody who may log in");
    }

    @Test
    void aSubscriptionIsRefusedSinceItWritesWithoutASession() throws SQLException {
        side.sql(
                "bank",
                "CREATE SUBSCRIPTION feed CONNECTION 'host=127.0.0.1 port=1 dbname=x' PUBLICATION p"
                        + " WITH (connect = false)",
                "ALTER SUBSCRIPTION feed SET (slot_name = 'feed')",
                "ALTER SUBSCRIPTION feed ENABLE");

        assertThatThrownBy(fence::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot fence roles of PostgreSQL at " + side.server().address()
                                + ": subscriptions [feed] write without a session but none may\n"
                                + "Hint: ALTER SUBSCRIPTION ... DISABLE, and enable it again after a roll back"
                                + " [DRK-FENCE-003]");
    }

    @Test
    void aRoleThatApplicationsShareWithUsIsRefused() throws SQLException {
        try (Connection application = side.open(Side.DRKIT, "bank")) {
            assertThatThrownBy(fence::plan)
                    .isExactlyInstanceOf(RequestRefusedException.class)
                    .hasMessage(
                            "Cannot fence role 'drkit': it is the role DR Kit itself uses, and 1 other sessions use it"
                                    + " too but only others can be kept out\n"
                                    + "Hint: Give DR Kit a role of its own, and end what else uses it [DRK-FENCE-004]");
            assertThat(application.isValid(5)).isTrue();
        }
        assertThatThrownBy(PostgresSide.of(side.server()).roles(Set.of("drkit")).fence()::plan)
                .hasMessageStartingWith(
                        "Cannot fence role 'drkit': it is the role DR Kit itself uses but only others can be kept out\n");
    }

    @Test
    void aProbeWhosePasswordIsWrongIsRefusedBecauseItWouldLookLikeAFence() {
        Fence probed = PostgresSide.of(side.server())
                .probedAs(() -> new PostgresCredentials("app", "of yesterday"))
                .fence();

        assertThatThrownBy(probed::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot probe the fence as 'app': the login is refused already (SQLState 28P01) but must be"
                        + " admitted as long as the fence is open\n"
                        + "Hint: Is the password of today, and may it connect to database 'postgres'?"
                        + " [DRK-FENCE-006]");
    }

    @Test
    void aRoleThatCanNeitherBeAlteredNorKeptOutIsRefused() throws SQLException {
        side.sql("postgres", "CREATE ROLE replica LOGIN REPLICATION PASSWORD 'x'");

        assertThatThrownBy(fence::plan)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage(
                        "Cannot fence role 'replica': DR Kit's role may neither alter it nor keep it out of databases"
                                + " [postgres] but one is required\n"
                                + "Hint: Give DR Kit's role ADMIN OPTION on it or make it a member of the databases' owner; or"
                                + " name the roles to fence without this one [DRK-FENCE-007]");
    }

    @Test
    void aSessionWhoseKindIsHiddenFromUsCountsAsOne() throws SQLException {
        side.sql("postgres", "REVOKE pg_read_all_stats FROM " + Side.DRKIT);
        side.sql("postgres", "ALTER ROLE app NOLOGIN", "ALTER ROLE fineract NOLOGIN");
        try (Connection open = side.open("batch", "bank")) {
            side.sql("postgres", "ALTER ROLE batch NOLOGIN");

            Standing standing = fence.observe(Map.of("role batch", "login"));

            assertThat(standing).isEqualTo(new Standing(State.PARTLY, "1 sessions are open (1 of batch)"));
            assertThat(open.isValid(5)).isTrue();
        }
    }

    /** Why a read-only mode is refused as a fence: any session of any role switches it off for itself. */
    @Test
    void aReadOnlyModeKeepsNobodyOut() throws SQLException {
        side.sql("postgres", "ALTER DATABASE bank SET default_transaction_read_only = on");
        try (Connection session = side.open("app", "bank");
                Statement statement = session.createStatement()) {
            assertThatThrownBy(() -> statement.execute("INSERT INTO ledger VALUES (1, 'x')"))
                    .hasMessageContaining("read-only transaction");

            statement.execute("SET default_transaction_read_only = off");

            assertThat(statement.executeUpdate("INSERT INTO ledger VALUES (1, 'x')"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aSuperusersSessionFailsTheFenceSinceItCanNeitherBeEndedNorKeptOut() throws Exception {
        DisasterRecovery dr = DisasterRecovery.builder(new InMemoryJournal())
                .time(VirtualTime.startingAt("2026-11-22T02:00:00Z"))
                .build();
        CutOver cutOver = CutOver.builder(PostgresSide.of(side.server()), new InMemoryJournal())
                .fenceOld(fence)
                .fenceNew(new InMemoryServer("new", new FaultScript())
                        .admit("app")
                        .fence())
                .endpoint(new InMemoryEndpoint("secret", "old", new FaultScript())
                        .switchTo("new", EndpointSwitch.Place.OUTSIDE))
                .build();
        Plan plan = dr.plan(
                cutOver, CutOverRequest.to(PostgresSide.of(side.server()).identity()));
        try (Connection admin = DriverManager.getConnection(
                side.local.jdbcUrl("bank"), side.local.superuser(), side.local.password())) {
            RunReport report = dr.execute(plan, cutOver);

            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(report.find("fence-old-1").orElseThrow().message())
                    .isEqualTo("Cannot fence roles of PostgreSQL at "
                            + side.server().address()
                            + ": 1 sessions (1 of postgres) are left or come back after 30 s but none may\n"
                            + "Hint: Whose are they? Look at pg_stat_activity; a superuser's session needs a superuser to"
                            + " end it [DRK-FENCE-005]");
            assertThat(admin.isValid(5)).isTrue();
        }
        assertThat(side.logins()).as("given back at once").containsExactly("app", "batch", "fineract");
    }

    @Test
    void noRoleIsNoChoice() {
        PostgresSide all = PostgresSide.of(side.server());

        assertThatThrownBy(() -> all.roles(Set.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot fence no roles: name one at least, or leave it to be found");
    }
}
