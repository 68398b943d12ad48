package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Progress;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RunId;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.catalog.Verdict;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.postgres.Baseline;
import io.github.drkit.postgres.Depth;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore makes of servers, stores and folders that do what no real one does when it is wanted. */
class ScriptedRestoreTest {

    private static final String NL = System.lineSeparator();
    private static final RunId RUN = RunId.of("run-1");

    private static final RunId MADE = RunId.of("made");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-26T02:00:00Z");
    private final InMemoryPointStore store = InMemoryPointStore.on(time);
    private final KeyRing keys = KeyRing.fresh();
    private final PointCatalog points = PointCatalog.of(store, Bench.BANK, keys.trusted());
    private final RecoveryPointId point = points.pointOf(MADE);

    @Test
    void aDatabaseThatWasCreatedAndIsNotThereIsUnknown() {
        ScriptedServer server = ScriptedServer.answering(sql -> sql.contains("count") ? one(0L) : List.of());

        assertThatThrownBy(() -> copy(server).create("ENCODING 'UTF8'", new StepProbe(plan(step("create")))))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot create database 'copy': it was created and is not there" + NL
                        + "Hint: Did somebody drop it? Resume the run: it looks first [DRK-RESTORE-011]");
        assertThat(server.statements()).anyMatch(sql -> sql.startsWith("CREATE DATABASE \"copy\""));
    }

    @Test
    void aDatabaseThatWasDroppedAndIsThereIsUnknown() {
        ScriptedServer server = ScriptedServer.answering(sql -> sql.contains("count")
                ? one(0L)
                : sql.contains("pg_terminate_backend")
                        ? List.of()
                        : List.of(List.of(7L, "copy", "postgres", true, -1, RunDatabase.marker(RUN))));

        assertThatThrownBy(() -> copy(server).drop(Map.of(RunDatabase.OID, "7"), time))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot drop database 'copy': it is still there, or there again" + NL
                        + "Hint: Look who made it: its comment names a run [DRK-RESTORE-012]");
        assertThat(server.statements()).contains("DROP DATABASE \"copy\"");
    }

    @Test
    void propertiesThatAreNoneAreNotApplied() {
        assertThatThrownBy(() -> DatabaseProperties.fromJson("{}".getBytes(StandardCharsets.UTF_8)))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessageStartingWith("Cannot read the properties of a database: ")
                .hasMessageEndingWith(" is required" + NL
                        + "Hint: Was the object changed? Its SHA-256 is in the manifest [DRK-RESTORE-013]");
    }

    @Test
    void aRoleThatWasCreatedAndIsNotThereIsNoSuccess(@TempDir Path folder) throws Exception {
        ScriptedServer server = ScriptedServer.answering(sql -> List.of());
        PlanStep step = PlanStep.named(Restore.ROLES, "Creates roles", Effect.NAMED)
                .parameter(Restore.MISSING, "teller")
                .build();
        PostgresDumpRestore strategy = PostgresDumpRestore.builder(
                        Bench.BANK, server.server(), new FolderPointStore(folder))
                .trusted(TrustedKeys.none())
                .build();

        StepResult result = strategy.execute(step, new StepProbe(plan(step)));

        assertThat(result).isEqualTo(StepResult.failed("role 'teller' was created and is not there [DRK-RESTORE-021]"));
        assertThat(server.statements()).anyMatch(sql -> sql.startsWith("CREATE ROLE \"teller\" NOLOGIN"));
    }

    @Test
    void aPointOfAnotherFormatIsNotRestored() {
        commit("tables/1", List.of());

        assertThatThrownBy(() -> strategy(ScriptedServer.answering(sql -> List.of()))
                        .build()
                        .plan(latest(), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore recovery point '" + point + "': its format is 'tables/1' but pg-dump/1 is"
                        + " required" + NL + "Hint: Use the strategy that restores this format [DRK-RESTORE-005]");
    }

    @Test
    void aPointDatedInTheFutureIsNotTheLatest() {
        commit("tables/1", List.of());
        time.jumpTo(time.now().minus(Duration.ofMinutes(16)));

        assertThatThrownBy(() -> strategy(ScriptedServer.answering(sql -> List.of()))
                        .build()
                        .plan(latest(), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage(
                        "Cannot restore 'bank': none of its 1 recovery points fits 'latest' but one must; passed over: '"
                                + point + "' is dated 2026-11-26T02:00:00Z, after now: was a clock wrong?" + NL
                                + "Hint: List the points; is it the right store and prefix? [DRK-RESTORE-016]");
    }

    /** Of another format, so that planning ends as soon as it was chosen. */
    @Test
    void aFailedPointIsTakenForAProofOnly() {
        commit("tables/1", List.of());
        points.record(
                new Verdict(point, RUN, time.now(), Proof.Level.FAILED, Verdict.Kind.PROOF, "a check that was wrong"),
                keys.prover());
        PostgresDumpRestore strategy =
                strategy(ScriptedServer.answering(sql -> List.of())).build();
        RestoreDestination beside = RestoreDestination.besideOriginal("bank.example:5432");

        assertThatThrownBy(() ->
                        strategy.plan(RestoreRequest.of(Selection.point(point), beside), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessageEndingWith(" but a FAILED point is restored for a proof only" + NL
                        + "Hint: Choose another point [DRK-RESTORE-004]");
        assertThatThrownBy(() -> strategy.plan(
                        new RestoreRequest(Selection.point(point), beside, Purpose.PROOF), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageEndingWith("[DRK-RESTORE-005]");
    }

    @Test
    void aClientThatSetsWhatTheServerDoesNotKnowIsRefused(@TempDir Path tools) throws Exception {
        commit("pg-dump/1", List.of());
        FakeTool.write(tools, "pg_restore", "echo 'pg_restore (PostgreSQL) 17.2'");
        ScriptedServer server = ScriptedServer.answering(sql ->
                sql.contains("server_version_num") ? List.of(List.of(150_014, false)) : one("7000000000000000000"));

        assertThatThrownBy(() -> strategy(server).tools(tools).build().plan(latest(), new PlanContext(RUN, time)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore by pg_restore 17.2 to a server of version 15: this client sets what older"
                        + " servers do not know but the restore stops at any error" + NL
                        + "Hint: Install postgresql-client-15 and name its folder [DRK-TOOL-005]");
    }

    @Test
    void aDecryptedDumpThatCannotBeRemovedIsNamedAndTheCopyIsDroppedAllTheSame(@TempDir Path scratch) throws Exception {
        Path file = scratch.resolve("drkit-run-1-" + Names.digest("copy") + ".dump");
        // The one thing that not even root can delete as a file.
        Files.createDirectories(file.resolve("full"));
        AtomicReference<ScriptedServer> dropping = new AtomicReference<>();
        ScriptedServer server = ScriptedServer.answering(sql -> {
            if (sql.contains("shobj_description")) {
                return dropping.get().statements().contains("DROP DATABASE \"copy\"")
                        ? List.of()
                        : List.of(List.of(7L, "copy", "postgres", true, -1, RunDatabase.marker(RUN)));
            }
            return sql.contains("count") ? one(0L) : List.of();
        });
        dropping.set(server);
        PlanStep step = ofBank(Restore.REMOVE);

        assertThatThrownBy(() -> strategy(server).parallel(scratch, 2).build().execute(step, new StepProbe(plan(step))))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot remove the decrypted dump '" + file
                        + "': the file system refused but it must not stay" + NL
                        + "Hint: Remove it by hand [DRK-RESTORE-024]");
        assertThat(server.statements()).contains("DROP DATABASE \"copy\"");
    }

    @Test
    void aDropNobodyCanTellOfIsHeardThoughTheDumpCannotBeRemovedEither(@TempDir Path scratch) throws Exception {
        Files.createDirectories(
                scratch.resolve("drkit-run-1-" + Names.digest("copy") + ".dump").resolve("full"));
        ScriptedServer server = ScriptedServer.answering(sql -> sql.contains("shobj_description")
                ? List.of(List.of(7L, "copy", "postgres", true, -1, RunDatabase.marker(RUN)))
                : sql.contains("count") ? one(0L) : List.of());
        PlanStep step = ofBank(Restore.REMOVE);
        StepProbe probe = new StepProbe(plan(step)).given(Restore.CREATE + "bank", RunDatabase.OID, "7");

        assertThatThrownBy(() -> strategy(server).parallel(scratch, 2).build().execute(step, probe))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessageEndingWith("[DRK-RESTORE-012]")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .satisfies(left -> assertThat(left).hasMessageEndingWith("[DRK-RESTORE-024]")));
    }

    @Test
    void whyADumpWasNotRestoredIsHeardThoughItsFileCannotBeRemovedEither(@TempDir Path scratch) throws Exception {
        Files.createDirectories(
                scratch.resolve("drkit-run-1-" + Names.digest("copy") + ".dump").resolve("full"));
        StoredStream stream = store.write(
                points.place(point).child("a1").child("bank.dump.zst"),
                new ByteArrayInputStream(new byte[] {1}),
                Encryption.unencrypted(),
                Progress.silent());
        commit("pg-dump/1", List.of(new Manifest.Content("bank", Contents.DUMP, time.now(), stream, Map.of())));
        ScriptedServer server = ScriptedServer.answering(sql -> sql.contains("shobj_description")
                ? List.of(List.of(7L, "copy", "postgres", true, -1, RunDatabase.marker(RUN)))
                : List.of());
        PlanStep step = ofBank(Restore.LOAD);
        StepProbe probe = new StepProbe(plan(step)).given(Restore.CREATE + "bank", RunDatabase.OID, "7");

        assertThat(strategy(server).parallel(scratch, 2).build().execute(step, probe))
                .satisfies(result -> assertThat(result.message())
                        .startsWith("Cannot restore the dump of 'bank' into 'copy': ")
                        .endsWith(" [DRK-RESTORE-023]"))
                .satisfies(result -> assertThat(result.facts().get("scratch"))
                        .endsWith("Hint: Remove it by hand [DRK-RESTORE-024]"));
    }

    @Test
    void aDumpOfAProgramWithoutAVersionIsLeftToPgRestore() throws Exception {
        StoredStream stream = store.write(
                points.place(point).child("a1").child("bank.dump.zst"),
                new ByteArrayInputStream(new byte[] {1}),
                Encryption.unencrypted(),
                Progress.silent());
        for (Map<String, String> attributes : List.of(Map.<String, String>of(), Map.of("tool", "another"))) {
            Manifest manifest = manifest(
                    "pg-dump/1", List.of(new Manifest.Content("bank", Contents.DUMP, time.now(), stream, attributes)));

            assertThatCode(() -> Verify.requireReader(manifest, new ClientTool("pg_restore", Path.of("r"), "15.1", 15)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aCopyWhoseConnectionIsLostAtTheEndIsNotCompared() throws Exception {
        byte[] baseline = new Baseline("bank", 150_014, time.now(), Depth.STRUCTURE, List.of()).toJson();
        StoredStream stream = store.write(
                points.place(point).child("a1").child("bank.baseline.zst"),
                new ByteArrayInputStream(baseline),
                Encryption.unencrypted(),
                Progress.silent());
        commit("pg-dump/1", List.of(new Manifest.Content("bank", Contents.BASELINE, time.now(), stream, Map.of())));
        ScriptedServer server = ScriptedServer.answering(sql -> sql.contains("shobj_description")
                        ? List.of(List.of(7L, "copy", "postgres", true, -1, RunDatabase.marker(RUN)))
                        : sql.contains("statement_timestamp")
                                ? List.of(List.of("copy", 150_014, OffsetDateTime.parse("2026-11-26T02:00:00Z")))
                                : List.of())
                .losingOnClose("copy");
        PlanStep step = ofBank(Restore.COMPARE);
        StepProbe probe = new StepProbe(plan(step)).given(Restore.CREATE + "bank", RunDatabase.OID, "7");

        assertThat(strategy(server).build().execute(step, probe))
                .isEqualTo(
                        StepResult.failed("the connection to 'copy' did not close: SQLState 08006 [DRK-RESTORE-025]"));
    }

    private void commit(String format, List<Manifest.Content> contents) {
        points.commit(manifest(format, contents), keys.backup());
    }

    private Manifest manifest(String format, List<Manifest.Content> contents) {
        return new Manifest(
                point,
                Bench.BANK,
                MADE,
                format,
                time.now(),
                Optional.empty(),
                "",
                contents,
                Map.of("server-version", "150014"));
    }

    private PostgresDumpRestore.Builder strategy(ScriptedServer server) {
        return PostgresDumpRestore.builder(Bench.BANK, server.server(), store).trusted(keys.trusted());
    }

    private static RestoreRequest latest() {
        return RestoreRequest.of(Selection.latest(), RestoreDestination.besideOriginal("bank.example:5432"));
    }

    private static PlanStep ofBank(String prefix) {
        return PlanStep.named(prefix + "bank", "Does it", Effect.NAMED)
                .parameter(Restore.DATABASE, "bank")
                .parameter(Restore.NEW, "copy")
                .build();
    }

    private static RunDatabase copy(ScriptedServer server) {
        return new RunDatabase(new Databases(server.server()), RUN, "copy");
    }

    private static List<List<Object>> one(Object value) {
        return List.of(List.of(value));
    }

    private static PlanStep step(String name) {
        return PlanStep.named(name, "Does it", Effect.NAMED).build();
    }

    private Plan plan(PlanStep step) {
        return new Plan(RUN, "restore", point.value(), Map.of(), List.of(), List.of(step), List.of(), Optional.empty());
    }
}
