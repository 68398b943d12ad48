package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointVerdicts;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.postgres.Baseline;
import io.github.drkit.postgres.BaselineCapture;
import io.github.drkit.postgres.BaselineCheck;
import io.github.drkit.postgres.Depth;
import io.github.drkit.postgres.LedgerCheck;
import io.github.drkit.postgres.NewestRow;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.postgres.ServedDatabase;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.postgres.PostgresBinaries;
import io.github.drkit.testkit.rds.AwsCall;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Snapshots proven on a temporary instance with a real PostgreSQL behind its endpoint. Its data are a copy of production's
 * files at the moment of the snapshot, as RDS's are; production is written to afterwards.
 */
@Timeout(180)
class RdsProofIT {

    private static final RecoveryPointId POINT = RecoveryPointId.of("before");
    private static final String LEDGER = "fineract_default";
    private static final String PASSWORD = "Of-The-Test-1";

    private static LocalPostgres production;

    private final KeyRing keys = KeyRing.fresh();
    private final Map<String, Baseline> baselines = new TreeMap<>();
    private LocalPostgres copy;
    private RdsWorld world;
    private RdsBench bench;
    private PointVerdicts verdicts;
    private String temporary = "";

    @BeforeAll
    static void beginProduction() throws SQLException {
        production = LocalPostgres.beginOrSkip();
        // As on RDS: our role is no superuser, and there is a database nobody else may enter.
        sql(
                production,
                "postgres",
                "CREATE ROLE drkit LOGIN PASSWORD '" + PASSWORD + "'",
                "GRANT pg_read_all_data TO drkit",
                "CREATE DATABASE rdsadmin",
                "REVOKE CONNECT ON DATABASE rdsadmin FROM PUBLIC",
                "CREATE DATABASE fineract_tenants",
                "CREATE DATABASE " + LEDGER,
                "CREATE DATABASE keycloak");
        sql(
                production,
                LEDGER,
                "CREATE TABLE acc_gl_journal_entry(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, office_id bigint,"
                        + " currency_code varchar(3), type_enum smallint, amount numeric(19,6), description varchar(500),"
                        + " created_on_utc timestamptz)");
        book("1, 'XAF'", "100.000001", "2026-11-22T02:10:00Z");
        book("1, 'XAF'", "25", "2026-11-22T02:20:00Z");
        book("2, 'EUR'", "5", "2026-11-22T02:30:30Z");
        sql(
                production,
                "fineract_tenants",
                "CREATE TABLE tenants(id bigint PRIMARY KEY, identifier varchar(100))",
                "INSERT INTO tenants VALUES (1, 'default')");
        sql(
                production,
                "keycloak",
                "CREATE TABLE event_entity(id int PRIMARY KEY, event_time timestamptz)",
                "INSERT INTO event_entity VALUES (1, '2026-11-22T02:30:30.500Z')");
    }

    @AfterAll
    static void endProduction() {
        if (production != null) {
            production.close();
        }
    }

    @BeforeEach
    void aSnapshotOfABankThatGoesOn() throws SQLException {
        capture();
        copy = LocalPostgres.builder(PostgresBinaries.find().orElseThrow())
                .replicaOf(production)
                .begin();
        sql(copy, "postgres", "SELECT pg_promote()");

        // A restore carries the port, and it is compared: the instance has the one its copy will be served at.
        world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z"));
        world.rds.createDBInstance(world.asProduction().port(copy.port()).build());
        world.rds.createDBInstance(world.asProduction()
                .dbInstanceIdentifier("fineract-uat")
                .deletionProtection(false)
                .build());
        world.aws.pass(Duration.ofHours(1));
        world.rds.createDBSnapshot(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("before"));
        world.aws.pass(Duration.ofHours(1));
        world.aws.rds.script(Transition.RESTORE, Phase.of("creating", Duration.ofMinutes(40)));
        bench = new RdsBench(world);
        verdicts = PointVerdicts.of(InMemoryPointStore.on(world.aws.time), TargetId.of("bank"), keys.trusted());
    }

    @AfterEach
    void end() {
        if (world != null) {
            world.close();
        }
        if (copy != null) {
            copy.close();
        }
    }

