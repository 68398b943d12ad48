package io.github.drkit.aws;

import io.github.drkit.BackupRequest;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointMarks;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.expiry.Expiry;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/** A bank whose instance DR Kit takes a snapshot of each day at two, beside those RDS and people take. */
final class ExpiryBench implements AutoCloseable {

    /** Three days are kept; who has no proof counts too. */
    static final RetentionPolicy THREE_DAYS = RetentionPolicy.builder("three-days")
            .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 3)
            .minimumProven(1)
            .requiredProof(Proof.Level.UNPROVEN)
            .grace(Duration.ofDays(1))
            .build();

    /** What five days leave, oldest first; each plan and each execution draws an id. */
    static final List<String> SNAPSHOTS = List.of(
            "fineract-prod-20261101t020000z-b1",
            "fineract-prod-20261102t020000z-b3",
            "fineract-prod-20261103t020000z-b5",
            "fineract-prod-20261104t020000z-b7",
            "fineract-prod-20261105t020000z-b9");

    /** Making keys takes longer than the rest. */
    static final KeyRing KEYS = KeyRing.fresh();

    final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-01T01:00:00Z")).withInstance();
    final RdsBench bench = new RdsBench(world);
    final FaultScript inStore = new FaultScript();
    final InMemoryPointStore store = InMemoryPointStore.on(world.aws.time, inStore, 1 << 10);
    final PointMarks marks = PointMarks.of(store, TargetId.of("bank"), KEYS.trusted());
    private final boolean copies;
    private final String awayKey = world.aws.rds.kmsKey(RdsWorld.AWAY, "away");

    ExpiryBench() {
        this(false);
    }

    ExpiryBench(boolean copies) {
        this.copies = copies;
    }

    RdsTarget target() {
        RdsTarget.Builder target = world.target().expirable(marks, KEYS.backup());
        return copies ? target.copyTo(world.away(), awayKey).build() : target.build();
    }

    Expiry expiry() {
        return target().expiring(bench.journal);
    }

    /** Backs up at two o'clock on each of some days; it is three on the last of them afterwards. */
    ExpiryBench days(int days) throws InterruptedException {
        DisasterRecovery dr = bench.engine();
        for (int day = 0; day < days; day++) {
            if (world.aws.time.now().atZone(ZoneOffset.UTC).getHour() != 2) {
                passUntil(LocalTime.of(2, 0));
            }
            RdsTarget target = target();
            dr.execute(
                    dr.plan(
                            target,
                            BackupRequest.scheduledFor(world.aws.time.now().truncatedTo(ChronoUnit.HOURS))),
                    target);
            passUntil(day + 1 < days ? LocalTime.of(2, 0) : LocalTime.of(3, 0));
        }
        return this;
    }

    private void passUntil(LocalTime hour) {
        var now = world.aws.time.now().atZone(ZoneOffset.UTC);
        var next = now.with(hour);
        world.aws.pass(Duration.between(now, next.isAfter(now) ? next : next.plusDays(1)));
    }

    static ExpireRequest request() {
        return ExpireRequest.of(THREE_DAYS, Duration.ofHours(26));
    }

    Plan plan() {
        return bench.engine().plan(expiry(), request());
    }

    RunReport expire() throws InterruptedException {
        return bench.run(expiry(), request());
    }

    /** What lies there by hand or by DR Kit, in the order of names. */
    List<String> manual(String region) {
        return world.aws.rds.snapshots(region).stream()
                .filter(name -> !name.contains(":"))
                .sorted()
                .toList();
    }

    List<String> listed() {
        return target().list().points().stream()
                .map(RecoveryPoint::id)
                .map(RecoveryPointId::value)
                .toList();
    }

    List<String> going() {
        return target().list().going().stream().map(point -> point.id().value()).toList();
    }

    DBSnapshot snapshot(String name) {
        return world.rds
                .describeDBSnapshots(request -> request.dbSnapshotIdentifier(name))
                .dbSnapshots()
                .get(0);
    }

    void tag(String snapshot, String key, String value) {
        String arn = snapshot(snapshot).dbSnapshotArn();
        world.rds.addTagsToResource(request -> request.resourceName(arn).tags(RdsTags.toList(Map.of(key, value))));
    }

    void untag(String snapshot, String key) {
        String arn = snapshot(snapshot).dbSnapshotArn();
        world.rds.removeTagsFromResource(request -> request.resourceName(arn).tagKeys(key));
    }

    /** Five days, on the first of which somebody takes snapshots too: one with no tags, one with those of DR Kit's. */
    ExpiryBench fiveDaysWithOthers() throws InterruptedException {
        days(1);
        somebodyTakes("before-the-audit", Map.of());
        somebodyTakes("foreign", RdsTags.of(snapshot(SNAPSHOTS.get(0)).tagList()));
        return days(4);
    }

    /** Somebody takes a snapshot, which wears the tags given. */
    void somebodyTakes(String name, Map<String, String> tags) {
        world.rds.createDBSnapshot(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE)
                .dbSnapshotIdentifier(name)
                .tags(RdsTags.toList(tags)));
        world.aws.pass(Duration.ofMinutes(30));
    }

    @Override
    public void close() {
        world.close();
    }
}
