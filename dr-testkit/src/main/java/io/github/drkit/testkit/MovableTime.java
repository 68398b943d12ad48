package io.github.drkit.testkit;

import io.github.drkit.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * This machine's clock, moved on by what a test lets pass: waiting really waits, so that programs which are waited for
 * get their time, and days pass at once when the test says so. Thread-safe.
 */
public final class MovableTime implements TimeSource {

    private final TimeSource system = TimeSource.system();
    private Duration passed = Duration.ZERO;

    private MovableTime() {}

    /**
     * Sets up a clock that shows what the system's shows.
     *
     * @return a clock that runs
     */
    public static MovableTime fromNow() {
        return new MovableTime();
    }

    @Override
    public synchronized Instant now() {
        return system.now().plus(passed);
    }

    @Override
    public synchronized long elapsedNanos() {
        return system.elapsedNanos() + passed.toNanos();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        system.sleep(duration);
    }

    /**
     * Moves both readings on, as time passing does.
     *
     * @param duration how far
     * @throws IllegalArgumentException if it is negative; time does not pass backwards
     */
    public synchronized void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("Cannot advance the clock by " + duration + ": expected 0 or more");
        }
        passed = passed.plus(duration);
    }
}
