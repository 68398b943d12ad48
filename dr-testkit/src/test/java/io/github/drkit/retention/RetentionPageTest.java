package io.github.drkit.retention;

import static io.github.drkit.testkit.assertj.DrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Catalog;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TargetId;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.testkit.retention.BackupHistory;
import io.github.drkit.testkit.retention.Fault;
import io.github.drkit.testkit.retention.HistoryGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code docs/retention.md} shows is what comes out. */
class RetentionPageTest {

    private static final Path PAGE = Path.of("..", "docs", "retention.md");
    private static final TargetId BANK = TargetId.of("bank");
    private static final long GIB = 1L << 30;

    @Test
    void fileOfThePageIsThePreset() throws IOException {
        assertThat(RetentionPolicy.fromJson(block("json")))
                .isEqualTo(RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala")));
    }

    @Test
    void decisionOfThePageIsWhatIsRendered() throws IOException {
        Catalog catalog = new Catalog(points(), List.of(), List.of());
        Instant now = Instant.parse("2026-11-24T03:00:00Z");
        List<Hold> holds = List.of(new Hold(
                RecoveryPointId.of("bank-d1103"), "auditor@bank", "case LH-7", Instant.parse("2026-11-05T09:00:00Z")));
        Map<RecoveryPointId, Instant> storedTimes = Map.of();
        Instant storeClock = now;

        // tag::decide
        RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala"));
        RetentionDecision decision = policy.decide(Inventory.of(BANK, catalog, now, Duration.ofHours(26))
                .withHolds(holds)
                .withStoredTimes(storedTimes)
                .withStoreClock(storeClock));
        System.out.println(decision.render());
        // end::decide

        assertThat(block("text")).isEqualTo(decision.render());

        // tag::assert
        assertThat(decision)
                .keeps("bank-d1122", "bank-d1103")
                .drops("bank-d1112")
                .because("daily slot 8 of 7")
                .neverDropsLastProven();
        // end::assert
    }

    @Test
    void otherPoliciesAreAskedForTheDifference() {
        RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala"));
        RetentionDecision decision = policy.decide(Inventory.of(
                BANK,
                new Catalog(points(), List.of(), List.of()),
                Instant.parse("2026-11-24T03:00:00Z"),
                Duration.ofHours(26)));

        // tag::what-if
        RetentionPolicy proven = RetentionPolicy.builder("ten days, proven")
                .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 10)
                .requiredProof(Proof.Level.PROVEN)
                .minimumProven(5)
                .grace(Duration.ofDays(30))
                .build();
        RetentionDifference difference = decision.whatIf(proven);
        System.out.println(difference.render()); // - what else would go, + what would stay
        RetentionDifference inAMonth = decision.whatIf(Instant.parse("2026-12-24T03:00:00Z"));
        // end::what-if

        assertThat(difference.stays()).isNotEmpty();
        assertThat(inAMonth.goes()).isNotEmpty();
    }

    @Test
    void capacityIsForecast() {
        RetentionPolicy policy = RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala"));
        Inventory inventory = Inventory.of(
                BANK,
                new Catalog(points(), List.of(), List.of()),
                Instant.parse("2026-11-24T03:00:00Z"),
                Duration.ofHours(26));

        // tag::forecast
        Forecast forecast = policy.forecast(inventory);
        System.out.println(forecast.render(550L << 30)); // 550 GiB
        forecast.exceeds(550L << 30).ifPresent(day -> System.out.println("Order disks before " + day));
        // end::forecast

        assertThat(forecast.pointBytes()).isEqualTo(24 * GIB);
        assertThat(forecast.exceeds(550 * GIB)).isPresent();
        assertThat(forecast.exceeds(700 * GIB)).isEmpty();
        System.out.println(forecast.peakBytes() / GIB + " " + forecast.exceeds(550 * GIB));
    }

    @Test
    void historiesAreMadeFromSeeds() {
        // tag::histories
        HistoryGenerator generator = HistoryGenerator.ofAnyPolicy().without(Fault.FORGED);
        for (long seed = 1; seed <= 20; seed++) {
            BackupHistory history = generator.history(seed);
            RetentionDecision decision = history.policy().decide(history.inventory());
            assertThat(decision).as("%s", history).neverDropsLastProven();
        }
        // end::histories
    }

    /** Two Sunday runs a week, the rest daily; one day in three is proven. */
    private static List<RecoveryPoint> points() {
        List<RecoveryPoint> points = new ArrayList<>();
        add(points, "m0906", "2026-09-06T00:00:00Z", Proof.Level.PROVEN, 22);
        add(points, "m1004", "2026-10-04T00:00:00Z", Proof.Level.PROVEN, 23);
        add(points, "m1101", "2026-11-01T00:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1103", "2026-11-03T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "w1108", "2026-11-08T00:00:00Z", Proof.Level.PROVEN, 24);
        add(points, "d1112", "2026-11-12T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1114", "2026-11-14T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "w1115", "2026-11-15T00:00:00Z", Proof.Level.PROVEN, 24);
        add(points, "d1115", "2026-11-15T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1118", "2026-11-18T01:00:00Z", Proof.Level.VERIFIED, 24);
        points.add(Points.suspect(points.remove(9)));
        add(points, "d1119", "2026-11-19T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1120", "2026-11-20T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1121", "2026-11-21T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "w1122", "2026-11-22T00:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1122", "2026-11-22T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1123", "2026-11-23T01:00:00Z", Proof.Level.VERIFIED, 24);
        add(points, "d1124", "2026-11-24T01:00:00Z", Proof.Level.UNPROVEN, 24);
        return points;
    }

    private static void add(List<RecoveryPoint> points, String id, String firing, Proof.Level level, int gib) {
        RecoveryPoint point = Points.scheduledFor(
                Points.point("bank-" + id, Instant.parse(firing).plusSeconds(4).toString(), level), firing);
        points.add(Points.sized(point, gib * GIB));
    }

    private static String block(String language) throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("```" + language + "\n") + language.length() + 4;
        return page.substring(begin, page.indexOf("```", begin));
    }
}
