package io.github.drkit.aws;

import io.github.drkit.TimeSource;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.retry.Retries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.CopyDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.CreateDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBInstanceAutomatedBackup;
import software.amazon.awssdk.services.rds.model.DBSnapshot;
import software.amazon.awssdk.services.rds.model.DescribeDbInstanceAutomatedBackupsRequest;
import software.amazon.awssdk.services.rds.model.DescribeDbSnapshotsRequest;
import software.amazon.awssdk.services.rds.model.Event;
import software.amazon.awssdk.services.rds.model.ModifyDbInstanceRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceFromDbSnapshotRequest;
import software.amazon.awssdk.services.rds.model.RestoreDbInstanceToPointInTimeRequest;
import software.amazon.awssdk.services.rds.model.SourceType;

/**
 * Every call DR Kit makes to RDS and CloudWatch. Questions are repeated while AWS is busy or away. Orders are sent once, and
 * again only where AWS refused them for being busy or they never left; whatever else is a lost answer, which the caller looks into.
 */
final class Rds {

    private final RdsClient client;
    private final Optional<CloudWatchClient> metrics;
    private final TimeSource time;
    private final RandomGenerator chance;
    private final Retries retries;
    private final AwsRequestOverrideConfiguration once;

    Rds(RdsClient client, Optional<CloudWatchClient> metrics, TimeSource time, RandomGenerator chance) {
        this.client = client;
        this.metrics = metrics;
        this.time = time;
        this.chance = chance;
        this.retries = Retries.of(time, chance);
        SdkPlugin noRetries =
                configuration -> configuration.overrideConfiguration(configuration.overrideConfiguration().toBuilder()
                        .retryStrategy(AwsRetryStrategy.doNotRetry())
                        .build());
        this.once =
                AwsRequestOverrideConfiguration.builder().addPlugin(noRetries).build();
    }

    String region() {
        return client.serviceClientConfiguration().region().id();
    }

    TimeSource time() {
        return time;
    }

    /** Between half and all of a wait, so that many who wait do not ask at the same time. */
    Duration spread(Duration longest) {
        return Duration.ofMillis(chance.nextLong(longest.toMillis() / 2, longest.toMillis() + 1));
    }

    /** For what a host name and a server need some minutes to get ready for. */
    <T> T patiently(Supplier<T> question) throws InterruptedException {
        return Retries.builder(time, chance)
                .attempts(20)
                .waits(Duration.ofSeconds(1), Duration.ofSeconds(30))
                .build()
                .<T, RuntimeException>call(question::get);
    }

    Optional<DBInstance> find(String instance) {
        return first(ask(
                "describe instance '" + instance + "'",
                () -> client.describeDBInstances(request ->
                                request.dbInstanceIdentifier(instance).overrideConfiguration(once))
                        .dbInstances()));
    }

    Optional<DBSnapshot> findSnapshot(String snapshot) {
        return first(ask(
                "describe snapshot '" + snapshot + "'",
                () -> client.describeDBSnapshots(request ->
                                request.dbSnapshotIdentifier(snapshot).overrideConfiguration(once))
                        .dbSnapshots()));
    }

    List<DBSnapshot> snapshots(Consumer<DescribeDbSnapshotsRequest.Builder> which) {
        List<DBSnapshot> all = new ArrayList<>();
        String[] marker = {""};
        do {
            all.addAll(ask("list snapshots in " + region(), () -> {
                        var page = client.describeDBSnapshots(request -> {
                            which.accept(request);
                            request.overrideConfiguration(once);
                            if (!marker[0].isEmpty()) {
                                request.marker(marker[0]);
                            }
                        });
                        marker[0] = page.marker() == null ? "" : page.marker();
                        return page.dbSnapshots();
                    })
                    .orElseGet(List::of));
        } while (!marker[0].isEmpty());
        return all;
    }

    List<DBInstanceAutomatedBackup> automatedBackups(
            Consumer<DescribeDbInstanceAutomatedBackupsRequest.Builder> which) {
        List<DBInstanceAutomatedBackup> all = new ArrayList<>();
        String[] marker = {""};
        do {
            all.addAll(ask("list automated backups in " + region(), () -> {
                        var page = client.describeDBInstanceAutomatedBackups(request -> {
                            which.accept(request);
                            request.overrideConfiguration(once);
                            if (!marker[0].isEmpty()) {
                                request.marker(marker[0]);
                            }
                        });
                        marker[0] = page.marker() == null ? "" : page.marker();
                        return page.dbInstanceAutomatedBackups();
                    })
                    .orElseGet(List::of));
        } while (!marker[0].isEmpty());
        return all;
    }

    /** RDS keeps events for 14 days and shows those of the last hour unless asked for more. */
    List<Event> events(String instance, Duration back) {
        List<Event> all = new ArrayList<>();
        String[] marker = {""};
        do {
            all.addAll(ask("list events of '" + instance + "'", () -> {
                        var page = client.describeEvents(request -> {
                            request.sourceIdentifier(instance)
                                    .sourceType(SourceType.DB_INSTANCE)
                                    .duration((int) back.toMinutes())
                                    .overrideConfiguration(once);
                            if (!marker[0].isEmpty()) {
                                request.marker(marker[0]);
                            }
                        });
                        marker[0] = page.marker() == null ? "" : page.marker();
                        return page.events();
                    })
                    .orElseGet(List::of));
        } while (!marker[0].isEmpty());
        return all;
    }

