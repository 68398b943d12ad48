package io.github.drkit.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How old the newest point that counts may become if every run of the schedule succeeds: the longest interval between two
 * firings of the year to come, and the time until the second one's point counts.
 *
 * @param from the firing the longest interval begins with, UTC
 * @param interval until the next firing
 * @param twoIntervals the longest time between a firing and the one after the next
 * @param untilCounting how long it takes until a point counts: the longest of the last 7 backups that succeeded without
 *     an interruption, and the longest of the last 7 checks it needs to count; empty if one of them was never measured
 */
public record WorstCase(Instant from, Duration interval, Duration twoIntervals, Optional<Duration> untilCounting) {

    /**
     * Returns the worst case if no run is missed.
     *
     * @return the interval and the measured time; the interval alone, which is too little, where nothing was measured
     */
    public Duration rpo() {
        return interval.plus(untilCounting.orElse(Duration.ZERO));
    }

    /**
     * Returns the worst case if one run is missed.
     *
     * @return the longest two intervals and the measured time
     */
    public Duration rpoWithOneMissedRun() {
        return twoIntervals.plus(untilCounting.orElse(Duration.ZERO));
    }
}