    @Test
    void aSnapshotWhoseBooksBalanceAndWhoseRowsAreThoseOfItsMomentIsProven() throws Exception {
        sql(
                production,
                LEDGER,
                "INSERT INTO acc_gl_journal_entry(office_id, currency_code, type_enum, amount, created_on_utc)"
                        + " VALUES (1, 'XAF', 2, 7, '2026-11-22T03:59:00Z')");
        RunReport report;
        try {
            report = prove(LedgerCheck.of(LEDGER), BaselineCheck.of(baselines));
        } finally {
            sql(production, LEDGER, "DELETE FROM acc_gl_journal_entry WHERE amount = 7");
        }

        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(report.checks())
                .containsExactly(
                        new RunReport.CheckLine(
                                "ledger-" + LEDGER,
                                Outcome.SUCCEEDED,
                                "debits equal credits per office and currency",
                                "2 books with 6 entries balance"),
                        new RunReport.CheckLine(
                                "baseline",
                                Outcome.SUCCEEDED,
                                "no difference from the baselines of 4 databases",
                                "no difference"));
        assertThat(step(report, RestorePlans.AWAIT).facts())
                .containsEntry("address", copy.host())
                .containsEntry("port", String.valueOf(copy.port()));
        assertThat(step(report, RestorePlans.LOOK).facts())
                .containsEntry("databases", "fineract_default,fineract_tenants,keycloak,postgres")
                .containsEntry("newest-row-fineract_default", "2026-11-22T02:30:30Z")
                .containsEntry("newest-row-keycloak", "2026-11-22T02:30:30.500Z")
                .containsEntry("newest-row", "2026-11-22T02:30:30.500Z");
        assertThat(proof().level()).isEqualTo(Proof.Level.PROVEN);
        assertThat(proof().by()).isEqualTo("test-prover");
        assertOnlyTheTemporaryInstanceWasDeleted();
    }

    @Test
    void anAmountThatWasDamagedFailsThePointAndTheLedgerIsNamed() throws Exception {
        sql(
                copy,
                LEDGER,
                "UPDATE acc_gl_journal_entry SET amount = amount + 0.000001 WHERE office_id = 2 AND type_enum = 1");

        RunReport report = prove(LedgerCheck.of(LEDGER));

        assertFailed(
                report,
                "ledger-fineract_default: office 2, EUR: debits 5.000000, credits 5.000001 but debits equal credits per"
                        + " office and currency");
    }

    @Test
    void aBookingThatIsMissingBalancesButFailsThePointAndItsTableIsNamed() throws Exception {
        sql(copy, LEDGER, "DELETE FROM acc_gl_journal_entry WHERE amount = 25");

        RunReport report = prove(LedgerCheck.of(LEDGER), BaselineCheck.of(baselines));

        assertThat(report.checks().get(0).actual()).isEqualTo("2 books with 4 entries balance");
        assertFailed(
                report,
                "baseline: 2 differences: database 'fineract_default': CONTENT table \"public\".\"acc_gl_journal_entry\","
                        + " digest: # expected, # found; database 'fineract_default': CONTENT table"
                        + " \"public\".\"acc_gl_journal_entry\", rows: 6 expected, 4 found but no difference from the"
                        + " baselines of 4 databases");
    }

    @Test
    void aRowThatWasChangedFailsThePointAndItsTableIsNamed() throws Exception {
        sql(copy, "fineract_tenants", "UPDATE tenants SET identifier = 'defau1t'");

        RunReport report = prove(BaselineCheck.of(baselines));

        assertFailed(
                report,
                "baseline: 1 difference: database 'fineract_tenants': CONTENT table \"public\".\"tenants\", digest: #"
                        + " expected, # found but no difference from the baselines of 4 databases");
    }

    @Test
    void aDatabaseThatIsMissingFailsThePoint() throws Exception {
        sql(copy, "postgres", "DROP DATABASE fineract_tenants");

        RunReport report = prove(BaselineCheck.of(baselines));

        assertFailed(
                report,
                "baseline: 1 difference: database 'fineract_tenants' is not in the copy but no difference from the"
                        + " baselines of 4 databases");
    }

    @Test
    void aServerWithoutTlsSaysNothingOfThePointUnlessTlsWasSwitchedOffByName() throws Exception {
        RunReport report =
                prove((host, port) -> builder(host, port).build(), LedgerCheck.of(LEDGER), BaselineCheck.of(baselines));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(step(report, RestorePlans.LOOK).message())
                .startsWith("Cannot connect to database 'postgres' at 127.0.0.1:" + copy.port()
                        + ": the server does not admit this role from here (SQLState 08004) but has to admit it");
        assertUntold();
    }

