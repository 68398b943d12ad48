package io.github.drkit.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.schedule.Schedule;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is due when, in every time zone at every change of its offset from 2000 to 2040: some zones and times of day here,
 * all of them with {@code drkit.retention.zones=all}. What to expect is found out by walking along the time line and
 * reading the clock on the wall, hour by hour and minute by minute; no cron library and no arithmetic of zones has a
 * part in it.
 */
@Tag("exhaustive")
class EveryZoneTest {

    private static final boolean ALL = "all".equals(System.getProperty("drkit.retention.zones"));
    private static final long FIRST = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond() / 60;
    private static final long LAST = Instant.parse("2041-01-01T00:00:00Z").getEpochSecond() / 60;
    private static final int HOUR = 60;
    private static final int DAY = 24 * HOUR;

    /** Gaps and overlaps at every hour, changes by half an hour, at a minute past midnight, and a day that never was. */
    private static final List<String> SOME_ZONES = List.of(
            "America/New_York",
            "America/Sao_Paulo",
            "America/St_Johns",
            "Asia/Pyongyang",
            "Australia/Lord_Howe",
            "Europe/Berlin",
            "Pacific/Apia");

    private static final int[] SOME_TIMES = {0, HOUR, 2 * HOUR, 2 * HOUR + 30, 23 * HOUR + 45};

    private long changes;
    private long firings;

    @Test
    void noDaysBackupIsLostOrDoubled() {
        List<String> zones = ALL ? new ArrayList<>(new TreeSet<>(ZoneId.getAvailableZoneIds())) : SOME_ZONES;
        Set<ZoneRules> known = new HashSet<>();
        for (String zone : zones) {
            if (!known.add(ZoneId.of(zone).getRules())) {
                continue; // another name for rules that were looked at
            }
            Wall wall = new Wall(ZoneId.of(zone));
            changes += wall.begins.size() - 1;
            for (int time : times()) {
                daily(wall, time);
            }
            for (int time : SOME_TIMES) {
                weeklyAndMonthly(wall, time);
            }
            if (ALL || known.size() == 1) {
                everyHour(wall);
            }
            slots(wall);
        }
        System.out.println("retention/zones: " + zones.size() + " zones of " + known.size()
                + " different rules, " + changes + " offset changes from 2000 to 2040, "
                + firings + " firings as expected, no day's backup lost or doubled");
    }

    private static int[] times() {
        if (!ALL) {
            return SOME_TIMES;
        }
        return IntStream.range(0, 48)
                .map(half -> half * 30)
                .filter(time -> time % HOUR == 0 || time < 4 * HOUR || time > 22 * HOUR)
                .toArray();
    }

    private void daily(Wall wall, int time) {
        List<Long> found = found(wall, cron(time) + " * * *");
        assertThat(found).as("daily at minute %s in %s", time, wall.zone).isEqualTo(wall.expected(day -> true, time));
        // Said once more without a rule for gaps: as many firings as there are days on the wall's calendar.
        long days = wall.dates().stream()
                .filter(day -> {
                    long reached = wall.firstAt(day.toEpochDay() * DAY + time);
                    return reached >= FIRST && reached < LAST;
                })
                .count();
        assertThat(found).as("days in %s", wall.zone).hasSize((int) days);
    }

    private void weeklyAndMonthly(Wall wall, int time) {
        for (DayOfWeek weekday : ALL ? DayOfWeek.values() : new DayOfWeek[] {DayOfWeek.FRIDAY, DayOfWeek.SUNDAY}) {
            String name = weekday.name().substring(0, 3);
            assertThat(found(wall, cron(time) + " * * " + name))
                    .as("weekly on %s in %s", name, wall.zone)
                    .isEqualTo(wall.expected(day -> day.getDayOfWeek() == weekday, time));
            assertThat(found(wall, cron(time) + " * * " + name + "#1"))
                    .as("first %s of the month in %s", name, wall.zone)
                    .isEqualTo(wall.expected(day -> day.getDayOfWeek() == weekday && day.getDayOfMonth() <= 7, time));
        }
    }

    /** It names no hour, so an hour shown twice has two runs, and one that is skipped has none of its own. */
    private void everyHour(Wall wall) {
        TreeSet<Long> expected = new TreeSet<>();
        for (int segment = 0; segment < wall.begins.size(); segment++) {
            long begin = Math.max(FIRST, wall.begins.get(segment));
            long end = Math.min(LAST, wall.end(segment));
            for (long minute = begin + Math.floorMod(-begin - wall.offsets.get(segment), HOUR);
                    minute < end;
                    minute += HOUR) {
                expected.add(minute);
            }
            if (segment > 0 && begin < LAST && begin == wall.begins.get(segment)) {
                long before = begin + wall.offsets.get(segment - 1);
                long after = begin + wall.offsets.get(segment);
                long skippedHour = Math.floorDiv(before + HOUR - 1, HOUR) * HOUR;
                if (after > before && after - before < DAY && skippedHour < after) {
                    expected.add(begin);
                }
            }
        }
        assertThat(found(wall, "0 * * * *")).as("every hour in %s", wall.zone).isEqualTo(List.copyOf(expected));
    }

