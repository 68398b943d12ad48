package io.github.drkit.status;

import static io.github.drkit.status.StatusBench.NIGHTLY;
import static io.github.drkit.status.StatusBench.ROOMY;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Catalog;
import io.github.drkit.Outcome;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.objective.Objectives;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the RPO stands, at the edge of each threshold of docs/status.md. */
class RpoTest {

    private final StatusBench bench = new StatusBench();

    @Test
    void withoutAPointItIsMissedFromTheFirstSecond() {
        ComponentStatus status = bench.status();

        assertThat(status.rpo()).isEqualTo(new Judgement(State.MISSED, "there is no recovery point", "bank"));
        assertThat(status.holdings().rpoNow()).isEmpty();
        assertThat(status.holdings().unreachable()).isEmpty();
    }

    @Test
    void pointsThatDoNotCountSupportNothing() {
        bench.bank
                .point("a", "2026-03-10T02:00:00Z", Proof.Level.UNPROVEN)
                .point("b", "2026-03-10T03:00:00Z", Proof.Level.STORED)
                .point("c", "2026-03-10T04:00:00Z", Proof.Level.FAILED)
                .point("d", "2026-03-10T05:00:00Z", Proof.Level.VERIFIED, Plausibility.SUSPECT)
                .point("e", "2026-03-10T12:00:01Z", Proof.Level.PROVEN);
        bench.bank.problems.add(new Catalog.Problem("points/x/manifest.json", "DRK-POINT-001", "it is corrupt"));

        ComponentStatus status = bench.status();

        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.MISSED,
                        "no recovery point counts: there are 5 and 1 entries that cannot be read, but none that is"
                                + " VERIFIED or better, not SUSPECT and rightly dated",
                        "bank"));
        assertThat(status.remarks())
                .containsExactly("1 points are dated in the future and do not count, such as [bank-e]");
    }

    @Test
    void aTargetThatCannotBeListedIsUnknown() {
        bench.bank.failure = Optional.of(
                new TargetUnavailableException("DRK-STORE-001", "Cannot list: the store gave no answer", "Look"));

        ComponentStatus status = bench.status();

        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.UNKNOWN,
                        "its recovery points cannot be listed: Cannot list: the store gave no answer",
                        "bank"));
        assertThat(status.holdings().rpoNow()).isEmpty();
    }

    @Test
    void aTargetThatThrowsWhatItMayNotIsUnknownToo() {
        bench.bank.failure = Optional.of(new IllegalStateException("with a secret"));

        assertThat(bench.status().rpo().why())
                .isEqualTo(
                        "its recovery points cannot be listed: it threw java.lang.IllegalStateException; see the log");
    }

    @Test
    void whatWasVerifiedThisNightIsMet() {
        bench.bank.point("a", "2026-03-10T02:00:10Z", Proof.Level.VERIFIED);

        assertThat(bench.status().rpo())
                .isEqualTo(new Judgement(
                        State.MET,
                        "it can be recovered to 2026-03-10T02:00:10Z: 9 h 59 min 50 s would be lost and 30 h may be",
                        "bank"));
    }

    @Test
    void equalIsMetAndOneNanosecondMoreIsMissed() {
        bench.bank.point("a", "2026-03-09T06:00:00Z", Proof.Level.VERIFIED);

        assertThat(bench.status(withoutSchedule()).rpo().state()).isEqualTo(State.AT_RISK); // no schedule, see below
        bench.bank.points.clear();
        bench.bank.point("a", "2026-03-09T05:59:59.999999999Z", Proof.Level.VERIFIED);
        assertThat(bench.status(withoutSchedule()).rpo())
                .isEqualTo(new Judgement(
                        State.MISSED,
                        "it can be recovered to 2026-03-09T05:59:59.999999999Z: 30 h 1 s would be lost, but at most 30 h"
                                + " may be",
                        "bank"));
    }

    @Test
    void withoutAScheduleNothingSaysThatItStaysMet() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        assertThat(bench.status(withoutSchedule()).rpo())
                .isEqualTo(new Judgement(
                        State.AT_RISK,
                        "it can be recovered to 2026-03-10T02:00:00Z: 10 h would be lost and 30 h may be, but no schedule"
                                + " says when the next point is due",
                        "bank"));
    }

    @Test
    void aFutureDatedPointMakesNothingYoungerAndNeverNegative() {
        bench.bank
                .point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED)
                .point("b", "2026-03-11T02:00:00Z", Proof.Level.PROVEN);

        ComponentStatus status = bench.status();

        assertThat(status.holdings().rpoNow()).contains(Duration.ofHours(10));
        assertThat(status.holdings().newest()).doesNotContainKey(Proof.Level.PROVEN);
        assertThat(status.holdings().counts()).containsEntry(Proof.Level.PROVEN, 1);
        assertThat(status.evidence().lastProof()).isEmpty();
    }

    @Test
    void aPointOfThisVeryMomentCounts() {
        bench.bank.point("a", "2026-03-10T12:00:00Z", Proof.Level.VERIFIED);

        assertThat(bench.status().holdings().rpoNow()).contains(Duration.ZERO);
    }

    @Test
    void aScheduleWithoutRoomIsARiskEveryDay() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        bench.runs.ended("r", "back up", "bank", "2026-03-10T02:00:00Z", Duration.ofMinutes(4), Outcome.SUCCEEDED);
        bench.runs.ended("v", "verify", "bank-a", "2026-03-10T02:10:00Z", Duration.ofMinutes(1), Outcome.SUCCEEDED);

        ComponentStatus status = bench.status(bench.protection(Objectives.production()));

        assertThat(status.rhythm().worstCase())
                .contains(new WorstCase(
                        Instant.parse("2026-03-10T02:00:00Z"),
                        Duration.ofHours(24),
                        Duration.ofHours(48),
                        Optional.of(Duration.ofMinutes(5))));
        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.AT_RISK,
                        "it can be recovered to 2026-03-10T02:00:00Z: 10 h would be lost and 24 h may be, but from the run"
                                + " due at 2026-03-10T02:00:00Z to the next its schedule lets it become 24 h 5 min even if"
                                + " no run is missed",
                        "bank"));
    }

    @Test
    void aScheduleThatFitsToTheSecondIsNoRisk() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        bench.runs.ended("r", "back up", "bank", "2026-03-10T02:00:00Z", Duration.ofMinutes(4), Outcome.SUCCEEDED);
        bench.runs.ended("v", "verify", "bank-a", "2026-03-10T02:10:00Z", Duration.ofMinutes(1), Outcome.SUCCEEDED);

        assertThat(bench.status(bench.protection(rpo(Duration.ofMinutes(24 * 60 + 5))))
                        .rpo()
                        .state())
                .isEqualTo(State.MET);
        assertThat(bench.status(bench.protection(
                                rpo(Duration.ofMinutes(24 * 60 + 5).minusNanos(1))))
                        .rpo()
                        .state())
                .isEqualTo(State.AT_RISK);
    }

    @Test
    void worstCaseIsTheLongestIntervalOfTheYearDaylightSavingIncluded() {
        Schedule berlin = Schedule.dailyAt(LocalTime.of(2, 0), ZoneId.of("Europe/Berlin"));
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        WorstCase worst = bench.status(
                        Protection.builder("bank", bench.bank, ROOMY).schedule(berlin))
                .rhythm()
                .worstCase()
                .orElseThrow();

        assertThat(worst)
                .isEqualTo(new WorstCase(
                        Instant.parse("2026-10-25T00:00:00Z"),
                        Duration.ofHours(25),
                        Duration.ofHours(49),
                        Optional.empty()));
    }

    @Test
    void schedulesOfOneComponentShareTheirIntervals() {
        RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC);
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        Rhythm rhythm = bench.status(
                        Protection.builder("bank", bench.bank, ROOMY).policy(policy))
                .rhythm();

        assertThat(rhythm.nextRun()).contains(Instant.parse("2026-03-11T02:00:00Z"));
        assertThat(rhythm.lastDue()).contains(Instant.parse("2026-03-10T02:00:00Z"));
        assertThat(rhythm.worstCase().orElseThrow().interval()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void aDuePointMayBeAwaitedForAnHourAndNoLonger() {
        bench.bank.point("a", "2026-03-09T02:00:00Z", Proof.Level.VERIFIED);
        Protection.Builder protection = bench.protection(rpo(Duration.ofDays(3)));
        bench.time.jumpTo(Instant.parse("2026-03-10T03:00:00Z"));

        assertThat(bench.status(protection).rpo().state()).isEqualTo(State.MET);

        bench.time.jumpTo(Instant.parse("2026-03-10T03:00:00.000000001Z"));
        assertThat(bench.status(protection).rpo().why())
                .endsWith(" may be, but the run due at 2026-03-10T02:00:00Z has given no point that counts within 1 h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/10 * * * *", "*/30 * * * *", "0 * * * *", "0 */2 * * *"})
    void aScheduleOfManyFiringsThatDiedIsARiskFromThePatienceOnAndStaysOne(String cron) {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);
        Schedule schedule = Schedule.cron(cron, ZoneOffset.UTC);
        Protection.Builder protection =
                Protection.builder("bank", bench.bank, ROOMY).schedule(schedule);
        Instant missed = schedule.firingAfter(Instant.parse("2026-03-10T02:15:00Z"));
        bench.time.jumpTo(missed.plus(Duration.ofHours(1)));
        assertThat(bench.status(protection).rpo().state()).isEqualTo(State.MET);
        assertThat(bench.status(protection).rhythm().overdueSince()).isEmpty();

        for (int minutes : new int[] {1, 5, 29, 31, 59, 60, 61, 119, 121, 20 * 60}) {
            bench.time.jumpTo(missed.plus(Duration.ofMinutes(60 + minutes)));
            ComponentStatus status = bench.status(protection);
            assertThat(status.rpo().state()).as("%s", bench.time.now()).isEqualTo(State.AT_RISK);
            assertThat(status.rpo().why())
                    .endsWith("the run due at " + missed + " has given no point that counts within 1 h");
            assertThat(status.rhythm().overdueSince()).contains(missed.plus(Duration.ofHours(1)));
        }
    }

    @Test
    void backupsThatTakeLongerThanTheirIntervalAreNotOverdueWhileEachCountsInTime() {
        bench.bank.point("a", "2026-03-10T10:00:00Z", Proof.Level.VERIFIED);
        bench.runs.ended("r", "back up", "bank", "2026-03-10T08:00:00Z", Duration.ofMinutes(80), Outcome.SUCCEEDED);
        bench.runs.ended("v", "verify", "bank-a", "2026-03-10T09:20:00Z", Duration.ofMinutes(10), Outcome.SUCCEEDED);
        Protection.Builder protection =
                Protection.builder("bank", bench.bank, ROOMY).schedule(Schedule.cron("0 * * * *", ZoneOffset.UTC));
        bench.time.jumpTo(Instant.parse("2026-03-10T12:30:00Z"));
        assertThat(bench.status(protection).rpo().state()).isEqualTo(State.MET);

        bench.time.jumpTo(Instant.parse("2026-03-10T12:30:01Z"));
        assertThat(bench.status(protection).rpo().why())
                .endsWith("the run due at 2026-03-10T11:00:00Z has given no point that counts within 1 h 30 min");
    }

    @Test
    void aPointOfAQuarterOfAnHourBeforeTheFiringIsItsPoint() {
        bench.bank.point("a", "2026-03-10T01:45:00Z", Proof.Level.VERIFIED);
        assertThat(bench.status().rpo().state()).isEqualTo(State.MET);

        bench.bank.points.clear();
        bench.bank.point("a", "2026-03-10T01:44:59.999999999Z", Proof.Level.VERIFIED);
        assertThat(bench.status().rpo().state()).isEqualTo(State.AT_RISK);
    }

    @Test
    void measuredBackupsOfMoreThanAnHourAreAwaitedForAsLong() {
        bench.bank.point("a", "2026-03-09T02:00:00Z", Proof.Level.VERIFIED);
        bench.runs.ended("r", "back up", "bank", "2026-03-09T02:00:00Z", Duration.ofHours(2), Outcome.SUCCEEDED);
        bench.runs.ended("v", "verify", "bank-a", "2026-03-09T05:00:00Z", Duration.ofHours(1), Outcome.SUCCEEDED);
        Protection.Builder protection = bench.protection(rpo(Duration.ofDays(3)));
        bench.time.jumpTo(Instant.parse("2026-03-10T05:00:00Z"));

        assertThat(bench.status(protection).rpo().state()).isEqualTo(State.MET);

        bench.time.jumpTo(Instant.parse("2026-03-10T05:00:00.000000001Z"));
        assertThat(bench.status(protection).rpo().why()).endsWith(" has given no point that counts within 3 h");
    }

    @Test
    void aFailedBackupIsARiskUntilANewerPointCounts() {
        bench.bank.point("a", "2026-03-10T02:00:10Z", Proof.Level.VERIFIED);
        bench.runs.ended("r1", "back up", "bank", "2026-03-10T08:00:00Z", Duration.ofMinutes(4), Outcome.FAILED);

        ComponentStatus status = bench.status();
        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.AT_RISK,
                        "it can be recovered to 2026-03-10T02:00:10Z: 9 h 59 min 50 s would be lost and 30 h may be, but"
                                + " the last backup, run 'r1', ended FAILED",
                        "bank"));
        assertThat(status.rhythm().waiting()).isEmpty();

        bench.bank.point("b", "2026-03-10T09:00:00Z", Proof.Level.VERIFIED);
        assertThat(bench.status().rpo().state()).isEqualTo(State.MET);
    }

    @Test
    void aBackupThatStoppedUnknownIsARiskAndWaits() {
        bench.bank.point("a", "2026-03-10T02:00:10Z", Proof.Level.VERIFIED);
        bench.runs.ended("r1", "back up", "bank", "2026-03-10T08:00:00Z", Duration.ofMinutes(4), Outcome.UNKNOWN);

        ComponentStatus status = bench.status();

        assertThat(status.rpo().why()).endsWith("the last backup, run 'r1', ended UNKNOWN");
        assertThat(status.rhythm().waiting())
                .extracting(PastRun::toString)
                .containsExactly(
                        "run 'r1' to back up bank stopped UNKNOWN at 2026-03-10T08:04:00Z: resume it, which looks"
                                + " first");
    }

    @Test
    void onlyTheLast7UninterruptedBackupsMeasure() {
        bench.bank.point("a", "2026-03-10T02:00:10Z", Proof.Level.VERIFIED);
        Protection.Builder protection = bench.protection(ROOMY)
                .policy(RetentionPolicy.builder("any")
                        .tier("daily", NIGHTLY, 7)
                        .requiredProof(Proof.Level.UNPROVEN)
                        .build());
        for (int day = 1; day <= 8; day++) {
            bench.runs.ended(
                    "r" + day,
                    "back up",
                    "bank",
                    "2026-03-0" + day + "T02:00:00Z",
                    Duration.ofMinutes(100 - day),
                    Outcome.SUCCEEDED);
        }
        bench.runs.ended("x", "back up", "bank", "2026-03-09T02:00:00Z", Duration.ofHours(9), Outcome.FAILED);
        bench.runs.resumed("y", "back up", "bank", "2026-03-09T03:00:00Z", Duration.ofHours(8));

        assertThat(bench.status(protection).rhythm().worstCase().orElseThrow().untilCounting())
                .contains(Duration.ofMinutes(98));
    }

    @Test
    void aCheckThatWasNeverMeasuredLeavesTheWholeUnmeasured() {
        bench.bank.point("a", "2026-03-10T02:00:10Z", Proof.Level.VERIFIED);
        bench.runs.ended("r", "back up", "bank", "2026-03-10T02:00:00Z", Duration.ofMinutes(4), Outcome.SUCCEEDED);

        assertThat(bench.status().rhythm().worstCase().orElseThrow().untilCounting())
                .isEmpty();
    }

    @Test
    void aRecoveryWindowCountsAndNeedsNoSchedule() {
        bench.bank.window("2026-03-03T12:00:00Z", "2026-03-10T11:56:00Z");

        ComponentStatus status = bench.status(withoutSchedule());

        assertThat(status.rpo())
                .isEqualTo(new Judgement(
                        State.MET,
                        "it can be recovered to 2026-03-10T11:56:00Z: 4 min would be lost and 30 h may be",
                        "bank"));
        assertThat(status.holdings().restorableTo()).contains(Instant.parse("2026-03-10T11:56:00Z"));
        assertThat(status.holdings().newestCounting()).isEmpty();
    }

    @Test
    void aWindowThatStandsStillForThreeGranularitiesIsARisk() {
        bench.bank.window("2026-03-03T12:00:00Z", "2026-03-10T11:45:00Z");
        assertThat(bench.status(withoutSchedule()).rpo().state()).isEqualTo(State.MET);

        bench.time.advance(Duration.ofNanos(1));
        assertThat(bench.status(withoutSchedule()).rpo().why())
                .endsWith("but the recovery window ends 15 min 1 s ago and should be at most 15 min behind");
    }

    @Test
    void aWindowThatEndsInTheFutureDoesNotCount() {
        bench.bank
                .point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED)
                .window("2026-03-03T12:00:00Z", "2026-03-10T12:00:00.000000001Z");

        ComponentStatus status = bench.status();

        assertThat(status.holdings().rpoNow()).contains(Duration.ofHours(10));
        assertThat(status.remarks())
                .containsExactly(
                        "a recovery window ends in the future, at 2026-03-10T12:00:00.000000001Z, and does not count");
    }

    @Test
    void clocksMayDifferByAQuarterOfAnHourAndTheLaterJudges() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        ComponentStatus ahead =
                bench.status(bench.protection(ROOMY).storeClock(() -> Instant.parse("2026-03-10T12:15:00Z")));
        assertThat(ahead.rpo().state()).isEqualTo(State.MET);
        assertThat(ahead.holdings().rpoNow()).contains(Duration.ofMinutes(615));

        ComponentStatus farAhead =
                bench.status(bench.protection(ROOMY).storeClock(() -> Instant.parse("2026-03-10T12:15:01Z")));
        assertThat(farAhead.rpo().why())
                .isEqualTo(
                        "it can be recovered to 2026-03-10T02:00:00Z: 10 h 15 min 1 s would be lost and 30 h may be, but"
                                + " this machine's clock shows 2026-03-10T12:00:00Z and the store's 2026-03-10T12:15:01Z, which is"
                                + " 15 min 1 s apart and may be 15 min; the later one judges");

        ComponentStatus behind =
                bench.status(bench.protection(ROOMY).storeClock(() -> Instant.parse("2026-03-10T10:00:00Z")));
        assertThat(behind.rpo().state()).isEqualTo(State.AT_RISK);
        assertThat(behind.holdings().rpoNow()).contains(Duration.ofHours(10));
    }

    @Test
    void aStoreClockThatCannotBeReadIsSaid() {
        bench.bank.point("a", "2026-03-10T02:00:00Z", Proof.Level.VERIFIED);

        ComponentStatus status = bench.status(bench.protection(ROOMY).storeClock(() -> {
            throw new TargetUnavailableException("DRK-STORE-001", "Cannot ask: no answer", "Look");
        }));

        assertThat(status.rpo().state()).isEqualTo(State.MET);
        assertThat(status.remarks()).containsExactly("cannot read the store's clock: Cannot ask: no answer");
    }

    private Protection.Builder withoutSchedule() {
        return Protection.builder("bank", bench.bank, ROOMY);
    }

    private static Objectives rpo(Duration rpo) {
        return new Objectives("test", Duration.ofHours(4), rpo);
    }
}
