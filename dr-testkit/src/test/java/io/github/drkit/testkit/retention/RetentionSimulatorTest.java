package io.github.drkit.testkit.retention;

import static io.github.drkit.testkit.assertj.DrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.retention.Fate;
import io.github.drkit.retention.Inventory;
import io.github.drkit.retention.RetentionDecision;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.testkit.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionSimulatorTest {

    private static final ZoneId DOUALA = ZoneId.of("Africa/Douala");
    private static final RetentionPolicy POLICY = RetentionPolicy.dailyWeeklyMonthly(DOUALA);
    private static final Duration RPO = Duration.ofHours(26);
    private static final Fault[] ACCIDENTS = {
        Fault.MISSED, Fault.LATE, Fault.EARLY, Fault.DUPLICATE, Fault.FAILED, Fault.SUSPECT, Fault.UNPROVEN
    };

    @Test
    void yearsWithAccidentsNeverLoseTheLastGoodPoints() {
        List<SimulatedDay> days = new ArrayList<>();

        // tag::simulator
        VirtualTime time = VirtualTime.startingAt("2026-01-01T00:00:00Z");
        RetentionSimulator simulator =
                RetentionSimulator.of(POLICY, time, Duration.ofHours(26), 2 * 365, 17, Fault.MISSED, Fault.FAILED);
        simulator.play(2 * 365, day -> {
            days.add(day);
            assertThat(day.decision()).neverDropsLastProven();
        });
        // end::simulator

        assertThat(days).hasSize(2 * 365);
        assertThat(days)
                .anyMatch(day -> !day.lost().isEmpty())
                .anyMatch(day -> !day.decision().refusals().isEmpty());
        assertThat(time.now()).isEqualTo(Instant.parse("2028-01-01T00:00:00Z"));
    }

    @Test
    void withoutAccidentsTheGuidesPolicyKeepsSevenDaysFourWeeksTwelveMonths() {
        VirtualTime time = VirtualTime.startingAt("2026-01-01T12:00:00Z");
        RetentionSimulator simulator = RetentionSimulator.of(POLICY, time, RPO, 800, 1);
        List<RetentionDecision> decisions = new ArrayList<>();

        simulator.play(800, day -> decisions.add(day.decision()));

        RetentionDecision last = decisions.get(799);
        assertThat(tiers(last, "daily")).hasSize(7);
        assertThat(tiers(last, "weekly")).hasSize(4);
        assertThat(tiers(last, "monthly")).hasSize(12);
        assertThat(decisions.stream().filter(decision -> !decision.refusals().isEmpty()))
                .isEmpty();
        // 23 slots, the floor, and beside a slot's VERIFIED owner the first PROVEN point of the slot.
        assertThat(simulator.points().size()).isBetween(7 + 12, 2 * (7 + 4 + 12) + 3);
    }

    @Test
    void nothingLeavesBeforeTheDateItsTierGaveFirst() {
        for (long seed = 1; seed <= 5; seed++) {
            VirtualTime time = VirtualTime.startingAt("2026-01-01T12:00:00Z");
            RetentionSimulator simulator = RetentionSimulator.of(POLICY, time, RPO, 400, seed, ACCIDENTS);
            java.util.Map<String, Instant> promised = new java.util.HashMap<>();
            long printed = seed;
            simulator.play(400, day -> {
                day.lost()
                        .forEach(lost -> assertThat(time.now())
                                .as("seed %s: %s", printed, lost)
                                .isAfterOrEqualTo(
                                        promised.getOrDefault(lost.point().id().value(), Instant.MIN)));
                day.decision()
                        .entries()
                        .forEach(entry -> entry.leavesNotBefore()
                                .ifPresent(leaves ->
                                        promised.putIfAbsent(entry.point().id().value(), leaves)));
            });
            assertThat(promised).hasSizeGreaterThan(50);
        }
    }

    @Test
    void aProverBrokenForAYearLosesNothing() {
        VirtualTime time = VirtualTime.startingAt("2026-01-01T12:00:00Z");
        Instant breaks = Instant.parse("2026-04-01T00:00:00Z");
        Instant mended = Instant.parse("2027-04-01T00:00:00Z");
        RetentionSimulator simulator =
                RetentionSimulator.of(POLICY, time, RPO, 500, 3).withBrokenProver(breaks, mended);
        int[] refused = {0};

        simulator.play(500, day -> {
            boolean broken = !time.now().isBefore(breaks.plus(Duration.ofDays(3)))
                    && time.now().isBefore(mended);
            if (broken) {
                assertThat(day.decision().refusals()).isNotEmpty();
                assertThat(day.lost()).isEmpty();
                refused[0]++;
            }
        });

        assertThat(refused[0]).isEqualTo(362);
        assertThat(tiers(lastDecision(simulator, time), "monthly")).hasSize(12);
    }

    @Test
    void sameSeedPlaysTheSameYears() {
        List<List<RecoveryPoint>> plays = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            VirtualTime time = VirtualTime.startingAt("2026-01-01T12:00:00Z");
            RetentionSimulator simulator = RetentionSimulator.of(POLICY, time, RPO, 100, 9, Fault.values());
            simulator.play(100, day -> {});
            plays.add(simulator.points());
        }

        assertThat(plays.get(0)).isEqualTo(plays.get(1)).isNotEmpty();
    }

    @Test
    void daysWithoutARunAreNoSimulation() {
        RetentionPolicy yearly = RetentionPolicy.builder("yearly")
                .tier("yearly", Schedule.cron("0 0 1 1 *", DOUALA), 2)
                .build();

        assertThatThrownBy(
                        () -> RetentionSimulator.of(yearly, VirtualTime.startingAt("2026-02-01T00:00:00Z"), RPO, 30, 1))
                .hasMessage("Cannot simulate 30 days of policy 'yearly': it has no run in them");
    }

    private static RetentionDecision lastDecision(RetentionSimulator simulator, VirtualTime time) {
        return POLICY.decide(Inventory.of(
                HistoryInTheMaking.TARGET,
                new io.github.drkit.Catalog(simulator.points(), List.of(), List.of()),
                time.now(),
                RPO));
    }

    private static List<String> tiers(RetentionDecision decision, String tier) {
        return decision.entries().stream()
                .filter(entry -> entry.fate() == Fate.KEEP)
                .filter(entry ->
                        entry.owned().stream().anyMatch(slot -> slot.tier().equals(tier) && slot.kept()))
                .map(entry -> entry.point().id().value())
                .toList();
    }
}
