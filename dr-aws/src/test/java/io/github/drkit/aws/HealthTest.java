package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

class HealthTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final Health health = new Health("bank", BackupRule.keeping(7), NOW);

    private static DBInstance.Builder instance() {
        return DBInstance.builder()
                .dbInstanceStatus("available")
                .dbiResourceId("db-1")
                .backupRetentionPeriod(7)
                .latestRestorableTime(NOW.minus(Duration.ofMinutes(15)));
    }

    private static DBSnapshot.Builder snapshot(Duration age) {
        return DBSnapshot.builder()
                .snapshotType("automated")
                .status("available")
                .dbiResourceId("db-1")
                .snapshotDatabaseTime(NOW.minus(age));
    }

    private List<Problem> problems(DBInstance.Builder instance, DBSnapshot... snapshots) {
        return health.problems(Optional.of(instance.build()), List.of(snapshots));
    }

    private static Problem problem(String code, String reason) {
        return new Problem("bank", code, reason);
    }

    @Test
    void whatIsWithinTheRuleIsNoProblem() {
        assertThat(problems(instance(), snapshot(Duration.ofHours(26)).build())).isEmpty();
    }

    @Test
    void backupsThatAreOffAreTheOnlyProblem() {
        assertThat(problems(instance().backupRetentionPeriod(0)))
                .containsExactly(problem("DRK-RDS-101", "automated backups are off but must be on"));
        assertThat(problems(instance().backupRetentionPeriod(null)))
                .as("an unset value is never enough")
                .hasSize(1);
    }

    @Test
    void aRetentionBelowTheRuleIsNamed() {
        assertThat(problems(
                        instance().backupRetentionPeriod(6),
                        snapshot(Duration.ofHours(1)).build()))
                .containsExactly(problem("DRK-RDS-102", "automated backups are kept 6 days but 7 are required"));
    }

    @Test
    void anOldSnapshotIsNamedAndSoIsNone() {
        assertThat(problems(
                        instance(),
                        snapshot(Duration.ofHours(26).plusSeconds(1)).build()))
                .containsExactly(
                        problem(
                                "DRK-RDS-103",
                                "the newest automated snapshot is of 2026-11-21T09:59:59Z but one younger than 26 hours is required"));
        assertThat(problems(
                        instance(),
                        snapshot(Duration.ofHours(1)).snapshotType("manual").build(),
                        snapshot(Duration.ofHours(1)).status("creating").build()))
                .containsExactly(problem("DRK-RDS-103", "there is no automated snapshot but one a day is required"));
    }

    @Test
    void logsThatAreNotShippedAreNamedWhileTheInstanceIsAvailable() {
        DBSnapshot fresh = snapshot(Duration.ofHours(1)).build();

        assertThat(problems(instance().latestRestorableTime(NOW.minus(Duration.ofMinutes(16))), fresh))
                .containsExactly(problem(
                        "DRK-RDS-104",
                        "the latest restorable time is 2026-11-22T11:44:00Z but must lie within 15 minutes"));
        assertThat(problems(instance().latestRestorableTime(null), fresh))
                .containsExactly(
                        problem("DRK-RDS-104", "the latest restorable time is unknown but must lie within 15 minutes"));
        assertThat(problems(
                        instance()
                                .latestRestorableTime(NOW.minus(Duration.ofMinutes(16)))
                                .dbInstanceStatus("backing-up"),
                        fresh))
                .isEmpty();
    }

    @Test
    void whatStopsBackupsIsNamed() {
        for (String status : List.of("stopped", "stopping", "storage-full", "failed", "incompatible-parameters")) {
            assertThat(problems(
                            instance().dbInstanceStatus(status),
                            snapshot(Duration.ofHours(1)).build()))
                    .containsExactly(problem(
                            "DRK-RDS-105",
                            "the instance is " + status + ", so that nothing is backed up but it must be available"));
        }
        assertThat(health.problems(Optional.empty(), List.of()))
                .containsExactly(problem(
                        "DRK-RDS-105",
                        "the instance is absent, so that nothing is backed up but it must be available"));
    }

    @Test
    void aSnapshotOfAnEarlierInstanceIsNoBackupOfThisOne() {
        assertThat(problems(
                        instance(),
                        snapshot(Duration.ofHours(1)).dbiResourceId("db-0").build()))
                .containsExactly(problem(
                        "DRK-RDS-106",
                        "the newest automated snapshot is of instance db-0, an earlier one of this name, but it must be of"
                                + " db-1"));
    }

    @Test
    void anUnsetRuleIsNeverZero() {
        assertThatThrownBy(() -> BackupRule.keeping(0))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot accept a rule for backups with PT0S: more than zero is needed");
    }
}