    /**
     * The newest value of a metric of the last hour, in bytes, empty if there is none. Values in another unit are none: for
     * OldestReplicationSlotLag AWS's own pages name bytes and megabytes.
     */
    Optional<Long> metricBytes(String instance, String name) {
        Instant now = time.now();
        List<Datapoint> points = ask(
                        "read metric " + name + " of '" + instance + "'",
                        () -> metrics.orElseThrow()
                                .getMetricStatistics(request -> request.namespace("AWS/RDS")
                                        .metricName(name)
                                        .dimensions(Dimension.builder()
                                                .name("DBInstanceIdentifier")
                                                .value(instance)
                                                .build())
                                        .startTime(now.minus(Duration.ofHours(1)))
                                        .endTime(now)
                                        .period(60)
                                        .statistics(Statistic.AVERAGE)
                                        .overrideConfiguration(once))
                                .datapoints())
                .orElseGet(List::of);
        return points.stream()
                .filter(point -> point.timestamp() != null && point.average() != null)
                .filter(point -> point.unit() == StandardUnit.BYTES)
                .max(Comparator.comparing(Datapoint::timestamp))
                .map(point -> point.average().longValue());
    }

    boolean readsMetrics() {
        return metrics.isPresent();
    }

    DBSnapshot createSnapshot(CreateDbSnapshotRequest.Builder request) {
        return order(
                "create snapshot '" + request.build().dbSnapshotIdentifier() + "'",
                () -> client.createDBSnapshot(
                                request.overrideConfiguration(once).build())
                        .dbSnapshot());
    }

    DBSnapshot copySnapshot(CopyDbSnapshotRequest.Builder request) {
        return order(
                "copy snapshot '" + request.build().targetDBSnapshotIdentifier() + "' to " + region(),
                () -> client.copyDBSnapshot(request.overrideConfiguration(once).build())
                        .dbSnapshot());
    }

    DBInstance restoreToPointInTime(RestoreDbInstanceToPointInTimeRequest.Builder request) {
        return order(
                "restore to instance '" + request.build().targetDBInstanceIdentifier() + "'",
                () -> client.restoreDBInstanceToPointInTime(
                                request.overrideConfiguration(once).build())
                        .dbInstance());
    }

    DBInstance restoreFromSnapshot(RestoreDbInstanceFromDbSnapshotRequest.Builder request) {
        return order(
                "restore to instance '" + request.build().dbInstanceIdentifier() + "'",
                () -> client.restoreDBInstanceFromDBSnapshot(
                                request.overrideConfiguration(once).build())
                        .dbInstance());
    }

    /** Says values and not changes, so that saying it twice is saying it once. */
    DBInstance modify(ModifyDbInstanceRequest.Builder request) {
        return order(
                "modify instance '" + request.build().dbInstanceIdentifier() + "'",
                () -> client.modifyDBInstance(
                                request.overrideConfiguration(once).build())
                        .dbInstance());
    }

    void reboot(String instance) {
        order(
                "reboot instance '" + instance + "'",
                () -> client.rebootDBInstance(
                        request -> request.dbInstanceIdentifier(instance).overrideConfiguration(once)));
    }

    void delete(String instance) {
        order(
                "delete instance '" + instance + "'",
                () -> client.deleteDBInstance(request -> request.dbInstanceIdentifier(instance)
                        .skipFinalSnapshot(true)
                        .deleteAutomatedBackups(true)
                        .overrideConfiguration(once)));
    }

    void deleteSnapshot(String snapshot) {
        order(
                "delete snapshot '" + snapshot + "'",
                () -> client.deleteDBSnapshot(
                        request -> request.dbSnapshotIdentifier(snapshot).overrideConfiguration(once)));
    }

    void removeTags(String arn, List<String> keys) {
        order(
                "take tags " + keys + " off '" + arn + "'",
                () -> client.removeTagsFromResource(
                        request -> request.resourceName(arn).tagKeys(keys).overrideConfiguration(once)));
    }

    /** Looks again until nothing is seen any more, or for so long; returns what was seen last. */
    <T> Optional<T> untilNot(Supplier<Optional<T>> look, Duration longest, Duration every) {
        long begin = time.elapsedNanos();
        Optional<T> seen = look.get();
        while (seen.isPresent() && time.elapsedNanos() - begin < longest.toNanos()) {
            try {
                time.sleep(spread(every));
            } catch (InterruptedException e) {
                throw interrupted("wait until something is gone", e);
            }
            seen = look.get();
        }
        return seen;
    }

    /** The answer, or empty if AWS says there is no such thing. */
    private <T> Optional<T> ask(String what, Supplier<T> question) {
        try {
            return Optional.of(retries.<T, RuntimeException>call(() -> {
                try {
                    return question.get();
                } catch (SdkException e) {
                    throw AwsErrors.ofReading(what, e);
                }
            }));
        } catch (NotFoundException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private <T> T order(String what, Supplier<T> order) {
        try {
            // Only what AWS refused to take, or what never left, is a TargetUnavailableException and sent again.
            return retries.<T, RuntimeException>call(() -> {
                try {
                    return order.get();
                } catch (SdkException e) {
                    throw AwsErrors.ofWriting(what, e);
                }
            });
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    /** Planning and listing declare no interrupt; a step finds the flag and says that it was cancelled. */
    private static TargetUnavailableException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new TargetUnavailableException(
                "DRK-RDS-001",
                "Cannot " + what + ": interrupted while waiting but must wait",
                "Resume or try again",
                e);
    }

    private static <T> Optional<T> first(Optional<List<T>> answer) {
        return answer.flatMap(list -> list.stream().findFirst());
    }
}
