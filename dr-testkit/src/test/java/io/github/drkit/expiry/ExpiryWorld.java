package io.github.drkit.expiry;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.PlanRequest;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.catalog.HoldRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A bank that is backed up once a day at two, and what is needed to expire its points. */
final class ExpiryWorld {

    /** Three days are kept; who has no proof counts too, unless a test says otherwise. */
    static final RetentionPolicy THREE_DAYS = RetentionPolicy.builder("three-days")
            .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 3)
            .minimumProven(1)
            .requiredProof(Proof.Level.UNPROVEN)
            .grace(Duration.ofDays(1))
            .build();

    final VirtualTime time = VirtualTime.startingAt("2026-11-01T02:00:00Z");
    final FaultScript inStore = new FaultScript();
    final FaultScript inJournal = new FaultScript();
    final InMemoryPointStore store = InMemoryPointStore.on(time, inStore, 1 << 10);
    final InMemoryJournal journal = new InMemoryJournal(inJournal);
    final KeyRing keys;
    final InMemoryTables tables = new InMemoryTables().add("bank", "client", "x".repeat(1500));
    final InMemoryBackupTarget target;
    final PointCatalog points;
    Expiry expiry;
    List<RecoveryPointId> all = List.of();
    private final AtomicInteger ids = new AtomicInteger();
    final DisasterRecovery dr = DisasterRecovery.builder(journal)
            .time(time)
            .ids(() -> "r" + ids.incrementAndGet())
            .sideBySide(1)
            .build();

    ExpiryWorld() {
        this(KeyRing.fresh());
    }

    /** Making keys takes longer than the rest. */
    ExpiryWorld(KeyRing keys) {
        this.keys = keys;
        this.target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
        this.points = target.points();
        this.expiry = Expiry.of(points, keys.backup(), journal);
    }

    /** Backs up at two o'clock on each of some days; it is three on the last of them afterwards. */
    ExpiryWorld days(int days) throws InterruptedException {
        for (int day = 0; day < days; day++) {
            backUp(BackupRequest.scheduledFor(time.now()));
            time.advance(Duration.ofDays(1));
        }
        time.jumpTo(time.now().minus(Duration.ofHours(23)));
        return this;
    }

    RecoveryPointId backUp(BackupRequest request) throws InterruptedException {
        Plan plan = dr.plan(target, request);
        dr.execute(plan, target);
        return points.pointOf(plan.run());
    }

    Plan plan() {
        return dr.plan(expiry, request());
    }

    static ExpireRequest request() {
        return ExpireRequest.of(THREE_DAYS, Duration.ofHours(26));
    }

    RunReport expire() throws InterruptedException {
        return dr.execute(plan(), expiry);
    }

    RunReport hold(RecoveryPointId point) throws InterruptedException {
        Operation<HoldRequest> holding = points.holding(keys.prover());
        return run(holding, new HoldRequest(point, "Ada Lovelace", "case 42"));
    }

    <R extends PlanRequest> RunReport run(Operation<R> operation, R request) throws InterruptedException {
        return dr.execute(dr.plan(operation, request), operation);
    }

    /** Oldest first. */
    List<RecoveryPointId> listed() {
        return points.list().points().stream().map(RecoveryPoint::id).toList();
    }

    List<RecoveryPointId> going() {
        return points.list().going().stream().map(RecoveryPoint::id).toList();
    }

    /** What lies at a point's place, relative to it. */
    List<String> place(RecoveryPointId point) {
        String prefix = "points/bank/" + point + "/";
        return store.list(prefix).stream()
                .map(StoredObject::key)
                .map(key -> key.substring(prefix.length()))
                .toList();
    }

    /** What is wrong with the points that are listed: each must be whole, to its last byte. */
    List<String> damages() throws IOException {
        List<String> damages = new ArrayList<>();
        for (RecoveryPoint point : points.list().points()) {
            if (point.proof().level() == Proof.Level.FAILED) {
                damages.add(point.id() + " is FAILED: " + point.remarks());
            }
            for (Manifest.Content content : points.load(point.id()).contents()) {
                try (InputStream plain = store.open(content.stream(), IdentitySource.none())) {
                    if (plain.readAllBytes().length != content.stream().plainBytes()) {
                        damages.add(point.id() + " is cut");
                    }
                }
            }
        }
        return damages;
    }

    Outcome outcome(Plan plan) {
        return dr.report(plan.run()).outcome();
    }
}
