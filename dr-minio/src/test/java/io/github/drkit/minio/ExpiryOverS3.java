package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.postgres.PostgresCredentials;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A toy bank that is backed up by the preset's schedule over five virtual weeks, and whose points a target of PostgreSQL
 * dumps expires each day.
 */
final class ExpiryOverS3 {

    /** Seven days, four weeks that begin on Sundays at one, and the month that began with the first Sunday. */
    static final List<String> AFTER_FIVE_WEEKS = List.of(
            "2026-11-01T01:00:00Z",
            "2026-11-08T01:00:00Z",
            "2026-11-15T01:00:00Z",
            "2026-11-22T01:00:00Z",
            "2026-11-29T01:00:00Z",
            "2026-11-29T02:00:00Z",
            "2026-11-30T02:00:00Z",
            "2026-12-01T02:00:00Z",
            "2026-12-02T02:00:00Z",
            "2026-12-03T02:00:00Z",
            "2026-12-04T02:00:00Z",
            "2026-12-05T02:00:00Z");

    private static final Duration RPO = Duration.ofHours(26);

    private final VirtualTime time;
    private final InMemoryJournal journal = new InMemoryJournal();
    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryTables tables = new InMemoryTables().add("bank", "client", "x".repeat(300));
    private final AtomicInteger ids = new AtomicInteger();
    private final DisasterRecovery dr;
    private final PointStore store;
    private final InMemoryBackupTarget target;
    private final PostgresDumps dumps;

    ExpiryOverS3(VirtualTime time, PointStore store) {
        this.time = time;
        this.store = store;
        this.dr = DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "r" + ids.incrementAndGet())
                .sideBySide(1)
                .build();
        this.target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
        this.dumps = PostgresDumps.builder(
                        target.id(),
                        PostgresServer.builder("db.example.org")
                                .credentials(() -> new PostgresCredentials("nobody", "nothing"))
                                .build(),
                        store)
                .databases("bank")
                .encryption(Encryption.unencrypted())
                .keys(keys.backup(), keys.trusted())
                .collection(journal)
                .build();
    }

    PointStore store() {
        return store;
    }

    List<RecoveryPoint> points() {
        return target.list().points();
    }

    StoredObject manifest(RecoveryPointId point) {
        return store.list("points/bank/" + point + "/manifest.json").objects().get(0);
    }

    StoredObject newest() {
        return manifest(points().get(points().size() - 1).id());
    }

    /** Backs up, verifies and expires at each firing; returns how many runs of expiry deleted something. */
    int days(int days) throws InterruptedException {
        RetentionPolicy preset = RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC);
        int deleting = 0;
        Instant end = time.now().plus(Duration.ofDays(days));
        for (Instant firing : preset.runsBetween(time.now(), end)) {
            time.jumpTo(firing);
            Plan backup = dr.plan(target, BackupRequest.scheduledFor(firing));
            assertThat(dr.execute(backup, target).outcome()).isEqualTo(Outcome.SUCCEEDED);
            time.advance(Duration.ofMinutes(1));
            VerifyRequest verify = new VerifyRequest(target.points().pointOf(backup.run()));
            dr.execute(dr.plan(target, verify), target);
            time.advance(Duration.ofMinutes(1));
            RunReport report = expire(preset);
            assertThat(report.outcome()).as(report.toMarkdown()).isEqualTo(Outcome.SUCCEEDED);
            deleting += report.steps().stream()
                            .anyMatch(step -> step.name().startsWith("expire-") && step.outcome() == Outcome.SUCCEEDED)
                    ? 1
                    : 0;
        }
        return deleting;
    }

    RunReport expire(RetentionPolicy policy) throws InterruptedException {
        Expiry expiry = dumps.expiring(journal);
        return dr.execute(dr.plan(expiry, ExpireRequest.of(policy, RPO)), expiry);
    }

    /** What was in the floor, as each point is while it is new, stays locked for the grace. */
    void requireThePresetAndWhatIsLocked(List<String> expected) {
        List<String> kept = new ArrayList<>();
        for (RecoveryPoint point : points()) {
            String firing = point.scheduledFor().orElseThrow().toString();
            kept.add(firing);
            if (!expected.contains(firing)) {
                assertThat(store.lockedUntil(manifest(point.id())))
                        .as("the lock of %s", firing)
                        .hasValueSatisfying(until -> assertThat(until).isAfter(time.now()));
            }
        }
        assertThat(kept).containsAll(expected).hasSizeLessThan(30);
    }

    /** Only what is expected is listed, verified, and can be read to its end. */
    void requireThePreset(List<String> expected) throws InterruptedException {
        List<RecoveryPoint> points = target.list().points();
        assertThat(points)
                .extracting(point -> point.scheduledFor().orElseThrow().toString())
                .isEqualTo(expected);
        assertThat(points).extracting(point -> point.proof().level()).containsOnly(Proof.Level.VERIFIED);
        for (RecoveryPoint point : points) {
            VerifyRequest verify = new VerifyRequest(point.id());
            try {
                time.advance(Duration.ofSeconds(1));
                assertThat(dr.execute(dr.plan(target, verify), target).outcome())
                        .isEqualTo(Outcome.SUCCEEDED);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(target.list().problems()).isEmpty();
    }
}
