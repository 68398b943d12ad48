package io.github.drkit.testkit.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class HistoryGeneratorTest {

    private static final RetentionPolicy POLICY = RetentionPolicy.dailyWeeklyMonthly(ZoneOffset.UTC);

    @Test
    void sameSeedMakesTheSameHistory() {
        for (long seed = 1; seed < 6; seed++) {
            assertThat(HistoryGenerator.ofAnyPolicy().history(seed))
                    .isEqualTo(HistoryGenerator.ofAnyPolicy().history(seed));
        }
        assertThat(HistoryGenerator.of(POLICY, 60).history(1))
                .isNotEqualTo(HistoryGenerator.of(POLICY, 60).history(2));
    }

    @Test
    void textOfAHistoryNamesItsSeed() {
        assertThat(HistoryGenerator.of(POLICY, 60).history(17).toString())
                .startsWith("history of seed 17, ")
                .endsWith(", policy " + POLICY.toJson());
    }

    @Test
    void withoutFaultsEveryRunMakesOneGoodPointInTime() {
        for (BackupHistory history : histories()) {
            assertThat(history.holds()).isEmpty();
            assertThat(history.arrivals()).allSatisfy(arrival -> {
                RecoveryPoint point = arrival.point();
                assertThat(point.proof().level()).isIn(Proof.Level.VERIFIED, Proof.Level.PROVEN);
                assertThat(point.plausibility()).isEqualTo(Plausibility.OK);
                assertThat(point.label()).isEmpty();
                assertThat(arrival.stored()).isAfter(point.consistencyTime());
                point.scheduledFor()
                        .ifPresent(firing -> assertThat(Duration.between(firing, point.consistencyTime()))
                                .isBetween(Duration.ZERO, Duration.ofMinutes(1)));
            });
        }
    }

    @Test
    void eachFaultOccursWhereItIsAllowed() {
        List<BackupHistory> missed = histories(Fault.MISSED);
        assertThat(missed).anyMatch(history -> gaps(history).stream().anyMatch(gap -> gap.toDays() > 3));
        assertThat(anyPoint(Fault.LATE, late(Duration.ofHours(20)))).isTrue();
        assertThat(anyPoint(Fault.EARLY, early())).isTrue();
        assertThat(histories(Fault.DUPLICATE))
                .anyMatch(history -> gaps(history).stream().anyMatch(Duration::isZero));
        assertThat(anyPoint(Fault.FAILED, level(Proof.Level.FAILED))).isTrue();
        assertThat(anyPoint(Fault.SUSPECT, point -> point.plausibility() == Plausibility.SUSPECT))
                .isTrue();
        assertThat(anyPoint(Fault.UNPROVEN, level(Proof.Level.UNPROVEN))).isTrue();
        assertThat(anyPoint(Fault.UNPROVEN, level(Proof.Level.STORED))).isTrue();
        assertThat(anyPoint(Fault.MANUAL, point -> !point.label().isEmpty())).isTrue();
        assertThat(histories(Fault.HELD)).anyMatch(history -> !history.holds().isEmpty());
        assertThat(histories(Fault.FUTURE_DATED))
                .anyMatch(history -> history.arrivals().stream()
                        .anyMatch(arrival -> arrival.point().consistencyTime().isAfter(history.now())));
        assertThat(histories(Fault.CLOCK_JUMPED))
                .anyMatch(history -> history.arrivals().stream()
                        .anyMatch(arrival -> arrival.point()
                                .consistencyTime()
                                .isBefore(arrival.stored().minus(Duration.ofDays(99)))));
        assertThat(anyPoint(Fault.FLOOD, small(Proof.Level.UNPROVEN, Plausibility.SUSPECT)))
                .isTrue();
        assertThat(anyPoint(Fault.FORGED, small(Proof.Level.PROVEN, Plausibility.OK)))
                .isTrue();
    }

    @Test
    void whatArrivedByAnInstantIsLookedAtAlone() {
        BackupHistory history = HistoryGenerator.of(POLICY, 60).only(Fault.LATE).history(4);
        Instant stored = history.arrivals().get(4).stored();

        assertThat(history.inventoryAt(stored).catalog().points()).hasSize(5);
        assertThat(history.inventoryAt(stored).storedTimes()).hasSize(5);
        assertThat(history.inventoryAt(stored).now()).isEqualTo(stored);
        assertThat(history.inventory().catalog().points()).hasSameSizeAs(history.arrivals());
    }

    private static List<BackupHistory> histories(Fault... faults) {
        HistoryGenerator generator = HistoryGenerator.of(POLICY, 60).only(faults);
        List<BackupHistory> histories = new ArrayList<>();
        for (long seed = 1; seed <= 12; seed++) {
            histories.add(generator.history(seed));
        }
        return histories;
    }

    private static boolean anyPoint(Fault fault, Predicate<RecoveryPoint> wanted) {
        return histories(fault).stream().anyMatch(history -> any(history, wanted));
    }

    private static boolean any(BackupHistory history, Predicate<RecoveryPoint> wanted) {
        return history.arrivals().stream().anyMatch(arrival -> wanted.test(arrival.point()));
    }

    private static Predicate<RecoveryPoint> level(Proof.Level level) {
        return point -> point.proof().level() == level;
    }

    private static Predicate<RecoveryPoint> small(Proof.Level level, Plausibility plausibility) {
        return level(level).and(point -> point.sizeBytes() == 1 && point.plausibility() == plausibility);
    }

    private static Predicate<RecoveryPoint> late(Duration atLeast) {
        return point -> point.scheduledFor()
                .filter(firing -> !point.consistencyTime().isBefore(firing.plus(atLeast)))
                .isPresent();
    }

    private static Predicate<RecoveryPoint> early() {
        return point -> point.scheduledFor()
                .filter(firing -> point.consistencyTime().isBefore(firing))
                .isPresent();
    }

    /** Between the firings of one run and the next. */
    private static List<Duration> gaps(BackupHistory history) {
        List<Instant> firings = history.arrivals().stream()
                .flatMap(arrival -> arrival.point().scheduledFor().stream())
                .sorted()
                .toList();
        List<Duration> gaps = new ArrayList<>();
        for (int i = 1; i < firings.size(); i++) {
            gaps.add(Duration.between(firings.get(i - 1), firings.get(i)));
        }
        return gaps;
    }
}
