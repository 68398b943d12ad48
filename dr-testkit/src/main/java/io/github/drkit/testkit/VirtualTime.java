package io.github.drkit.testkit;

import io.github.drkit.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;

/**
 * A clock that moves only when somebody sleeps or moves it, so that a drill of four hours replays in milliseconds.
 * Sleeping moves it by the time slept and returns at once; of several threads that sleep, each moves it on to where it
 * wants to wake up, as on one wall. Thread-safe.
 */
public final class VirtualTime implements TimeSource {

    private Instant now;
    private long elapsedNanos;

    private VirtualTime(Instant now) {
        this.now = now;
    }

    /**
     * Sets up a clock.
     *
     * @param now its first reading, UTC
     * @return a clock that stands still
     */
    public static VirtualTime startingAt(Instant now) {
        return new VirtualTime(now);
    }

    /**
     * Sets up a clock.
     *
     * @param now its first reading in ISO-8601, such as {@code 2026-11-22T02:00:00Z}
     * @return a clock that stands still
     */
    public static VirtualTime startingAt(String now) {
        return new VirtualTime(Instant.parse(now));
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long elapsedNanos() {
        return elapsedNanos;
    }

    /**
     * Moves the clock on and returns at once.
     *
     * @throws InterruptedException if the thread is interrupted; the clock has not moved then
     */
    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before sleeping " + duration);
        }
        if (!duration.isNegative()) {
            advance(duration);
        }
    }

    /** Waits as long as the work lasts, and leaves the clock to whoever works. */
    @Override
    public <T> Optional<T> await(BlockingQueue<T> done, Duration atMost) throws InterruptedException {
        return Optional.of(done.take());
    }

    /**
     * Moves both readings on, as time passing does.
     *
     * @param duration how far
     * @throws IllegalArgumentException if it is negative; time does not pass backwards, but {@link #jumpTo} can
     */
    public synchronized void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("Cannot advance the clock by " + duration + ": expected 0 or more");
        }
        now = now.plus(duration);
        elapsedNanos += duration.toNanos();
    }

    /**
     * Sets the wall clock, forwards or backwards, as a wrong hand or a time server does. What was elapsed stays.
     *
     * @param instant the new reading, UTC
     */
    public synchronized void jumpTo(Instant instant) {
        now = instant;
    }
}
