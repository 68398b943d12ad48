package io.github.drkit.examples.bank;

import static io.github.drkit.testkit.assertj.DrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.due.DueRuns;
import io.github.drkit.due.FollowUp;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.lease.InProcessLeases;
import io.github.drkit.metrics.StatusMetrics;
import io.github.drkit.minio.S3Credentials;
import io.github.drkit.minio.S3Store;
import io.github.drkit.objective.Objectives;
import io.github.drkit.report.RunReport;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.status.Platform;
import io.github.drkit.status.Protection;
import io.github.drkit.testkit.RecordingListener;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import io.github.drkit.testkit.s3.FakeS3;
import io.github.drkit.testkit.s3.S3Call;
import io.github.drkit.testkit.s3.S3Fault;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/testing.md shows. */
class TestingPageTest {

    // tag::world
    private final VirtualTime time = VirtualTime.startingAt("2026-03-10T01:00:00Z");
    private final FaultScript faults = new FaultScript(); // nothing goes wrong yet
    private final InMemoryJournal journal = new InMemoryJournal(faults);
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);
    private final InMemoryTables tables = new InMemoryTables().add("bank", "ledger", "1;100");
    private final InMemoryBackupTarget bank = new InMemoryBackupTarget("bank", tables, store, KeyRing.fresh(), journal);
    private final RecordingListener told = new RecordingListener();
    private final DisasterRecovery dr =
            DisasterRecovery.builder(journal).time(time).listener(told).build();

    private final Schedule daily = Schedule.dailyAt(LocalTime.of(1, 0), ZoneOffset.UTC);
    private final DueRuns due = DueRuns.builder(journal, InProcessLeases.of(time, Duration.ofMinutes(5)))
            .protect(bank, List.of(daily), FollowUp.verify(bank))
            .time(time)
            .build();
    // end::world

    @Test
    void aMonthOfNights() throws Exception {
        // tag::nights
        for (int night = 1; night <= 30; night++) {
            assertThat(due.runDue().needsAttention()).isFalse();
            time.advance(Duration.ofDays(1));
        }
        assertThat(bank.list()).hasNoProblems().hasPoints(30).newestPoint().is(Proof.Level.VERIFIED);
        // end::nights
    }

    @Test
    void aPlanIsLookedAt() {
        // tag::plan
        Plan plan = dr.plan(bank, BackupRequest.manual("before the upgrade"));

        assertThat(plan).hasStepsInOrder("dump", "commit").destroysNothing();
        assertThat(store.changes()).isZero(); // a plan changes nothing
        // end::plan
    }

    @Test
    void aStoreThatFails() throws Exception {
        // tag::fails
        faults.at(FaultScript.Call.SEGMENT, 1, FaultScript.Fault.FAIL);

        Plan plan = dr.plan(bank, BackupRequest.manual("before the upgrade"));
        RunReport report = dr.execute(plan, bank);

        assertThat(report).failedAt("dump", "DRK-FAKE-001");
        assertThat(bank.list()).hasPoints(0);
        assertThat(told.events(RecoveryEvent.RunEnded.class))
                .extracting(RecoveryEvent.RunEnded::outcome)
                .containsExactly(Outcome.FAILED);
        // end::fails
    }

    @Test
    void aProcessThatDies() throws Exception {
        // tag::dies
        faults.at(FaultScript.Call.CREATE, 1, FaultScript.Fault.CRASH_AFTER); // the manifest is there, and nobody knows

        Plan plan = dr.plan(bank, BackupRequest.manual("before the upgrade"));
        assertThatThrownBy(() -> dr.execute(plan, bank)).isInstanceOf(Error.class);
        faults.revive();

        assertThat(dr.resume(plan.run(), bank)).succeeded().hasStep("commit", Outcome.SUCCEEDED);
        assertThat(bank.list()).hasNoProblems().hasPoints(1);
        // end::dies
    }

    @Test
    void theAlarmFires() throws Exception {
        // tag::alarm
        MeterRegistry registry = new SimpleMeterRegistry();
        Platform platform = Platform.builder(journal)
                .time(time)
                .protect(Protection.builder(
                                "bank", bank, new Objectives("production", Duration.ofHours(4), Duration.ofHours(26)))
                        .schedule(daily)
                        .build())
                .build();
        StatusMetrics metrics = StatusMetrics.bind(registry, platform, time, Duration.ofMinutes(15));
        Gauge rpo =
                registry.get("drkit.objective.state").tag("objective", "rpo").gauge();

        due.runDue();
        metrics.refresh();
        assertThat(rpo.value()).isEqualTo(0); // MET

        time.advance(Duration.ofHours(27)); // and nobody calls runDue()
        metrics.refresh();
        assertThat(rpo.value()).isEqualTo(3); // MISSED: "expr: drkit_objective_state > 1" fires
        // end::alarm
    }

    @Test
    void aBucketThatForbids() throws Exception {
        // tag::s3
        try (FakeS3 s3 = FakeS3.begin(time).bucket("bank-backups");
                S3Store bucket = S3Store.builder(s3.endpoint(), "bank-backups")
                        .credentials(() -> S3Credentials.of(s3.accessKey(), s3.secretKey()))
                        .withoutTls() // it listens on this machine only
                        .time(time) // waits between repeated requests take no time
                        .build()) {
            InMemoryBackupTarget stored = new InMemoryBackupTarget("bank", tables, bucket, KeyRing.fresh(), journal);
            s3.inject(S3Fault.answer(S3Call.PUT_OBJECT, 403, "AccessDenied").onKey("manifest"));

            Plan plan = dr.plan(stored, BackupRequest.manual("before the upgrade"));
            assertThat(dr.execute(plan, stored)).failedAt("commit", "DRK-STORE-004");
        }
        // end::s3
    }
}
