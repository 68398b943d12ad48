package io.github.drkit.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a component is backed up, and how that went.
 *
 * @param lastDue the last firing of its schedules, UTC; empty if it has none
 * @param overdueSince until when the point of the first firing after what can be recovered to should have counted, UTC: an hour
 *     after it, or what a backup and its check take where that is longer. Empty if it does count, if there is still time, or if
 *     that cannot be told
 * @param nextRun the next firing of its schedules, UTC; empty if it has none
 * @param worstCase what its schedules allow; empty if it has none
 * @param lastBackup the last run that backed it up, or tried to; empty if the journal knows none
 * @param lastAttempt the last of those runs that is not under way: it ended, stopped UNKNOWN or was taken over. So what
 *     failed stays said while the next attempt is made; empty if there is none
 * @param waiting runs of it that wait for a person: they stopped UNKNOWN, or have not ended and are silent
 */
public record Rhythm(
        Optional<Instant> lastDue,
        Optional<Instant> overdueSince,
        Optional<Instant> nextRun,
        Optional<WorstCase> worstCase,
        Optional<PastRun> lastBackup,
        Optional<PastRun> lastAttempt,
        List<PastRun> waiting) {

    /** Copies the list. */
    public Rhythm {
        waiting = List.copyOf(waiting);
    }
}
