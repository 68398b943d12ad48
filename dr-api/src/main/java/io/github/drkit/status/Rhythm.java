package io.github.drkit.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a component is backed up, and how that went.
 *
 * @param lastDue the last firing of its schedules, UTC; empty if it has none
 * @param nextRun the next firing of its schedules, UTC; empty if it has none
 * @param worstCase what its schedules allow; empty if it has none
 * @param lastBackup the last run that backed it up, or tried to; empty if the journal knows none
 * @param waiting runs of it that wait for a person: they stopped UNKNOWN, or have not ended and are silent
 */
public record Rhythm(
        Optional<Instant> lastDue,
        Optional<Instant> nextRun,
        Optional<WorstCase> worstCase,
        Optional<PastRun> lastBackup,
        List<PastRun> waiting) {

    /** Copies the list. */
    public Rhythm {
        waiting = List.copyOf(waiting);
    }
}
