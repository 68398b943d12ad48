package io.github.drkit.testkit.retention;

import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionEntry;
import java.util.List;

/**
 * One decision of a simulation and what it did.
 *
 * @param decision what was decided
 * @param lost what went because of it, oldest first; empty if expiry was refused
 */
public record SimulatedDay(RetentionDecision decision, List<RetentionEntry> lost) {

    /** Copies the list. */
    public SimulatedDay {
        lost = List.copyOf(lost);
    }
}
