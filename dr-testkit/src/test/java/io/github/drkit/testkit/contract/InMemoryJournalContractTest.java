package io.github.drkit.testkit.contract;

import io.github.drkit.RunId;
import io.github.drkit.journal.Journal;
import io.github.drkit.testkit.fake.InMemoryJournal;

class InMemoryJournalContractTest extends JournalContract {

    private final InMemoryJournal journal = new InMemoryJournal();

    @Override
    protected Journal journal() {
        return journal;
    }

    @Override
    protected void damage(RunId run, long sequence) {
        journal.lose(run, sequence);
    }
}
