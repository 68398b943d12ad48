package io.github.drkit.cutover;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Plan;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.cutover.EndpointSwitch.Place;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.report.RunReport;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryEndpoint;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryServer;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A bank with an old and a new server, a tenant row inside the new one, a secret, and a client that follows them. */
final class CutOverWorld {

    static final Map<String, Boolean> ROLES = Map.of("app", true, "batch", true, "retired", false);

    final FaultScript faults = new FaultScript();
    final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    final InMemoryJournal journal = new InMemoryJournal(faults);
    final InMemoryServer old = server("old");
    final InMemoryServer fresh = server("new");
    final InMemoryEndpoint row = new InMemoryEndpoint("tenant row", "old", faults);
    final InMemoryEndpoint secret = new InMemoryEndpoint("secret", "old", faults);
    final InMemoryEndpoint report = new InMemoryEndpoint("report secret", "old", faults);
    final InMemoryTables copy = new InMemoryTables();
    final BackupTarget backups;
    private final AtomicInteger ids = new AtomicInteger();

    CutOverWorld() {
        KeyRing keys = KeyRing.fresh();
        copy.add("bank", "ledger", "as restored");
        backups = new InMemoryBackupTarget(
                "bank", copy, InMemoryPointStore.on(time, new FaultScript(), 8), keys, journal);
    }

    private InMemoryServer server(String name) {
        return new InMemoryServer(name, faults).admit("app").admit("batch").lockOut("retired");
    }

    CutOver.Builder parts() {
        return CutOver.builder(fresh.newSide(), journal)
                .fenceOld(old.fence())
                .fenceNew(fresh.fence())
                .endpoint(secret.switchTo("new", Place.OUTSIDE))
                .endpoint(row.switchTo("new", Place.INSIDE_NEW_SIDE))
                .endpoint(report.switchTo("new", Place.OUTSIDE))
                .backups(backups);
    }

    CutOver cutOver() {
        return parts().build();
    }

    DisasterRecovery engine() {
        return DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "id" + ids.incrementAndGet())
                .sideBySide(1)
                .build();
    }

    Plan plan(CutOverRequest request) {
        return engine().plan(cutOver(), request);
    }

    RunReport run(CutOverRequest request) throws InterruptedException {
        Plan plan = plan(request);
        return engine().execute(plan, cutOver());
    }

    RunReport forward() throws InterruptedException {
        return run(CutOverRequest.to("copy new"));
    }

    /** Executes a plan in one process after the other, as often as they die, until the run has ended. */
    RunReport live(Plan plan) throws InterruptedException {
        while (true) {
            try {
                return goOn(plan);
            } catch (AssertionError e) {
                throw e;
            } catch (Error died) {
                faults.revive();
            }
        }
    }

    private RunReport goOn(Plan plan) throws InterruptedException {
        try {
            return engine().resume(plan.run(), cutOver());
        } catch (NotFoundException notBegun) {
            return engine().execute(plan, cutOver());
        } catch (RequestRefusedException ended) {
            return engine().report(plan.run());
        }
    }

    /** Writes where the secret, and then the tenant row of that server, lead to. */
    Optional<String> write(String text) {
        InMemoryServer served = secret.value().equals("old") ? old : fresh;
        InMemoryServer bank = served == fresh && row.value().equals("old") ? old : served;
        return bank.connect("app").flatMap(session -> bank.write(session, text));
    }

    RecoveryPointId backUpTheNewSide() throws InterruptedException {
        time.advance(Duration.ofMinutes(1));
        DisasterRecovery dr = engine();
        RunReport report = dr.execute(dr.plan(backups, BackupRequest.manual("before going back")), backups);
        return backups.list().points().stream()
                .filter(point -> point.run().equals(report.run()))
                .findFirst()
                .orElseThrow()
                .id();
    }
}
