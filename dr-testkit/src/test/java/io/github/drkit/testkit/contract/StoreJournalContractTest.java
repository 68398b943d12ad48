package io.github.drkit.testkit.contract;

import io.github.drkit.RunId;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryPointStore;

class StoreJournalContractTest extends JournalContract {

    private final InMemoryPointStore store = InMemoryPointStore.on(VirtualTime.startingAt("2026-11-22T02:00:00Z"));

    @Override
    protected Journal journal() {
        return StoreJournal.in(store);
    }

    @Override
    protected void damage(RunId run, long sequence) {
        store.list(String.format("runs/%s/%06d.json", run, sequence)).objects().forEach(store::delete);
    }
}
