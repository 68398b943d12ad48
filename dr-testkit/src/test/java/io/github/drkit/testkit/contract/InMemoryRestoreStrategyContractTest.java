package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.Outcome;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryRestoreStrategy;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.util.Set;

class InMemoryRestoreStrategyContractTest extends RestoreStrategyContract {

    private final KeyRing keys = KeyRing.fresh();
    private InMemoryTables tables;
    private InMemoryPointStore store;
    private InMemoryBackupTarget target;

    @Override
    protected void makeWorld() throws InterruptedException {
        tables = new InMemoryTables()
                .add("bank", "client", "Ada")
                .add("bank", "client", "Bo")
                .add("bank", "loan", "1");
        store = InMemoryPointStore.on(time(), new FaultScript(), 8);
        InMemoryJournal journal = new InMemoryJournal();
        target = new InMemoryBackupTarget("bank", tables, store, keys, journal);
        assertThat(new Rehearsal(time())
                        .execute(target, BackupRequest.manual("world"))
                        .outcome())
                .isEqualTo(Outcome.SUCCEEDED);
    }

    @Override
    protected RestoreStrategy strategy() {
        return new InMemoryRestoreStrategy(store, target.points(), tables);
    }

    @Override
    protected RecoveryPointId point() {
        return target.list().points().get(0).id();
    }

    @Override
    protected RestoreDestination destination() {
        return RestoreDestination.besideOriginal("bank-restored");
    }

    @Override
    protected String world() {
        StringBuilder all = new StringBuilder().append(store.changes());
        tables.names().forEach(name -> all.append(name).append(tables.find(name)));
        return all.toString();
    }

    @Override
    protected String original() {
        return tables.find("bank").map(Object::toString).orElse("");
    }

    @Override
    protected String restored() {
        return tables.find("bank-restored").map(Object::toString).orElse("");
    }

    @Override
    protected void occupyDestination() {
        tables.add("bank-restored", "theirs", "row");
    }

    @Override
    protected void damagePoint() {
        store.flip("points/bank/" + point() + "/dump-1.00002", 7);
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("PRIVATE KEY");
    }
}