    /** Around each change ten days of runs: each owns the slot of its day, and the newest seven stay. */
    private void slots(Wall wall) {
        RetentionPolicy policy = RetentionPolicy.builder("seven days")
                .tier("daily", Schedule.cron("0 2 * * *", wall.zone), 7)
                .minimumProven(1)
                .build();
        Schedule runs = policy.tiers().get(0).schedule();
        for (long change : wall.begins.subList(1, wall.begins.size())) {
            Instant begin = Instant.ofEpochSecond((change - 5 * DAY) * 60);
            List<Instant> due = runs.nextRuns(begin, 10);
            RecoveryPoint[] points = due.stream()
                    .map(firing -> Points.scheduledFor(
                            Points.proven(
                                    "at-" + firing.getEpochSecond(),
                                    firing.plusSeconds(20).toString()),
                            firing.toString()))
                    .toArray(RecoveryPoint[]::new);
            RetentionDecision decision =
                    policy.decide(Points.inventory(due.get(9).plusSeconds(3600).toString(), points));
            assertThat(decision.entries())
                    .as("runs around %s in %s", begin, wall.zone)
                    .allMatch(entry -> entry.owned().size() == 1);
            assertThat(decision.drops()).hasSize(3);
            assertThat(decision.drops().get(2).point().consistencyTime())
                    .isEqualTo(due.get(2).plusSeconds(20));
        }
    }

    private List<Long> found(Wall wall, String cron) {
        Schedule schedule = Schedule.cron(cron, wall.zone);
        List<Long> found =
                schedule.firingsBetween(Instant.ofEpochSecond(FIRST * 60), Instant.ofEpochSecond(LAST * 60)).stream()
                        .map(firing -> firing.getEpochSecond() / 60)
                        .toList();
        firings += found.size();
        return found;
    }

    private static String cron(int time) {
        return time % HOUR + " " + time / HOUR;
    }

    /** The clock on the wall of a zone, in minutes of the epoch: stretches of time with one offset each. */
    private static final class Wall {

        private final ZoneId zone;
        private final List<Long> begins = new ArrayList<>();
        private final List<Long> offsets = new ArrayList<>();

        Wall(ZoneId zone) {
            this.zone = zone;
            long minute = FIRST - 5 * DAY;
            add(minute);
            for (; minute < LAST + 5 * DAY; minute += HOUR) {
                if (offset(minute) != offset(minute + HOUR)) {
                    for (long exact = minute + 1; exact <= minute + HOUR; exact++) {
                        if (offset(exact) != offset(exact - 1)) {
                            add(exact);
                        }
                    }
                }
            }
        }

        private void add(long minute) {
            begins.add(minute);
            offsets.add(offset(minute));
        }

        private long offset(long minute) {
            return zone.getRules().getOffset(Instant.ofEpochSecond(minute * 60)).getTotalSeconds() / 60;
        }

        private long end(int segment) {
            return segment + 1 < begins.size() ? begins.get(segment + 1) : LAST + 5 * DAY;
        }

        /** The first minute at which the clock shows a local time, or has just jumped over it. */
        long firstAt(long local) {
            for (int segment = 0; segment < begins.size(); segment++) {
                if (end(segment) - 1 + offsets.get(segment) >= local) {
                    return Math.max(begins.get(segment), local - offsets.get(segment));
                }
            }
            return LAST;
        }

        List<LocalDate> dates() {
            List<LocalDate> dates = new ArrayList<>();
            for (long day = FIRST / DAY - 3; day <= LAST / DAY + 3; day++) {
                if (exists(day)) {
                    dates.add(LocalDate.ofEpochDay(day));
                }
            }
            return dates;
        }

        /** Whether the clock ever shows a minute of that day. */
        private boolean exists(long day) {
            long reached = firstAt(day * DAY);
            return shown(reached) < (day + 1) * DAY;
        }

        private long shown(long minute) {
            return minute + offset(minute);
        }

        List<Long> expected(Predicate<LocalDate> matches, int time) {
            TreeSet<Long> expected = new TreeSet<>();
            for (long day = FIRST / DAY - 3; day <= LAST / DAY + 3; day++) {
                // A day that never was is made up for at once, unless the day after it has a run anyway.
                if (matches.test(LocalDate.ofEpochDay(day))
                        && (exists(day) || !matches.test(LocalDate.ofEpochDay(day + 1)))) {
                    expected.add(firstAt(day * DAY + time));
                }
            }
            return expected.stream()
                    .filter(minute -> minute >= FIRST && minute < LAST)
                    .toList();
        }
    }
}
