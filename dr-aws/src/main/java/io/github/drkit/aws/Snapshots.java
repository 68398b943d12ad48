package io.github.drkit.aws;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RecoveryWindow;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/**
 * Snapshots and automated backups of one instance, in our words. An instance may be gone, and another of its name may have
 * come: what was taken of either is listed, and says of which it is.
 */
final class Snapshots {

    static final String FORMAT = "rds-snapshot/1";
    static final String INSTANT_FORMAT = "rds-window/1";

    private static final long GIB = 1024L * 1024 * 1024;

    private final TargetId target;
    private final String instance;
    private final Rds home;
    private final List<Rds> elsewhere;

    Snapshots(TargetId target, String instance, Rds home, List<Rds> elsewhere) {
        this.target = target;
        this.instance = instance;
        this.home = home;
        this.elsewhere = List.copyOf(elsewhere);
    }

    /**
     * A snapshot and where it lies.
     *
     * @param snapshot as RDS describes it
     * @param rds the region it lies in
     * @param point the recovery point it is
     */
    record Found(DBSnapshot snapshot, Rds rds, RecoveryPointId point) {

        /** What a plan relies on: another snapshot of this name is another point. */
        String identity() {
            return Snapshots.identity(snapshot);
        }
    }

    /** All snapshots in all regions, whatever their status. */
    List<Found> all(Optional<DBInstance> live) {
        List<Found> all = new ArrayList<>(in(home, live));
        elsewhere.forEach(region -> all.addAll(in(region, live)));
        return all;
    }

    /** The snapshots of the home region. */
    List<Found> here(Optional<DBInstance> live) {
        return in(home, live);
    }

    /** The snapshots of one region. */
    List<Found> in(Rds region, Optional<DBInstance> live) {
        Map<String, DBSnapshot> byArn = new LinkedHashMap<>();
        List<DBSnapshot> found = new ArrayList<>(region.snapshots(request -> request.dbInstanceIdentifier(instance)));
        // AWS Backup's are in no other answer.
        found.addAll(region.snapshots(
                request -> request.dbInstanceIdentifier(instance).snapshotType("awsbackup")));
        // Those taken before the instance was given its present name.
        live.ifPresent(now -> found.addAll(region.snapshots(request -> request.dbiResourceId(now.dbiResourceId()))));
        found.forEach(snapshot -> byArn.put(snapshot.dbSnapshotArn(), snapshot));
        return byArn.values().stream()
                .map(snapshot -> new Found(
                        snapshot,
                        region,
                        RdsNames.point(snapshot.dbSnapshotIdentifier(), region.region(), home.region())))
                .toList();
    }

    Catalog catalog(Optional<DBInstance> live, List<Found> snapshots, List<RecoveryWindow> windows) {
        List<RecoveryPoint> points = new ArrayList<>();
        List<Catalog.Problem> problems = new ArrayList<>();
        for (Found found : snapshots) {
            DBSnapshot snapshot = found.snapshot();
            if (!InstanceStatus.AVAILABLE.equals(snapshot.status())) {
                if ("failed".equals(snapshot.status())) {
                    problems.add(
                            new Catalog.Problem(
                                    snapshot.dbSnapshotArn(),
                                    "DRK-RDS-107",
                                    "the snapshot is failed but must be available; it counts against the quota until it is deleted"));
                }
            } else if (consistencyTime(snapshot).isEmpty()) {
                problems.add(new Catalog.Problem(
                        snapshot.dbSnapshotArn(),
                        "DRK-RDS-107",
                        "the snapshot has no time but its consistency time must be known"));
            } else {
                points.add(point(found, live));
            }
        }
        return new Catalog(points, windows, problems);
    }

    /** The live instance's window first, then those of backups retained of instances that are gone. */
    List<Window> windows(Optional<DBInstance> live) {
        List<DBInstanceAutomatedBackup> backups = new ArrayList<>();
        live.ifPresent(
                now -> backups.addAll(home.automatedBackups(request -> request.dbiResourceId(now.dbiResourceId()))));
        home.automatedBackups(request -> request.dbInstanceIdentifier(instance)).stream()
                .filter(backup -> backups.stream()
                        .noneMatch(other -> Objects.equals(other.dbiResourceId(), backup.dbiResourceId())))
                .forEach(backups::add);
        List<Window> windows = new ArrayList<>();
        for (DBInstanceAutomatedBackup backup : backups) {
            if (backup.restoreWindow() != null
                    && backup.restoreWindow().earliestTime() != null
                    && backup.restoreWindow().latestTime() != null
                    && !backup.restoreWindow()
                            .latestTime()
                            .isBefore(backup.restoreWindow().earliestTime())) {
                windows.add(new Window(
                        backup,
                        new RecoveryWindow(
                                target,
                                backup.restoreWindow().earliestTime(),
                                backup.restoreWindow().latestTime(),
                                Duration.ofSeconds(1))));
            }
        }
        return windows;
    }

