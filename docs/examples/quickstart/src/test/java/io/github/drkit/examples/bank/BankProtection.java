package io.github.drkit.examples.bank;

import io.github.drkit.CollectRequest;
import io.github.drkit.Plan;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Purpose;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TargetId;
import io.github.drkit.TimeSource;
import io.github.drkit.due.DueRuns;
import io.github.drkit.due.FollowUp;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.expiry.ExpireRequest;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.lease.StoreLeases;
import io.github.drkit.metrics.StatusMetrics;
import io.github.drkit.minio.S3Store;
import io.github.drkit.minio.postgres.PostgresDumpRestore;
import io.github.drkit.minio.postgres.PostgresDumps;
import io.github.drkit.objective.Objectives;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.report.RunReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.status.Platform;
import io.github.drkit.status.Protection;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

// tag::target
/** Everything a service needs of DR Kit to protect its database, put together once. */
final class BankProtection {

    private final PostgresDumps bank;
    private final PostgresDumpRestore restore;
    private final StoreJournal journal;
    private final StoreLeases leases;
    private final DisasterRecovery dr;
    private final BankKeys keys;

    BankProtection(PostgresServer server, S3Store store, BankKeys keys) {
        TargetId id = TargetId.of("bank"); // its points are found by this name, for ever
        this.keys = keys;
        journal = StoreJournal.in(store);
        leases = StoreLeases.in(store, Duration.ofMinutes(5));
        dr = DisasterRecovery.builder(journal).leases(leases).build();
        bank = PostgresDumps.builder(id, server, store)
                .databases("ledger")
                .encryption(keys.encryption())
                .keys(keys.backup(), keys.trusted())
                .verification(keys.prover(), keys.identities())
                .collection(journal)
                .build();
        restore = PostgresDumpRestore.builder(id, server, store)
                .trusted(keys.trusted())
                .identities(keys.identities())
                .build();
    }

    DisasterRecovery engine() {
        return dr;
    }
    // end::target

    // tag::numbers
    static final RetentionPolicy POLICY = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Nairobi"));
    static final Objectives OBJECTIVES = new Objectives("production", Duration.ofHours(4), Duration.ofHours(26));
    // end::numbers

    // tag::due
    DueRuns due() {
        return DueRuns.builder(journal, leases)
                .protect(
                        bank,
                        POLICY,
                        FollowUp.verify(bank),
                        FollowUp.prove(
                                DisasterRecovery.proving(restore, bank.points(), keys.prover(), List.of()),
                                point -> new RestoreRequest(
                                        Selection.point(point.id()),
                                        RestoreDestination.besideOriginal(restore.place()),
                                        Purpose.PROOF)),
                        FollowUp.always("expire", bank.expiring(journal), ExpireRequest.of(POLICY, OBJECTIVES.rpo())),
                        FollowUp.always("collect", bank, CollectRequest.ofEndedRuns()))
                .build();
    }
    // end::due

    // tag::status
    Platform platform() {
        return Platform.builder(journal)
                .protect(Protection.builder("ledger", bank, OBJECTIVES)
                        .policy(POLICY)
                        .points(bank.points())
                        .restore(restore, RestoreDestination.besideOriginal(restore.place()))
                        .encryption(keys.encryption())
                        .key("backup-2026", Instant.parse("2026-01-01T00:00:00Z"))
                        .build())
                .build();
    }

    StatusMetrics metrics(MeterRegistry registry) {
        return StatusMetrics.bind(registry, platform(), TimeSource.system(), Duration.ofMinutes(15));
    }
    // end::status

    // tag::restore
    RunReport restoreNewest() throws InterruptedException {
        RestoreDestination beside = new RestoreDestination(
                restore.place(), Map.of("ledger", "ledger_restored"), RestoreDestination.Isolation.BESIDE_ORIGINAL);
        Plan plan = dr.plan(restore, RestoreRequest.of(Selection.latest(), beside));
        System.out.println(plan.render()); // read it: nothing has been changed yet
        return dr.execute(plan, restore);
    }
    // end::restore
}
