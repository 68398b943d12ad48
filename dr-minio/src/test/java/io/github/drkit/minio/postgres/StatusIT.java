package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.minio.AgeKeys;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.objective.Objectives;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.postgres.UnprotectedDatabases;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.status.ComponentStatus;
import io.github.drkit.status.Obstacle;
import io.github.drkit.status.Platform;
import io.github.drkit.status.PlatformStatus;
import io.github.drkit.status.Protection;
import io.github.drkit.status.State;
import io.github.drkit.status.Unprotected;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.LocalS3;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The status of a real database whose dumps lie in a real store, along the life of one point. */
@Timeout(600)
class StatusIT {

    private static LocalPostgres postgres;
    private static LocalS3 s3;
    private static Path objects;
    private static Bench bench;
    private static final AgeKeys FIRST = AgeKeys.generate();
    private static final AgeKeys SECOND = AgeKeys.generate();

    @BeforeAll
    static void begin(@TempDir Path folder) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        objects = folder.resolve("s3");
        s3 = LocalS3.begin(objects).bucket("bank-backups");
        bench = new Bench(
                postgres,
                folder,
                S3Store.builder(s3.endpoint(), "bank-backups")
                        .withoutTls()
                        .credentials(() -> S3Credentials.of(s3.accessKey(), s3.secretKey()))
                        .build());
        bench.bank("fineract");
        bench.bank("forgotten");
    }

    @AfterAll
    static void end() {
        if (bench != null) {
            bench.store().close();
        }
        if (s3 != null) {
            s3.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void theStatusFollowsAPointFromNothingToProvenAndToDamage() throws Exception {
        PostgresDumps target = target();
        Platform platform = platform(target, restore());

        PlatformStatus before = platform.status();
        assertThat(bank(before).rpo().why()).isEqualTo("there is no recovery point");
        assertThat(bank(before).rpo().state()).isEqualTo(State.MISSED);
        assertThat(before.unprotected())
                .containsExactly(
                        Unprotected.forgotten("component 'keycloak'", "it exists and has no target"),
                        Unprotected.forgotten("database 'forgotten'", "no target lists it"));

        RunReport backup =
                bench.run(target, BackupRequest.scheduledFor(TimeSource.system().now()));
        assertThat(backup.outcome()).as(Bench.said(backup)).isEqualTo(Outcome.SUCCEEDED);
        RecoveryPointId point = bench.points().pointOf(backup.run());
        ComponentStatus backedUp = bank(platform.status());
        assertThat(backedUp.rpo().state()).as("nobody looked at it").isEqualTo(State.MISSED);
        assertThat(backedUp.holdings().newest()).containsOnlyKeys(Proof.Level.UNPROVEN);
        assertThat(backedUp.rhythm().lastBackup().orElseThrow().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(backedUp.holdings().bytes()).isPositive();

        RunReport verified = bench.run(target, new VerifyRequest(point));
        assertThat(verified.outcome()).as(Bench.said(verified)).isEqualTo(Outcome.SUCCEEDED);
        ComponentStatus counting = bank(platform.status());
        assertThat(counting.rpo().state()).as(counting.rpo().why()).isIn(State.MET, State.AT_RISK);
        assertThat(counting.holdings().newestCounting().orElseThrow().id()).isEqualTo(point);
        assertThat(counting.holdings().rpoNow().orElseThrow()).isBetween(Duration.ZERO, Duration.ofMinutes(10));
        assertThat(counting.rhythm().worstCase().orElseThrow().untilCounting()).isPresent();
        assertThat(counting.rto().state()).isEqualTo(State.UNKNOWN);
        assertThat(counting.evidence().lastProof()).isEmpty();

        RunReport proven = prove(point);
        assertThat(proven.outcome()).as(Bench.said(proven)).isEqualTo(Outcome.SUCCEEDED);
        ComponentStatus shown = bank(platform.status());
        assertThat(shown.evidence().lastProof().orElseThrow().proof().by()).isEqualTo("prover");
        assertThat(shown.evidence().lastRestore().orElseThrow().run()).isEqualTo(proven.run());
        assertThat(shown.evidence().recipients()).hasValue(2);
        assertThat(shown.rto().state()).as(shown.rto().why()).isEqualTo(State.AT_RISK);
        assertThat(shown.remarks()).isEmpty();
        assertThat(shown.obstacles()).as("a restore can be planned").isEmpty();
        assertThat(bank(platform(target, restore().tools(objects)).status()).obstacles())
                .containsExactly(new Obstacle(
                        "Cannot run 'pg_restore': it is in none of [" + objects
                                + "] but PostgreSQL's client is required",
                        "Install it: apt-get install postgresql-client (Debian, Ubuntu), dnf install postgresql (Fedora,"
                                + " RHEL), apk add postgresql-client (Alpine), brew install libpq (macOS); or name the"
                                + " folder it lies in"));
        assertThat(bank(platform(target, restore().identities(IdentitySource.none()))
                                .status())
                        .obstacles())
                .singleElement()
                .satisfies(obstacle -> assertThat(obstacle.what())
                        .startsWith("Cannot decrypt ")
                        .endsWith("is required"));
        assertThat(shown.rhythm().waiting()).isEmpty();

        damage(point);
        assertThat(bench.run(target, new VerifyRequest(point)).outcome()).isEqualTo(Outcome.FAILED);
        ComponentStatus damaged = bank(platform.status());
        assertThat(damaged.rpo().state()).isEqualTo(State.MISSED);
        assertThat(damaged.rpo().why())
                .isEqualTo("no recovery point counts: there are 1, but none that is VERIFIED or better, not SUSPECT and"
                        + " rightly dated");
        assertThat(damaged.holdings().counts()).containsExactly(Map.entry(Proof.Level.FAILED, 1));

        s3.close();
        PlatformStatus gone = platform.status();
        assertThat(bank(gone).rpo().state()).isEqualTo(State.UNKNOWN);
        assertThat(bank(gone).rpo().why())
                .startsWith("its recovery points cannot be listed: Cannot ")
                .endsWith("the store gave no answer but must");
        assertThat(gone.unprotected()).as("hides nothing else").hasSize(2);
    }

    private static PostgresDumps target() {
        return bench.target(bench.server(), "fineract")
                .encryption(Encryption.to(FIRST.recipient(), SECOND.recipient()))
                .verification(bench.prover(), () -> List.of(FIRST.identity()))
                .build();
    }

    private static PostgresDumpRestore.Builder restore() {
        return PostgresDumpRestore.builder(Bench.BANK, bench.server(), bench.store())
                .trusted(bench.trusted())
                .identities(() -> List.of(FIRST.identity()));
    }

    private static Platform platform(PostgresDumps target, PostgresDumpRestore.Builder restore) {
        PostgresDumpRestore strategy = restore.build();
        PostgresServer server = bench.server();
        return Platform.builder(bench.journal())
                .protect(Protection.builder("bank", target, Objectives.production())
                        .policy(RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC))
                        .points(bench.points())
                        .restore(
                                strategy,
                                new RestoreDestination(
                                        strategy.place(),
                                        Map.of("fineract", "fineract_restored"),
                                        RestoreDestination.Isolation.BESIDE_ORIGINAL))
                        .encryption(Encryption.to(FIRST.recipient(), SECOND.recipient()))
                        .build())
                .consistsOf("bank", "keycloak")
                // tag::unprotected
                .lookForUnprotected("the server", () -> UnprotectedDatabases.databases(server, Set.of("fineract")))
                // end::unprotected
                .build();
    }

    private static ComponentStatus bank(PlatformStatus status) {
        return status.find("bank").orElseThrow();
    }

    private static RunReport prove(RecoveryPointId point) throws InterruptedException {
        PostgresDumpRestore strategy = restore().build();
        return bench.run(
                DisasterRecovery.proving(strategy, bench.points(), bench.prover(), List.of()),
                RestoreRequest.of(Selection.point(point), RestoreDestination.besideOriginal(strategy.place())));
    }

    /** One byte of the largest object of the point, behind the store's back. */
    private static void damage(RecoveryPointId point) throws IOException {
        Path largest;
        try (Stream<Path> files = Files.walk(objects)) {
            largest = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(point.value()))
                    .max((one, other) ->
                            Long.compare(one.toFile().length(), other.toFile().length()))
                    .orElseThrow();
        }
        try (RandomAccessFile file = new RandomAccessFile(largest.toFile(), "rw")) {
            long middle = file.length() / 2;
            file.seek(middle);
            int value = file.read();
            file.seek(middle);
            file.write(value ^ 1);
        }
    }
}
