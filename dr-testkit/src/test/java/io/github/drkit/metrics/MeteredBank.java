package io.github.drkit.metrics;

import io.github.drkit.BackupRequest;
import io.github.drkit.Operation;
import io.github.drkit.PlanRequest;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.VerifyRequest;
import io.github.drkit.due.DueRuns;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.event.RecoveryEvent;
import io.github.drkit.lease.InProcessLeases;
import io.github.drkit.objective.Objectives;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.report.RunReport;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.status.Platform;
import io.github.drkit.status.Protection;
import io.github.drkit.status.UnprotectedSource;
import io.github.drkit.store.Encryption;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A bank in memory with everything a host would register, and what a Prometheus reads of it. */
final class MeteredBank {

    private static final String RECIPIENT = "age1" + "q".repeat(58);
    private static final String SECOND = "age1" + "p".repeat(58);
    private static final Schedule NIGHTLY = Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC);

    final VirtualTime time = VirtualTime.startingAt("2026-03-10T12:00:00Z");
    final FaultScript inStore = new FaultScript();
    final InMemoryTables tables =
            new InMemoryTables().add("bank", "ledger", "1;100").add("bank", "ledger", "2;-100");
    final InMemoryPointStore store = InMemoryPointStore.on(time, inStore, 64);
    final KeyRing keys = KeyRing.fresh();
    final InMemoryJournal journal = new InMemoryJournal();
    final InMemoryBackupTarget target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    UnprotectedSource unprotected = List::of;
    Supplier<List<RecoveryReport>> recoveries = List::of;
    Duration stepsTake = Duration.ZERO;
    final Platform platform;
    final StatusMetrics metrics;
    final DisasterRecovery dr;
    final DueRuns due;
    private final AtomicInteger ids = new AtomicInteger();

    /** Never backed up, never rehearsed, encrypted to one recipient. */
    MeteredBank() {
        this(Encryption.toSingleRecipient(RECIPIENT));
    }

    MeteredBank(Encryption encryption) {
        platform = Platform.builder(journal)
                .time(time)
                .protect(Protection.builder("bank", target, Objectives.production())
                        .schedule(NIGHTLY)
                        .points(target.points())
                        .restore(
                                new InMemoryRestoreStrategy(store, target.points(), tables),
                                RestoreDestination.besideOriginal("bank-restored"))
                        .recoveries(() -> recoveries.get())
                        .encryption(encryption)
                        .key("backup-2026", Instant.parse("2026-03-09T12:00:00Z"))
                        .build())
                .lookForUnprotected("the server", () -> unprotected.list())
                .build();
        metrics = StatusMetrics.bind(registry, platform, time, Duration.ofMinutes(15));
        dr = DisasterRecovery.builder(journal)
                .time(time)
                .ids(this::id)
                .listener(metrics.listener())
                .listener(this::work)
                .build();
        due = DueRuns.builder(journal, InProcessLeases.of(time, Duration.ofMinutes(5)))
                .protect(target, List.of(NIGHTLY))
                .time(time)
                .ids(this::id)
                .listener(metrics.listener())
                .listener(this::work)
                .build();
    }

    /** All that can be asked for: a proven point, a drill that met its time, two recipients. */
    static MeteredBank healthy() throws InterruptedException {
        return whole(new MeteredBank(Encryption.to(RECIPIENT, SECOND)));
    }

    static MeteredBank withOneRecipient() throws InterruptedException {
        return whole(new MeteredBank());
    }

    private static MeteredBank whole(MeteredBank bank) throws InterruptedException {
        bank.stepsTake = Duration.ofSeconds(1);
        bank.backUp();
        bank.verify();
        RunReport proof = bank.prove();
        List<RecoveryReport> drills = List.of(new RecoveryReport(
                List.of(proof),
                bank.time.now().minus(Duration.ofHours(1)),
                Optional.of(bank.time.now()),
                Optional.of(bank.newest().consistencyTime()),
                List.of(bank.newest())));
        bank.recoveries = () -> drills;
        bank.metrics.refresh();
        return bank;
    }

    private void work(RecoveryEvent event) {
        if (event instanceof RecoveryEvent.StepEnded) {
            time.advance(stepsTake);
        }
    }

    private String id() {
        return "r" + ids.incrementAndGet();
    }

    void backUp() throws InterruptedException {
        run(target, BackupRequest.scheduledFor(time.now()));
    }

    void verify() throws InterruptedException {
        run(target, new VerifyRequest(newest().id()));
    }

    RunReport prove() throws InterruptedException {
        return run(
                DisasterRecovery.proving(
                        new InMemoryRestoreStrategy(store, target.points(), tables),
                        target.points(),
                        keys.prover(),
                        List.of()),
                RestoreRequest.of(RestoreRequest.Selection.latest(), RestoreDestination.besideOriginal("scratch")));
    }

    RecoveryPoint newest() {
        List<RecoveryPoint> points = target.list().points();
        return points.get(points.size() - 1);
    }

    Scrape scrape() {
        return Scrape.of(registry.scrape());
    }

    private <R extends PlanRequest> RunReport run(Operation<R> operation, R request) throws InterruptedException {
        return dr.execute(dr.plan(operation, request), operation);
    }
}
