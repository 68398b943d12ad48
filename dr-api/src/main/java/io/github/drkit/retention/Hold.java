package io.github.drkit.retention;

import io.github.drkit.RecoveryPointId;
import java.time.Instant;

/**
 * Somebody's word that a recovery point stays. It ends only when somebody lifts it, never by time.
 *
 * @param point which point
 * @param by who holds it
 * @param reason why, one sentence or a case number
 * @param since when it was put on, UTC
 */
public record Hold(RecoveryPointId point, String by, String reason, Instant since) {

    /**
     * Checks that a person and a reason are named.
     *
     * @throws IllegalArgumentException if one of them is blank
     */
    public Hold {
        if (by.isBlank() || reason.isBlank()) {
            throw new IllegalArgumentException(
                    "Cannot hold recovery point '" + point + "': expected who holds it and why");
        }
    }
}
