package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.CollectRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Progress;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.StepResult;
import io.github.drkit.TargetRequest;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.postgres.Depth;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.assertj.DrAssertions;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What dumps make of programs, stores and journals that do not do what they should, and in which words they say so. */
@Timeout(60)
class ScriptedDumpsTest {

    private static final RunId DIED = RunId.of("died");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-26T02:00:00Z");
    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);
    private final InMemoryJournal journal = new InMemoryJournal();
    private final KeyRing keys = KeyRing.fresh();
    private final PointCatalog points = PointCatalog.of(store, Bench.BANK, keys.trusted());
    private final DisasterRecovery engine =
            DisasterRecovery.builder(journal).time(time).build();

    @TempDir
    Path tools;

    @BeforeEach
    void clientProgramsThatDoWhatTheyShould() throws IOException {
        // The header of a custom-format archive, and no data: the scripted database has no tables.
        program("pg_dump", "15.14", "printf 'PGDMP\\001\\017\\000\\004\\010\\001 no tables'");
        program("pg_dumpall", "15.14", "echo '-- PostgreSQL database cluster dump complete'");
        program("pg_restore", "15.14", "cat >/dev/null");
    }

    @Test
    void whereAllDoWhatTheyShouldAPointIsMadeAndVerified() throws Exception {
        RecoveryPointId point = backUp();

        RunReport report = run(target(store).build(), new VerifyRequest(point));

        assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(proof(point)).isEqualTo(Proof.Level.VERIFIED);
    }

    @Test
    void aTargetThatLacksSomethingIsNotBuilt() {
        SigningKey backup = keys.backup();
        refused(
                PostgresDumps.builder(Bench.BANK, server(), store).databases("bank"),
                "encryption was not given but is required");
        refused(
                PostgresDumps.builder(Bench.BANK, server(), store)
                        .databases("bank")
                        .encryption(Encryption.unencrypted()),
                "a signing key was not given but is required");
        refused(
                target(store).databases("bank", "bank"),
                "[bank, bank] were named but at least one database is required, and each once");
        refused(target(store).databases(), "[] were named but at least one database is required, and each once");
        refused(
                target(store).globals(Globals.ROLES_AND_PASSWORDS),
                "passwords of roles were to be stored in the clear but must be encrypted");
        refused(
                target(store).verification(backup, IdentitySource.none()),
                "the prover's key is the backup's, 'test-backup', but must be another");
    }

    private static void refused(PostgresDumps.Builder builder, String reason) {
        assertThatThrownBy(builder::build)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot build target 'bank': " + reason + "; docs/keys.md has a complete example");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = "::", textBlock = """
                    echo 'pg_dump, of late' :: it answered 'pg_dump, of late'
                    exit 3                  :: pg_dump ended with exit code 3 but 0 is required; it said: nothing
                    """)
    void aClientThatDoesNotTellItsVersionIsRefused(String script, String actual) throws Exception {
        Path program = FakeTool.write(tools, "pg_dump", script);

        assertThatThrownBy(() -> engine.plan(target(store).build(), BackupRequest.manual("test")))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot run 'pg_dump': " + program + " was asked for --version, " + actual
                        + " but a PostgreSQL version is required\nHint: Run '" + program
                        + " --version' by hand [DRK-TOOL-002]");
    }

    @Test
    void anInterruptWhilePlanningIsNotTheClientsFault() throws Exception {
        FakeTool.write(tools, "pg_dump", "echo 'pg_dump (PostgreSQL) 15.4'");
        PostgresDumps target = target(store).build();

        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> engine.plan(target, BackupRequest.manual("test")))
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessage("Cannot run 'pg_dump': the thread was interrupted but has to wait for its version\n"
                            + "Hint: Was it cancelled on purpose? If so, nothing is to be done [DRK-TOOL-006]");
        } finally {
            assertThat(Thread.interrupted()).as("flag").isTrue();
        }
    }

    @Test
    void aPointOfANewerClientIsNotReadByAnOlderOne() throws Exception {
        RecoveryPointId point = backUp();
        program("pg_restore", "9.6.24", "cat >/dev/null");

        assertThatThrownBy(() -> engine.plan(target(store).build(), new VerifyRequest(point)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot read recovery point '" + point + "' with pg_restore 9.6.24: it was made by pg_dump"
                        + " 15.14 but a client that is not older is required\n"
                        + "Hint: Install postgresql-client-15 and name its folder; found was "
                        + tools.resolve("pg_restore") + " [DRK-TOOL-004]");
    }

    @Test
    void aStoreThatTakesFewerBytesThanWereDumped() throws Exception {
        RunReport report = run(
                target(new WatchedStore(store) {
                            @Override
                            public StoredStream write(
                                    ObjectKey base, InputStream source, Encryption encryption, Progress progress)
                                    throws IOException {
                                StoredStream all = super.write(base, source, encryption, progress);
                                return new StoredStream(
                                        all.compression(),
                                        all.encryption(),
                                        all.recipients(),
                                        all.plainBytes() - 1,
                                        all.plainSha256(),
                                        all.storedBytes(),
                                        all.storedSha256(),
                                        all.segments());
                            }
                        })
                        .build(),
                BackupRequest.manual("test"));

        failed(report, "dump-bank", "the store took 20 bytes but pg_dump wrote 21 [DRK-DUMP-011]");
        assertThat(points.list().points()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiterString = "::", textBlock = """
                    echo 'pg_dumpall: error: permission denied' >&2; exit 1 :: pg_dumpall ended with exit code 1 but 0 is required; it said: pg_dumpall: error: permission denied
                    echo 'CREATE ROLE teller;'                              :: pg_dumpall's output does not end with '-- PostgreSQL database cluster dump complete'
                    """)
    void rolesThatAreNotDumpedToTheirEnd(String script, String said) throws Exception {
        program("pg_dumpall", "15.14", script);

        RunReport report = run(target(store).build(), BackupRequest.manual("test"));

        failed(report, "globals", "Cannot dump the roles of bank.example:5432: " + said + " [DRK-DUMP-014]");
        assertThat(points.list().points()).isEmpty();
    }

    @Test
    void aPartReadFromOtherSnapshotsThanTheRest() throws Exception {
        PostgresDumps target = target(store).build();
        Plan plan = engine.plan(target, BackupRequest.manual("test"));
        StepProbe probe =
                new StepProbe(plan).given("open-snapshots", "generation", "2").given("dump-bank", "generation", "1");
        probe.keepOpen("snapshots", new Snapshots(List.of()));

        assertThat(target.execute(plan.find("check-snapshots").orElseThrow(), probe))
                .isEqualTo(
                        StepResult.failed("step 'dump-bank' read other snapshots than those open now [DRK-DUMP-012]"));
    }

    @Test
    void aJournalThatLacksAFact() {
        PostgresDumps target = target(store).build();
        Plan plan = engine.plan(target, BackupRequest.manual("test"));
        StepProbe probe = new StepProbe(plan);
        probe.keepOpen("snapshots", new Snapshots(List.of()));

        assertThatThrownBy(() -> target.execute(plan.find("check-snapshots").orElseThrow(), probe))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessage("Cannot go on with run '" + plan.run()
                        + "': the journal holds no 'generation' of step 'open-snapshots' but it is required\n"
                        + "Hint: Was the journal edited? Plan again [DRK-DUMP-013]");
    }

    @Test
    void aManifestThatReadsBackDifferentlyThoughItsSignatureIsGood() throws Exception {
        RunReport report = run(
                target(new WatchedStore(store) {
                            @Override
                            public Optional<byte[]> find(ObjectKey key) {
                                Optional<byte[]> found = super.find(key);
                                return key.value().endsWith("/manifest.json")
                                        ? found.flatMap(written -> relabelled(key))
                                        : found;
                            }
                        })
                        .build(),
                BackupRequest.manual("test"));

        failed(
                report,
                "write-manifest",
                "the manifest of '" + points.pointOf(report.run()) + "' reads back differently [DRK-DUMP-015]");
    }

    /** What the store would hold under the key of a manifest if the backup had had another label. */
    private Optional<byte[]> relabelled(ObjectKey key) {
        Manifest written = points.load(RecoveryPointId.of(key.value().split("/", -1)[2]));
        InMemoryPointStore other = InMemoryPointStore.on(time);
        PointCatalog.of(other, Bench.BANK, keys.trusted())
                .commit(
                        new Manifest(
                                written.point(),
                                written.target(),
                                written.run(),
                                written.format(),
                                written.consistencyTime(),
                                written.scheduledFor(),
                                "another",
                                written.contents(),
                                written.attributes()),
                        keys.backup());
        return other.find(key);
    }

    @Test
    void aPointThatIsNotListed() throws Exception {
        RunReport report = run(target(hiding("/manifest.json")).build(), BackupRequest.manual("test"));

        failed(
                report,
                "judge",
                "recovery point '" + points.pointOf(report.run()) + "' was written but is not listed [DRK-DUMP-016]");
    }

    @Test
    void aPointWhoseSegmentsAreNotListed() throws Exception {
        RunReport report = run(target(hiding("/bank.dump.zst")).build(), BackupRequest.manual("test"));

        RecoveryPointId point = points.pointOf(report.run());
        failed(
                report,
                "judge",
                "recovery point '" + point + "' is listed damaged: [points/bank/" + point
                        + "/a1/bank.dump.zst.00001 is missing but 21 were written] [DRK-DUMP-017]");
    }

    private PointStore hiding(String part) {
        return new WatchedStore(store) {
            @Override
            public Listing list(String prefix) {
                return new Listing(super.list(prefix).stream()
                        .filter(object -> !object.key().contains(part))
                        .toList());
            }
        };
    }

    @Test
    void aStreamThatBreaksOffIsNoVerdict() throws Exception {
        RecoveryPointId point = backUp();
        faults.cutRead(1, 5);

        RunReport report = run(target(store).build(), new VerifyRequest(point));

        failed(
                report,
                "read-dump-bank",
                "Cannot read the dump of 'bank': the connection was cut, as the fault script says [DRK-DUMP-022]");
        assertThat(proof(point)).isEqualTo(Proof.Level.UNPROVEN);
    }

    @Test
    void aClientThatIsKilledWhileItReadsIsNoVerdict() throws Exception {
        RecoveryPointId point = backUp();
        program("pg_restore", "15.14", "cat >/dev/null; kill -9 $$");

        RunReport report = run(target(store).build(), new VerifyRequest(point));

        failed(
                report,
                "read-dump-bank",
                "Cannot read the dump of 'bank': pg_restore was ended by signal 9; it said: nothing [DRK-DUMP-022]");
        assertThat(proof(point)).isEqualTo(Proof.Level.UNPROVEN);
    }

    @Test
    void aRunThatWroteSinceItsCollectionWasPlannedIsLeftAlone() throws Exception {
        leaveBehind();
        PostgresDumps target = target(store).build();
        Plan plan = engine.plan(target, CollectRequest.ofEndedRuns());
        store.create(ObjectKey.of("points/bank/bank-died/a1/globals.sql.zst.00001"), new byte[3]);
        time.advance(Duration.ofDays(2));

        RunReport report = engine.execute(plan, target);

        failed(
                report,
                "collect-bank-died",
                "run 'died' has written [points/bank/bank-died/a1/globals.sql.zst.00001] since the plan was made: it is"
                        + " alive [DRK-DUMP-030]");
        assertThat(store.list("points/bank/bank-died/").objects()).hasSize(2);
    }

    @Test
    void aRunThatWasTakenUpAgainSinceItsCollectionWasPlannedIsLeftAlone() throws Exception {
        leaveBehind();
        PostgresDumps target = target(store).build();
        Plan plan = engine.plan(target, CollectRequest.ofEndedRuns());
        journal.append(entry(3, Kind.RUN_BEGUN, Optional.empty()));

        RunReport report = engine.execute(plan, target);

        failed(report, "collect-bank-died", "run 'died' has not ended, and is left alone [DRK-DUMP-031]");
        assertThat(store.list("points/bank/bank-died/").objects()).hasSize(1);
    }

    @Test
    void aStoreThatOnlySaysThatItDeletes() throws Exception {
        leaveBehind();
        PostgresDumps target = target(new WatchedStore(store) {
                    @Override
                    public void delete(StoredObject object) {
                        // As a store does that keeps what a rule of its own protects.
                    }
                })
                .build();

        RunReport report = run(target, CollectRequest.ofEndedRuns());

        failed(report, "collect-bank-died", "objects of run 'died' are still listed [DRK-DUMP-032]");
    }

    /** Lets a run have failed two days ago with an object in the store. */
    private void leaveBehind() {
        store.create(ObjectKey.of("points/bank/bank-died/a1/bank.dump.zst.00001"), new byte[7]);
        journal.append(entry(1, Kind.RUN_BEGUN, Optional.empty()));
        journal.append(entry(2, Kind.RUN_ENDED, Optional.of(Outcome.FAILED)));
        time.advance(Duration.ofDays(2));
    }

    private JournalEntry entry(long sequence, Kind kind, Optional<Outcome> outcome) {
        return new JournalEntry(DIED, sequence, time.now(), kind, "", 0, outcome, "", Map.of());
    }

    private static void failed(RunReport report, String step, String message) {
        DrAssertions.assertThat(report).endedAs(Outcome.FAILED).hasStep(step, Outcome.FAILED);
        assertThat(report.find(step).orElseThrow().message()).isEqualTo(message);
    }

    private RecoveryPointId backUp() throws InterruptedException {
        RunReport report = run(target(store).build(), BackupRequest.manual("test"));
        assertThat(report.outcome()).as(Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        return points.pointOf(report.run());
    }

    private RunReport run(PostgresDumps target, TargetRequest request) throws InterruptedException {
        return engine.execute(engine.plan(target, request), target);
    }

    private Proof.Level proof(RecoveryPointId point) {
        return points.list().find(point).orElseThrow().proof().level();
    }

    private PostgresDumps.Builder target(PointStore at) {
        return PostgresDumps.builder(Bench.BANK, server(), at)
                .databases("bank")
                .encryption(Encryption.unencrypted())
                .keys(keys.backup(), keys.trusted())
                .verification(keys.prover(), IdentitySource.none())
                .collection(journal)
                .baseline(Depth.STRUCTURE)
                .tools(tools);
    }

    /** A server of version 15 with one database without tables. */
    private static PostgresServer server() {
        return ScriptedServer.answering(ScriptedDumpsTest::answer).server();
    }

    private static List<List<Object>> answer(String sql) {
        if (sql.contains("pg_database_size")) {
            return List.of(List.of("bank", "app", true, 1_000L, "UTF8", "C", "C", "libc", "", -1, false));
        }
        if (sql.contains("shobj_description")) {
            return List.of(List.of(7L, "bank", "app", true, -1, ""));
        }
        if (sql.contains("pg_export_snapshot")) {
            return List.of(
                    List.of(OffsetDateTime.parse("2026-11-26T02:00:00Z"), "00000003-1", 42, "began", false, 150_014));
        }
        if (sql.contains("pg_backend_pid(), pg_catalog.transaction_timestamp()")) {
            return List.of(List.of(42, "began"));
        }
        if (sql.contains("server_version_num")) {
            return List.of(List.of(150_014, false));
        }
        if (sql.contains("pg_control_system")) {
            return List.of(List.of("7000000000000000000"));
        }
        if (sql.contains("datacl IS NULL")) {
            return List.of(List.of("app", -1, true));
        }
        return sql.contains("SELECT pg_catalog.count(*)") ? List.of(List.of(0L)) : List.of();
    }

    private void program(String name, String version, String body) throws IOException {
        FakeTool.write(
                tools,
                name,
                "case \"$1\" in --version) echo '" + name + " (PostgreSQL) " + version + "'; exit 0;; esac\n" + body);
    }
}
