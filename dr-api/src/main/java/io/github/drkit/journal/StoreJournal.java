package io.github.drkit.journal;

import io.github.drkit.RunId;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.store.Creation;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Journals in a store of recovery points: {@code runs/<run>/<sequence>.json}, one create-once object per entry. The host
 * may be lost and the run still be resumed or taken over from elsewhere.
 */
public final class StoreJournal implements Journal {

    private final PointStore store;

    private StoreJournal(PointStore store) {
        this.store = store;
    }

    /**
     * Keeps journals in a store.
     *
     * @param store a store with working conditional writes; not closed
     * @return the journal
     */
    public static StoreJournal in(PointStore store) {
        return new StoreJournal(store);
    }

    @Override
    public void append(JournalEntry entry) {
        ObjectKey key = key(entry.run(), entry.sequence());
        byte[] content = JournalJson.write(entry);
        boolean mine;
        try {
            mine = store.create(key, content) == Creation.CREATED;
        } catch (OutcomeUnknownException lost) {
            Optional<byte[]> found = store.find(key);
            if (found.isEmpty()) {
                throw lost;
            }
            mine = Arrays.equals(found.get(), content);
        }
        if (!mine) {
            throw FileJournal.ownedByAnother(entry, new IOException(key + " exists in " + store.location()));
        }
    }

    @Override
    public List<JournalEntry> entries(RunId run) {
        // Listed first, so that a hole is told from the end.
        int count = store.list("runs/" + run + "/").objects().size();
        List<JournalEntry> entries = new ArrayList<>();
        for (long sequence = 1; sequence <= count; sequence++) {
            ObjectKey key = key(run, sequence);
            byte[] content = store.find(key).orElseThrow(() -> FileJournal.unreadable(run, key.value(), null));
            try {
                entries.add(JournalJson.read(content, run, sequence));
            } catch (IllegalArgumentException e) {
                throw FileJournal.unreadable(run, key.value(), e);
            }
        }
        return entries;
    }

    @Override
    public List<RunId> runs() {
        return store.list("runs/").stream()
                .map(object -> object.key().split("/"))
                .filter(parts -> parts.length == 3 && FileJournal.isEntry(parts[2]))
                .flatMap(parts -> FileJournal.runId(parts[1]).stream())
                .distinct()
                .sorted(Comparator.comparing(RunId::value))
                .toList();
    }

    private static ObjectKey key(RunId run, long sequence) {
        return ObjectKey.of("runs/" + run + "/" + FileJournal.name(sequence));
    }
}
