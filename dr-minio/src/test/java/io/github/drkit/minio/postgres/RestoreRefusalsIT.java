package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.assertj.DrAssertions;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a restore refuses, and in which words; what it had made by then is gone. */
@Timeout(180)
class RestoreRefusalsIT {

    private static final String NL = System.lineSeparator();

    private static LocalPostgres postgres;

    @TempDir
    Path folder;

    private Bench bench;
    private RecoveryPointId point;

    @BeforeAll
    static void beginServer(@TempDir Path shared) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        new Bench(postgres, shared).bank("fineract");
    }

    @AfterAll
    static void endServer() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void backUp() throws Exception {
        bench = new Bench(postgres, folder);
        point = bench.backUp(bench.target("fineract"));
    }

    @Test
    void aDatabaseThePointDoesNotHold() {
        assertThatThrownBy(() -> plan(strategy().build(), Map.of("keycloak", "copy")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot find the dump of 'keycloak' in recovery point '" + point
                        + "': it holds [dump of 'fineract', baseline of 'fineract', properties of 'fineract', globals"
                        + " of 'globals']" + NL
                        + "Hint: Name one of these, or choose another point [DRK-RESTORE-002]");
    }

    @Test
    void aPlaceThatIsNotTheStrategys() {
        PostgresDumpRestore strategy = strategy().build();

        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                strategy,
                                RestoreRequest.of(
                                        Selection.latest(), RestoreDestination.besideOriginal("elsewhere:5432"))))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to 'elsewhere:5432': this strategy restores to '" + strategy.place() + "'"
                        + NL + "Hint: Name that place, or build a strategy for the other server [DRK-RESTORE-003]");
    }

    @Test
    void aPointThatIsFailed() throws Exception {
        damage(content(Contents.DUMP));
        PostgresDumps target = bench.target("fineract");
        bench.run(target, new VerifyRequest(point));
        PostgresDumpRestore strategy = strategy().build();

        String remarks =
                bench.points().list().find(point).orElseThrow().remarks().toString();
        assertThatThrownBy(() -> plan(strategy, Map.of("fineract", "copy")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage(
                        "Cannot restore 'bank': none of its 1 recovery points fits 'latest' but one must; passed over: '"
                                + point + "' is FAILED: " + remarks + NL
                                + "Hint: List the points; is it the right store and prefix? [DRK-RESTORE-016]");
        assertThatThrownBy(() -> bench.engine()
                        .plan(
                                strategy,
                                RestoreRequest.of(
                                        Selection.point(point), RestoreDestination.besideOriginal(strategy.place()))))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot restore recovery point '" + point + "': it is FAILED " + remarks
                        + " but a FAILED point is restored for a proof only" + NL
                        + "Hint: Choose another point [DRK-RESTORE-004]");
    }

    @Test
    void anIsolatedPlaceThatCannotBeToldFromTheSource() throws Exception {
        bench.sql(
                "postgres",
                "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC",
                "ALTER ROLE fineract CREATEDB");
        try {
            PostgresDumpRestore strategy = asRole();

            assertThatThrownBy(() -> bench.engine()
                            .plan(
                                    strategy,
                                    RestoreRequest.of(
                                            Selection.latest(), RestoreDestination.isolated(strategy.place()))))
                    .isExactlyInstanceOf(RequestRefusedException.class)
                    .hasMessage("Cannot restore to '" + strategy.place() + "' as an isolated place: the system"
                            + " identifier of the destination is not known but two different ones must be shown" + NL
                            + "Hint: Grant EXECUTE on pg_control_system() to the role, or say besideOriginal"
                            + " [DRK-RESTORE-006]");
        } finally {
            bench.sql("postgres", "ALTER ROLE fineract NOCREATEDB");
        }
    }

    @Test
    void aServerOlderThanTheSource() {
        ScriptedServer old = ScriptedServer.answering(sql -> sql.contains("server_version_num")
                ? List.of(List.of(110_022, false))
                : List.of(List.of("7000000000000000000")));
        PostgresDumpRestore strategy = PostgresDumpRestore.builder(Bench.BANK, old.server(), bench.store())
                .trusted(bench.trusted())
                .build();

        assertThatThrownBy(() -> plan(strategy, Map.of("fineract", "copy")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to 'bank.example:5432': its version is 11 but the databases come from "
                        + postgres.major() + " and PostgreSQL does not go back" + NL
                        + "Hint: Name a server of version " + postgres.major() + " or newer [DRK-RESTORE-009]");
    }

    @Test
    void aRoleThatMayNotCreateDatabases() {
        PostgresDumpRestore strategy = asRole();

        assertThatThrownBy(() -> plan(strategy, Map.of("fineract", "copy")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to '" + strategy.place()
                        + "': this role may not create databases but a restore makes a new one" + NL
                        + "Hint: ALTER ROLE … CREATEDB [DRK-RESTORE-010]");
    }

    @Test
    void aNewNameTheServerWouldNotKeepWhole() {
        String name = "x".repeat(64);

        assertThatThrownBy(() -> plan(strategy().build(), Map.of("fineract", name)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore database 'fineract' as '" + name
                        + "': the name is empty, longer than 63 bytes or given twice but must be one the server keeps"
                        + " whole" + NL + "Hint: Choose another name [DRK-RESTORE-017]");
    }

    @Test
    void aPropertiesObjectThatIsDamagedOrBreaksOff() throws Exception {
        Manifest.Content properties = content(Contents.PROPERTIES);
        PostgresDumpRestore cut = PostgresDumpRestore.builder(
                        Bench.BANK, bench.server(), breakingOff(bench.store(), properties.stream()))
                .trusted(bench.trusted())
                .build();

        assertThatThrownBy(() -> plan(cut, Map.of("fineract", "copy")))
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage("Cannot read the properties of 'fineract' in recovery point '" + point
                        + "': the stream broke off but all of it is required" + NL
                        + "Hint: Is the store reachable? Try again [DRK-RESTORE-015]");

        damage(properties);
        assertThatThrownBy(() -> plan(strategy().build(), Map.of("fineract", "copy")))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessageStartingWith("Cannot read the properties of 'fineract' in recovery point '" + point + "': ")
                .hasMessageEndingWith(" but the bytes written are required" + NL
                        + "Hint: Verify the point, and use another one [DRK-RESTORE-014]");
    }

    @Test
    void aStrategyWithoutTrustedKeys() {
        assertThatThrownBy(() -> PostgresDumpRestore.builder(Bench.BANK, bench.server(), bench.store())
                        .build())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot build a restore of 'bank': trusted keys were not given but are required; docs/keys.md has"
                                + " a complete example");
    }

    @Test
    void aCopyTheRestoreDidNotMake() throws Exception {
        PostgresDumpRestore strategy = strategy().build();

        try (var copy = strategy.open(plan(strategy, Map.of("fineract", "copy")))) {
            assertThatThrownBy(() -> copy.database("keycloak"))
                    .isExactlyInstanceOf(NotFoundException.class)
                    .hasMessage("Cannot open the copy of 'keycloak': the restore made copies of [fineract]" + NL
                            + "Hint: Name one of these [DRK-RESTORE-027]");
        }
    }

    @Test
    void aDatabaseThatWasReplacedUnderItsName() throws Exception {
        PostgresDumpRestore strategy = strategy().build();
        Plan plan = plan(strategy, Map.of("fineract", "copy"));
        StepProbe probe = new StepProbe(plan);
        try {
            strategy.execute(plan.find("create-database-fineract").orElseThrow(), probe);
            bench.drop("copy");
            bench.sql("postgres", "CREATE DATABASE copy");

            assertThatThrownBy(
                            () -> strategy.execute(plan.find("restore-fineract").orElseThrow(), probe))
                    .isExactlyInstanceOf(RequestRefusedException.class)
                    .hasMessage("Cannot go on with database 'copy': it is not the one run '" + plan.run()
                            + "' made but name, oid and mark must all agree" + NL
                            + "Hint: Who dropped, renamed or replaced it? It was left alone [DRK-RESTORE-020]");
            assertThat(bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'copy'"))
                    .isEqualTo("1");
        } finally {
            bench.drop("copy");
        }
    }

    @Test
    void aDumpThatIsDamaged() throws Exception {
        PostgresDumpRestore strategy = strategy().build();
        Plan plan = plan(strategy, Map.of("fineract", "copy"));
        damage(content(Contents.DUMP));

        RunReport report = bench.engine().execute(plan, strategy);

        DrAssertions.assertThat(report).failedAt("restore-fineract", "DRK-RESTORE-022");
        assertThat(message(report, "restore-fineract")).startsWith("the dump of 'fineract' is damaged: ");
        requireNoCopy();
    }

    @Test
    void aClientProgramThatFails() throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String program : Set.of("pg_dump", "pg_dumpall", "psql", "pg_restore")) {
            FakeTool.write(
                    tools,
                    program,
                    "case \"$1\" in --version|-V) exec " + program + " --version ;; esac\n" + "cat >/dev/null; echo '"
                            + program + ": error: no room' >&2; exit 1");
        }
        PostgresDumpRestore strategy = strategy().tools(tools).build();

        RunReport report = bench.engine().execute(plan(strategy, Map.of("fineract", "copy")), strategy);

        DrAssertions.assertThat(report).failedAt("restore-fineract", "DRK-RESTORE-023");
        assertThat(message(report, "restore-fineract"))
                .isEqualTo("Cannot restore the dump of 'fineract' into 'copy': pg_restore ended with exit code 1 but 0"
                        + " is required; it said: pg_restore: error: no room [DRK-RESTORE-023]");
        requireNoCopy();
    }

    @Test
    void aCopyThatDiffersFromWhatWasBackedUp() throws Exception {
        PostgresDumpRestore strategy = strategy().build();
        Plan plan = plan(strategy, Map.of("fineract", "copy"));

        RunReport report = bench.engine().execute(plan, new Tampering(strategy, bench));

        DrAssertions.assertThat(report).failedAt("compare-fineract", "DRK-RESTORE-026");
        assertThat(message(report, "compare-fineract"))
                .startsWith("1 differences between 'copy' and the snapshot of 'fineract': ")
                .contains("office")
                .endsWith(" [DRK-RESTORE-026]");
        requireNoCopy();
    }

    /** Changes a row of the copy before it is compared. */
    private record Tampering(PostgresDumpRestore strategy, Bench bench) implements Operation<RestoreRequest> {

        @Override
        public Plan plan(RestoreRequest request, PlanContext context) {
            return strategy.plan(request, context);
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            return strategy.observe(precondition, context);
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            if (step.name().equals("compare-fineract")) {
                try {
                    bench.sql("copy", "UPDATE office SET name = 'another' WHERE id = 1");
                } catch (java.sql.SQLException e) {
                    throw new AssertionError(e);
                }
            }
            return strategy.execute(step, context);
        }
    }

    private PostgresDumpRestore.Builder strategy() {
        return PostgresDumpRestore.builder(Bench.BANK, bench.server(), bench.store())
                .trusted(bench.trusted());
    }

    private PostgresDumpRestore asRole() {
        return PostgresDumpRestore.builder(
                        Bench.BANK, Bench.server(postgres, postgres.role(), postgres.rolePassword()), bench.store())
                .trusted(bench.trusted())
                .build();
    }

    private Plan plan(PostgresDumpRestore strategy, Map<String, String> names) {
        return bench.engine()
                .plan(
                        strategy,
                        RestoreRequest.of(
                                Selection.latest(),
                                new RestoreDestination(strategy.place(), names, Isolation.BESIDE_ORIGINAL)));
    }

    private Manifest.Content content(String kind) {
        return bench.points().load(point).contents().stream()
                .filter(content -> content.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private void damage(Manifest.Content content) throws IOException {
        Path segment = ((FolderPointStore) bench.store())
                .path(content.stream().segments().get(0).key());
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 3] ^= 1;
        Files.write(segment, bytes);
    }

    private static PointStore breakingOff(PointStore store, StoredStream stream) {
        return new WatchedStore(store) {
            @Override
            public InputStream open(StoredStream asked, IdentitySource identities) {
                if (!asked.equals(stream)) {
                    return super.open(asked, identities);
                }
                return new FilterInputStream(super.open(asked, identities)) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        throw new IOException("connection reset");
                    }
                };
            }
        };
    }

    private static String message(RunReport report, String step) {
        return report.find(step).orElseThrow().message();
    }

    private void requireNoCopy() throws Exception {
        assertThat(bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'copy'"))
                .isEqualTo("0");
    }
}
