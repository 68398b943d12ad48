package io.github.drkit.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The instants at which something is due: a cron expression read in an explicit time zone.
 *
 * <p>Local times are matched first and then placed on the time line by the zone's rules:
 *
 * <ul>
 *   <li>a time the clock skips (a gap) fires once, at the end of the gap;
 *   <li>a time the clock shows twice (an overlap) fires once, at its first occurrence. Only a schedule that fires in
 *       every hour of the day fires both times: it names no hour, and would else pause for one;
 *   <li>a whole day the calendar skips (Samoa, 30 December 2011) fires once, at the end of the gap, unless the schedule
 *       fires on the day that follows anyway.
 * </ul>
 *
 * So no two firings fall together, and none is lost. Immutable, thread-safe, never blocks.
 */
public final class Schedule {

    /** 29 February on a given day of the week may be 40 years away, across 2100. */
    private static final int YEARS_WITHOUT = 41;

    private static final int HOURS = 24;
    private static final int REMEMBERED_YEARS = 1_000;
    private static final int SPARE_DAYS = 3;

    private final Expression expression;
    private final ZoneId zone;

    private final boolean everyHour;

    /** Firings by the local year they fall into, in seconds of the epoch: a value computed late, not state. */
    private final Map<Integer, long[]> years = new ConcurrentHashMap<>();

    private Schedule(Expression expression, ZoneId zone) {
        this.expression = expression;
        this.zone = zone;
        this.everyHour =
                expression.times().stream().map(LocalTime::getHour).distinct().count() == HOURS;
    }

    /**
     * Reads a cron expression of five fields: minute, hour, day of month, month, day of week. Names ({@code SUN},
     * {@code JAN}), lists, ranges and steps are read, {@code L} as the last day of the month and {@code SUN#1} as the
     * first Sunday of the month. As in crontab(5), a restricted day of the month and a restricted day of the week are
     * alternatives; Sunday is 0 and 7.
     *
     * @param expression such as {@code 0 2 * * *}
     * @param zone where the hours are read
     * @return the schedule
     * @throws io.github.drkit.error.RequestRefusedException if it is no such expression, or never fires; correct it
     */
    public static Schedule cron(String expression, ZoneId zone) {
        return new Schedule(Expression.of(expression), zone);
    }

    /**
     * Fires once a day.
     *
     * @param time local time, whole minutes
     * @param zone where it is read
     * @return the schedule
     * @throws IllegalArgumentException if the time has seconds
     */
    public static Schedule dailyAt(LocalTime time, ZoneId zone) {
        return cron(at(time) + " * * *", zone);
    }

    /**
     * Fires once a week.
     *
     * @param day which day
     * @param time local time, whole minutes
     * @param zone where both are read
     * @return the schedule
     * @throws IllegalArgumentException if the time has seconds
     */
    public static Schedule weeklyOn(DayOfWeek day, LocalTime time, ZoneId zone) {
        return cron(at(time) + " * * " + name(day), zone);
    }

    /**
     * Fires once a month, on the first such day of it.
     *
     * @param day which day
     * @param time local time, whole minutes
     * @param zone where both are read
     * @return the schedule
     * @throws IllegalArgumentException if the time has seconds
     */
    public static Schedule monthlyOnFirst(DayOfWeek day, LocalTime time, ZoneId zone) {
        return cron(at(time) + " * * " + name(day) + "#1", zone);
    }

    /**
     * Returns the cron expression.
     *
     * @return five fields, one blank between them
     */
    public String expression() {
        return expression.text();
    }

    /**
     * Returns where the hours are read.
     *
     * @return the zone
     */
    public ZoneId zone() {
        return zone;
    }

    /**
     * Returns the firings that come next.
     *
     * @param after an instant; a firing at it is not among them
     * @param count how many, 0 or more
     * @return that many, in rising order
     */
    public List<Instant> nextRuns(Instant after, int count) {
        List<Instant> runs = new ArrayList<>();
        Instant last = after;
        while (runs.size() < count) {
            last = firingAfter(last);
            runs.add(last);
        }
        return List.copyOf(runs);
    }

    /**
     * Returns the firing that comes next.
     *
     * @param instant a firing at it does not count
     * @return the first firing after it
     */
    public Instant firingAfter(Instant instant) {
        int year = yearOf(instant);
        for (int ahead = 0; ahead <= YEARS_WITHOUT; ahead++) {
            long[] firings = firingsOf(year + ahead);
            int index = indexAfter(firings, instant.getEpochSecond());
            if (index < firings.length) {
                return Instant.ofEpochSecond(firings[index]);
            }
        }
        throw new IllegalStateException("Cannot find a firing of '" + this + "' after " + instant);
    }

