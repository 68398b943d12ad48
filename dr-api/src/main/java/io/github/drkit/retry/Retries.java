package io.github.drkit.retry;

import io.github.drkit.TimeSource;
import io.github.drkit.error.TargetUnavailableException;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Repeats idempotent calls after failures that pass: the one place that does. Vendors' own retries are off.
 *
 * <p>Unless set otherwise a call is made up to 6 times, with waits of 0.25, 1, 4, 16 and 20 seconds in between, each
 * shortened by chance to no less than half, so that clients that failed together do not come back together. Repeated is
 * only what failed with a {@link TargetUnavailableException}, or with what {@link Builder#alsoPassing} names; anything else
 * is thrown at once, and the last failure when patience ends. Waiting is done by the time source; an interrupt ends it.
 *
 * <p>Immutable and thread-safe, if the source of chance is.
 */
public final class Retries {

    private static final double GROWTH = 4;

    private final TimeSource time;
    private final Retry policy;

    private Retries(Builder builder) {
        this.time = builder.time;
        this.policy = Retry.of(
                "drkit",
                RetryConfig.custom()
                        .maxAttempts(builder.attempts)
                        .intervalFunction(waits(builder.firstMillis, builder.longestMillis, builder.chance))
                        .retryOnException(builder.passing)
                        .build());
    }

    /** Between half of a wait and all of it. */
    private static IntervalFunction waits(long firstMillis, long longestMillis, RandomGenerator chance) {
        return attempt -> {
            long whole = (long) Math.min(longestMillis, firstMillis * Math.pow(GROWTH, attempt - 1));
            return chance.nextLong((whole + 1) / 2, whole + 1);
        };
    }

    /**
     * Returns the retries described above.
     *
     * @param time the way to wait
     * @param chance shortens the waits; thread-safe, such as {@link java.security.SecureRandom}
     * @return the retries
     */
    public static Retries of(TimeSource time, RandomGenerator chance) {
        return builder(time, chance).build();
    }

    /**
     * Begins to describe retries.
     *
     * @param time the way to wait
     * @param chance shortens the waits; thread-safe, such as {@link java.security.SecureRandom}
     * @return a builder that needs nothing more
     */
    public static Builder builder(TimeSource time, RandomGenerator chance) {
        return new Builder(time, chance);
    }

    /**
     * Makes a call, and makes it again while it fails with what passes. Blocks for the calls and the waits in between.
     *
     * @param call may be made several times
     * @return the first answer
     * @param <T> what it returns
     * @param <E> what it throws
     * @throws E the last failure, if it does not pass or patience ended
     * @throws InterruptedException if interrupted while waiting, with the last failure suppressed; treat it as cancellation
     */
    public <T, E extends Exception> T call(IdempotentCall<T, E> call) throws E, InterruptedException {
        Patience patience = patience();
        while (true) {
            try {
                return call.call();
            } catch (RuntimeException e) {
                patience.waitAfter(e);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // What is neither unchecked nor an interrupt can only be an E.
                @SuppressWarnings("unchecked")
                E declared = (E) e;
                patience.waitAfter(declared);
            }
        }
    }

    /**
     * Returns new patience, for whoever cannot say what is to be repeated as one call: a stream that goes on where it was.
     *
     * @return one caller's patience
     */
    public Patience patience() {
        return new Patience(policy.asyncContext(), time);
    }

    /** What is left of one caller's attempts. Not thread-safe. */
    public static final class Patience {

        private final Retry.AsyncContext<?> attempts;
        private final TimeSource time;

        private Patience(Retry.AsyncContext<?> attempts, TimeSource time) {
            this.attempts = attempts;
            this.time = time;
        }

        /**
         * Waits until it is time to try again.
         *
         * @param failure of the attempt before
         * @param <E> what it is
         * @throws E the failure, if it does not pass or patience ended
         * @throws InterruptedException if interrupted, with the failure suppressed; treat it as cancellation
         */
        public <E extends Exception> void waitAfter(E failure) throws E, InterruptedException {
            // The policy only counts and says how long: left to itself it would sleep by the machine's clock.
            long millis = attempts.onError(failure);
            if (millis < 0) {
                throw failure;
            }
            try {
                time.sleep(Duration.ofMillis(millis));
            } catch (InterruptedException e) {
                e.addSuppressed(failure);
                throw e;
            }
        }
    }

    /** Describes retries. Not thread-safe. */
    public static final class Builder {

        private final TimeSource time;
        private final RandomGenerator chance;
        private int attempts = 6;
        private long firstMillis = 250;
        private long longestMillis = 20_000;
        private Predicate<Throwable> passing = TargetUnavailableException.class::isInstance;

        private Builder(TimeSource time, RandomGenerator chance) {
            this.time = Objects.requireNonNull(time, "time");
            this.chance = Objects.requireNonNull(chance, "chance");
        }

        /**
         * Sets how often a call is made at most. 6 unless set.
         *
         * @param value 1 to 100; 1 repeats nothing
         * @return this
         */
        public Builder attempts(int value) {
            if (value < 1 || value > 100) {
                throw new IllegalArgumentException("Cannot make a call " + value + " times: 1 to 100 needed");
            }
            this.attempts = value;
            return this;
        }

        /**
         * Sets the waits: the first, and the one that growing by four ends at. 250 ms and 20 s unless set. Chance takes up
         * to half of each.
         *
         * @param first 1 ms or more
         * @param longest not below the first, an hour or less
         * @return this
         */
        public Builder waits(Duration first, Duration longest) {
            if (first.toMillis() < 1 || longest.compareTo(first) < 0 || longest.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("Cannot wait " + first + " to " + longest
                        + ": 1 ms or more needed, rising, and an hour or less");
            }
            this.firstMillis = first.toMillis();
            this.longestMillis = longest.toMillis();
            return this;
        }

        /**
         * Names further failures that pass, such as an adapter's before they are translated. None unless set.
         *
         * @param value asked for each failure that is no {@link TargetUnavailableException}
         * @return this
         */
        public Builder alsoPassing(Predicate<? super Throwable> value) {
            this.passing = this.passing.or(value);
            return this;
        }

        /**
         * Returns the retries.
         *
         * @return the retries
         */
        public Retries build() {
            return new Retries(this);
        }
    }
}
