package io.github.drkit.testkit.contract;

import io.github.drkit.RunId;
import io.github.drkit.journal.FileJournal;
import io.github.drkit.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileJournalContractTest extends JournalContract {

    @TempDir
    private Path folder;

    @Override
    protected Journal journal() {
        return FileJournal.in(folder);
    }

    @Override
    protected void damage(RunId run, long sequence) throws IOException {
        Files.delete(folder.resolve(run.value()).resolve(String.format("%06d.json", sequence)));
    }
}
