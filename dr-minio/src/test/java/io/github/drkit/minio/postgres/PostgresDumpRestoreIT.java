package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class PostgresDumpRestoreIT {

    private static final String NL = System.lineSeparator();

    private static LocalPostgres postgres;
    private static LocalPostgres other;

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeAll
    static void beginServer(@TempDir Path shared) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        other = LocalPostgres.beginOrSkip();
        Bench bench = new Bench(postgres, shared);
        bench.sql("postgres", "CREATE ROLE teller LOGIN", "CREATE ROLE auditor");
        bench.bank("fineract");
        bench.sql(
                "fineract",
                "ALTER TABLE client OWNER TO teller",
                "GRANT SELECT ON entry TO auditor",
                "CREATE PUBLICATION everything FOR ALL TABLES",
                "SELECT lo_from_bytea(0, '\\xdeadbeef')");
        bench.sql(
                "postgres",
                "ALTER DATABASE fineract OWNER TO teller",
                "ALTER DATABASE fineract SET search_path = \"$user\", \"Odd, one\", public",
                "ALTER DATABASE fineract SET statement_timeout = '5min'",
                "ALTER ROLE auditor IN DATABASE fineract SET work_mem = '8MB'",
                "ALTER DATABASE fineract CONNECTION LIMIT 50",
                "REVOKE CONNECT ON DATABASE fineract FROM PUBLIC",
                "GRANT CONNECT ON DATABASE fineract TO auditor WITH GRANT OPTION");
    }

    @AfterAll
    static void endServer() {
        if (postgres != null) {
            postgres.close();
        }
        if (other != null) {
            other.close();
        }
    }

    @BeforeEach
    void prepare() {
        bench = new Bench(postgres, folder);
    }

    private PostgresDumpRestore.Builder strategy() {
        return PostgresDumpRestore.builder(Bench.BANK, bench.server(), bench.store())
                .trusted(bench.trusted());
    }

    private static RestoreRequest beside(PostgresDumpRestore strategy, Selection selection, String from, String to) {
        return RestoreRequest.of(
                selection, new RestoreDestination(strategy.place(), Map.of(from, to), Isolation.BESIDE_ORIGINAL));
    }

    @Test
    void aRestoreMakesANewDatabaseThatHoldsEverythingTheOriginalHeld() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy().build();
        try {
            RunReport report = bench.run(strategy, beside(strategy, Selection.latest(), "fineract", "back"));

            assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            for (String database : List.of("fineract", "back")) {
                assertThat(bench.ask(database, "SELECT count(*) || ' ' || sum(amount) FROM public.entry"))
                        .as(database)
                        .isEqualTo("20000 2000100.000000");
                assertThat(bench.ask(database, "SHOW search_path")).isEqualTo("\"$user\", \"Odd, one\", public");
                assertThat(bench.ask(database, "SHOW statement_timeout")).isEqualTo("5min");
                assertThat(bench.ask(
                                database,
                                "SELECT pg_get_userbyid(datdba) || ' ' || datconnlimit || ' ' || (SELECT string_agg("
                                        + "a::text, ' ' ORDER BY a::text COLLATE \"C\") FROM unnest(datacl) a)"
                                        + " FROM pg_database WHERE datname = current_database()"))
                        .isEqualTo("teller 50 =T/teller auditor=c*/teller teller=CTc/teller");
                assertThat(bench.ask(
                                database,
                                "SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = 'auditor'::regrole AND"
                                        + " setdatabase = (SELECT oid FROM pg_database WHERE datname ="
                                        + " current_database())"))
                        .isEqualTo("{work_mem=8MB}");
            }
            assertThat(bench.ask("back", "SELECT count(*) FROM pg_publication")).isEqualTo("0");
            assertThat(bench.ask("back", "SELECT count(*) FROM pg_stats WHERE tablename = 'entry'"))
                    .isNotEqualTo("0");
            assertThat(bench.ask(
                            "back",
                            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
                                    + " WHERE datname = 'back'"))
                    .isEqualTo("drkit run " + report.run());
        } finally {
            bench.drop("back");
        }
    }

    @Test
    void severalJobsRestoreFromScratchAndLeaveNothingThere() throws Exception {
        bench.backUp(bench.target("fineract"));
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        PostgresDumpRestore strategy = strategy().parallel(scratch, 2).build();
        try {
            RunReport report = bench.run(strategy, beside(strategy, Selection.latest(), "fineract", "quick"));

            assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            assertThat(scratch).isEmptyDirectory();
            assertThat(bench.ask("quick", "SELECT count(*) FROM public.entry")).isEqualTo("20000");
        } finally {
            bench.drop("quick");
        }
    }

    @Test
    void aPlanSaysWhatIsLostWhatStaysAwayAndWhatToType() throws Exception {
        RecoveryPointId id = bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy().build();

        Plan plan = bench.engine().plan(strategy, beside(strategy, Selection.point(id), "fineract", "planned"));

        assertThat(plan.subject()).isEqualTo(id.value());
        assertThat(plan.remarks())
                .extracting(Remark::kind)
                .contains(Remark.Kind.LOST, Remark.Kind.NOT_RESTORED, Remark.Kind.NOTE);
        assertThat(plan.render())
                .contains("lost: what was written to 'fineract' after ")
                .contains("will not come back: subscriptions and publications")
                .contains("$ CREATE DATABASE \"planned\" TEMPLATE template0 ENCODING E'UTF8'")
                .contains(" | zstd -d | pg_restore --exit-on-error")
                .contains("destination-fineract 'planned' is absent")
                .doesNotContain(postgres.password());
        assertThat(bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'planned'"))
                .isEqualTo("0");
    }

    @Test
    void anExistingDatabaseIsRefusedWhilePlanning() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy().build();

        assertThatThrownBy(() ->
                        bench.engine().plan(strategy, beside(strategy, Selection.latest(), "fineract", "fineract")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to database 'fineract': it exists but a restore makes a new one" + NL
                        + "Hint: Choose another name; DR Kit never overwrites a database. Cut over to the new one"
                        + " afterwards [DRK-RESTORE-001]");
    }

    @Test
    void aPointThatDoesNotExistIsRefused() {
        PostgresDumpRestore strategy = strategy().build();

        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                strategy,
                                beside(strategy, Selection.point(RecoveryPointId.of("bank-never")), "fineract", "x")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessageContaining("Cannot load recovery point 'bank-never'");
    }

    @Test
    void theSourceItselfIsNoIsolatedPlace() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy().build();
        String system = bench.ask("postgres", "SELECT system_identifier FROM pg_control_system()");

        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                strategy,
                                RestoreRequest.of(Selection.latest(), RestoreDestination.isolated(strategy.place()))))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to '" + strategy.place() + "' as an isolated place: its system identifier "
                        + system + " is the source's but must be another" + NL
                        + "Hint: Name another server, or say besideOriginal [DRK-RESTORE-007]");
    }

    @Test
    void rolesTheDestinationLacksAreNamedAndNothingIsBegun() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = elsewhere().build();

        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                strategy,
                                RestoreRequest.of(Selection.latest(), RestoreDestination.isolated(strategy.place()))))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to '" + strategy.place() + "': it lacks the roles [auditor, teller] but"
                        + " they own or may use what is in the dump" + NL
                        + "Hint: Create them, or let the strategy create them without login, or restore without"
                        + " owners and rights [DRK-RESTORE-018]");
    }

    private PostgresDumpRestore.Builder elsewhere() {
        return PostgresDumpRestore.builder(
                        Bench.BANK, Bench.server(other, other.superuser(), other.password()), bench.store())
                .trusted(bench.trusted());
    }

    @Test
    void missingRolesAreCreatedWithoutLoginAndRemovedAgainAfterAProof() throws Exception {
        RecoveryPointId id = bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy =
                elsewhere().missingRoles(MissingRoles.CREATE_WITHOUT_LOGIN).build();
        Operation<RestoreRequest> proving =
                DisasterRecovery.proving(strategy, bench.points(), bench.prover(), List.of());

        RunReport report = bench.run(
                proving, RestoreRequest.of(Selection.point(id), RestoreDestination.isolated(strategy.place())));

        assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(bench.points().list().find(id).orElseThrow().proof().level()).isEqualTo(Proof.Level.PROVEN);
        Bench there = new Bench(other, folder.resolve("there"));
        assertThat(there.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'drkit%'"))
                .isEqualTo("0");
        assertThat(there.ask("postgres", "SELECT count(*) FROM pg_roles WHERE rolname IN ('teller', 'auditor')"))
                .isEqualTo("0");
    }

    @Test
    void ownersAndRightsStayAwayWhenTheCallerSaysSo() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy =
                elsewhere().missingRoles(MissingRoles.WITHOUT_OWNERS_AND_RIGHTS).build();
        Bench there = new Bench(other, folder.resolve("there"));
        try {
            RunReport report = bench.run(
                    strategy,
                    RestoreRequest.of(
                            Selection.latest(),
                            new RestoreDestination(
                                    strategy.place(), Map.of("fineract", "ownerless"), Isolation.ISOLATED)));

            assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            assertThat(there.ask("ownerless", "SELECT count(*) FROM public.entry"))
                    .isEqualTo("20000");
        } finally {
            there.drop("ownerless");
        }
    }

    @Test
    void aDamagedDumpLeavesNoDatabaseBehindAndCondemnsThePoint() throws Exception {
        RecoveryPointId id = bench.backUp(bench.target("fineract"));
        Manifest.Content dump = Contents.dumps(bench.points().load(id)).get(0);
        Path segment = ((FolderPointStore) bench.store())
                .path(dump.stream().segments().get(0).key());
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 3] ^= 1;
        Files.write(segment, bytes);
        PostgresDumpRestore strategy = strategy().build();
        Operation<RestoreRequest> proving =
                DisasterRecovery.proving(strategy, bench.points(), bench.prover(), List.of());

        RunReport report = bench.run(
                proving, RestoreRequest.of(Selection.point(id), RestoreDestination.besideOriginal(strategy.place())));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(bench.points().list().find(id).orElseThrow().proof().level()).isEqualTo(Proof.Level.FAILED);
        assertThat(bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'drkit%'"))
                .isEqualTo("0");
    }

    @Test
    void whatTheRestoreDidNotMakeSurvivesItsCleanUp() throws Exception {
        RecoveryPointId id = bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy().build();
        Plan plan = bench.engine().plan(strategy, beside(strategy, Selection.point(id), "fineract", "stranger"));
        bench.sql("postgres", "CREATE DATABASE stranger");
        try {
            assertThatThrownBy(() -> bench.engine().execute(plan, strategy))
                    .hasMessageContaining("destination-fineract 'stranger' is present, oid ");

            StepProbe probe = new StepProbe(plan);
            assertThatThrownBy(() -> strategy.execute(
                            plan.find("create-database-fineract").orElseThrow(), probe))
                    .isExactlyInstanceOf(RequestRefusedException.class);
            assertThat(strategy.execute(plan.find("remove-database-fineract").orElseThrow(), probe)
                            .message())
                    .isEqualTo("database 'stranger' was not made by this run and is left alone");
            assertThat(bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'stranger'"))
                    .isEqualTo("1");
        } finally {
            bench.drop("stranger");
        }
    }

    @Test
    void aRestoreThatDiedBetweenCreatingAndWritingThatDownIsRecognisedByTheLimitItWasCreatedWith() throws Exception {
        RecoveryPointId id = bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy().build();
        Plan plan = bench.engine().plan(strategy, beside(strategy, Selection.point(id), "fineract", "halfway"));
        bench.sql(
                "postgres",
                "CREATE DATABASE halfway TEMPLATE template0 CONNECTION LIMIT "
                        + RunDatabase.tag(plan.run(), "halfway"));
        StepProbe probe = new StepProbe(plan);

        assertThat(strategy.execute(plan.find("remove-database-fineract").orElseThrow(), probe)
                        .message())
                .isEqualTo("dropped database 'halfway'");
    }

    @Test
    void theNewestPointBeforeAnInstantIsChosen() throws Exception {
        PostgresDumps target = bench.target("fineract");
        RecoveryPointId first = bench.backUp(target);
        Instant between = bench.points().load(first).consistencyTime().plusMillis(1);
        RecoveryPointId second = bench.backUp(target);
        PostgresDumpRestore strategy = strategy().build();

        assertThat(bench.engine()
                        .plan(strategy, beside(strategy, Selection.instant(between), "fineract", "x"))
                        .subject())
                .isEqualTo(first.value());
        assertThat(bench.engine()
                        .plan(strategy, beside(strategy, Selection.latest(), "fineract", "x"))
                        .subject())
                .isEqualTo(second.value());
        assertThatThrownBy(() -> bench.engine()
                        .plan(strategy, beside(strategy, Selection.instant(Instant.EPOCH), "fineract", "x")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessageContaining("none of its 2 recovery points fits 'instant:1970-01-01T00:00:00Z'");
    }

    @Test
    void tooLittleRoomInScratchIsSeenWhilePlanning() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy =
                strategy().parallel(folder.resolve("nowhere"), 2).build();

        assertThatThrownBy(() -> bench.engine().plan(strategy, beside(strategy, Selection.latest(), "fineract", "x")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("there is no writable folder but room for ")
                .hasMessageContaining("[DRK-RESTORE-019]");
    }
}
