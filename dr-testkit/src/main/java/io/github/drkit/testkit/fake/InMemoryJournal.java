package io.github.drkit.testkit.fake;

import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.testkit.fake.FaultScript.Call;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A journal that lives as long as the object does. Thread-safe. */
public final class InMemoryJournal implements Journal {

    private final Map<RunId, TreeMap<Long, JournalEntry>> runs = new TreeMap<>(Comparator.comparing(RunId::value));
    private final FaultScript faults;

    /** Sets up an empty journal in which nothing goes wrong. */
    public InMemoryJournal() {
        this(new FaultScript());
    }

    /**
     * Sets up an empty journal.
     *
     * @param faults what is to go wrong; may be added to later
     */
    public InMemoryJournal(FaultScript faults) {
        this.faults = faults;
    }

    @Override
    public void append(JournalEntry entry) {
        faults.call(Call.APPEND, "write journal of run '" + entry.run() + "'", () -> put(entry));
    }

    @Override
    public List<JournalEntry> entries(RunId run) {
        return faults.call(Call.ENTRIES, "read journal of run '" + run + "'", () -> read(run));
    }

    @Override
    public List<RunId> runs() {
        return faults.call(Call.RUNS, "list runs", this::names);
    }

    /**
     * Loses one entry, as a damaged disk does.
     *
     * @param run of which run
     * @param sequence which entry
     */
    public synchronized void lose(RunId run, long sequence) {
        runs.getOrDefault(run, new TreeMap<>()).remove(sequence);
    }

    private synchronized JournalEntry put(JournalEntry entry) {
        JournalEntry before =
                runs.computeIfAbsent(entry.run(), run -> new TreeMap<>()).putIfAbsent(entry.sequence(), entry);
        if (before != null) {
            throw new OutcomeUnknownException(
                    "DRK-RUN-001",
                    "Cannot go on with run '" + entry.run() + "': journal entry " + entry.sequence()
                            + " was written by somebody else but a run has one writer",
                    "Another process executes, resumed or took over this run",
                    "what the journal says",
                    null);
        }
        return entry;
    }

    private synchronized List<JournalEntry> read(RunId run) {
        TreeMap<Long, JournalEntry> entries = runs.getOrDefault(run, new TreeMap<>());
        long expected = 1;
        for (long sequence : entries.keySet()) {
            if (sequence != expected) {
                throw new IntegrityException(
                        "DRK-RUN-003",
                        "Cannot read journal of run '" + run + "': entry " + expected + " is missing but entry "
                                + sequence + " is there",
                        "A run with a damaged journal is not resumed");
            }
            expected++;
        }
        return List.copyOf(entries.values());
    }

    private synchronized List<RunId> names() {
        return runs.entrySet().stream()
                .filter(run -> !run.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }
}
