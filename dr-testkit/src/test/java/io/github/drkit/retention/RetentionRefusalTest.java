package io.github.drkit.retention;

import static io.github.drkit.retention.Points.BANK;
import static io.github.drkit.retention.Points.inventory;
import static io.github.drkit.retention.Points.proven;
import static io.github.drkit.retention.Points.unproven;
import static io.github.drkit.retention.Points.verified;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.Leftover;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionRefusalTest {

    private static final RetentionPolicy ONE_DAY = RetentionPolicy.builder("one day")
            .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 1)
            .minimumProven(1)
            .build();
    private static final RecoveryPoint MONDAY = verified("monday", "2026-03-02T02:00:00Z");
    private static final RecoveryPoint TUESDAY = verified("tuesday", "2026-03-03T02:00:00Z");

    private final Inventory sound = inventory("2026-03-03T12:00:00Z", MONDAY, TUESDAY);

    @Test
    void soundInventoryIsNotRefused() {
        RetentionDecision decision = ONE_DAY.decide(sound);

        assertThat(decision.orRefuse()).isSameAs(decision);
        assertThat(decision.drops()).hasSize(1);
    }

    @Test
    void incompleteCatalogIsRefused() {
        Catalog catalog = new Catalog(
                List.of(MONDAY, TUESDAY),
                List.of(),
                List.of(
                        new Catalog.Problem("points/bank/x/manifest.json", "DRK-POINT-001", "it is no manifest"),
                        new Catalog.Problem("points/bank/y/manifest.json", "DRK-POINT-001", "it is no manifest")));

        refused(
                Inventory.of(BANK, catalog, sound.now(), sound.rpo()),
                "DRK-RETENTION-006",
                "2 entries of its catalog cannot be read, such as 'points/bank/x/manifest.json', but all must be",
                "settle what is named: an unreadable point may be the last good one");
    }

    @Test
    void pointOfAnotherTargetIsRefused() {
        refused(
                Inventory.of(TargetId.of("shop"), sound.catalog(), sound.now(), sound.rpo()),
                "DRK-RETENTION-007",
                "the catalog holds 'monday' of target 'bank' but only its own points may be there",
                "decide on each target by itself");
    }

    @Test
    void pointThatIsListedTwiceIsRefused() {
        refused(
                inventory("2026-03-03T12:00:00Z", MONDAY, TUESDAY, MONDAY),
                "DRK-RETENTION-007",
                "the catalog holds 'monday' twice but each point may be there once",
                "which adapter listed it?");
    }

    @Test
    void idsOfOneHashAreNotOnePoint() {
        RecoveryPoint one = verified("an", "2026-03-02T02:00:00Z");
        RecoveryPoint other = verified("c0", "2026-03-03T02:00:00Z");
        assertThat(one.id().value()).hasSameHashCodeAs(other.id().value());

        assertThat(ONE_DAY.decide(inventory("2026-03-03T12:00:00Z", one, other)).refusals())
                .isEmpty();
    }

    @Test
    void noPointThatCountsIsRefused() {
        refused(
                inventory("2026-03-03T12:00:00Z", unproven("monday", "2026-03-02T02:00:00Z")),
                "DRK-RETENTION-008",
                "no point counts but one must that is younger than PT26H",
                "do backups run, and are they proven?");
    }

    @Test
    void newestCountingPointOlderThanTheObjectiveIsRefused() {
        assertThat(ONE_DAY.decide(inventory("2026-03-04T04:00:00Z", MONDAY, TUESDAY))
                        .refusals())
                .isEmpty();
        refused(
                inventory("2026-03-04T04:00:01Z", MONDAY, TUESDAY, unproven("fresh", "2026-03-04T02:00:00Z")),
                "DRK-RETENTION-008",
                "the newest point that counts is of 2026-03-03T02:00:00Z but must be younger than PT26H at"
                        + " 2026-03-04T04:00:01Z",
                "do backups run, are they proven, and is this machine's clock right?");
    }

    @Test
    void clockThatWentBackIsRefused() {
        assertThat(ONE_DAY.decide(sound.withLastDecision(sound.now())).refusals())
                .isEmpty();
        refused(
                sound.withLastDecision(Instant.parse("2026-03-03T12:00:01Z")),
                "DRK-RETENTION-009",
                "the clock shows 2026-03-03T12:00:00Z but was at 2026-03-03T12:00:01Z before and must not go back",
                "mend time synchronisation on this machine");
    }

    @Test
    void clockThatDiffersFromTheStoresIsRefusedInBothDirections() {
        Duration quarter = Duration.ofMinutes(15);
        assertThat(ONE_DAY.decide(sound.withStoreClock(sound.now().plus(quarter)))
                        .refusals())
                .isEmpty();
        assertThat(ONE_DAY.decide(sound.withStoreClock(sound.now().minus(quarter)))
                        .refusals())
                .isEmpty();
        for (Instant store : List.of(Instant.parse("2026-03-03T12:15:01Z"), Instant.parse("2026-03-03T11:44:59Z"))) {
            refused(
                    sound.withStoreClock(store),
                    "DRK-RETENTION-009",
                    "the clock shows 2026-03-03T12:00:00Z and the store's " + store
                            + " but they must agree within PT15M",
                    "mend time synchronisation on the side that is wrong");
        }
    }

    @Test
    void clockThatJumpedAYearTogetherWithItsBackupCostsOneSlotAtMost() {
        // No store's clock to compare with, and the run of the same machine carries the same wrong time.
        RetentionPolicy week = RetentionPolicy.builder("week")
                .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC), 7)
                .minimumProven(1)
                .build();
        RecoveryPoint[] points = new RecoveryPoint[8];
        for (int day = 1; day <= 7; day++) {
            points[day] = proven("day-" + day, "2026-03-0" + day + "T02:00:00Z");
        }
        points[0] = proven("jumped", "2027-03-08T02:00:00Z");

        RetentionDecision decision = week.decide(inventory("2027-03-08T03:00:00Z", points));

        assertThat(decision.refusals()).isEmpty();
        assertThat(decision.drops())
                .extracting(entry -> entry.point().id().value())
                .containsExactly("day-1");
    }

    @Test
    void everyRefusalIsNamedAndNothingGoes() {
        Inventory wrong = Inventory.of(
                        TargetId.of("shop"),
                        new Catalog(
                                List.of(MONDAY, MONDAY),
                                List.of(),
                                List.of(new Catalog.Problem("x", "DRK-POINT-001", "it is no manifest"))),
                        Instant.parse("2026-03-09T12:00:00Z"),
                        Duration.ofHours(26))
                .withLastDecision(Instant.parse("2026-03-10T12:00:00Z"))
                .withStoreClock(Instant.parse("2026-03-10T12:00:00Z"))
                .withLeftovers(
                        List.of(new Leftover(MONDAY.id(), RunId.of("died"), Leftover.Committed.NOTHING, List.of())));

        RetentionDecision decision = ONE_DAY.decide(wrong);

        assertThat(decision.refusals())
                .extracting(Refusal::code)
                .containsExactly(
                        "DRK-RETENTION-006",
                        "DRK-RETENTION-007",
                        "DRK-RETENTION-007",
                        "DRK-RETENTION-008",
                        "DRK-RETENTION-009",
                        "DRK-RETENTION-009");
        assertThat(decision.drops()).isEmpty();
        assertThat(decision.leftovers()).isEmpty();
        assertThat(decision.bytesFreed()).isZero();
        assertThat(decision.render())
                .contains("REFUSED Cannot expire points of 'shop': 1 entries of its catalog cannot be read")
                .doesNotContain("DROP")
                .doesNotContain("COLLECT");
    }

    @Test
    void pointThatWouldGoSaysThatExpiryIsRefused() {
        RetentionDecision decision = ONE_DAY.decide(
                inventory("2026-03-05T12:00:00Z", MONDAY, TUESDAY, unproven("old", "2026-02-02T02:00:00Z")));

        assertThat(decision.entries())
                .extracting(RetentionEntry::toString)
                .containsExactly(
                        "KEEP 2026-03-03T02:00:00Z tuesday verified  daily 1/1 (slot of 2026-03-03T02:00:00Z), floor,"
                                + " leaves not before 2026-03-05T12:00:00Z",
                        "KEEP 2026-03-02T02:00:00Z monday verified  would go, but expiry is refused, daily slot 2 of 1",
                        "KEEP 2026-02-02T02:00:00Z old unproven  would go, but expiry is refused, daily slot of"
                                + " 2026-02-02T02:00:00Z belongs to nobody");
    }

    private static void refused(Inventory inventory, String code, String actual, String hint) {
        RetentionDecision decision = ONE_DAY.decide(inventory);

        assertThat(decision.drops()).isEmpty();
        assertThat(decision.refusals())
                .contains(new Refusal(
                        code,
                        "Cannot expire points of '" + inventory.target() + "': " + actual,
                        "Nothing was expired and deciding again is safe; " + hint));
        assertThatThrownBy(decision::orRefuse)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot expire points of '" + inventory.target() + "': " + actual
                        + "\nHint: Nothing was expired and deciding again is safe; " + hint + " [" + code + "]");
    }
}
