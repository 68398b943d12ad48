package io.github.drkit.examples.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.due.DueRuns;
import io.github.drkit.due.FollowUp;
import io.github.drkit.lease.InProcessLeases;
import io.github.drkit.metrics.StatusMetrics;
import io.github.drkit.objective.Objectives;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.status.Platform;
import io.github.drkit.status.Protection;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a host sees its own alarm fire: the example of docs/status.md. */
class AlarmExampleTest {

    // tag::bank
    private final VirtualTime time = VirtualTime.startingAt("2026-03-10T02:00:00Z");
    private final FaultScript inStore = new FaultScript(); // what is to go wrong there, and when
    private final InMemoryJournal journal = new InMemoryJournal();
    private final InMemoryBackupTarget bank = new InMemoryBackupTarget(
            "bank",
            new InMemoryTables().add("bank", "ledger", "1;100"),
            InMemoryPointStore.on(time, inStore, 1 << 20),
            KeyRing.fresh(),
            journal);
    // end::bank
    private final RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC);
    private final Platform platform = Platform.builder(journal)
            .time(time)
            .protect(Protection.builder("bank", bank, Objectives.production())
                    .policy(policy)
                    .build())
            .build();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final StatusMetrics metrics = StatusMetrics.bind(registry, platform, time, Duration.ofMinutes(15));
    private final DueRuns due = DueRuns.builder(journal, InProcessLeases.of(time, Duration.ofMinutes(5)))
            .protect(bank, policy, FollowUp.verify(bank))
            .time(time)
            .listener(metrics.listener())
            .build();

    private Optional<Instant> failingSince = Optional.empty();
    private boolean rang;

    // tag::alarm
    @Test
    void aBackupThatFailsThreeTimesRings() throws InterruptedException {
        night();
        assertThat(rang).as("a good night").isFalse();

        for (int attempt = 1; attempt <= 3; attempt++) {
            inStore.at(Call.SEGMENT, attempt, Fault.FAIL); // the store takes no dump
        }
        night();
        assertThat(rang).isTrue();
    }

    /** From 02:00 to 04:00 as the host lives it, and on to the next night. */
    private void night() throws InterruptedException {
        for (int minute = 0; minute < 120; minute += 5) {
            due.runDue();
            metrics.refresh();
            lookAtTheAlarm();
            time.advance(Duration.ofMinutes(5));
        }
        time.advance(Duration.ofHours(22));
    }

    /** The host's own alarm; here the rule BackupFailed. */
    private void lookAtTheAlarm() {
        double outcome = registry.get("drkit.backup.outcome")
                .tag("component", "bank")
                .gauge()
                .value();
        failingSince = outcome > 0 ? failingSince.or(() -> Optional.of(time.now())) : Optional.empty();
        rang |= failingSince
                .filter(since -> !since.plus(Duration.ofHours(1)).isAfter(time.now()))
                .isPresent();
    }
    // end::alarm

    @Test
    void oneFailedAttemptDoesNotRing() throws InterruptedException {
        inStore.at(Call.SEGMENT, 1, Fault.FAIL);

        night();

        assertThat(rang).isFalse();
    }
}
