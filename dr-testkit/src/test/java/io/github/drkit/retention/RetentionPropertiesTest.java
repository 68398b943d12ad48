package io.github.drkit.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.retention.SecondOpinion.Opinion;
import io.github.drkit.testkit.retention.BackupHistory;
import io.github.drkit.testkit.retention.Fault;
import io.github.drkit.testkit.retention.HistoryGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What holds for every history. How many are tried is {@code drkit.retention.histories}, from which seed on
 * {@code drkit.retention.seed}; a failure names its seed.
 */
@Tag("exhaustive")
class RetentionPropertiesTest {

    private static final int HISTORIES = Integer.getInteger("drkit.retention.histories", 100);
    private static final long SEED = Long.getLong("drkit.retention.seed", 1);

    /** What a flood claims may lie anywhere, and what a stolen key proves is believed. */
    private static final HistoryGenerator ANY = HistoryGenerator.ofAnyPolicy();

    private interface Property {
        void holdsFor(BackupHistory history);
    }

    private static final AtomicInteger HELD = new AtomicInteger();

    private static void forAll(HistoryGenerator generator, Property property) {
        Queue<AssertionError> failures = new ConcurrentLinkedQueue<>();
        LongStream.range(SEED, SEED + HISTORIES).parallel().forEach(seed -> {
            BackupHistory history = generator.history(seed);
            try {
                property.holdsFor(history);
            } catch (AssertionError | RuntimeException e) {
                // Thrown here it would be copied from thread to thread, without its words.
                failures.add(new AssertionError("seed " + seed + " of " + history + ": " + e.getMessage(), e));
            }
        });
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
        HELD.incrementAndGet();
    }

    @AfterAll
    static void tell() {
        System.out.println("retention/properties: " + HELD + " properties held for " + HISTORIES
                + " random histories each, from seed " + SEED + " on");
    }

    @Test
    void decisionIsThatOfASecondOpinion() {
        SecondOpinion second = new SecondOpinion();
        forAll(ANY, history -> {
            for (Inventory inventory : List.of(history.inventory(), withoutStoredTimes(history))) {
                RetentionDecision decision = history.policy().suppose(inventory);

                Map<String, Opinion> opinions = new TreeMap<>();
                decision.entries()
                        .forEach(entry -> opinions.put(
                                entry.point().id().value(),
                                new Opinion(
                                        entry.fate(),
                                        entry.reason(),
                                        entry.leavesNotBefore().orElse(null),
                                        entry.lockUntil().orElse(null))));
                assertThat(opinions).isEqualTo(second.of(history.policy(), inventory));
            }
        });
    }

    @Test
    void noProvenPointGoesWhileALessProvenOneIsKeptInItsPlace() {
        forAll(ANY, history -> {
            RetentionDecision decision = history.policy().suppose(history.inventory());
            Map<Slot, List<RetentionEntry>> places = new HashMap<>();
            for (RetentionEntry entry : decision.entries()) {
                entry.slots()
                        .forEach(slot -> places.computeIfAbsent(slot, key -> new ArrayList<>())
                                .add(entry));
                // What is kept in case it is proven never outstays what is proven already.
                if (keptInCaseItIsProven(entry)) {
                    assertThat(entry.slots())
                            .anyMatch(slot -> slot.kept() || slot.owner().isEmpty());
                }
            }

            // In a slot.
            places.forEach((slot, place) -> {
                List<RetentionEntry> proven = place.stream()
                        .filter(entry -> entry.point().proof().level() == Proof.Level.PROVEN)
                        .toList();
                if (slot.kept() && !proven.isEmpty()) {
                    assertThat(proven).anyMatch(entry -> entry.fate() != Fate.DROP);
                }
            });
            // In the floor.
            boolean lessProvenInFloor = decision.entries().stream()
                    .anyMatch(entry -> entry.reason() == Reason.FLOOR
                            && entry.point().proof().level() != Proof.Level.PROVEN);
            if (lessProvenInFloor) {
                assertThat(decision.drops())
                        .noneMatch(entry -> entry.point().proof().level() == Proof.Level.PROVEN);
            }
        });
    }

