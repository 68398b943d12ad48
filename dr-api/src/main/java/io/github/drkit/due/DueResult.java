package io.github.drkit.due;

import io.github.drkit.Outcome;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one call found due, and what became of it. A plain value.
 *
 * @param at when the call looked, UTC
 * @param lines in the order it looked at them: per target the backup, then what follows it
 */
public record DueResult(Instant at, List<Line> lines) {

    /** Copies the list. */
    public DueResult {
        lines = List.copyOf(lines);
    }

    /**
     * Returns what was run or resumed, without what was skipped.
     *
     * @return in the order it was done
     */
    public List<Line> done() {
        return lines.stream().filter(line -> line.action() != Action.SKIPPED).toList();
    }

    /**
     * Tells whether somebody should look: something ended otherwise than SUCCEEDED, could not be begun, or was given up.
     *
     * @return false if all that was due is done, under way, or waits for its next attempt
     */
    public boolean needsAttention() {
        return lines.stream().anyMatch(Line::needsAttention);
    }

    /**
     * One thing that could have been due.
     *
     * @param target whose
     * @param what {@code back up}, or the name of a follow-up
     * @param firing the firing it belongs to, UTC
     * @param action what was done
     * @param run the run it is about; empty if there is none
     * @param outcome how that run ended; empty if it was not executed by this call
     * @param why one sentence
     */
    public record Line(
            TargetId target,
            String what,
            Instant firing,
            Action action,
            Optional<RunId> run,
            Optional<Outcome> outcome,
            String why) {

        boolean needsAttention() {
            return action == Action.REFUSED
                    || action == Action.GIVEN_UP
                    || outcome.filter(ended -> ended != Outcome.SUCCEEDED).isPresent();
        }
    }

    /** What was done about something that could have been due. */
    public enum Action {
        /** A new run was executed. */
        RAN,
        /** A run that an earlier process began was taken up again. */
        RESUMED,
        /** Nothing: it is done already, under way elsewhere, or waits for its next attempt. */
        SKIPPED,
        /** It was due and could not be begun; the next call tries again. */
        REFUSED,
        /** It failed as often as is allowed, and waits for the next firing. */
        GIVEN_UP
    }
}
