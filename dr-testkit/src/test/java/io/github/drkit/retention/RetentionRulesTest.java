package io.github.drkit.retention;

import static io.github.drkit.retention.Points.BANK;
import static io.github.drkit.retention.Points.failed;
import static io.github.drkit.retention.Points.inventory;
import static io.github.drkit.retention.Points.labelled;
import static io.github.drkit.retention.Points.point;
import static io.github.drkit.retention.Points.proven;
import static io.github.drkit.retention.Points.scheduledFor;
import static io.github.drkit.retention.Points.suspect;
import static io.github.drkit.retention.Points.unproven;
import static io.github.drkit.retention.Points.verified;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.catalog.Leftover;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.store.StoredObject;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One rule of {@code docs/retention.md} a test. */
class RetentionRulesTest {

    private static final Schedule DAILY = Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC);
    private static final RetentionPolicy TWO_DAYS = RetentionPolicy.builder("two days")
            .tier("daily", DAILY, 2)
            .minimumProven(1)
            .build();

    @Test
    void aMissedSundayIsCoveredByMondaysBackup() {
        RetentionPolicy weeks = RetentionPolicy.builder("weeks")
                .tier("weekly", Schedule.weeklyOn(DayOfWeek.SUNDAY, LocalTime.of(1, 0), ZoneOffset.UTC), 2)
                .minimumProven(1)
                .build();
        RetentionDecision decision = weeks.decide(inventory(
                "2026-03-10T03:00:00Z",
                verified("sunday", "2026-03-01T01:00:00Z"),
                verified("monday", "2026-03-09T02:00:00Z"),
                verified("tuesday", "2026-03-10T02:00:00Z")));

        assertThat(line(decision, "monday"))
                .isEqualTo("KEEP weekly 1/2 (slot of 2026-03-08T01:00:00Z), leaves not before 2026-03-22T00:45:00Z");
        assertThat(line(decision, "sunday")).startsWith("KEEP weekly 2/2");
        assertThat(line(decision, "tuesday")).isEqualTo("KEEP floor");
    }

    @Test
    void aLateRunIsItsOwnDaysForOneInterval() {
        RecoveryPoint late = scheduledFor(verified("late", "2026-03-03T01:59:59Z"), "2026-03-02T02:00:00Z");
        RecoveryPoint tooLate = scheduledFor(verified("too-late", "2026-03-04T02:00:00Z"), "2026-03-03T02:00:00Z");
        RetentionDecision decision = TWO_DAYS.decide(inventory("2026-03-04T03:00:00Z", late, tooLate));

        assertThat(slot(decision, "late")).isEqualTo("2026-03-02T02:00:00Z");
        assertThat(slot(decision, "too-late")).isEqualTo("2026-03-04T02:00:00Z");
    }

    @Test
    void anOutageOfTenDaysDeletesNothing() {
        RetentionDecision decision = TWO_DAYS.suppose(inventory(
                "2026-03-20T12:00:00Z",
                verified("one", "2026-03-01T02:00:00Z"),
                verified("two", "2026-03-02T02:00:00Z")));

        assertThat(decision.drops()).isEmpty();
    }

    @Test
    void manualPointsStayAndNothingGoesBecauseOfThem() {
        RetentionDecision decision = TWO_DAYS.suppose(inventory(
                "2026-03-20T12:00:00Z",
                failed("failed", "2026-01-01T02:00:00Z"),
                labelled(proven("by-hand", "2026-03-19T02:00:00Z"), "before the upgrade")));

        assertThat(line(decision, "by-hand")).isEqualTo("KEEP manual, kept until someone deletes it");
        assertThat(line(decision, "failed")).isEqualTo("SKIP FAILED, no newer point counts");
        assertThat(entry(decision, "by-hand").lockUntil()).isEmpty();
    }

    /** What a person typed and nobody can see, and what others write into a manifest. */
    @Test
    void aBlankLabelIsALabel() {
        RetentionDecision decision = TWO_DAYS.suppose(inventory(
                "2026-03-20T12:00:00Z",
                labelled(verified("blank", "2026-03-01T02:00:00Z"), " "),
                verified("newest", "2026-03-20T02:00:00Z")));

        assertThat(line(decision, "blank")).isEqualTo("KEEP manual, kept until someone deletes it");
    }

    /** As the automated snapshots of RDS; no backup of ours makes such a point. */
    @Test
    void aPointWithNeitherLabelNorFiringIsJudgedByItsOwnTime() {
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                "2026-03-04T03:00:00Z",
                verified("older", "2026-03-02T03:00:00Z"),
                verified("newer", "2026-03-03T03:00:00Z"),
                verified("newest", "2026-03-04T02:30:00Z")));

        assertThat(slot(decision, "newer")).isEqualTo("2026-03-03T02:00:00Z");
        assertThat(slot(decision, "newest")).isEqualTo("2026-03-04T02:00:00Z");
        assertThat(entry(decision, "newer").reason()).isEqualTo(Reason.OWNS_SLOT);
        assertThat(entry(decision, "older").reason()).isEqualTo(Reason.SUPERSEDED);
    }

    @Test
    void heldPointsStayAndSayWhoAndWhy() {
        Instant since = Instant.parse("2026-03-02T09:00:00Z");
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                        "2026-03-20T03:00:00Z",
                        suspect(verified("held", "2026-03-01T02:00:00Z")),
                        verified("newest", "2026-03-20T02:00:00Z"))
                .withHolds(List.of(
                        new Hold(RecoveryPointId.of("held"), "second", "LH-8", since.plusSeconds(1)),
                        new Hold(RecoveryPointId.of("held"), "auditor", "LH-7", since),
                        new Hold(RecoveryPointId.of("nowhere"), "auditor", "LH-9", since))));

        assertThat(line(decision, "held")).isEqualTo("HOLD LH-7, held by auditor since 2026-03-02T09:00:00Z, SUSPECT");
        assertThat(entry(decision, "held").hold()).map(Hold::by).contains("auditor");
        assertThat(entry(decision, "held").lockUntil()).contains(Instant.parse("2026-04-03T03:00:00Z"));
        assertThat(decision.remarks()).containsExactly("'nowhere' is held but does not exist");
        assertThatThrownBy(() -> new Hold(RecoveryPointId.of("held"), " ", "LH-7", since))
                .hasMessage("Cannot hold recovery point 'held': expected who holds it and why");
        assertThatThrownBy(() -> new Hold(RecoveryPointId.of("held"), "auditor", " ", since))
                .hasMessage("Cannot hold recovery point 'held': expected who holds it and why");
    }

    @Test
    void floorIsFilledFromProvenThenVerifiedThenStoredThenUnproven() {
        RecoveryPoint[] points = {
            proven("proven", "2026-01-01T02:00:00Z"),
            verified("verified-old", "2026-01-02T02:00:00Z"),
            verified("verified-new", "2026-01-03T02:00:00Z"),
            point("stored", "2026-01-04T02:00:00Z", Proof.Level.STORED),
            unproven("unproven", "2026-01-05T02:00:00Z"),
            suspect(verified("suspect", "2026-01-06T02:00:00Z")),
            failed("failed", "2026-01-07T02:00:00Z"),
        };
        assertThat(floorOf(1, points)).containsExactly("proven");
        assertThat(floorOf(2, points)).containsExactly("verified-new", "proven");
        assertThat(floorOf(3, points)).containsExactly("verified-new", "verified-old", "proven");
        // The suspect one is the fourth of the best, and takes no place from the stored one.
        assertThat(floorOf(4, points)).containsExactly("suspect", "stored", "verified-new", "verified-old", "proven");
        assertThat(floorOf(9, points))
                .containsExactly("suspect", "unproven", "stored", "verified-new", "verified-old", "proven");
    }

    @Test
    void provenIsNoLongerSuspect() {
        RetentionDecision decision =
                TWO_DAYS.decide(inventory("2026-03-01T03:00:00Z", suspect(proven("restored", "2026-03-01T02:00:00Z"))));

        assertThat(line(decision, "restored")).startsWith("KEEP daily 1/2");
    }

    @Test
    void firstProvenPointOfAKeptSlotStaysBesideItsOwner() {
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                "2026-03-03T12:00:00Z",
                verified("owner", "2026-03-02T02:00:00Z"),
                proven("first", "2026-03-02T05:00:00Z"),
                proven("second", "2026-03-02T06:00:00Z"),
                proven("next", "2026-03-03T02:00:00Z")));

        assertThat(line(decision, "first"))
                .isEqualTo("KEEP the first PROVEN point of a kept slot whose owner is less proven");
        assertThat(entry(decision, "first").lockUntil()).contains(Instant.parse("2026-03-17T12:00:00Z"));
        assertThat(line(decision, "second"))
                .isEqualTo("DROP not needed by any tier, daily slot of 2026-03-02T02:00:00Z belongs to owner");
    }

    @Test
    void pointThatLacksOnlyProofIsKeptForItsSlot() {
        RetentionDecision decision = TWO_DAYS.suppose(inventory(
                "2026-03-31T12:00:00Z",
                unproven("older", "2026-03-01T02:00:00Z"),
                unproven("waiting", "2026-03-02T02:00:00Z"),
                unproven("second", "2026-03-02T05:00:00Z"),
                proven("newest", "2026-03-31T02:00:00Z")));

        assertThat(line(decision, "waiting"))
                .isEqualTo("SKIP not proven enough to count, kept for its slot in case it is proven");
        assertThat(line(decision, "second")).isEqualTo("DROP not proven enough to count, older than the grace");
        assertThat(line(decision, "older")).isEqualTo("DROP not proven enough to count, older than the grace");
        assertThat(decision.bytesFreed()).isEqualTo(200);
    }

    @Test
    void graceEndsWhenAPointIsThatOld() {
        Instant now = Instant.parse("2026-03-31T12:00:00Z");
        RecoveryPoint young =
                failed("young", now.minus(Duration.ofDays(14)).plusSeconds(1).toString());
        RecoveryPoint old = failed("old", now.minus(Duration.ofDays(14)).toString());
        RetentionDecision decision =
                TWO_DAYS.decide(inventory(now.toString(), young, old, verified("newest", "2026-03-31T02:00:00Z")));

        assertThat(line(decision, "young")).isEqualTo("SKIP FAILED, younger than the grace");
        assertThat(entry(decision, "young").lockUntil()).contains(now.plusSeconds(1));
        assertThat(line(decision, "old")).isEqualTo("DROP FAILED, older than the grace");
    }

    @Test
    void timesThatDoNotAgreeWithTheStoresAreMisdated() {
        Instant stored = Instant.parse("2026-03-10T02:00:00Z");
        RecoveryPoint[] points = {
            verified("early", stored.minus(Duration.ofDays(2)).minusSeconds(1).toString()),
            verified("earliest", stored.minus(Duration.ofDays(2)).toString()),
            verified("latest", stored.plus(Duration.ofMinutes(15)).toString()),
            verified("late", stored.plus(Duration.ofMinutes(15)).plusSeconds(1).toString()),
            verified("before-1970", "1969-12-31T23:59:59Z"),
            verified("unchecked", "2026-01-01T00:00:00Z"),
        };
        RetentionDecision decision = TWO_DAYS.decide(inventory("2026-03-10T03:00:00Z", points)
                .withStoredTimes(Map.of(
                        RecoveryPointId.of("early"), stored,
                        RecoveryPointId.of("earliest"), stored,
                        RecoveryPointId.of("latest"), stored,
                        RecoveryPointId.of("late"), stored)));

        assertThat(line(decision, "early")).isEqualTo("SKIP its time cannot be right");
        assertThat(line(decision, "late")).isEqualTo("SKIP its time cannot be right");
        assertThat(line(decision, "before-1970")).isEqualTo("SKIP its time cannot be right");
        assertThat(line(decision, "earliest")).startsWith("KEEP daily 2/2");
        assertThat(line(decision, "latest")).startsWith("KEEP daily 1/2");
        assertThat(line(decision, "unchecked")).startsWith("DROP not needed by any tier");
        assertThat(entry(decision, "early").slots()).isEmpty();
        assertThat(entry(decision, "early").lockUntil()).isEmpty();
    }

    @Test
    void datesNoClockCanShowAreNamedAndHarmless() {
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                "2026-03-10T03:00:00Z",
                verified("now", "2026-03-10T02:00:00Z"),
                verified("first", Instant.MIN.toString()),
                failed("first-failed", Instant.MIN.toString()),
                verified("last", Instant.MAX.toString()),
                scheduledFor(verified("odd", "2026-03-10T02:30:00Z"), Instant.MAX.toString())));

        assertThat(line(decision, "first")).isEqualTo("SKIP its time cannot be right");
        assertThat(line(decision, "first-failed")).isEqualTo("DROP FAILED, older than the grace");
        assertThat(line(decision, "last")).isEqualTo("SKIP dated in the future");
        assertThat(line(decision, "odd")).isEqualTo("KEEP floor");
        assertThat(decision.remarks())
                .containsExactly(
                        "1 points are dated in the future, such as [last]: is a clock wrong here or where they were"
                                + " made?");
    }

    @Test
    void whoWasInTheStoreFirstOwnsTheSlotNotWhoClaimsAnEarlierTime() {
        RecoveryPoint honest = verified("honest", "2026-03-10T02:10:00Z");
        RecoveryPoint backdated = verified("backdated", "2026-03-10T02:00:00Z");
        RetentionDecision decision = TWO_DAYS.decide(inventory("2026-03-10T05:00:00Z", honest, backdated)
                .withStoredTimes(Map.of(
                        honest.id(), Instant.parse("2026-03-10T02:20:00Z"),
                        backdated.id(), Instant.parse("2026-03-10T04:00:00Z"))));

        assertThat(line(decision, "honest")).startsWith("KEEP daily 1/2");
        assertThat(line(decision, "backdated"))
                .isEqualTo("DROP not needed by any tier, daily slot of 2026-03-10T02:00:00Z belongs to honest");
    }

    @Test
    void onlyOldLeftoversWithoutAManifestAreCollected() {
        Instant now = Instant.parse("2026-03-31T12:00:00Z");
        Instant old = now.minus(TWO_DAYS.grace()).minusSeconds(1);
        RetentionDecision decision =
                TWO_DAYS.decide(inventory(now.toString(), verified("newest", "2026-03-31T02:00:00Z"))
                        .withLeftovers(List.of(
                                left("old", Leftover.Committed.NOTHING, old, old),
                                left("tombstone", Leftover.Committed.TOMBSTONE, old, old),
                                left("committed", Leftover.Committed.MANIFEST, old, old),
                                left("young", Leftover.Committed.NOTHING, old, now.minus(TWO_DAYS.grace())))));

        assertThat(decision.leftovers())
                .extracting(leftover -> leftover.point().value())
                .containsExactly("old", "tombstone");
        assertThat(decision.render()).contains("COLLECT old  left by run old without a manifest\n");
        assertThat(decision.toJson()).contains("\"leftovers\":[\"old\",\"tombstone\"]");
    }

    @Test
    void digestIsOfPolicyHoldsPointsAndFatesAndNotOfTheTime() {
        Inventory inventory = inventory("2026-03-10T03:00:00Z", verified("one", "2026-03-10T02:00:00Z"));
        String digest = TWO_DAYS.decide(inventory).digest();

        assertThat(digest).matches("sha256:[0-9a-f]{64}");
        assertThat(TWO_DAYS.decide(inventory("2026-03-10T04:00:00Z", verified("one", "2026-03-10T02:00:00Z")))
                        .digest())
                .isEqualTo(digest);
        assertThat(TWO_DAYS.decide(inventory.withHolds(
                                List.of(new Hold(RecoveryPointId.of("one"), "auditor", "LH-7", inventory.now()))))
                        .digest())
                .isNotEqualTo(digest);
        assertThat(TWO_DAYS.decide(inventory("2026-03-10T03:00:00Z", proven("one", "2026-03-10T02:00:00Z")))
                        .digest())
                .isNotEqualTo(digest);
        assertThat(TWO_DAYS.decide(inventory("2026-03-20T03:00:00Z", verified("one", "2026-03-10T02:00:00Z")))
                        .digest())
                .isNotEqualTo(digest);
    }

    @Test
    void tierKeepsTenThousandSlotsAtMost() {
        assertThat(new RetentionPolicy.Tier("daily", DAILY, 10_000).keep()).isEqualTo(10_000);
        assertThatThrownBy(() -> new RetentionPolicy.Tier("daily", DAILY, 10_001))
                .hasMessage("Cannot accept retention policy: 'keep' of tier 'daily' is 10001 but must be at most 10000"
                        + "\nHint: Nothing was expired; correct the policy and try again [DRK-RETENTION-004]");
    }

    @Test
    void objectiveMustBePositive() {
        for (Duration rpo : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() ->
                            Inventory.of(BANK, inventory("2026-03-10T03:00:00Z").catalog(), Instant.EPOCH, rpo))
                    .hasMessage("Cannot decide on 'bank': its RPO is " + rpo + " but must be positive");
        }
    }

    @Test
    void whatIsOfNoTimeAnybodyLivesInIsRefusedByNameAndNeverAnOverflow() {
        Catalog catalog = inventory("2026-03-10T03:00:00Z").catalog();
        Instant now = Instant.parse("2026-03-10T03:00:00Z");

        assertThatThrownBy(() -> RetentionPolicy.builder("long")
                        .tier("daily", DAILY, 1)
                        .grace(Duration.ofDays(36_526))
                        .build())
                .hasMessage("Cannot accept retention policy: 'grace' is PT876624H but must be at most 36525 days"
                        + "\nHint: Nothing was expired; correct the policy and try again [DRK-RETENTION-004]");
        assertThatThrownBy(() -> Inventory.of(BANK, catalog, now, Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot decide on 'bank': its RPO is PT2562047788015215H30M7S but must be at most 36525 days");
        assertThatThrownBy(() -> TWO_DAYS.decide(Inventory.of(BANK, catalog, now, Duration.ofDays(1)))
                        .whatIf(Instant.MAX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot decide on 'bank': now is +1000000000-12-31T23:59:59.999999999Z but must be between"
                        + " 1970 and 9999");
    }

    @Test
    void aLockIsNeverDatedBeyondTheYearsThatStoresRead() {
        RetentionPolicy yearly = RetentionPolicy.builder("yearly")
                .tier("yearly", Schedule.cron("0 0 1 1 *", ZoneOffset.UTC), 10_000)
                .build();

        RetentionEntry entry = yearly.decide(inventory("2026-03-10T03:00:00Z", verified("a", "2026-03-10T02:00:00Z")))
                .entries()
                .get(0);

        assertThat(entry.leavesNotBefore())
                .hasValueSatisfying(at -> assertThat(at).isAfter("9999-12-31T00:00:00Z"));
        assertThat(entry.lockUntil()).contains(Instant.parse("9999-12-31T00:00:00Z"));
    }

    @Test
    void datesOfLeavingAllowForWhatMayStillArrive() {
        // Yesterday's run is not there yet: it may take long, so its slot can still get an owner.
        RetentionDecision decision = TWO_DAYS.decide(inventory(
                "2026-03-10T03:00:00Z",
                verified("first", "2026-03-08T02:00:00Z"),
                verified("second", "2026-03-10T02:00:00Z")));
        assertThat(entry(decision, "first").leavesNotBefore()).contains(Instant.parse("2026-03-10T03:00:00Z"));
        assertThat(entry(decision, "second").leavesNotBefore()).contains(Instant.parse("2026-03-12T01:45:00Z"));

        // A run that began early owns the slot to come, which therefore nobody else will own.
        RetentionDecision early = TWO_DAYS.decide(inventory(
                "2026-03-10T01:50:00Z",
                verified("first", "2026-03-09T02:00:00Z"),
                scheduledFor(verified("early", "2026-03-10T01:46:00Z"), "2026-03-10T02:00:00Z")));
        assertThat(entry(early, "early").leavesNotBefore()).contains(Instant.parse("2026-03-12T01:45:00Z"));
        assertThat(entry(early, "first").leavesNotBefore()).contains(Instant.parse("2026-03-11T01:45:00Z"));
    }

    private static List<String> floorOf(int minimum, RecoveryPoint... points) {
        RetentionPolicy policy = RetentionPolicy.builder("floor")
                .tier("yearly", Schedule.cron("0 0 1 1 *", ZoneOffset.UTC), 1)
                .requiredProof(Proof.Level.PROVEN)
                .minimumProven(minimum)
                .build();
        return policy.suppose(inventory("2026-03-31T12:00:00Z", points)).entries().stream()
                .filter(entry -> entry.explanation().contains("floor"))
                .map(entry -> entry.point().id().value())
                .toList();
    }

    private static Leftover left(String run, Leftover.Committed committed, Instant... modified) {
        return new Leftover(
                RecoveryPointId.of(run),
                RunId.of(run),
                committed,
                java.util.Arrays.stream(modified)
                        .map(instant -> stored("points/bank/" + run, instant))
                        .toList());
    }

    private static StoredObject stored(String key, Instant modified) {
        return new StoredObject(key, 1, modified, "");
    }

    private static RetentionEntry entry(RetentionDecision decision, String id) {
        return decision.find(RecoveryPointId.of(id)).orElseThrow();
    }

    private static String line(RetentionDecision decision, String id) {
        return entry(decision, id).fate() + " " + entry(decision, id).explanation();
    }

    private static String slot(RetentionDecision decision, String id) {
        return entry(decision, id).slots().get(0).begins().toString();
    }
}
