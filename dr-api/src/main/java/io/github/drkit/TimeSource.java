package io.github.drkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

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
     * Waits for what another thread is at work on, at most for the given time. Unlike {@link #sleep} it does not let time
     * pass: on a virtual clock it waits as long as the work lasts, since nothing but the work itself moves that clock.
     *
     * @param done where the other thread puts what is done
     * @param atMost how long to wait, by the machine's own timer
     * @param <T> what is done
     * @return what was taken out of the queue, or empty if there was nothing in time
     * @throws InterruptedException if the thread was interrupted; treat it as cancellation
     */
    default <T> Optional<T> await(BlockingQueue<T> done, Duration atMost) throws InterruptedException {
        return Optional.ofNullable(done.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
    }

    /**
     * Returns the time source of this machine.
     *
     * @return the system's clock and timer
     */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
