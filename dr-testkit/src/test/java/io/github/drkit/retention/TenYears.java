package io.github.drkit.retention;

import static io.github.drkit.testkit.assertj.DrAssertions.assertThat;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.retention.Fault;
import io.github.drkit.testkit.retention.RetentionSimulator;
import java.time.Duration;
import java.time.ZoneId;

/** Plays ten years of daily, weekly and monthly backups, with accidents, and a decision each day. */
final class TenYears {

    private static final int DAYS = 3653;

    private TenYears() {}

    /** The first argument is the bar in milliseconds. */
    public static void main(String[] arguments) {
        long bar = Long.parseLong(arguments[0]);
        TimeSource machine = TimeSource.system();
        long begun = machine.elapsedNanos();
        int[] days = {0};
        int[] lost = {0};
        RetentionSimulator simulator = RetentionSimulator.of(
                RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Europe/Berlin")),
                VirtualTime.startingAt("2026-01-01T12:00:00Z"),
                Duration.ofHours(26),
                DAYS,
                1,
                Fault.MISSED,
                Fault.LATE,
                Fault.DUPLICATE,
                Fault.FAILED,
                Fault.SUSPECT,
                Fault.UNPROVEN);
        simulator.play(DAYS, day -> {
            days[0]++;
            lost[0] += day.lost().size();
            assertThat(day.decision()).neverDropsLastProven();
        });
        long took = (machine.elapsedNanos() - begun) / 1_000_000;
        if (lost[0] < DAYS / 2) {
            throw new IllegalStateException("Not what was to be measured: only " + lost[0] + " points went");
        }
        System.out.println("retention/ten-years: " + days[0] + " days decided on in " + took + " ms, " + lost[0]
                + " points went, " + simulator.points().size() + " are left");
        if (took >= bar) {
            throw new IllegalStateException("The bar is " + bar + " ms");
        }
    }
}
