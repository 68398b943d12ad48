package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.TimeSource;
import io.github.drkit.error.PlanStaleException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many ways for a dump to fail, none of which ends SUCCEEDED, is listed, or leaves a session at the server. */
@Timeout(120)
class FailingDumpsIT {

    private static LocalPostgres postgres;
    private static Path real;

    @TempDir
    Path folder;

    private Bench bench;
    private Path tools;

    @BeforeAll
    static void beginServer(@TempDir Path shared) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        real = ClientTools.onPath(System.getenv("PATH"))
                .locate("pg_dump", Map.of(), TimeSource.system())
                .path();
        Bench bench = new Bench(postgres, shared);
        bench.bank("fineract");
        bench.sql("postgres", "CREATE ROLE stranger LOGIN PASSWORD 'pw-stranger'");
    }

    @AfterAll
    static void endServer() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        bench = new Bench(postgres, folder);
        tools = Files.createDirectory(folder.resolve("tools"));
    }

    @AfterEach
    void nothingIsListedAndNoSessionIsLeft() throws Exception {
        assertThat(bench.points().list().points()).isEmpty();
        assertThat(bench.ask(
                        "postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'fineract' AND"
                                + " (application_name LIKE 'drkit-%' OR application_name = 'dr-kit')"))
                .isEqualTo("0");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = "::", textBlock = """
                    killed half way             :: REAL "$@" | head -c 200000; kill -9 $$                  :: pg_dump was ended by signal 9
                    terminated half way         :: REAL "$@" | head -c 200000; kill -15 $$                 :: pg_dump was ended by signal 15
                    cut short, exit code lost   :: REAL "$@" | head -c 200000; exit 0                      :: pg_dump's output of 200000 bytes does not end with a closed data block
                    nothing written, exit 0     :: exit 0                                                  :: pg_dump ended with exit code 0 but wrote nothing
                    disk full behind pg_dump    :: REAL "$@" >/dev/full                                    :: pg_dump ended with exit code 1
                    an error said, exit 0       :: REAL "$@"; echo 'pg_dump: error: x' >&2; exit 0         :: exit code 0 but it said 'pg_dump: error: x'
                    a warning nobody knows      :: REAL "$@"; echo 'pg_dump: warning: x' >&2               :: exit code 0 but it warned 'pg_dump: warning: x'
                    whole output, exit 1        :: REAL "$@"; exit 1                                       :: exit code 1 but 0 is required
                    a plain script instead      :: echo '-- PostgreSQL database dump'                      :: does not begin like a custom-format archive
                    structure without data      :: REAL --format=custom --compress=0 --schema-only         :: does not end with a closed data block
                    """)
    void aDumpThatFailsEndsItsRunFailed(String way, String script, String said) throws Exception {
        fake(script);

        RunReport report = bench.run(target(), BackupRequest.manual(way));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(Bench.said(report))
                .contains("Cannot dump database 'fineract'")
                .contains(said)
                .contains("[DRK-DUMP-010]");
    }

    @Test
    void aSnapshotThatDiesBeforeTheDumpUsesIt() throws Exception {
        fake("PGDATABASE=postgres psql -qAtc \"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
                + " application_name = 'dr-kit' AND datname = 'fineract' AND state LIKE 'idle in%'\" >/dev/null;"
                + " exec REAL \"$@\"");

        RunReport report = bench.run(target(), BackupRequest.manual("snapshot"));

        assertThat(report.outcome()).isNotEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void aConnectionThatIsCutWhileDumping() throws Exception {
        fake("exec REAL \"$@\"");
        try (Connection blocker = bench.server().connect("fineract");
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE entry IN ACCESS EXCLUSIVE MODE");
            PostgresDumps target = bench.target(
                            Bench.server(postgres, postgres.superuser(), postgres.password(), 60), "fineract")
                    .globals(Globals.NONE)
                    .tools(tools)
                    .build();
            CompletableFuture<RunReport> run = CompletableFuture.supplyAsync(() -> {
                try {
                    return bench.run(target, BackupRequest.manual("cut"));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (bench.ask(
                            "postgres",
                            "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.05) WHERE application_name LIKE"
                                    + " 'drkit-%' AND wait_event_type = 'Lock'")
                    .equals("0")) {
                assertThat(run).isNotCompletedExceptionally();
            }
            // The baseline's session waits for the same lock and is cut as well.
            bench.sql(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
            RunReport report = run.get(60, TimeUnit.SECONDS);

            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(Bench.said(report)).contains("pg_dump ended with exit code 1");
        }
    }

    @Test
    void aLockThatIsNotGrantedInTime() throws Exception {
        fake("exec REAL \"$@\"");
        try (Connection blocker = bench.server().connect("fineract");
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE entry IN ACCESS EXCLUSIVE MODE");

            RunReport report = bench.run(target(), BackupRequest.manual("locked"));

            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(Bench.said(report)).contains("lock timeout");
        }
    }

    @Test
    void aRoleWithoutTheRightToReadEverything() throws Exception {
        fake("exec REAL \"$@\"");
        PostgresDumps target = bench.target(Bench.server(postgres, "stranger", "pw-stranger"), "fineract")
                .globals(Globals.NONE)
                .tools(tools)
                .build();

        RunReport report = bench.run(target, BackupRequest.manual("rights"));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(Bench.said(report))
                .contains("pg_dump ended with exit code 1")
                .doesNotContain("pw-stranger");
    }

    @Test
    void aClientOlderThanTheServerIsRefusedWhilePlanning() throws Exception {
        FakeTool.write(tools, "pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'");

        assertThatThrownBy(() -> bench.engine().plan(target(), BackupRequest.manual("old")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot use pg_dump 9.6.24 with a server of version " + postgres.major()
                        + ": the client is older but must be " + postgres.major() + " or newer"
                        + System.lineSeparator() + "Hint: Install postgresql-client-" + postgres.major()
                        + " and name its folder; found was " + tools.resolve("pg_dump") + " [DRK-TOOL-003]");
    }

    @Test
    void aClientThatIsNotInstalledIsRefusedWithTheLineToInstallIt() {
        assertThatThrownBy(() -> bench.engine().plan(target(), BackupRequest.manual("none")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot run 'pg_dump': it is in none of [" + tools
                        + "] but PostgreSQL's client is required" + System.lineSeparator()
                        + "Hint: Install it: apt-get install postgresql-client (Debian, Ubuntu), dnf install"
                        + " postgresql (Fedora, RHEL), apk add postgresql-client (Alpine), brew install libpq (macOS);"
                        + " or name the folder it lies in [DRK-TOOL-001]");
    }

    @Test
    void aDatabaseReplacedBetweenPlanAndRunIsRefused() throws Exception {
        fake("exec REAL \"$@\"");
        bench.sql("postgres", "CREATE DATABASE moving");
        PostgresDumps target = bench.target(bench.server(), "moving")
                .globals(Globals.NONE)
                .tools(tools)
                .build();
        Plan plan = bench.engine().plan(target, BackupRequest.manual("moving"));
        bench.drop("moving");
        bench.sql("postgres", "CREATE DATABASE moving");
        try {
            assertThatThrownBy(() -> bench.engine().execute(plan, target))
                    .isExactlyInstanceOf(PlanStaleException.class)
                    .hasMessageContaining("database 'moving' is present, oid ");
        } finally {
            bench.drop("moving");
        }
    }

    private PostgresDumps target() {
        return bench.target(bench.server(), "fineract")
                .globals(Globals.NONE)
                .tools(tools)
                .build();
    }

    private void fake(String script) throws Exception {
        FakeTool.write(
                tools,
                "pg_dump",
                "case \"$1\" in --version) exec " + real + " --version;; esac\n"
                        + script.replace("REAL", real.toString()));
    }
}
