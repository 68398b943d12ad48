package io.github.drkit.testkit.contract;

import io.github.drkit.BackupTarget;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.journal.Journal;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.util.Set;

class InMemoryBackupTargetContractTest extends BackupTargetContract {

    private final KeyRing keys = KeyRing.fresh();
    private InMemoryTables tables;
    private InMemoryPointStore store;

    @Override
    protected void makeWorld() {
        tables = new InMemoryTables()
                .add("bank", "client", "Ada")
                .add("bank", "client", "Bo")
                .add("bank", "loan", "1");
        store = InMemoryPointStore.on(time(), new FaultScript(), 8);
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
}
