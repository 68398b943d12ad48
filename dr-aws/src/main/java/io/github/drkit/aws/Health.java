package io.github.drkit.aws;

import io.github.drkit.Catalog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/** Judges automated backups by what is absent. Pure: what was seen and what time it is are given. */
final class Health {

    static final List<String> METRICS =
            List.of("FreeStorageSpace", "OldestReplicationSlotLag", "TransactionLogsDiskUsage");

    private final String name;
    private final BackupRule rule;
    private final Instant now;

    Health(String name, BackupRule rule, Instant now) {
        this.name = name;
        this.rule = rule;
        this.now = now;
    }

    List<Catalog.Problem> problems(Optional<DBInstance> live, List<DBSnapshot> snapshots) {
        List<Catalog.Problem> problems = new ArrayList<>();
        if (live.isEmpty()) {
            return List.of(problem(
                    "DRK-RDS-105", "the instance is absent, so that nothing is backed up but it must be available"));
        }
        DBInstance instance = live.get();
        String status = String.valueOf(instance.dbInstanceStatus());
        if (InstanceStatus.isIdle(status) || InstanceStatus.isBroken(status)) {
            problems.add(problem(
                    "DRK-RDS-105",
                    "the instance is " + status + ", so that nothing is backed up but it must be available"));
        }
        int days = days(instance);
        if (days == 0) {
            problems.add(problem("DRK-RDS-101", "automated backups are off but must be on"));
            return problems;
        }
        if (Duration.ofDays(days).compareTo(rule.retention()) < 0) {
            problems.add(problem(
                    "DRK-RDS-102",
                    "automated backups are kept " + days + " days but "
                            + rule.retention().toDays() + " are required"));
        }
        Optional<DBSnapshot> newest = newestAutomated(snapshots);
        Optional<Instant> taken = newest.flatMap(Snapshots::consistencyTime);
        if (taken.isEmpty()) {
            problems.add(problem("DRK-RDS-103", "there is no automated snapshot but one a day is required"));
        } else if (taken.get().plus(rule.newestSnapshot()).isBefore(now)) {
            problems.add(problem(
                    "DRK-RDS-103",
                    "the newest automated snapshot is of " + taken.get() + " but one younger than "
                            + rule.newestSnapshot().toHours() + " hours is required"));
        }
        newest.filter(snapshot -> !Objects.equals(snapshot.dbiResourceId(), instance.dbiResourceId()))
                .ifPresent(snapshot -> problems.add(problem(
                        "DRK-RDS-106",
                        "the newest automated snapshot is of instance " + snapshot.dbiResourceId()
                                + ", an earlier one of" + " this name, but it must be of "
                                + instance.dbiResourceId())));
        Instant latest = instance.latestRestorableTime();
        if (InstanceStatus.AVAILABLE.equals(status)
                && (latest == null || latest.plus(rule.lag()).isBefore(now))) {
            problems.add(problem(
                    "DRK-RDS-104",
                    "the latest restorable time is " + (latest == null ? "unknown" : latest) + " but must lie within "
                            + rule.lag().toMinutes() + " minutes"));
        }
        return problems;
    }

    static int days(DBInstance instance) {
        return instance.backupRetentionPeriod() == null ? 0 : instance.backupRetentionPeriod();
    }

    static Optional<DBSnapshot> newestAutomated(List<DBSnapshot> snapshots) {
        return snapshots.stream()
                .filter(snapshot -> "automated".equals(snapshot.snapshotType()))
                .filter(snapshot -> InstanceStatus.AVAILABLE.equals(snapshot.status()))
                .filter(snapshot -> Snapshots.consistencyTime(snapshot).isPresent())
                .max(Comparator.comparing(
                        snapshot -> Snapshots.consistencyTime(snapshot).orElse(Instant.EPOCH)));
    }

    static Map<String, Optional<Long>> metrics(Rds rds, String instance) {
        Map<String, Optional<Long>> values = new TreeMap<>();
        if (rds.readsMetrics()) {
            METRICS.forEach(metric -> values.put(metric, rds.metricBytes(instance, metric)));
        }
        return values;
    }

    private Catalog.Problem problem(String code, String reason) {
        return new Catalog.Problem(name, code, reason);
    }
}
