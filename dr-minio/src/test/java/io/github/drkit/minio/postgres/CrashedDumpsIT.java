package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.CollectRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanRequest;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TimeSource;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are cut off before or after a step, and what becomes of them. */
@Timeout(180)
class CrashedDumpsIT {

    private static LocalPostgres postgres;

    @TempDir
    Path folder;

    private Bench bench;

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
    void prepare() {
        bench = new Bench(postgres, folder);
    }

    /** Cuts a run off, before a step acts or when it has and the journal has not heard of it. */
    private record CutOff<R extends PlanRequest>(Operation<R> operation, String step, When when)
            implements Operation<R> {

        enum When {
            BEFORE,
            AFTER
        }

        CutOff(Operation<R> operation, String step) {
            this(operation, step, When.AFTER);
        }

        @Override
        public Plan plan(R request, PlanContext context) {
            return operation.plan(request, context);
        }

        @Override
        public String observe(Precondition precondition, PlanContext context) {
            return operation.observe(precondition, context);
        }

        @Override
        public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
            boolean cut = step.name().equals(this.step);
            if (cut && when == When.BEFORE) {
                throw new InterruptedException("cut off before " + step.name());
            }
            StepResult result = operation.execute(step, context);
            if (cut) {
                throw new InterruptedException("cut off after " + step.name());
            }
            return result;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open-snapshots",
                "dump-fineract",
                "baseline-fineract",
                "globals",
                "check-snapshots",
                "write-manifest",
                "judge"
            })
    void aBackupCutOffAfterAnyStepIsResumedToAPointThatIsWhole(String step) throws Exception {
        PostgresDumps target = bench.target("fineract");
        CutOff<?> cut = new CutOff<>(target, step);
        Plan plan = bench.engine().plan(target, BackupRequest.manual("cut"));

        RunReport broken = bench.engine().execute(plan, cut);
        assertThat(broken.outcome()).isEqualTo(Outcome.UNKNOWN);

        RunReport report = bench.engine().resume(plan.run(), target);

        assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        Manifest manifest = bench.points().load(bench.points().pointOf(plan.run()));
        assertThat(Contents.dumps(manifest)).hasSize(1);
        // Once all that was read from the snapshots had ended, nothing is dumped again. Globals are read beside the
        // rest.
        String key =
                Contents.dumps(manifest).get(0).stream().segments().get(0).key().value();
        if (List.of("dump-fineract", "baseline-fineract", "check-snapshots").contains(step)) {
            assertThat(key).contains("/a2/");
        } else if (!step.equals("globals")) {
            assertThat(key).contains("/a1/");
        }
    }

    @Test
    void leftoversOfACrashedRunAreCollectedWhenItIsDeclaredDeadAndNothingElseIs() throws Exception {
        PostgresDumps target = bench.target("fineract");
        bench.backUp(target);
        List<String> whole = keys();
        Plan plan = bench.engine().plan(target, BackupRequest.manual("dies"));
        bench.engine().execute(plan, new CutOff<>(target, "check-snapshots"));
        assertThat(keys()).hasSizeGreaterThan(whole.size());
        ((FolderPointStore) bench.store()).now(Instant.parse("2099-01-01T00:00:00Z"));

        RunReport cautious = bench.run(target, CollectRequest.ofEndedRuns());
        assertThat(cautious.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(keys()).hasSizeGreaterThan(whole.size());

        RunReport collected = bench.run(target, new CollectRequest(java.util.Set.of(plan.run())));

        assertThat(collected.outcome()).as(Bench.said(collected)).isEqualTo(Outcome.SUCCEEDED);
        List<String> left = keys();
        left.removeAll(whole);
        assertThat(left).containsExactly("points/bank/" + bench.points().pointOf(plan.run()) + "/manifest.json");
        assertThat(target.list().points()).hasSize(1);
        assertThat(target.list().problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create-database-fineract",
                "restore-fineract",
                "properties-fineract",
                "analyze-fineract",
                "compare-fineract"
            })
    void aRestoreCutOffAfterAnyStepIsResumedToACopyThatIsWhole(String step) throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy();
        Plan plan = bench.engine().plan(strategy, again(strategy));
        try {
            RunReport broken = bench.engine().execute(plan, new CutOff<>(strategy, step));
            assertThat(broken.outcome()).isEqualTo(Outcome.UNKNOWN);

            RunReport report = bench.engine().resume(plan.run(), strategy);

            assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            assertThat(bench.ask("again", "SELECT count(*) FROM entry")).isEqualTo("20000");
            assertThat(bench.ask(
                            "postgres", "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'drkit-%'"))
                    .isEqualTo("0");
        } finally {
            bench.drop("again");
        }
    }

    /** A killed process is gone at once; what it had asked the server for goes on. */
    @Test
    void aDatabaseThatTheServerStillCreatesForADeadProcessIsWaitedForAndUsed() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy();
        Plan plan = bench.engine().plan(strategy, again(strategy));
        bench.engine().execute(plan, new CutOff<>(strategy, "create-database-fineract", CutOff.When.BEFORE));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Connection lock = bench.server().connect("postgres");
                Connection dead = bench.server().connect("postgres")) {
            lock.setAutoCommit(false);
            Sql.run(lock, "LOCK TABLE pg_database IN SHARE ROW EXCLUSIVE MODE");
            Sql.run(dead, "SET application_name = '" + RunDatabase.session(plan.run(), "again") + "'");
            Future<?> creating = threads.submit(() -> {
                Sql.run(
                        dead,
                        "CREATE DATABASE again TEMPLATE template0 CONNECTION LIMIT "
                                + RunDatabase.tag(plan.run(), "again"));
                return "created";
            });
            String waiting = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%' AND"
                    + " wait_event_type = 'Lock'";
            while (!bench.ask("postgres", waiting).equals("1")) {
                TimeSource.system().sleep(Duration.ofMillis(20));
            }

            Future<RunReport> resumed = threads.submit(() -> bench.engine().resume(plan.run(), strategy));
            TimeSource.system().sleep(Duration.ofMillis(500));
            assertThat(bench.ask("postgres", waiting)).isEqualTo("1");
            lock.rollback();

            creating.get();
            RunReport report = resumed.get();
            assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            assertThat(bench.ask("again", "SELECT count(*) FROM entry")).isEqualTo("20000");
        } finally {
            threads.shutdownNow();
            bench.drop("again");
        }
    }

    @Test
    void aProcessThatOnlySleptCannotCreateTheDatabaseLate() throws Exception {
        bench.backUp(bench.target("fineract"));
        PostgresDumpRestore strategy = strategy();
        Plan plan = bench.engine().plan(strategy, again(strategy));
        bench.engine().execute(plan, new CutOff<>(strategy, "create-database-fineract", CutOff.When.BEFORE));
        try (Connection asleep = bench.server().connect("postgres")) {
            Sql.run(asleep, "SET application_name = '" + RunDatabase.session(plan.run(), "again") + "'");

            RunReport report = bench.engine().resume(plan.run(), strategy);

            assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            assertThatThrownBy(() -> Sql.run(asleep, "CREATE DATABASE again"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
        } finally {
            bench.drop("again");
        }
    }

    private PostgresDumpRestore strategy() {
        return PostgresDumpRestore.builder(Bench.BANK, bench.server(), bench.store())
                .trusted(bench.trusted())
                .build();
    }

    private static RestoreRequest again(PostgresDumpRestore strategy) {
        return RestoreRequest.of(
                Selection.latest(),
                new RestoreDestination(strategy.place(), Map.of("fineract", "again"), Isolation.BESIDE_ORIGINAL));
    }

    private List<String> keys() {
        return new java.util.ArrayList<>(
                bench.store().list("").stream().map(StoredObject::key).toList());
    }
}
