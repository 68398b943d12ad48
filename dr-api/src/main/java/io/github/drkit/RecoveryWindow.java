package io.github.drkit;

import java.time.Duration;
import java.time.Instant;

/**
 * A continuous range a target can be restored within. It is never expired, counted or proven; a restore out of it proves
 * one instant.
 *
 * @param target what can be restored
 * @param earliest first restorable instant, UTC
 * @param latest last restorable instant, UTC
 * @param granularity the smallest distance between two restorable instants
 */
public record RecoveryWindow(TargetId target, Instant earliest, Instant latest, Duration granularity) {

    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException if latest lies before earliest
     */
    public RecoveryWindow {
        if (latest.isBefore(earliest)) {
            throw new IllegalArgumentException("Cannot accept recovery window of '" + target + "': latest " + latest
                    + " lies before earliest " + earliest);
        }
    }

    /**
     * Tells whether an instant can be restored.
     *
     * @param instant which
     * @return true if it lies within, both ends included
     */
    public boolean contains(Instant instant) {
        return !instant.isBefore(earliest) && !instant.isAfter(latest);
    }
}