    /**
     * Returns the firing whose interval an instant lies in.
     *
     * @param instant a firing at it is the one
     * @return the last firing that is not after it
     */
    public Instant firingAtOrBefore(Instant instant) {
        int year = yearOf(instant);
        for (int back = 0; back <= YEARS_WITHOUT; back++) {
            long[] firings = firingsOf(year - back);
            int index = indexAfter(firings, instant.getEpochSecond());
            if (index > 0) {
                return Instant.ofEpochSecond(firings[index - 1]);
            }
        }
        throw new IllegalStateException("Cannot find a firing of '" + this + "' at or before " + instant);
    }

    /**
     * Returns the firings of a half-open interval.
     *
     * @param from its beginning; a firing at it is among them
     * @param until its end; a firing at it is not
     * @return in rising order
     */
    public List<Instant> firingsBetween(Instant from, Instant until) {
        List<Instant> found = new ArrayList<>();
        for (int year = yearOf(from); year <= yearOf(until); year++) {
            for (long firing : firingsOf(year)) {
                Instant instant = Instant.ofEpochSecond(firing);
                if (!instant.isBefore(from) && instant.isBefore(until)) {
                    found.add(instant);
                }
            }
        }
        return List.copyOf(found);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schedule schedule
                && expression.text().equals(schedule.expression.text())
                && zone.equals(schedule.zone);
    }

    @Override
    public int hashCode() {
        return 31 * expression.text().hashCode() + zone.hashCode();
    }

    @Override
    public String toString() {
        return expression.text() + " " + zone;
    }

    private int yearOf(Instant instant) {
        return ZonedDateTime.ofInstant(instant, zone).getYear();
    }

    /** Firings lie on whole seconds, so a fraction never matters. */
    private static int indexAfter(long[] firings, long second) {
        int index = Arrays.binarySearch(firings, second);
        return index >= 0 ? index + 1 : -index - 1;
    }

    private long[] firingsOf(int year) {
        long[] known = years.get(year);
        if (known != null) {
            return known;
        }
        if (years.size() >= REMEMBERED_YEARS) {
            years.clear(); // forged dates may lie anywhere; what is forgotten is computed again
        }
        long[] firings = computeFiringsOf(year);
        years.put(year, firings);
        return firings;
    }

    /** A gap may carry a firing across the new year, so the days around it are looked at too. */
    private long[] computeFiringsOf(int year) {
        LocalDate first = LocalDate.of(year, 1, 1).minusDays(SPARE_DAYS);
        LocalDate last = LocalDate.of(year, 12, 31).plusDays(SPARE_DAYS);
        List<LocalDate> days = IntStream.rangeClosed(year - 1, year + 1)
                .mapToObj(expression::daysOf)
                .flatMap(List::stream)
                .filter(day -> !day.isBefore(first) && !day.isAfter(last))
                .toList();
        Set<LocalDate> matching = new HashSet<>(days);
        Set<Long> firings = new TreeSet<>();
        for (LocalDate day : days) {
            for (LocalTime time : expression.times()) {
                place(day.atTime(time), matching, firings);
            }
        }
        return firings.stream()
                .mapToLong(Long::longValue)
                .filter(firing -> yearOf(Instant.ofEpochSecond(firing)) == year)
                .toArray();
    }

    private void place(LocalDateTime local, Set<LocalDate> matching, Set<Long> firings) {
        ZoneRules rules = zone.getRules();
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        if (offsets.isEmpty()) {
            ZoneOffsetTransition gap = rules.getTransition(local);
            LocalDate day = local.toLocalDate();
            boolean wholeDay = !gap.getDateTimeBefore().isAfter(day.atStartOfDay())
                    && !gap.getDateTimeAfter().isBefore(day.plusDays(1).atStartOfDay());
            if (!wholeDay || !matching.contains(gap.getDateTimeAfter().toLocalDate())) {
                firings.add(gap.toEpochSecond());
            }
            return;
        }
        int occurrences = everyHour ? offsets.size() : 1;
        for (ZoneOffset offset : offsets.subList(0, occurrences)) {
            firings.add(local.toEpochSecond(offset));
        }
    }

    private static String at(LocalTime time) {
        if (time.getSecond() != 0 || time.getNano() != 0) {
            throw new IllegalArgumentException("Cannot schedule at " + time + ": expected a whole minute");
        }
        return time.getMinute() + " " + time.getHour();
    }

    private static String name(DayOfWeek day) {
        return day.name().substring(0, 3);
    }
}
