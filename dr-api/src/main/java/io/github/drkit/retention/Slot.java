package io.github.drkit.retention;

import io.github.drkit.RecoveryPointId;
import java.time.Instant;
import java.util.Optional;

/**
 * The half-open interval from one firing of a tier's schedule to the next.
 *
 * @param tier the tier's name
 * @param keep how many owned slots the tier keeps
 * @param begins the firing it begins with, UTC
 * @param ends the next firing, UTC; no longer part of it
 * @param owner the first point that counts in it; empty if none does
 * @param rank 1 for the newest owned slot of the tier, 2 for the one before; 0 if nobody owns it
 */
public record Slot(String tier, int keep, Instant begins, Instant ends, Optional<RecoveryPointId> owner, int rank) {

    /**
     * Tells whether its owner stays because of it.
     *
     * @return true for the newest owned slots, as many as the tier keeps
     */
    public boolean kept() {
        return rank > 0 && rank <= keep;
    }
}
