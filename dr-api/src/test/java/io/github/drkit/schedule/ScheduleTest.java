package io.github.drkit.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.error.RequestRefusedException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {

    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId APIA = ZoneId.of("Pacific/Apia");
    private static final int EXPRESSIONS = Integer.getInteger("drkit.schedule.expressions", 20);

    @Test
    void nextRunsComeAfterTheInstantInRisingOrder() {
        Schedule daily = Schedule.dailyAt(LocalTime.of(2, 0), ZoneId.of("Africa/Douala"));

        assertThat(daily.nextRuns(Instant.parse("2026-11-22T01:00:00Z"), 3))
                .containsExactly(
                        Instant.parse("2026-11-23T01:00:00Z"),
                        Instant.parse("2026-11-24T01:00:00Z"),
                        Instant.parse("2026-11-25T01:00:00Z"));
        assertThat(daily.nextRuns(Instant.parse("2026-11-22T00:59:59.999Z"), 1))
                .containsExactly(Instant.parse("2026-11-22T01:00:00Z"));
        assertThat(daily.nextRuns(Instant.parse("2026-11-22T01:00:00Z"), 0)).isEmpty();
    }

    @Test
    void firingWhoseIntervalAnInstantLiesInIsFound() {
        Schedule sundays = Schedule.weeklyOn(DayOfWeek.SUNDAY, LocalTime.of(1, 0), ZoneOffset.UTC);

        assertThat(sundays.firingAtOrBefore(Instant.parse("2026-11-22T01:00:00Z")))
                .hasToString("2026-11-22T01:00:00Z");
        assertThat(sundays.firingAtOrBefore(Instant.parse("2026-11-22T00:59:59Z")))
                .hasToString("2026-11-15T01:00:00Z");
        assertThat(sundays.firingAfter(Instant.parse("2026-11-22T01:00:00Z"))).hasToString("2026-11-29T01:00:00Z");
    }

    @Test
    void firingsOfAnIntervalIncludeItsBeginningAndNotItsEnd() {
        Schedule yearEnd = Schedule.cron("0 0 1 1 *", ZoneOffset.UTC);

        assertThat(yearEnd.firingsBetween(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2028-01-01T00:00:00Z")))
                .containsExactly(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z"));
    }

    @Test
    void firstSundayOfTheMonthIsOneOfItsFirstSevenDays() {
        Schedule monthly = Schedule.monthlyOnFirst(DayOfWeek.SUNDAY, LocalTime.of(1, 0), ZoneOffset.UTC);

        assertThat(monthly.expression()).isEqualTo("0 1 * * SUN#1");
        assertThat(monthly.nextRuns(Instant.parse("2026-01-01T00:00:00Z"), 4))
                .containsExactly(
                        Instant.parse("2026-01-04T01:00:00Z"),
                        Instant.parse("2026-02-01T01:00:00Z"),
                        Instant.parse("2026-03-01T01:00:00Z"),
                        Instant.parse("2026-04-05T01:00:00Z"));
    }

    @Test
    void timeTheClockSkipsFiresOnceAtTheEndOfTheGap() {
        Schedule daily = Schedule.dailyAt(LocalTime.of(2, 30), NEW_YORK);

        assertThat(daily.firingsBetween(Instant.parse("2026-03-07T12:00:00Z"), Instant.parse("2026-03-10T12:00:00Z")))
                .containsExactly(
                        Instant.parse("2026-03-08T07:00:00Z"),
                        Instant.parse("2026-03-09T06:30:00Z"),
                        Instant.parse("2026-03-10T06:30:00Z"));
    }

    @Test
    void timeTheClockShowsTwiceFiresOnceAtItsFirstOccurrence() {
        Schedule monthly = Schedule.monthlyOnFirst(DayOfWeek.SUNDAY, LocalTime.of(1, 0), NEW_YORK);

        assertThat(monthly.firingsBetween(Instant.parse("2026-10-31T00:00:00Z"), Instant.parse("2026-11-03T00:00:00Z")))
                .containsExactly(Instant.parse("2026-11-01T05:00:00Z"));
    }

    @Test
    void scheduleOfEveryHourFiresInBothOfTheHoursThatAreShownTwice() {
        Instant from = Instant.parse("2026-11-01T04:00:00Z");

        assertThat(Schedule.cron("0 * * * *", NEW_YORK).nextRuns(from, 4))
                .containsExactly(
                        from.plusSeconds(3600),
                        from.plusSeconds(7200),
                        from.plusSeconds(10800),
                        from.plusSeconds(14400));
        assertThat(Schedule.cron("0 0-22 * * *", NEW_YORK).nextRuns(from, 2))
                .containsExactly(from.plusSeconds(3600), from.plusSeconds(10800));
    }

    @Test
    void dayTheCalendarSkipsIsMadeUpForUnlessTheNextDayHasARunAnyway() {
        Instant from = Instant.parse("2011-12-29T20:00:00Z");
        Instant gapEnds = Instant.parse("2011-12-30T10:00:00Z");

        assertThat(Schedule.cron("0 2 * * *", APIA).nextRuns(from, 2))
                .containsExactly(gapEnds.plusSeconds(7200), gapEnds.plusSeconds(7200 + 86400));
        assertThat(Schedule.cron("0 2 * * FRI", APIA).nextRuns(from, 2))
                .containsExactly(gapEnds, Instant.parse("2012-01-05T12:00:00Z"));
    }

    @Test
    void firingsAreFoundAcrossYearsWithoutAny() {
        Schedule leapSunday = Schedule.cron("0 0 29 2 *", ZoneOffset.UTC);

        assertThat(leapSunday.firingAfter(Instant.parse("2096-03-01T00:00:00Z")))
                .hasToString("2104-02-29T00:00:00Z");
        assertThat(leapSunday.firingAtOrBefore(Instant.parse("2104-02-28T00:00:00Z")))
                .hasToString("2096-02-29T00:00:00Z");
    }

    @Test
    void forgedYearsAreForgottenAgain() {
        Schedule daily = Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC);
        for (int year = 1; year < 1200; year++) {
            Instant noon = LocalDate.of(year, 6, 1).atTime(12, 0).toInstant(ZoneOffset.UTC);
            assertThat(daily.firingAtOrBefore(noon)).isEqualTo(noon.minusSeconds(10 * 3600));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0 0 * * 7   | 2026-11-22T00:00:00Z",
                "0 0 * * 0   | 2026-11-22T00:00:00Z",
                "0 0 * * sun | 2026-11-22T00:00:00Z",
                "0 0 * * 6-7 | 2026-11-21T00:00:00Z",
                "0 0 * * TUE | 2026-11-17T00:00:00Z",
                "0 0 L * *   | 2026-11-30T00:00:00Z",
                "*/7 23 * * * | 2026-11-16T23:00:00Z",
                "59 23 * DEC MON-FRI | 2026-12-01T23:59:00Z",
            })
    void namesStepsAndLastDaysAreRead(String expression, String next) {
        assertThat(Schedule.cron(expression, ZoneOffset.UTC).firingAfter(Instant.parse("2026-11-16T00:00:00Z")))
                .hasToString(next);
    }

    @Test
    void schedulesAreEqualByExpressionAndZone() {
        Schedule one = Schedule.cron(" 0  2 * * * ", ZoneOffset.UTC);

        assertThat(one)
                .isEqualTo(Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC))
                .hasSameHashCodeAs(Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC))
                .isNotEqualTo(Schedule.dailyAt(LocalTime.of(3, 0), ZoneOffset.UTC))
                .isNotEqualTo(Schedule.dailyAt(LocalTime.of(2, 0), NEW_YORK))
                .isNotEqualTo("0 2 * * * Z")
                .hasToString("0 2 * * * Z");
        assertThat(one.zone()).isEqualTo(ZoneOffset.UTC);
    }

    @Test
    void secondsAreNotScheduled() {
        assertThatThrownBy(() -> Schedule.dailyAt(LocalTime.of(2, 0, 1), ZoneOffset.UTC))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot schedule at 02:00:01: expected a whole minute");
        assertThatThrownBy(() -> Schedule.dailyAt(LocalTime.of(2, 0, 0, 1), ZoneOffset.UTC))
                .hasMessage("Cannot schedule at 02:00:00.000000001: expected a whole minute");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`0|30 2 * * *` | `'|', '+' or 'L-'`",
                "`+5 2 * * *` | `'|', '+' or 'L-'`",
                "`0 2 L-3 * *` | `'|', '+' or 'L-'`",
                "`0 2 */2 * SUN` | `a day of the month and a day of the week, one of them with '*' and more`",
                "`0 2 *,1 * SUN` | `a day of the month and a day of the week, one of them with '*' and more`",
                "`0 2 1 * */2` | `a day of the month and a day of the week, one of them with '*' and more`",
                "0 2 * * | 4 fields",
                "0 2 * * * * | 6 fields",
                "@daily | 1 fields",
                "0 0 31 2 * | no day it ever fires on",
                "0 0 30 FEB * | no day it ever fires on",
            })
    void whatIsNoScheduleIsRefused(String expression, String found) {
        assertThatThrownBy(() -> Schedule.cron(expression, ZoneOffset.UTC))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot read schedule '" + expression + "': found " + found
                        + " but expected minute, hour, day of month, month and day of week, such as '0 2 * * *'"
                        + "\nHint: Nothing was changed; does 'crontab' accept it? Seconds, years and '@daily' are not read"
                        + " here [DRK-SCHEDULE-001]");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "60 2 * * *",
                "0 24 * * *",
                "0 0 32 * *",
                "0 0 0 * *",
                "0 0 * 13 *",
                "0 0 * * 8",
                "0 0 * * SUN#6",
                "x 0 * * *",
                "0 5-2 * * *",
                "*/0 * * * *",
                "0 0 * * MON-",
                "-1 * * * *",
                "0 0 ? * *",
            })
    void fieldsOutOfTheirRangeAreRefused(String expression) {
        assertThatThrownBy(() -> Schedule.cron(expression, ZoneOffset.UTC))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageStartingWith("Cannot read schedule '" + expression + "': found ")
                .hasMessageContaining(
                        " but expected minute, hour, day of month, month and day of week, such as '0 2 * * *'")
                .hasMessageEndingWith("[DRK-SCHEDULE-001]");
    }

    @Test
    void expressionsMeanWhatCrontabSaysTheyMean() {
        long seed = Long.getLong("drkit.schedule.seed", 1);
        Random random = new Random(seed);
        for (int i = 0; i < EXPRESSIONS; i++) {
            Crontab crontab = Crontab.random(random);
            Instant from =
                    LocalDate.of(2020 + random.nextInt(20), 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC);
            Instant until = from.plusSeconds(400L * 24 * 3600);

            List<Instant> found = Schedule.cron(crontab.text(), ZoneOffset.UTC).firingsBetween(from, until);

            assertThat(found).as("seed %s, '%s'", seed, crontab.text()).isEqualTo(crontab.firings(from, until));
        }
    }

    /** What crontab(5) says, minute by minute: restricted days of the month and of the week are alternatives. */
    private record Crontab(Field minute, Field hour, Field day, Field month, Field weekday) {

        static Crontab random(Random random) {
            return new Crontab(
                    Field.random(random, 0, 59, 1),
                    Field.random(random, 0, 23, 2),
                    Field.random(random, 1, 28, 2),
                    Field.random(random, 1, 12, 3),
                    Field.random(random, 0, 6, 2));
        }

        String text() {
            return minute.text + " " + hour.text + " " + day.text + " " + month.text + " " + weekday.text;
        }

        List<Instant> firings(Instant from, Instant until) {
            List<Instant> firings = new ArrayList<>();
            for (LocalDateTime time = LocalDateTime.ofInstant(from, ZoneOffset.UTC);
                    time.toInstant(ZoneOffset.UTC).isBefore(until);
                    time = time.plusDays(1)) {
                boolean byDay = day.has(time.getDayOfMonth());
                boolean byWeekday = weekday.has(time.getDayOfWeek().getValue() % 7);
                boolean alternatives = !day.text.equals("*") && !weekday.text.equals("*");
                if (month.has(time.getMonthValue()) && (alternatives ? byDay || byWeekday : byDay && byWeekday)) {
                    for (int of = 0; of < 24 * 60; of++) {
                        if (hour.has(of / 60) && minute.has(of % 60)) {
                            firings.add(time.plusMinutes(of).toInstant(ZoneOffset.UTC));
                        }
                    }
                }
            }
            return firings;
        }
    }

    private record Field(String text, List<Integer> values) {

        static Field random(Random random, int low, int high, int onceInAll) {
            if (random.nextInt(onceInAll + 1) > 0) {
                int from = low + random.nextInt(high - low + 1);
                int to = from + random.nextInt(high - from + 1);
                return switch (random.nextInt(4)) {
                    case 0 -> of(from + "", from, from, 1);
                    case 1 -> of(from + "-" + to, from, to, 1);
                    case 2 -> of(from + "," + to, from, to, Math.max(1, to - from));
                    default -> {
                        int step = 1 + random.nextInt(5);
                        yield of(from + "-" + to + "/" + step, from, to, step);
                    }
                };
            }
            return of("*", low, 59, 1);
        }

        private static Field of(String text, int from, int to, int step) {
            List<Integer> values = new ArrayList<>();
            for (int value = from; value <= to; value += step) {
                values.add(value);
            }
            return new Field(text, values);
        }

        boolean has(int value) {
            return values.contains(value);
        }
    }
}
