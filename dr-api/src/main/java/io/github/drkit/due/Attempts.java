package io.github.drkit.due;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How often something that failed is tried again, and when: after the first pause, then twice as long each time. */
record Attempts(int most, Duration firstPause) {

    Attempts {
        if (most < 1) {
            throw new IllegalArgumentException("Cannot attempt a due run " + most + " times: expected 1 or more");
        }
        if (firstPause.isNegative()) {
            throw new IllegalArgumentException(
                    "Cannot pause " + firstPause + " between attempts: expected zero or a positive duration");
        }
    }

    /** When the next attempt may begin; empty if there is none left. */
    Optional<Instant> next(int failed, Instant lastEnd) {
        if (failed >= most) {
            return Optional.empty();
        }
        return Optional.of(
                failed == 0 ? Instant.MIN : lastEnd.plus(firstPause.multipliedBy(1L << Math.min(20, failed - 1))));
    }
}
