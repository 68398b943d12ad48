package io.github.drkit.metrics;

import io.github.drkit.TimeSource;
import io.github.drkit.event.RecoveryListener;
import io.github.drkit.status.Platform;
import io.github.drkit.status.PlatformStatus;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a {@link Platform}, named in {@code docs/status.md}. They exist from the first second on, so that what was
 * never backed up alarms too: an age of what never was is {@code +Inf}, a value nobody can tell is {@code NaN}.
 *
 * <p>A scrape never blocks: gauges show what the last {@link #refresh()} saw, ages grow on by the clock, and states turn to
 * UNKNOWN once that is too old. The host refreshes from its own scheduler.
 *
 * <p>Thread-safe.
 */
public final class StatusMetrics {

    private final Platform platform;
    private final TimeSource time;
    private final Duration staleAfter;
    private final RecoveryListener listener;
    private final AtomicReference<@Nullable Seen> last = new AtomicReference<>();

    private StatusMetrics(MeterRegistry registry, Platform platform, TimeSource time, Duration staleAfter) {
        this.platform = platform;
        this.time = time;
        this.staleAfter = staleAfter;
        this.listener = new RunTimers(registry, time);
    }

    /**
     * Registers every meter of a platform. Asks nothing of any target.
     *
     * @param registry where to; one platform per registry
     * @param platform whose status is shown
     * @param time the clock ages grow by
     * @param staleAfter how old a status may be before states are UNKNOWN: some refreshes long
     * @return what refreshes them
     * @throws IllegalArgumentException if the registry shows a platform already, or the time is not positive
     */
    public static StatusMetrics bind(MeterRegistry registry, Platform platform, TimeSource time, Duration staleAfter) {
        if (staleAfter.isZero() || staleAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "Cannot bind metrics: a status would be stale after " + staleAfter + " but must live longer");
        }
        if (registry.find(StatusGauges.STATUS_AGE).gauge() != null) {
            throw new IllegalArgumentException(
                    "Cannot bind metrics: the registry shows a platform already but shows one only");
        }
        StatusMetrics metrics = new StatusMetrics(registry, platform, time, staleAfter);
        new StatusGauges(registry, metrics).register(platform.protections());
        return metrics;
    }

    /**
     * Asks the platform for its status, which may take as long as the slowest store, and shows it from then on.
     *
     * @return the status
     */
    public PlatformStatus refresh() {
        Instant asked = time.now();
        long elapsed = time.elapsedNanos();
        PlatformStatus status = platform.status();
        last.set(new Seen(status, asked, elapsed));
        return status;
    }

    /**
     * Returns what the last refresh saw.
     *
     * @return the status, or empty before the first
     */
    public Optional<PlatformStatus> lastStatus() {
        return seen().map(Seen::status);
    }

    /**
     * Returns how old that is.
     *
     * @return from the beginning of the last refresh until now; empty before the first
     */
    public Optional<Duration> age() {
        return seen().map(this::age);
    }

    /**
     * Returns what times runs by their kind and outcome, for {@code DisasterRecovery.builder(…).listener(…)}.
     *
     * @return always the same
     */
    public RecoveryListener listener() {
        return listener;
    }

    /** What the last refresh saw, and how old it is. */
    Optional<Seen> seen() {
        return Optional.ofNullable(last.get());
    }

    /** By the timer, so that a wall clock that jumps makes nothing young; by the wall clock where that moved further. */
    Duration age(Seen seen) {
        Duration elapsed = Duration.ofNanos(time.elapsedNanos() - seen.elapsedNanos());
        Duration wall = Duration.between(seen.asked(), time.now());
        return wall.compareTo(elapsed) > 0 ? wall : elapsed;
    }

    boolean stale(Seen seen) {
        return age(seen).compareTo(staleAfter) > 0;
    }

    /**
     * A status and when it was asked for.
     *
     * @param status the status
     * @param asked the wall clock before it was asked
     * @param elapsedNanos the timer before it was asked
     */
    record Seen(PlatformStatus status, Instant asked, long elapsedNanos) {}
}
