package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.StoreAbilities.Ability;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PostgresDumpsIT {

    private static final String ODD = "o=d d'\\\"ü";

    private static LocalPostgres postgres;

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeAll
    static void beginServer(@TempDir Path shared) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        Bench bench = new Bench(postgres, shared);
        bench.bank("fineract");
        bench.bank("tenants");
        bench.bank(ODD);
        bench.sql("postgres", "CREATE DATABASE bare");
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

    @Test
    void severalDatabasesBecomeOnePointThatIsListedAndVerified() throws Exception {
        PostgresDumps target = bench.target("fineract", "tenants", ODD);

        RecoveryPointId id = bench.backUp(target);

        RecoveryPoint point = target.list().find(id).orElseThrow();
        assertThat(point.proof()).isEqualTo(Proof.none());
        assertThat(point.label()).isEqualTo("test");
        Manifest manifest = bench.points().load(id);
        assertThat(Contents.dumps(manifest))
                .extracting(Manifest.Content::name)
                .containsExactly("fineract", "tenants", ODD);
        assertThat(manifest.consistencyTime())
                .isEqualTo(manifest.contents().stream()
                        .filter(content -> content.kind().equals(Contents.DUMP))
                        .map(Manifest.Content::consistencyTime)
                        .min(Instant::compareTo)
                        .orElseThrow());
        assertThat(manifest.attributes()).containsEntry("replica", "false").containsKey("spread-millis");

        RunReport verified = bench.run(target, new VerifyRequest(id));

        assertThat(verified.outcome()).as(Bench.said(verified)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(target.list().find(id).orElseThrow().proof().level()).isEqualTo(Proof.Level.VERIFIED);
        assertThat(target.list().find(id).orElseThrow().proof().by()).isEqualTo("prover");
    }

    @Test
    void aNewPointWhoseLockIsDroppedInSilenceIsNotCalledLocked() throws Exception {
        PostgresDumps target = bench.target(bench.server(), "fineract")
                .lockNewPoints(Duration.ofDays(14))
                .build();

        RunReport report = bench.run(target, BackupRequest.manual("locked"));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("lock-point").orElseThrow().message())
                .startsWith("the point exists, but is not locked: points/")
                .endsWith(" but the store says that it is not locked [DRK-DUMP-019]");
        assertThat(target.list().points()).hasSize(1);
    }

    @Test
    void planningWritesNothingAndNamesWhatNobodyBacksUp() {
        PostgresDumps target = bench.target("fineract");

        Plan plan = bench.engine().plan(target, BackupRequest.manual("dry"));

        assertThat(plan.remarks())
                .contains(
                        new Remark(Remark.Kind.UNPROTECTED, "nobody backs up database 'tenants': no target lists it"),
                        new Remark(Remark.Kind.NOT_RESTORED, "passwords of roles"));
        assertThat(bench.store().list("").objects()).isEmpty();
        assertThat(plan.render()).contains("pg_dump --format=custom").doesNotContain(postgres.password());
    }

    @Test
    void anUnknownDatabaseIsRefusedWhilePlanning() {
        PostgresDumps target = bench.target("fineract", "nobody");

        assertThatThrownBy(() -> bench.engine().plan(target, BackupRequest.manual("x")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot back up database 'nobody': " + Names.address(bench.server())
                        + " has no such database but [bare, fineract, " + ODD + ", postgres, template0, template1,"
                        + " tenants]" + System.lineSeparator()
                        + "Hint: Compare the name with the listing; upper and lower case differ [DRK-DUMP-001]");
    }

    @Test
    void aDatabaseWithoutTablesIsBackedUpAsWhatItIs() throws Exception {
        RecoveryPointId id = bench.backUp(bench.target("bare"));

        assertThat(bench.points().load(id).contents()).isNotEmpty();
    }

    @Test
    void oneFlippedBitAnywhereInTheStoredBytesIsFoundAndRecorded() throws Exception {
        PostgresDumps target = bench.target("fineract");
        RecoveryPointId id = bench.backUp(target);
        Manifest.Content dump = Contents.dumps(bench.points().load(id)).get(0);
        Path segment = ((FolderPointStore) bench.store())
                .path(dump.stream().segments().get(0).key());
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 2] ^= 0x10;
        Files.write(segment, bytes);

        RunReport report = bench.run(target, new VerifyRequest(id));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(Bench.said(report)).contains("is damaged").contains("DRK-DUMP-021");
        assertThat(target.list().find(id).orElseThrow().proof().level()).isEqualTo(Proof.Level.FAILED);
    }

    @Test
    void aSuddenlyShrunkenPointExistsButItsRunDoesNotSucceed() throws Exception {
        PostgresDumps target = bench.target("fineract");
        bench.backUp(target);
        bench.sql("postgres", "CREATE DATABASE shrunken TEMPLATE fineract");
        bench.sql("shrunken", "TRUNCATE entry", "TRUNCATE client CASCADE");
        try {
            PostgresDumps small = bench.target("shrunken");

            RunReport report = bench.run(small, BackupRequest.manual("small"));

            assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(Bench.said(report)).contains("exists but is SUSPECT").contains("DRK-DUMP-018");
            assertThat(small.list().points()).hasSize(2);
        } finally {
            bench.drop("shrunken");
        }
    }

    @Test
    void noSessionOfARunIsLeftAtTheServer() throws Exception {
        bench.backUp(bench.target("fineract", "tenants"));

        assertThat(bench.ask(
                        "postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'drkit-%' OR"
                                + " (application_name = 'dr-kit' AND pid <> pg_backend_pid())"))
                .isEqualTo("0");
    }

    @Test
    void thePasswordIsInNoManifestPlanOrJournal() throws Exception {
        bench.backUp(bench.target("fineract"));

        try (var files = Files.walk(folder)) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".json"))
                    .toList();
            assertThat(all).isNotEmpty();
            for (Path file : all) {
                assertThat(Files.readString(file)).doesNotContain(postgres.password());
            }
        }
    }

    @Test
    void planningDoesNotTryTheStoreForTryingWrites() {
        FolderPointStore store = new FolderPointStore(folder);

        new Bench(postgres, folder, store).plan("fineract");

        assertThat(store.probes()).isZero();
    }

    @Test
    void aStoreWithoutConditionalWritesIsRefusedByTheFirstStep() throws Exception {
        FolderPointStore store = new FolderPointStore(folder.resolve("store")).without(Ability.CONDITIONAL_CREATE);
        Bench lacking = new Bench(postgres, folder, store);

        RunReport report = lacking.run(lacking.target("fineract"), BackupRequest.manual("test"));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("probe-store").orElseThrow().message())
                .isEqualTo("Cannot back up to 'folder://test': the store was not seen to refuse a second create but a"
                        + " manifest is written once; this store lacks CONDITIONAL_CREATE\n"
                        + "Hint: Use a store with working conditional writes (If-None-Match) [DRK-DUMP-003]");
        assertThat(report.find("open-snapshots").orElseThrow().outcome()).isEqualTo(Outcome.SKIPPED);
    }

    @Test
    void aClockFarOffIsRefusedWhilePlanning() {
        FolderPointStore store = new FolderPointStore(folder);
        store.now(Instant.parse("2020-01-01T00:00:00Z"));

        assertThatThrownBy(() -> new Bench(postgres, folder, store).plan("fineract"))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith("Cannot back up to 'folder://test': its clock shows 2020-01-01T00:00:00Z and")
                .hasMessageEndingWith("[DRK-DUMP-004]");
    }
}
