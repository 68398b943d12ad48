package io.github.drkit;

import java.time.Duration;
import java.time.Instant;

/**
 * The one clock and the one way to wait. Everything in DR Kit that asks for the time or waits does it here, so that a
 * test replays hours in milliseconds.
 *
 * <p>Implementations are thread-safe.
 */
public interface TimeSource {

    /**
     * Returns the wall-clock time in UTC. It may jump; use {@link #elapsedNanos()} to measure durations.
     *
     * @return now
     */
    Instant now();

    /**
     * Returns a reading in nanoseconds that only moves forward. Only differences between two readings mean anything.
     *
     * @return the reading
     */
    long elapsedNanos();

    /**
     * Blocks for the given time.
     *
     * @param duration how long; zero and negative return at once
     * @throws InterruptedException if the thread was interrupted; treat it as cancellation
     */
    void sleep(Duration duration) throws InterruptedException;

    /**
     * Returns the time source of this machine.
     *
     * @return the system's clock and timer
     */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
