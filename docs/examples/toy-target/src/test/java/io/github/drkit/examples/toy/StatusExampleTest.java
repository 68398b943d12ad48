package io.github.drkit.examples.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.VerifyRequest;
import io.github.drkit.due.DueRuns;
import io.github.drkit.due.FollowUp;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.lease.InProcessLeases;
import io.github.drkit.lease.Leases;
import io.github.drkit.metrics.StatusMetrics;
import io.github.drkit.objective.Objectives;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.status.Platform;
import io.github.drkit.status.PlatformStatus;
import io.github.drkit.status.Protection;
import io.github.drkit.status.State;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The examples of docs/status.md, on a virtual clock. */
class StatusExampleTest {

    private final VirtualTime time = VirtualTime.startingAt("2026-03-10T01:00:00Z");
    private final InMemoryTables tables = new InMemoryTables().add("bank", "ledger", "1;100");
    private final InMemoryJournal journal = new InMemoryJournal();
    private final PointStore store = InMemoryPointStore.on(time);
    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryBackupTarget bank = new InMemoryBackupTarget("bank", tables, store, keys, journal);
    private final RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala"));
    private final Encryption encryption = Encryption.to("age1" + "q".repeat(58), "age1" + "p".repeat(58));
    private final Leases leases = InProcessLeases.of(time, Duration.ofMinutes(5));
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void whatThePageShowsIsWhatTheExampleSays() throws Exception {
        Platform platform = platform();
        run(bank, BackupRequest.scheduledFor(time.now()));
        run(bank, new VerifyRequest(bank.list().points().get(0).id()));
        time.jumpTo(Instant.parse("2026-03-10T12:00:00Z"));

        PlatformStatus status = platform.status();

        assertThat(status.find("bank").orElseThrow().rpo().state()).isEqualTo(State.AT_RISK);
        String said = status.render().replaceAll("t010000z-[0-9a-f]{8}", "t010000z-7c21f0aa"); // made of chance
        assertThat(Files.readString(Path.of("../../status.md"))).contains("```text\n" + said + "```\n");
    }

    @Test
    void runsOfAScheduleAreTimedTooWhereTheirListenerIsGiven() throws Exception {
        DueRuns due = metered(platform());

        assertThat(due.runDue().needsAttention()).isFalse();

        assertThat(timed("back up")).isEqualTo(1);
        assertThat(timed("verify")).isEqualTo(1);
    }

    @Test
    void aServiceBuiltAnewKnowsTheDrillThatWasKept() throws Exception {
        run(bank, BackupRequest.scheduledFor(time.now()));
        Instant outage = time.now();
        RunReport restored = run(
                new InMemoryRestoreStrategy(store, bank.points(), tables),
                RestoreRequest.of(Selection.latest(), RestoreDestination.besideOriginal("bank-drill")));
        time.advance(Duration.ofMinutes(30));
        RecoveryPoint point = bank.list().points().get(0);

        keep(List.of(restored), outage, Optional.of(time.now()), point);

        Platform anew = Platform.builder(journal)
                .time(time)
                .protect(Protection.builder("bank", bank, Objectives.production())
                        .recoveries(kept())
                        .build())
                .build();
        assertThat(anew.status().rto().toString())
                .isEqualTo("MET: the last recovery, of 2026-03-10T01:15:00Z, took 45 min and may take 4 h");
    }

    private Platform platform() {
        // tag::status
        Platform platform = Platform.builder(journal)
                .time(time) // TimeSource.system() unless set
                .protect(Protection.builder("bank", bank, Objectives.production())
                        .policy(RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala")))
                        .points(bank.points())
                        .encryption(encryption)
                        .key("backup-2026", Instant.parse("2026-01-01T00:00:00Z"))
                        .build())
                .consistsOf("bank", "keycloak")
                .build();
        System.out.println(platform.status().render());
        // end::status
        return platform;
    }

    private DueRuns metered(Platform platform) throws InterruptedException {
        // tag::metrics
        StatusMetrics metrics = StatusMetrics.bind(registry, platform, time, Duration.ofMinutes(15));
        metrics.refresh(); // from the host's scheduler, every few minutes
        DueRuns due = DueRuns.builder(journal, leases) // the runs of the schedule
                .protect(bank, policy, FollowUp.verify(bank))
                .time(time)
                .listener(metrics.listener())
                .build();
        DisasterRecovery dr = DisasterRecovery.builder(journal) // and those a person begins
                .time(time)
                .listener(metrics.listener())
                .build();
        // end::metrics
        assertThat(dr.plan(bank, BackupRequest.manual("before-upgrade")).steps())
                .isNotEmpty();
        return due;
    }

    private void keep(List<RunReport> runs, Instant outage, Optional<Instant> validated, RecoveryPoint point) {
        // tag::keep
        RecoveryReport drill =
                new RecoveryReport(runs, outage, validated, Optional.of(point.consistencyTime()), List.of(point));
        store.create(
                ObjectKey.of("drills/bank/" + outage.getEpochSecond() + ".json"),
                drill.toJson().getBytes(StandardCharsets.UTF_8));
        // end::keep
    }

    private Supplier<List<RecoveryReport>> kept() {
        // tag::kept
        Supplier<List<RecoveryReport>> drills = () -> store.list("drills/bank/").objects().stream()
                .map(object -> store.find(ObjectKey.of(object.key())).orElseThrow())
                .map(json -> RecoveryReport.fromJson(new String(json, StandardCharsets.UTF_8)))
                .toList();
        // end::kept
        return drills;
    }

    /** Each step takes five minutes. */
    private <R extends PlanRequest> RunReport run(Operation<R> operation, R request) throws InterruptedException {
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(time)
                .listener(event -> {
                    if (event instanceof RecoveryEvent.StepEnded) {
                        time.advance(Duration.ofMinutes(5));
                    }
                })
                .build();
        return dr.execute(dr.plan(operation, request), operation);
    }

    private long timed(String kind) {
        return registry.get("drkit.runs")
                .tags("kind", kind, "outcome", "SUCCEEDED")
                .timer()
                .count();
    }
}
