package io.github.drkit.retention;

import static io.github.drkit.retention.Points.failed;
import static io.github.drkit.retention.Points.inventory;
import static io.github.drkit.retention.Points.proven;
import static io.github.drkit.retention.Points.scheduledFor;
import static io.github.drkit.retention.Points.sized;
import static io.github.drkit.retention.Points.suspect;
import static io.github.drkit.retention.Points.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.catalog.Leftover;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.store.StoredObject;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What decisions, differences and forecasts say, to the letter. */
class RetentionWordsTest {

    private static final String NOW = "2026-03-04T12:00:00Z";
    private static final RetentionPolicy TWO_DAYS = days(2);
    private static final RecoveryPoint[] FOUR = {
        sized(verified("a", "2026-03-01T02:00:10Z"), 10),
        sized(verified("b", "2026-03-02T02:00:10Z"), 200),
        sized(verified("c", "2026-03-03T02:00:10Z"), 3000),
        sized(verified("d", "2026-03-04T02:00:10Z"), 40000)
    };

    private static RetentionPolicy days(int days) {
        return RetentionPolicy.builder(days + " days")
                .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), days)
                .minimumProven(1)
                .build();
    }

    @Test
    void aDifferenceNamesWhatGoesAndWhatStaysAndTheBytesBetween() {
        RetentionDecision two = TWO_DAYS.decide(inventory(NOW, FOUR));
        RetentionDecision three = days(3).decide(inventory(NOW, FOUR));

        RetentionDifference more = RetentionDifference.between(two, three);
        RetentionDifference less = RetentionDifference.between(three, two);

        assertThat(more.bytes()).isEqualTo(-200);
        assertThat(more.render()).isEqualTo("""
                        + KEEP 2026-03-02T02:00:10Z b verified  daily 3/3 (slot of 2026-03-02T02:00:00Z), leaves not before 2026-03-05T01:45:00Z
                        Would free -200 bytes more
                        Restorable: 2026-03-03T02:00:10Z .. 2026-03-04T02:00:10Z (2 points, 43000 bytes)
                          would be: 2026-03-02T02:00:10Z .. 2026-03-04T02:00:10Z (3 points, 43200 bytes)
                        """);
        assertThat(less.bytes()).isEqualTo(200);
        assertThat(less.render()).isEqualTo("""
                        - DROP 2026-03-02T02:00:10Z b verified  not needed by any tier, daily slot 3 of 2  200 bytes
                        Would free 200 bytes more
                        Restorable: 2026-03-02T02:00:10Z .. 2026-03-04T02:00:10Z (3 points, 43200 bytes)
                          would be: 2026-03-03T02:00:10Z .. 2026-03-04T02:00:10Z (2 points, 43000 bytes)
                        """);
    }

    @Test
    void aDifferenceSaysNothingOfPointsThatOnlyOneOfTheTwoKnows() {
        RetentionDifference difference = RetentionDifference.between(
                TWO_DAYS.decide(inventory(NOW, FOUR[3])), TWO_DAYS.decide(inventory(NOW, FOUR)));

        assertThat(difference.goes()).isEmpty();
        assertThat(difference.stays()).isEmpty();
        assertThat(difference.bytes()).isZero();
    }

    @Test
    void aForecastCountsWhatIsThereBeforeAnythingGoesAndNumbersEveryRun() {
        Forecast forecast = TWO_DAYS.forecast(inventory(NOW, FOUR));

        assertThat(forecast.pointBytes()).isEqualTo(3000);
        assertThat(forecast.days()).hasSize(400);
        // The four, and the run of the first day.
        assertThat(forecast.days().get(0).peakBytes()).isEqualTo(46210);
        assertThat(forecast.peakBytes()).isEqualTo(46210);
        assertThat(forecast.exceeds(46210)).isEmpty();
        assertThat(forecast.exceeds(46209)).contains(Instant.parse("2026-03-05T12:00:00Z"));
        assertThat(forecast.exceeds(9000)).contains(Instant.parse("2026-03-05T12:00:00Z"));
        // Two are kept and one comes.
        assertThat(forecast.days().get(399).peakBytes()).isEqualTo(9000);
        assertThat(forecast.render(46210))
                .startsWith("Forecast of 400 days, each run 3000 bytes\n2026-04-13T12:00:00Z  ")
                .endsWith("Needed at most: 46210 bytes\nCapacity: 46210 bytes, enough for all of these days\n")
                .hasLineCount(13);
        assertThat(forecast.render(46209))
                .endsWith("Capacity: 46209 bytes, exceeded by 2026-03-05T12:00:00Z\n")
                .contains(
                        "\n2027-04-08T12:00:00Z  2027-04-07T02:00:00Z .. 2027-04-08T02:00:00Z (2 points, 6000 bytes)\n");
    }

    @Test
    void aForecastMeasuresTheLastSevenSoundPoints() {
        Inventory inventory = inventory(
                "2026-03-10T12:00:00Z",
                sized(proven("a", "2026-03-01T02:00:00Z"), 1),
                sized(proven("b", "2026-03-02T02:00:00Z"), 20),
                sized(proven("c", "2026-03-03T02:00:00Z"), 30),
                sized(proven("d", "2026-03-04T02:00:00Z"), 40),
                sized(proven("e", "2026-03-05T02:00:00Z"), 50),
                sized(proven("f", "2026-03-06T02:00:00Z"), 60),
                sized(proven("g", "2026-03-07T02:00:00Z"), 70),
                sized(proven("h", "2026-03-08T02:00:00Z"), 80),
                sized(failed("i", "2026-03-09T02:00:00Z"), 2),
                sized(suspect(proven("j", "2026-03-10T02:00:00Z")), 3));

        assertThat(TWO_DAYS.forecast(inventory).pointBytes()).isEqualTo(50);
        assertThat(TWO_DAYS.forecast(inventory(NOW)).pointBytes()).isZero();
    }

    @Test
    void theDigestKnowsHoldsLeftoversAndOwnedSlots() {
        Inventory plain = inventory(NOW, FOUR);
        Hold hold = new Hold(RecoveryPointId.of("a"), "Ada", "case 42", Instant.parse("2026-03-02T00:00:00Z"));
        String digest = TWO_DAYS.decide(plain).digest();

        // The point is kept either way: only the hold differs.
        String held = TWO_DAYS.decide(plain.withHolds(List.of(on("d", hold)))).digest();
        assertThat(held).isNotEqualTo(digest);
        assertThat(TWO_DAYS.decide(plain.withHolds(
                                List.of(new Hold(RecoveryPointId.of("d"), hold.by(), "case 43", hold.since()))))
                        .digest())
                .isNotEqualTo(held);
        assertThat(TWO_DAYS.decide(plain.withHolds(
                                List.of(new Hold(RecoveryPointId.of("d"), "Grace", hold.reason(), hold.since()))))
                        .digest())
                .isNotEqualTo(held);
        assertThat(TWO_DAYS.decide(plain.withHolds(List.of(on("d", hold), on("a", hold))))
                        .digest())
                .as("in any order")
                .isEqualTo(TWO_DAYS.decide(plain.withHolds(List.of(on("a", hold), on("d", hold))))
                        .digest());
        assertThat(TWO_DAYS.decide(plain.withLeftovers(List.of(leftover("x")))).digest())
                .isNotEqualTo(TWO_DAYS.decide(plain.withLeftovers(List.of(leftover("y"))))
                        .digest())
                .isNotEqualTo(digest);
    }

    @Test
    void aDecisionTellsAProgramWhatItTellsAPerson() {
        RetentionDecision decision = TWO_DAYS.decide(inventory(NOW, FOUR)
                .withHolds(List.of(
                        new Hold(RecoveryPointId.of("a"), "Ada", "case 42", Instant.parse("2026-03-02T00:00:00Z"))))
                .withLeftovers(List.of(leftover("x"))));

        assertThat(decision).hasToString("RetentionDecision[bank at 2026-03-04T12:00:00Z, 4 points, 1 may go]");
        assertThat(decision.render()).contains("\nCOLLECT x  left by run x without a manifest\n");
        assertThat(decision.toJson())
                .contains("\"leftovers\":[\"x\"]")
                .contains("\"hold\":{\"by\":\"Ada\",\"reason\":\"case 42\",\"since\":\"2026-03-02T00:00:00Z\"}")
                .contains("\"slots\":[{\"begins\":\"2026-03-04T02:00:00Z\",\"ends\":\"2026-03-05T02:00:00Z\","
                        + "\"keep\":2,\"owner\":\"d\",\"rank\":1,\"tier\":\"daily\"}]")
                .contains("\"before\":{\"bytes\":43210,\"newest\":\"2026-03-04T02:00:10Z\","
                        + "\"oldest\":\"2026-03-01T02:00:10Z\",\"points\":4}")
                .contains("\"after\":{\"bytes\":43010,");
    }

    @Test
    void aRefusedDecisionSaysWhyInItsText() {
        RetentionDecision refused = TWO_DAYS.decide(inventory("2026-03-09T12:00:00Z", FOUR));

        assertThat(refused.render())
                .contains("\nREFUSED ")
                .contains(" [" + refused.refusals().get(0).code() + "]\n");
    }

    @Test
    void ofTwoPointsOfOneInstantTheOneTheStoreHadFirstOwnsTheSlot() {
        RecoveryPoint late = scheduledFor(proven("a", "2026-03-04T02:00:10Z"), "2026-03-04T02:00:00Z");
        RecoveryPoint early = scheduledFor(proven("b", "2026-03-04T02:00:10Z"), "2026-03-04T02:00:00Z");
        Inventory both = inventory(NOW, late, early);

        assertThat(owner(both)).as("by its id").isEqualTo("a");
        assertThat(owner(both.withStoredTimes(Map.of(
                        late.id(), Instant.parse("2026-03-04T02:20:00Z"),
                        early.id(), Instant.parse("2026-03-04T02:10:00Z")))))
                .as("by the store")
                .isEqualTo("b");
    }

    private static String owner(Inventory inventory) {
        return TWO_DAYS.decide(inventory).entries().stream()
                .filter(entry -> !entry.owned().isEmpty())
                .map(entry -> entry.point().id().value())
                .findFirst()
                .orElseThrow();
    }

    private static Hold on(String point, Hold hold) {
        return new Hold(RecoveryPointId.of(point), hold.by(), hold.reason(), hold.since());
    }

    private static Leftover leftover(String point) {
        return new Leftover(
                RecoveryPointId.of(point),
                RunId.of(point),
                Leftover.Committed.NOTHING,
                List.of(new StoredObject("points/bank/" + point + "/data", 7, Instant.EPOCH, "")));
    }
}
