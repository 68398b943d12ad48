package io.github.drkit.minio;

import io.github.drkit.RunId;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.testkit.contract.JournalContract;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract of journals over a {@link StoreJournal} in an {@link S3Store}. Each test has a prefix of its own. */
abstract class S3JournalContract extends JournalContract {

    private final String prefix = "contract/" + UUID.randomUUID();
    private final List<S3Store> opened = new ArrayList<>();
    private HttpBucket raw;

    /** A server that runs, with a bucket; skips the test by name when it is not there. */
    abstract S3StoreBehaviour.Server server() throws Exception;

    @BeforeEach
    void open() throws Exception {
        raw = server().raw(prefix + "/");
    }

    @AfterEach
    void removeEverything() throws Exception {
        // Nothing was opened when the server is not there.
        if (raw != null) {
            S3StoreContractIT.remove(raw);
            raw.close();
        }
        opened.forEach(S3Store::close);
    }

    @Override
    protected Journal journal() throws Exception {
        S3Store store = server().builder().prefix(prefix).build();
        opened.add(store);
        return StoreJournal.in(store);
    }

    @Override
    protected void damage(RunId run, long sequence) throws Exception {
        raw.delete(String.format("runs/%s/%06d.json", run, sequence), "");
    }
}