    @Test
    void floorHolds() {
        forAll(ANY, history -> {
            RetentionDecision decision = history.policy().suppose(history.inventory());
            for (Proof.Level level : List.of(Proof.Level.PROVEN, Proof.Level.VERIFIED, Proof.Level.UNPROVEN)) {
                Predicate<RetentionEntry> good = entry -> entry.reason() != Reason.MANUAL
                        && entry.reason() != Reason.FUTURE
                        && entry.reason() != Reason.MISDATED
                        && !odd(entry.point())
                        && entry.point().proof().level().reaches(level);
                long there = decision.entries().stream().filter(good).count();
                long left = decision.entries().stream()
                        .filter(good)
                        .filter(entry -> entry.fate() != Fate.DROP)
                        .count();
                assertThat(left)
                        .isGreaterThanOrEqualTo(Math.min(there, history.policy().minimumProven()));
            }
        });
    }

    @Test
    void nothingNewerThanTheNewestCountingPointGoes() {
        forAll(ANY, history -> {
            RetentionDecision decision = history.policy().suppose(history.inventory());

            Optional<Instant> newest = newestCounting(history.policy(), decision);

            assertThat(decision.drops())
                    .allMatch(entry -> newest.isPresent()
                            && entry.point().consistencyTime().isBefore(newest.get()));
        });
    }

    @Test
    void decidingTwiceChangesNothing() {
        forAll(ANY, history -> {
            RetentionDecision first = history.policy().suppose(history.inventory());
            RetentionDecision again = history.policy().suppose(history.inventory());
            RetentionDecision after = history.policy().suppose(without(history.inventory(), first.drops()));

            assertThat(again.render()).isEqualTo(first.render());
            assertThat(again.toJson()).isEqualTo(first.toJson());
            assertThat(after.drops()).isEmpty();
            assertThat(fates(after, point -> true)).isEqualTo(fates(first, entry -> entry.fate() != Fate.DROP));
        });
    }

    @Test
    void orderOfTheInputDoesNotMatter() {
        forAll(ANY, history -> {
            Inventory inventory = history.inventory();
            List<RecoveryPoint> points = new ArrayList<>(inventory.catalog().points());
            List<Hold> holds = new ArrayList<>(inventory.holds());
            Collections.shuffle(points, new Random(history.seed()));
            Collections.shuffle(holds, new Random(history.seed()));

            RetentionDecision shuffled = history.policy()
                    .suppose(history.inventory(points, history.now())
                            .withHolds(holds)
                            .withStoredTimes(inventory.storedTimes()));

            assertThat(shuffled.digest())
                    .isEqualTo(history.policy().suppose(inventory).digest());
            assertThat(shuffled.render())
                    .isEqualTo(history.policy().suppose(inventory).render());
        });
    }

    @Test
    void ownersNeverChangeWhenNewerPointsArrive() {
        forAll(ANY, history -> {
            Map<String, RecoveryPointId> owners = new HashMap<>();
            for (Instant instant : instants(history)) {
                for (RetentionEntry entry :
                        history.policy().suppose(history.inventoryAt(instant)).entries()) {
                    for (Slot slot : entry.slots()) {
                        slot.owner()
                                .ifPresent(owner -> assertThat(
                                                owners.computeIfAbsent(slot.tier() + slot.begins(), key -> owner))
                                        .as("owner of %s at %s", slot, instant)
                                        .isEqualTo(owner));
                    }
                }
            }
        });
    }

    @Test
    void nothingLeavesItsTierBeforeItWasSaidToLeaveAtTheEarliest() {
        forAll(ANY, history -> {
            Map<RecoveryPointId, Instant> promised = new HashMap<>();
            for (Instant instant : instants(history)) {
                RetentionDecision decision = history.policy().suppose(history.inventoryAt(instant));
                for (RetentionEntry entry : decision.entries()) {
                    Instant promise = promised.get(entry.point().id());
                    if (promise != null && instant.isBefore(promise)) {
                        assertThat(entry.leavesNotBefore())
                                .as("%s at %s, promised until %s", entry, instant, promise)
                                .isPresent();
                    }
                    entry.leavesNotBefore()
                            .ifPresent(leaves -> promised.merge(
                                    entry.point().id(), leaves, (one, other) -> one.isBefore(other) ? other : one));
                }
            }
        });
    }

    @Test
    void pointsThatDoNotCountDecideOverNone() {
        forAll(ANY, history -> {
            RetentionDecision decision = history.policy().suppose(history.inventory());
            Set<RecoveryPointId> counting = new HashSet<>();
            decision.entries().stream()
                    .filter(entry -> counts(history.policy(), entry))
                    .forEach(entry -> counting.add(entry.point().id()));
            List<RetentionEntry> others = decision.entries().stream()
                    .filter(entry -> !counting.contains(entry.point().id()))
                    .toList();

            RetentionDecision alone = history.policy().suppose(without(history.inventory(), others));

            assertThat(fates(alone, entry -> true))
                    .isEqualTo(fates(
                            decision, entry -> counting.contains(entry.point().id())));
        });
    }

