package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.rds.AwsCall;
import io.github.drkit.testkit.rds.AwsFault;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.rds.RdsClient;

/** Storage metrics, from the fake of CloudWatch through the SDK's client. */
class RdsMetricsTest {

    private static final String FREE = "FreeStorageSpace";
    private static final String LAG = "OldestReplicationSlotLag";
    private static final String LOGS = "TransactionLogsDiskUsage";

    private final RdsWorld world = new RdsWorld(VirtualTime.startingAt("2026-11-22T02:00:00Z")).withInstance();
    private final CloudWatchClient metrics = world.aws.metricsClient();

    @AfterEach
    void close() {
        metrics.close();
        world.close();
    }

    private RdsTarget target() {
        RdsRegion region = RdsRegion.builder(world.rds, metrics)
                .time(world.aws.time)
                .chance(new Random(1))
                .build();
        return RdsTarget.builder(world.target().build().id(), RdsWorld.INSTANCE, region)
                .build();
    }

    private void measured(String metric, Duration ago, double value) {
        Instant at = world.aws.time.now().minus(ago);
        world.aws.metrics.point(RdsWorld.HOME, metric, RdsWorld.INSTANCE, at, value);
    }

    @Test
    void theNewestValueOfEachIsToldInBytes() {
        measured(FREE, Duration.ofMinutes(59), 9e9);
        measured(FREE, Duration.ofMinutes(2), 61_203_283_968.0);
        measured(FREE, Duration.ofMinutes(5), 7e9);
        measured(LAG, Duration.ofMinutes(1), 0);
        measured(LOGS, Duration.ofMinutes(1), 1_073_741_824.5);
        world.aws.metrics.point(
                RdsWorld.HOME, FREE, "fineract-uat", world.aws.time.now().minusSeconds(60), 1);
        world.aws.metrics.point(
                RdsWorld.AWAY, FREE, RdsWorld.INSTANCE, world.aws.time.now().minusSeconds(60), 2);

        RdsBackups backups = target().backups();

        assertThat(backups.metrics())
                .isEqualTo(Map.of(
                        FREE, Optional.of(61_203_283_968L), LAG, Optional.of(0L), LOGS, Optional.of(1_073_741_824L)));
        assertThat(backups.render()).contains("""
                        FreeStorageSpace 61203283968 bytes
                        OldestReplicationSlotLag 0 bytes
                        TransactionLogsDiskUsage 1073741824 bytes
                        """);
    }

    @Test
    void aMetricWithoutAValueWithinTheLastHourIsNamedAndNotLeftOut() {
        measured(FREE, Duration.ofMinutes(61), 9e9);
        measured(LOGS, Duration.ofMinutes(1), 5);

        RdsBackups backups = target().backups();

        assertThat(backups.metrics())
                .isEqualTo(Map.of(FREE, Optional.empty(), LAG, Optional.empty(), LOGS, Optional.of(5L)));
        assertThat(backups.render()).contains("""
                        FreeStorageSpace no value in bytes within the last hour
                        OldestReplicationSlotLag no value in bytes within the last hour
                        TransactionLogsDiskUsage 5 bytes
                        """);
    }

    @Test
    void aValueInAnotherUnitIsNotTakenForBytes() {
        world.aws.metrics.unit(LAG, "Megabytes");
        measured(LAG, Duration.ofMinutes(1), 512);

        assertThat(target().backups().metrics()).containsEntry(LAG, Optional.empty());
    }

    @Test
    void aQuestionThatIsThrottledForAMomentIsAskedAgain() {
        measured(FREE, Duration.ofMinutes(1), 5);
        world.script().inject(AwsFault.throttled("GetMetricStatistics").times(2));

        assertThat(target().backups().metrics()).containsEntry(FREE, Optional.of(5L));
        assertThat(world.script().calls())
                .filteredOn(call -> call.iamAction().equals("cloudwatch:GetMetricStatistics"))
                .hasSize(Health.METRICS.size() + 2);
    }

    @Test
    void aPartIsNeverReturnedWhereCloudWatchAnswersNobody() {
        world.script().inject(AwsFault.throttled("GetMetricStatistics").always());

        assertThatThrownBy(() -> target().backups())
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .hasMessage(
                        "Cannot read metric FreeStorageSpace of 'fineract-prod': AWS answered Throttling but must take"
                                + " the call\nHint: Too many calls in this account and region; try again later [DRK-RDS-001]");
    }

    @Test
    void credentialsThatMayNotReadMetricsAreToldAndTheCatalogDoesWithoutThem() {
        world.script()
                .inject(AwsFault.answer("GetMetricStatistics", 403, "AccessDenied")
                        .always());

        assertThatThrownBy(() -> target().backups())
                .isExactlyInstanceOf(TargetAccessException.class)
                .hasMessage("Cannot read metric FreeStorageSpace of 'fineract-prod': AWS answered AccessDenied but the"
                        + " credentials must allow it\nHint: Compare the role's policy with the one in docs/rds.md; for a"
                        + " KMS key, the key's policy too [DRK-RDS-002]");
        world.rds.stopDBInstance(request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE));
        world.aws.pass(Duration.ofHours(1));
        assertThat(target().list().problems())
                .extracting(problem -> problem.code())
                .contains("DRK-RDS-105");
    }

    @Test
    void withoutAClientNothingIsAskedAndNoMetricIsNamed() {
        measured(FREE, Duration.ofMinutes(1), 5);

        RdsBackups backups = world.target().build().backups();

        assertThat(backups.metrics()).isEmpty();
        assertThat(backups.render()).doesNotContain(FREE);
        assertThat(world.script().calls()).extracting(AwsCall::service).containsOnly("rds");
    }

    @Test
    void aClientOfAnotherRegionIsRefused() {
        try (RdsClient away = world.aws.rdsClient(RdsWorld.AWAY)) {
            assertThatThrownBy(() -> RdsRegion.builder(away, metrics))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Cannot describe region 'us-east-2': its CloudWatch client is of 'eu-central-1' but must be"
                                    + " of the same region");
        }
    }
}
