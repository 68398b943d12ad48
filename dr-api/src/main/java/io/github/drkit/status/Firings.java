package io.github.drkit.status;

import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The firings of several schedules together. */
final class Firings {

    private static final Duration YEAR = Duration.ofDays(366);

    private final List<Schedule> schedules;

    Firings(List<Schedule> schedules) {
        this.schedules = schedules;
    }

    Optional<Instant> last(Instant now) {
        return schedules.stream()
                .map(schedule -> schedule.firingAtOrBefore(now))
                .max(Instant::compareTo);
    }

    Optional<Instant> next(Instant now) {
        return schedules.stream().map(schedule -> schedule.firingAfter(now)).min(Instant::compareTo);
    }

    /** The longest intervals that begin at the last firing or within the year after it. */
    Optional<WorstCase> worstCase(Instant now, Optional<Duration> untilCounting) {
        Optional<Instant> first = last(now);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Instant until = first.get().plus(YEAR);
        TreeSet<Instant> firings = new TreeSet<>();
        for (Schedule schedule : schedules) {
            firings.addAll(schedule.firingsBetween(first.get(), until));
            // The last two intervals end after the year.
            firings.addAll(schedule.nextRuns(until.minusNanos(1), 2));
        }
        Instant from = first.get();
        Duration longest = Duration.ZERO;
        Duration two = Duration.ZERO;
        Instant[] at = firings.toArray(new Instant[0]);
        for (int i = 0; i + 2 < at.length && at[i].isBefore(until); i++) {
            Duration one = Duration.between(at[i], at[i + 1]);
            if (one.compareTo(longest) > 0) {
                longest = one;
                from = at[i];
            }
            Duration both = Duration.between(at[i], at[i + 2]);
            two = both.compareTo(two) > 0 ? both : two;
        }
        return Optional.of(new WorstCase(from, longest, two, untilCounting));
    }
}