    @Test
    void aServerThatDiesWhileItIsCheckedSaysNothingOfThePoint() throws Exception {
        Check ends = new Check() {
            @Override
            public String name() {
                return "ends-the-server";
            }

            @Override
            public CheckResult check(RestoredCopy there, StepContext context) {
                copy.close();
                return new CheckResult(Outcome.SUCCEEDED, "gone", "gone");
            }
        };

        RunReport report = prove(ends, LedgerCheck.of(LEDGER));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(step(report, "run-checks").message())
                .isEqualTo(
                        "could not be told, which proves nothing: ledger-fineract_default: Cannot connect to database"
                                + " 'postgres' at 127.0.0.1:" + copy.port()
                                + ": the server was not reached or the connection"
                                + " broke (SQLState 08001) but a connection is required [DRK-PG-002]");
        assertUntold();
    }

    private RunReport prove(Check... checks) throws Exception {
        return prove((host, port) -> builder(host, port).withoutTls().build(), checks);
    }

    private RunReport prove(BiFunction<String, Integer, PostgresServer> connections, Check... checks) throws Exception {
        DisasterRecovery dr = bench.engine();
        Operation<RestoreRequest> proof = DisasterRecovery.proving(
                RdsRestore.fromSnapshot(world.target().build())
                        .isolatedBy("sg-isolated")
                        .connections(connections)
                        .newestRow(LEDGER, new NewestRow("public", "acc_gl_journal_entry", "created_on_utc"))
                        .newestRow("keycloak", new NewestRow("public", "event_entity", "event_time"))
                        .build(),
                verdicts,
                keys.prover(),
                List.of(checks));
        Plan plan =
                dr.plan(proof, RestoreRequest.of(Selection.point(POINT), RestoreDestination.isolated(RdsWorld.HOME)));
        temporary = RdsBench.step(plan, RestorePlans.RESTORE).parameters().get("instance");
        world.aws.rds.serve(RdsWorld.HOME, temporary, copy.host(), copy.port());
        return dr.execute(plan, proof);
    }

    private void assertFailed(RunReport report, String checks) {
        assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.FAILED);
        assertThat(step(report, "run-checks")
                        .message()
                        .replaceAll("digest: -?\\d+ expected, -?\\d+ found", "digest: # expected, # found"))
                .isEqualTo(checks);
        assertThat(proof().level()).isEqualTo(Proof.Level.FAILED);
        assertThat(proof().by()).isEqualTo("test-prover");
        assertOnlyTheTemporaryInstanceWasDeleted();
    }

    private void assertUntold() {
        assertThat(proof().level()).isEqualTo(Proof.Level.UNPROVEN);
        assertOnlyTheTemporaryInstanceWasDeleted();
    }

    private void assertOnlyTheTemporaryInstanceWasDeleted() {
        assertThat(world.aws.rds.instances(RdsWorld.HOME)).containsExactly(RdsWorld.INSTANCE, "fineract-uat");
        assertThat(world.aws.rds.snapshots(RdsWorld.HOME)).contains("before");
        assertThat(world.script().calls())
                .filteredOn(call -> call.action().startsWith("Delete"))
                .extracting(AwsCall::action, call -> call.parameters().get("DBInstanceIdentifier"))
                .containsExactly(tuple("DeleteDBInstance", temporary));
    }

    private Proof proof() {
        return world.target()
                .verdicts(verdicts)
                .build()
                .list()
                .find(POINT)
                .orElseThrow()
                .proof();
    }

    private void capture() throws SQLException {
        PostgresServer server =
                builder(production.host(), production.port()).withoutTls().build();
        for (ServedDatabase database : server.listDatabases()) {
            try (Connection connection = server.connect(database.name())) {
                baselines.put(database.name(), BaselineCapture.of(Depth.ROWS).capture(connection));
            }
        }
    }

    private static PostgresServer.Builder builder(String host, int port) {
        return PostgresServer.builder(host).port(port).credentials(() -> new PostgresCredentials("drkit", PASSWORD));
    }

    private static void book(String officeAndCurrency, String amount, String at) throws SQLException {
        for (int type : List.of(2, 1)) {
            sql(
                    production,
                    LEDGER,
                    "INSERT INTO acc_gl_journal_entry(office_id, currency_code, type_enum, amount, description,"
                            + " created_on_utc) VALUES (" + officeAndCurrency + ", " + type + ", " + amount
                            + ", 'of a test', '" + at + "')");
        }
    }

    private static void sql(LocalPostgres server, String database, String... statements) throws SQLException {
        PostgresServer there = PostgresServer.builder(server.host())
                .port(server.port())
                .withoutTls()
                .credentials(() -> new PostgresCredentials(server.superuser(), server.password()))
                .build();
        try (Connection session = there.connect(database);
                Statement statement = session.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static RunReport.Step step(RunReport report, String name) {
        return report.find(name).orElseThrow();
    }
}
