package io.github.drkit.status;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import java.time.Duration;
import java.time.Instant;

/**
 * A run, as its journal tells it.
 *
 * @param run its name
 * @param kind what was done, such as {@code back up}
 * @param subject to what
 * @param outcome how it ended; UNKNOWN if it did not end
 * @param condition whether it is over
 * @param begun when, UTC
 * @param lastHeard the time of its last journal entry, UTC
 * @param attempts how many processes executed it
 */
public record PastRun(
        RunId run,
        String kind,
        String subject,
        Outcome outcome,
        Condition condition,
        Instant begun,
        Instant lastHeard,
        int attempts) {

    /**
     * Returns how long it took, waiting between a crash and its resumption included.
     *
     * @return from its first to its last entry
     */
    public Duration duration() {
        return Duration.between(begun, lastHeard);
    }

    @Override
    public String toString() {
        return switch (condition) {
            case ENDED -> "run '" + run + "' to " + kind + " " + subject + " ended " + outcome + " at " + lastHeard;
            case UNDECIDED ->
                "run '" + run + "' to " + kind + " " + subject + " stopped UNKNOWN at " + lastHeard
                        + ": resume it, which looks first";
            case UNFINISHED ->
                "run '" + run + "' to " + kind + " " + subject + " has not ended and was last heard of at " + lastHeard;
            case GIVEN_UP -> "run '" + run + "' to " + kind + " " + subject + " was taken over at " + lastHeard;
        };
    }

    /** Whether a run is over. */
    public enum Condition {
        /** It ended, and its outcome is known. */
        ENDED,
        /** It ended UNKNOWN and waits to be resumed. */
        UNDECIDED,
        /** Its journal has no end: it goes on, or its process died. */
        UNFINISHED,
        /** Somebody declared it dead. */
        GIVEN_UP
    }
}