    /**
     * A window and the automated backup it belongs to.
     *
     * @param backup as RDS describes it
     * @param window what can be restored
     */
    record Window(DBInstanceAutomatedBackup backup, RecoveryWindow window) {

        /** Whether the instance is gone and RDS keeps its backup for a while. */
        boolean retained() {
            return "retained".equals(backup.status());
        }
    }

    private RecoveryPoint point(Found found, Optional<DBInstance> live) {
        DBSnapshot snapshot = found.snapshot();
        Map<String, String> tags = RdsTags.of(snapshot.tagList());
        boolean ours = RdsTags.madeIt(tags, snapshot.dbSnapshotArn());
        String type = String.valueOf(snapshot.snapshotType());
        List<String> remarks = new ArrayList<>();
        if (type.equals("automated") || type.equals("awsbackup")) {
            remarks.add("expired by " + (type.equals("automated") ? "RDS" : "AWS Backup") + ", not by DR Kit");
        }
        if (live.isPresent() && !Objects.equals(live.get().dbiResourceId(), snapshot.dbiResourceId())) {
            remarks.add("of an earlier instance of this name, " + snapshot.dbiResourceId());
        }
        if (Boolean.TRUE.equals(snapshot.encrypted())) {
            remarks.add("encrypted with " + snapshot.kmsKeyId());
        }
        return new RecoveryPoint(
                found.point(),
                target,
                ours ? run(tags) : RunId.of(type.equals("manual") ? "by-hand" : type),
                FORMAT,
                consistencyTime(snapshot).orElseThrow(),
                ours ? scheduledFor(tags) : Optional.empty(),
                label(snapshot, tags, ours),
                bytes(snapshot),
                snapshot.dbSnapshotArn(),
                Proof.none(),
                Plausibility.OK,
                remarks);
    }

    /** What somebody else made by hand is manual, whatever it is called, and kept until someone deletes it. */
    private static String label(DBSnapshot snapshot, Map<String, String> tags, boolean ours) {
        if (ours) {
            return RdsTags.decode(tags.getOrDefault(RdsTags.LABEL, ""));
        }
        return "manual".equals(snapshot.snapshotType()) ? snapshot.dbSnapshotIdentifier() : "";
    }

    private static RunId run(Map<String, String> tags) {
        try {
            return RunId.of(tags.getOrDefault(RdsTags.RUN, "by-hand"));
        } catch (IllegalArgumentException e) {
            return RunId.of("by-hand"); // somebody changed the tag
        }
    }

    private static Optional<Instant> scheduledFor(Map<String, String> tags) {
        try {
            return Optional.ofNullable(tags.get(RdsTags.SCHEDULED_FOR)).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty(); // somebody changed the tag
        }
    }

    /** The last transaction in it; a copy keeps it, where the time of creation changes. */
    static Optional<Instant> consistencyTime(DBSnapshot snapshot) {
        return Optional.ofNullable(snapshot.snapshotDatabaseTime())
                .or(() -> Optional.ofNullable(snapshot.originalSnapshotCreateTime()))
                .or(() -> Optional.ofNullable(snapshot.snapshotCreateTime()));
    }

    /** RDS tells the whole size of some snapshots, and of all the size of the volume. */
    static long bytes(DBSnapshot snapshot) {
        Long full = snapshot.fullSnapshotSizeInBytes();
        if (full != null && full > 0) {
            return full;
        }
        return snapshot.allocatedStorage() == null ? 0 : snapshot.allocatedStorage() * GIB;
    }

    static RecoveryPoint remarked(RecoveryPoint point, String remark) {
        List<String> remarks = new ArrayList<>(point.remarks());
        remarks.add(remark);
        return point.judged(point.proof(), point.plausibility(), remarks);
    }

    /** What each is, by its point: what verdicts and marks go by. */
    static Map<RecoveryPointId, String> identities(List<Found> found) {
        Map<RecoveryPointId, String> identities = new HashMap<>();
        found.forEach(one -> identities.put(one.point(), one.identity()));
        return identities;
    }

    static String identity(DBSnapshot snapshot) {
        return snapshot.dbiResourceId() + "@"
                + consistencyTime(snapshot).map(Instant::toString).orElse("unknown");
    }
}
