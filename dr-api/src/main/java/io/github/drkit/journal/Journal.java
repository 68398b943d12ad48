package io.github.drkit.journal;

import io.github.drkit.RunId;
import java.util.List;

/**
 * Where journals are kept. Thread-safe; every method blocks until the medium has answered.
 */
public interface Journal {

    /**
     * Appends an entry, durably, if it is the next of its run. That makes one writer per run: another one's entry takes
     * the sequence number, and this call is refused.
     *
     * @param entry the next entry of its run
     * @throws io.github.drkit.error.OutcomeUnknownException if an entry of that sequence is there already: another writer
     *     owns the run, stop at once
     * @throws io.github.drkit.error.TargetAccessException if the medium refuses the credentials
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached
     */
    void append(JournalEntry entry);

    /**
     * Reads a run's entries.
     *
     * @param run which
     * @return in order, without gaps; empty if there is no such run
     * @throws io.github.drkit.error.IntegrityException if an entry is missing before the last or unreadable; the run is not
     *     resumed, look at what it left
     * @throws io.github.drkit.error.TargetAccessException if the medium refuses the credentials
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached, which is not taken for a run
     *     without entries; try again later
     */
    List<JournalEntry> entries(RunId run);

    /**
     * Lists the runs there are journals of.
     *
     * @return in the order of their ids
     * @throws io.github.drkit.error.TargetAccessException if the medium refuses the credentials
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached, or not listed whole, which
     *     is not taken for a journal without runs; try again later
     */
    List<RunId> runs();
}