    @Test
    void decidingLaterDropsNoPointThatCountsWhenNothingHappened() {
        forAll(ANY.without(Fault.FUTURE_DATED, Fault.CLOCK_JUMPED, Fault.FLOOD, Fault.FORGED), history -> {
            Duration later = Duration.ofHours(new Random(history.seed()).nextInt(24 * 4000));
            RetentionDecision now = history.policy().suppose(history.inventory());
            RetentionDecision then = history.policy()
                    .suppose(history.inventory()
                            .supposing(
                                    history.inventory().catalog(), history.now().plus(later)));

            Predicate<RetentionEntry> counted = entry -> counts(history.policy(), entry)
                    && !entry.point().consistencyTime().isAfter(history.now());
            assertThat(fates(then, counted)).isEqualTo(fates(now, counted));
        });
    }

    @Test
    void withABrokenProverNothingIsLostThatThePolicyWithoutProofWouldKeep() {
        // Nobody's key is stolen here: with it an attacker's points count, and in the policy without proof they do not.
        forAll(ANY.without(Fault.FORGED, Fault.HELD), history -> {
            RetentionPolicy policy = history.policy();
            RetentionPolicy withoutProof = new RetentionPolicy(
                    "without proof", policy.tiers(), policy.minimumProven(), Proof.Level.UNPROVEN, policy.grace());
            Set<RecoveryPointId> gone = new HashSet<>();
            Set<RecoveryPointId> goneWithoutProof = new HashSet<>();
            for (Instant instant : instants(history)) {
                expire(policy, history.inventoryAt(instant), gone);
                expire(withoutProof, history.inventoryAt(instant), goneWithoutProof);

                assertThat(goneWithoutProof).as("gone by %s", instant).containsAll(gone);
            }
        });
    }

    private static void expire(RetentionPolicy policy, Inventory inventory, Set<RecoveryPointId> gone) {
        Inventory left = keeping(inventory, point -> !gone.contains(point.id()));
        policy.suppose(left).drops().forEach(entry -> gone.add(entry.point().id()));
    }

    /** Every third arrival, and the end. */
    private static List<Instant> instants(BackupHistory history) {
        List<Instant> instants = new ArrayList<>();
        for (int i = (int) (history.seed() % 3); i < history.arrivals().size(); i += 3) {
            instants.add(history.arrivals().get(i).stored());
        }
        instants.add(history.now());
        return instants;
    }

    private static Inventory withoutStoredTimes(BackupHistory history) {
        return history.inventory(history.inventory().catalog().points(), history.now());
    }

    private static Inventory without(Inventory inventory, List<RetentionEntry> entries) {
        Set<RecoveryPointId> gone = new HashSet<>();
        entries.forEach(entry -> gone.add(entry.point().id()));
        return keeping(inventory, point -> !gone.contains(point.id()));
    }

    private static Inventory keeping(Inventory inventory, Predicate<RecoveryPoint> wanted) {
        List<RecoveryPoint> left =
                inventory.catalog().points().stream().filter(wanted).toList();
        return inventory.supposing(new Catalog(left, List.of(), List.of()), inventory.now());
    }

    private static Optional<Instant> newestCounting(RetentionPolicy policy, RetentionDecision decision) {
        return decision.entries().stream()
                .filter(entry -> counts(policy, entry))
                .map(entry -> entry.point().consistencyTime())
                .findFirst();
    }

    private static boolean counts(RetentionPolicy policy, RetentionEntry entry) {
        RecoveryPoint point = entry.point();
        boolean dated = !entry.slots().isEmpty();
        return dated
                && point.label().isEmpty()
                && !odd(point)
                && point.proof().level().reaches(policy.requiredProof());
    }

    private static boolean odd(RecoveryPoint point) {
        return point.plausibility() == Plausibility.SUSPECT && point.proof().level() != Proof.Level.PROVEN;
    }

    private static boolean keptInCaseItIsProven(RetentionEntry entry) {
        return entry.explanation().contains("in case it is proven");
    }

    private static Map<RecoveryPointId, String> fates(RetentionDecision decision, Predicate<RetentionEntry> wanted) {
        Map<RecoveryPointId, String> fates = new HashMap<>();
        decision.entries().stream()
                .filter(wanted)
                .forEach(entry -> fates.put(entry.point().id(), entry.fate() + " " + entry.reason()));
        return fates;
    }
}
