package io.github.drkit.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.github.drkit.error.RequestRefusedException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cron expression as a set of days and a set of times of day. The library matches as if in UTC, where every local time
 * exists once; what a zone does to it is {@link Schedule}'s business. Immutable.
 */
final class Expression {

    private static final LocalDate LEAP_YEAR = LocalDate.of(2000, 1, 1);
    private static final int CENTURY = 100;
    private static final int FIELDS = 5;
    private static final int DAYS_OF_A_WEEK = 7;
    private static final int DAY_OF_MONTH = 2;
    private static final int DAY_OF_WEEK = 4;

    private final String text;
    private final List<LocalTime> times;
    private final ExecutionTime days;
    private final boolean everyDay;

    /** Days of the year by the kind of year: values computed late, not state. */
    private final Map<Integer, List<Integer>> daysOfKinds = new ConcurrentHashMap<>();

    private Expression(String text, List<LocalTime> times, ExecutionTime days) {
        this.text = text;
        this.times = times;
        this.days = days;
        this.everyDay = text.endsWith(" * * *");
    }

    static Expression of(String given) {
        String[] fields = given.strip().split("\\s+");
        String text = String.join(" ", fields);
        if (fields.length != FIELDS) {
            throw refused(given, fields.length + " fields");
        }
        if (text.matches(".*[|+].*") || fields[DAY_OF_MONTH].contains("L-")) {
            throw refused(given, "'|', '+' or 'L-'");
        }
        if (isStepped(fields[DAY_OF_MONTH]) && !fields[DAY_OF_WEEK].equals("*")
                || isStepped(fields[DAY_OF_WEEK]) && !fields[DAY_OF_MONTH].equals("*")) {
            // crontab(5) takes both together where one begins with an asterisk, and either where none does; daemons
            // differ.
            throw refused(given, "a day of the month and a day of the week, one of them with '*' and more");
        }
        try {
            CronParser parser = new CronParser(definition());
            Cron time = parser.parse(fields[0] + " " + fields[1] + " * * *").validate();
            Cron day = parser.parse("0 0 " + fields[2] + " " + fields[3] + " " + fields[4])
                    .validate();
            Expression expression =
                    new Expression(text, timesOf(ExecutionTime.forCron(time)), ExecutionTime.forCron(day));
            if (expression.times.isEmpty()
                    || expression
                            .dayAtOrAfter(LEAP_YEAR)
                            .filter(first -> first.isBefore(LEAP_YEAR.plusYears(CENTURY)))
                            .isEmpty()) {
                throw refused(given, "no day it ever fires on");
            }
            return expression;
        } catch (IllegalArgumentException e) {
            throw refused(given, String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
        }
    }

    private static boolean isStepped(String field) {
        return field.contains("*") && !field.equals("*");
    }

    String text() {
        return text;
    }

    /** In rising order, at least one. */
    List<LocalTime> times() {
        return times;
    }

    /** In rising order. There are only 14 kinds of years: leap or not, by the day of the week of the first of January. */
    List<LocalDate> daysOf(int year) {
        LocalDate first = LocalDate.of(year, 1, 1);
        int kind =
                (first.isLeapYear() ? DAYS_OF_A_WEEK : 0) + first.getDayOfWeek().ordinal();
        return daysOfKinds.computeIfAbsent(kind, unknown -> daysOfYear(year)).stream()
                .map(day -> LocalDate.ofYearDay(year, day))
                .toList();
    }

    private List<Integer> daysOfYear(int year) {
        List<Integer> found = new ArrayList<>();
        Optional<LocalDate> day = dayAtOrAfter(LocalDate.of(year, 1, 1));
        while (day.isPresent() && day.get().getYear() == year) {
            found.add(day.get().getDayOfYear());
            day = dayAtOrAfter(day.get().plusDays(1));
        }
        return List.copyOf(found);
    }

    private Optional<LocalDate> dayAtOrAfter(LocalDate date) {
        if (everyDay) {
            return Optional.of(date);
        }
        return days.nextExecution(date.atStartOfDay(ZoneOffset.UTC).minusSeconds(1))
                .map(ZonedDateTime::toLocalDate);
    }

    private static List<LocalTime> timesOf(ExecutionTime times) {
        List<LocalTime> found = new ArrayList<>();
        Optional<ZonedDateTime> next =
                times.nextExecution(LEAP_YEAR.atStartOfDay(ZoneOffset.UTC).minusSeconds(1));
        while (next.isPresent() && next.get().toLocalDate().equals(LEAP_YEAR)) {
            found.add(next.get().toLocalTime());
            next = times.nextExecution(next.get());
        }
        return List.copyOf(found);
    }

    /** Five fields as in crontab(5): a day of the month and a day of the week that are both restricted are alternatives. */
    private static CronDefinition definition() {
        return CronDefinitionBuilder.defineCron()
                .withMinutes()
                .withStrictRange()
                .and()
                .withHours()
                .withStrictRange()
                .and()
                .withDayOfMonth()
                .supportsL()
                .withStrictRange()
                .and()
                .withMonth()
                .withStrictRange()
                .and()
                .withDayOfWeek()
                .withValidRange(0, 7)
                .withMondayDoWValue(1)
                .withIntMapping(7, 0)
                .supportsHash()
                .withStrictRange()
                .and()
                .instance();
    }

    private static RequestRefusedException refused(String text, String actual) {
        return new RequestRefusedException("DRK-SCHEDULE-001", problem(text, actual), HINT);
    }

    private static RequestRefusedException refused(String text, String actual, Exception cause) {
        return new RequestRefusedException("DRK-SCHEDULE-001", problem(text, actual), HINT, cause);
    }

    private static String problem(String text, String actual) {
        return "Cannot read schedule '" + text + "': found " + actual
                + " but expected minute, hour, day of month, month and day of week, such as '0 2 * * *'";
    }

    private static final String HINT =
            "Nothing was changed; does 'crontab' accept it? Seconds, years and '@daily' are not read here";
}
