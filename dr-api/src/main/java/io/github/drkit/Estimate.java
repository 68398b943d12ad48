package io.github.drkit;

import java.time.Duration;

/**
 * How long something may take, as a range and with its ground, since a single number would claim too much.
 *
 * @param atLeast the short end
 * @param atMost the long end
 * @param ground what it is taken from, such as {@code 100 to 180 MB/s of dump}
 */
public record Estimate(Duration atLeast, Duration atMost, String ground) {

    @Override
    public String toString() {
        return atLeast.toSeconds() + " to " + atMost.toSeconds() + " s (" + ground + ")";
    }
}
