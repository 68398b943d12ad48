package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.BackupRequest;
import io.github.drkit.BackupTarget;
import io.github.drkit.Outcome;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.VerifyRequest;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.journal.Journal;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.PointStore;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InMemoryBackupTargetContractTest extends BackupTargetContract {

    private final KeyRing keys = KeyRing.fresh();
    private FaultScript faults = new FaultScript();
    private InMemoryTables tables;
    private InMemoryPointStore store;

    @Override
    protected void makeWorld() {
        tables = new InMemoryTables()
                .add("bank", "client", "Ada")
                .add("bank", "client", "Bo")
                .add("bank", "loan", "1");
        faults = new FaultScript();
        store = InMemoryPointStore.on(time(), faults, 8);
    }

    @Override
    protected BackupTarget target(Journal journal) {
        return new InMemoryBackupTarget("bank", tables, store, keys, journal);
    }

    @Override
    protected String world() {
        return tables.changes() + " " + tables.names() + " " + store.changes();
    }

    @Override
    protected void breakSource() {
        tables.drop("bank");
    }

    @Override
    protected void damage(RecoveryPoint point) {
        store.flip("points/bank/" + point.id() + "/dump-1.00002", 7);
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("PRIVATE KEY");
    }

    @Test
    void aDatabaseThatIsNotThereIsNotBackedUp() {
        breakSource();
        Rehearsal rehearsal = new Rehearsal(time());

        assertThatThrownBy(() -> rehearsal.engine().plan(target(rehearsal.journal()), BackupRequest.manual("gone")))
                .isExactlyInstanceOf(NotFoundException.class)
                .hasMessage("Cannot back up database 'bank': there is none of this name but one is required\n"
                        + "Hint: Add a row to it [DRK-FAKE-005]");
    }

    @Test
    void aVerificationThatBreaksOffIsNoVerdict() throws Exception {
        Rehearsal rehearsal = new Rehearsal(time());
        BackupTarget target = target(rehearsal.journal());
        rehearsal.execute(target, BackupRequest.manual("whole"));
        RecoveryPointId point = target.list().points().get(0).id();
        faults.cutRead(1, 9);

        RunReport report = rehearsal.execute(target, new VerifyRequest(point));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("verify").orElseThrow().message())
                .isEqualTo("Cannot verify recovery point '" + point + "': reading broke off but must reach the end\n"
                        + "Hint: Try again [DRK-FAKE-006]");
        assertThat(target.list().points().get(0).proof().level()).isEqualTo(Proof.Level.UNPROVEN);
    }

    @Test
    void aStoreThatBreaksOffLeavesNoPoint() throws Exception {
        Rehearsal rehearsal = new Rehearsal(time());
        PointStore breaking = (PointStore) Proxy.newProxyInstance(
                PointStore.class.getClassLoader(), new Class<?>[] {PointStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        throw new IOException("connection reset");
                    }
                    return method.invoke(store, arguments);
                });

        RunReport report = rehearsal.execute(
                new InMemoryBackupTarget("bank", tables, breaking, keys, rehearsal.journal()),
                BackupRequest.manual("broken off"));

        assertThat(report.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(report.find("dump").orElseThrow().message())
                .isEqualTo("Cannot dump database 'bank': reading broke off but must reach the end\n"
                        + "Hint: Is the database still there? [DRK-FAKE-006]");
        assertThat(target(rehearsal.journal()).list().points()).isEmpty();
    }
}
