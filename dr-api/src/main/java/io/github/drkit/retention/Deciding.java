package io.github.drkit.retention;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.catalog.Leftover;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One decision in the making. Used once, by one thread. */
final class Deciding {

    private static final int DATED_LIMIT = 5;
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");
    private static final Slot[] NO_SLOTS = {};
    private static final Timeline.Interval[] NOWHERE = {};
    private static final Proof.Level[] BEST_FIRST = {
        Proof.Level.PROVEN, Proof.Level.VERIFIED, Proof.Level.STORED, Proof.Level.UNPROVEN
    };

    private final RetentionPolicy policy;
    private final Inventory inventory;
    private final Instant now;
    private final RecoveryPoint[] points;

    /** Why a point does not count, by its place; null if it does. */
    private final @Nullable Reason[] flaws;

    private final Timeline[] timelines;

    /** Where each point lies: for each tier one interval. */
    private final Timeline.Interval[][] places;

    private final boolean[] floor;
    private final Map<RecoveryPointId, Hold> holds = new HashMap<>();
    private final @Nullable Instant newestCounting;

    Deciding(RetentionPolicy policy, Inventory inventory) {
        this.policy = policy;
        this.inventory = inventory;
        this.now = inventory.now();
        // The catalog has ordered them by time and id, so the answer does not depend on how they were listed.
        this.points = inventory.catalog().points().toArray(new RecoveryPoint[0]);
        inventory.holds().stream()
                .sorted(Comparator.comparing(Hold::since)
                        .thenComparing(Hold::by)
                        .thenComparing(Hold::reason))
                .forEach(hold -> holds.putIfAbsent(hold.point(), hold));
        this.flaws = new Reason[points.length];
        Instant newest = null;
        for (int i = 0; i < points.length; i++) {
            flaws[i] = flaw(points[i]);
            if (flaws[i] == null) {
                newest = points[i].consistencyTime();
            }
        }
        this.newestCounting = newest;
        this.timelines = policy.tiers().stream().map(Timeline::new).toArray(Timeline[]::new);
        this.places = new Timeline.Interval[points.length][];
        placeAll();
        this.floor = floor();
    }

    RetentionDecision decide() {
        return decision(refusals());
    }

    RetentionDecision suppose() {
        return decision(List.of());
    }

    /** Whether an instant can be the time of a backup at all. */
    static boolean plausible(Instant instant) {
        return !instant.isBefore(Instant.EPOCH) && instant.isBefore(END_OF_TIME);
    }

    private @Nullable Reason flaw(RecoveryPoint point) {
        if (isManual(point)) {
            return Reason.MANUAL;
        }
        if (point.proof().level() == Proof.Level.FAILED) {
            return Reason.FAILED;
        }
        Instant time = point.consistencyTime();
        if (time.isAfter(now)) {
            return Reason.FUTURE;
        }
        Instant stored = storedTime(point);
        if (!plausible(time) || stored != null && !point.agreesWith(stored)) {
            return Reason.MISDATED;
        }
        if (isSuspect(point)) {
            return Reason.SUSPECT;
        }
        return point.proof().level().reaches(policy.requiredProof()) ? null : Reason.UNPROVEN;
    }

    /** A point that was restored and compared is no longer odd, whoever listed it. */
    private static boolean isSuspect(RecoveryPoint point) {
        return point.plausibility() == Plausibility.SUSPECT && point.proof().level() != Proof.Level.PROVEN;
    }

    private static boolean isManual(RecoveryPoint point) {
        return !point.label().isEmpty();
    }

    private @Nullable Instant storedTime(RecoveryPoint point) {
        return inventory.storedTimes().isEmpty()
                ? null
                : inventory.storedTimes().get(point.id());
    }

    private void placeAll() {
        Timeline.Interval[] before = NOWHERE;
        for (int i = 0; i < points.length; i++) {
            Reason flaw = flaws[i];
            if (flaw == Reason.MANUAL
                    || flaw == Reason.FUTURE
                    || flaw == Reason.MISDATED
                    || !plausible(points[i].consistencyTime())) {
                places[i] = NOWHERE;
                continue;
            }
            Timeline.Interval[] place = new Timeline.Interval[timelines.length];
            for (int tier = 0; tier < timelines.length; tier++) {
                place[tier] = timelines[tier].place(points[i]);
                if (flaw == null || flaw == Reason.UNPROVEN) {
                    place[tier].offer(i, candidacy(i), this::isWrittenBefore);
                }
            }
            // Most points share their slots with the one before; a million of them need not say so each.
            before = Arrays.equals(place, before) ? before : place;
            places[i] = before;
        }
        for (Timeline timeline : timelines) {
            timeline.rank(now);
        }
    }

    private Timeline.Candidacy candidacy(int index) {
        if (flaws[index] != null) {
            return Timeline.Candidacy.WITHOUT_PROOF;
        }
        return points[index].proof().level() == Proof.Level.PROVEN
                ? Timeline.Candidacy.PROVEN
                : Timeline.Candidacy.COUNTS;
    }

    /**
     * Since when a point can have counted: since the store has it, and its own time has come. Whoever writes later cannot
     * come first by claiming an earlier time.
     */
    private Instant writing(RecoveryPoint point) {
        return later(storedTime(point), point.consistencyTime());
    }

    private boolean isWrittenBefore(int index, int other) {
        int order = writing(points[index]).compareTo(writing(points[other]));
        return order < 0 || order == 0 && index < other;
    }

    /**
     * The best proven points, the newest of each level first. What is SUSPECT comes last within its level, and takes no
     * place from what is not: it is kept besides.
     */
    private boolean[] floor() {
        boolean[] chosen = new boolean[points.length];
        chooseFloor(chosen, List.of(false));
        chooseFloor(chosen, List.of(false, true));
        return chosen;
    }

    private void chooseFloor(boolean[] chosen, List<Boolean> suspects) {
        int left = policy.minimumProven();
        for (Proof.Level level : BEST_FIRST) {
            for (boolean suspect : suspects) {
                for (int i = points.length - 1; i >= 0 && left > 0; i--) {
                    if (points[i].proof().level() == level
                            && mayBeFloor(i)
                            && (flaws[i] == Reason.SUSPECT) == suspect) {
                        chosen[i] = true;
                        left--;
                    }
                }
            }
        }
    }

    private boolean mayBeFloor(int index) {
        Reason flaw = flaws[index];
        return flaw == null || flaw == Reason.UNPROVEN || flaw == Reason.SUSPECT;
    }

    private RetentionDecision decision(List<Refusal> refusals) {
        Map<Timeline.Interval, Slot> slots = new HashMap<>();
        Slot[] shared = NO_SLOTS;
        Timeline.Interval[] sharedBy = {};
        RetentionEntry[] entries = new RetentionEntry[points.length];
        for (int i = 0; i < points.length; i++) {
            if (places[i] != sharedBy) {
                sharedBy = places[i];
                shared = Arrays.stream(sharedBy)
                        .map(interval -> slots.computeIfAbsent(interval, each -> each.toSlot(points)))
                        .toArray(Slot[]::new);
            }
            entries[points.length - 1 - i] = entry(i, shared, refusals);
        }
        return new RetentionDecision(
                policy,
                inventory,
                Collections.unmodifiableList(Arrays.asList(entries)),
                refusals.isEmpty() ? oldLeftovers() : List.of(),
                refusals,
                remarks());
    }

    private RetentionEntry entry(int index, Slot[] slots, List<Refusal> refusals) {
        RecoveryPoint point = points[index];
        Hold hold = holds.isEmpty() ? null : holds.get(point.id());
        Reason flaw = flaws[index];
        boolean byTier = keptByTier(index);
        if (hold != null) {
            return entry(index, Fate.HOLD, Reason.HELD, slots, hold, flaw == null ? "" : flaw.text());
        }
        if (flaw == Reason.MANUAL) {
            return entry(index, Fate.KEEP, Reason.MANUAL, slots, null, "");
        }
        if (byTier) {
            return entry(index, Fate.KEEP, Reason.OWNS_SLOT, slots, null, floor[index] ? Reason.FLOOR.text() : "");
        }
        if (floor[index]) {
            return entry(index, Fate.KEEP, Reason.FLOOR, slots, null, flaw == null ? "" : flaw.text());
        }
        if (flaw == null) {
            if (anyPlace(index, Timeline.Interval::keepsAsProven)) {
                return entry(index, Fate.KEEP, Reason.PROVEN_IN_SLOT, slots, null, "");
            }
            return isOlderThanNewest(point)
                    ? drop(index, Reason.SUPERSEDED, slots, refusals)
                    : entry(index, Fate.KEEP, Reason.NEWEST, slots, null, "");
        }
        return flawed(index, flaw, slots, refusals);
    }

    private RetentionEntry flawed(int index, Reason flaw, Slot[] slots, List<Refusal> refusals) {
        RecoveryPoint point = points[index];
        if (flaw == Reason.FUTURE || flaw == Reason.MISDATED) {
            return entry(index, Fate.SKIP, flaw, slots, null, "");
        }
        if (!isOlderThanNewest(point)) {
            return entry(index, Fate.SKIP, flaw, slots, null, "no newer point counts");
        }
        if (anyPlace(index, Timeline.Interval::keepsWithoutProof)) {
            return entry(index, Fate.SKIP, flaw, slots, null, "kept for its slot in case it is proven");
        }
        if (point.consistencyTime().plus(policy.grace()).isAfter(now)) {
            return entry(index, Fate.SKIP, flaw, slots, null, "younger than the grace");
        }
        return drop(index, flaw, slots, refusals);
    }

    private RetentionEntry drop(int index, Reason reason, Slot[] slots, List<Refusal> refusals) {
        return refusals.isEmpty()
                ? entry(
                        index,
                        Fate.DROP,
                        reason,
                        slots,
                        null,
                        reason == Reason.SUPERSEDED ? "" : "older than the grace")
                : entry(index, Fate.KEEP, Reason.REFUSED, slots, null, "");
    }

    private RetentionEntry entry(int index, Fate fate, Reason reason, Slot[] slots, @Nullable Hold hold, String note) {
        RecoveryPoint point = points[index];
        Instant leaves = leavesNotBefore(index);
        Instant lock = leaves;
        if (hold != null || floor[index] || reason == Reason.NEWEST || reason == Reason.PROVEN_IN_SLOT) {
            lock = later(lock, now.plus(policy.grace()));
        } else if (fate == Fate.SKIP && reason != Reason.FUTURE && reason != Reason.MISDATED) {
            lock = later(lock, point.consistencyTime().plus(policy.grace()));
        }
        if (lock != null && lock.isAfter(END_OF_TIME)) {
            // Stores read years of four digits.
            lock = END_OF_TIME;
        }
        return new RetentionEntry(point, fate, reason, slots, hold, leaves, lock, note);
    }

    private @Nullable Instant leavesNotBefore(int index) {
        Instant latest = null;
        for (int tier = 0; tier < places[index].length; tier++) {
            Timeline.Interval interval = places[index][tier];
            if (interval.keeps(index)) {
                latest = later(latest, timelines[tier].leavesNotBefore(interval, now));
            }
        }
        return latest;
    }

    private static Instant later(@Nullable Instant one, Instant other) {
        return one == null || one.isBefore(other) ? other : one;
    }

    private boolean keptByTier(int index) {
        return anyPlace(index, Timeline.Interval::keeps);
    }

    private boolean anyPlace(int index, Keeping keeping) {
        for (Timeline.Interval interval : places[index]) {
            if (keeping.test(interval, index)) {
                return true;
            }
        }
        return false;
    }

    private boolean isOlderThanNewest(RecoveryPoint point) {
        return newestCounting != null && point.consistencyTime().isBefore(newestCounting);
    }

    private List<Leftover> oldLeftovers() {
        Instant before = now.minus(policy.grace());
        return inventory.leftovers().stream()
                .filter(left -> left.committed() != Leftover.Committed.MANIFEST)
                .filter(left -> left.objects().stream()
                        .allMatch(object -> object.modified().isBefore(before)))
                .toList();
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        Set<RecoveryPointId> missing = new HashSet<>(holds.keySet());
        List<RecoveryPoint> future = new ArrayList<>();
        for (int i = 0; i < points.length; i++) {
            if (!missing.isEmpty()) {
                missing.remove(points[i].id());
            }
            if (flaws[i] == Reason.FUTURE) {
                future.add(points[i]);
            }
        }
        missing.stream()
                .map(RecoveryPointId::value)
                .sorted()
                .forEach(id -> remarks.add("'" + id + "' is held but does not exist"));
        if (!future.isEmpty()) {
            remarks.add(future.size() + " points are dated in the future, such as "
                    + future.stream().limit(DATED_LIMIT).map(RecoveryPoint::id).toList()
                    + ": is a clock wrong here or where they were made?");
        }
        return List.copyOf(remarks);
    }

    private List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>();
        if (!inventory.catalog().problems().isEmpty()) {
            refusals.add(refusal(
                    "DRK-RETENTION-006",
                    inventory.catalog().problems().size() + " entries of its catalog cannot be read, such as '"
                            + inventory.catalog().problems().get(0).where() + "', but all must be",
                    "settle what is named: an unreadable point may be the last good one"));
        }
        points(refusals);
        Instant newest = newestCounting;
        if (newest == null) {
            refusals.add(refusal(
                    "DRK-RETENTION-008",
                    "no point counts but one must that is younger than " + inventory.rpo(),
                    "do backups run, and are they proven?"));
        } else if (newest.plus(inventory.rpo()).isBefore(now)) {
            refusals.add(refusal(
                    "DRK-RETENTION-008",
                    "the newest point that counts is of " + newest + " but must be younger than " + inventory.rpo()
                            + " at " + now,
                    "do backups run, are they proven, and is this machine's clock right?"));
        }
        inventory
                .lastDecision()
                .filter(now::isBefore)
                .ifPresent(last -> refusals.add(refusal(
                        "DRK-RETENTION-009",
                        "the clock shows " + now + " but was at " + last + " before and must not go back",
                        "mend time synchronisation on this machine")));
        inventory
                .storeClock()
                .filter(store -> Duration.between(store, now).abs().compareTo(RecoveryPoint.CLOCK_SKEW) > 0)
                .ifPresent(store -> refusals.add(refusal(
                        "DRK-RETENTION-009",
                        "the clock shows " + now + " and the store's " + store + " but they must agree within "
                                + RecoveryPoint.CLOCK_SKEW,
                        "mend time synchronisation on the side that is wrong")));
        return List.copyOf(refusals);
    }

    private void points(List<Refusal> refusals) {
        for (RecoveryPoint point : points) {
            if (!point.target().equals(inventory.target())) {
                refusals.add(refusal(
                        "DRK-RETENTION-007",
                        "the catalog holds '" + point.id() + "' of target '" + point.target() + "' but only its own"
                                + " points may be there",
                        "decide on each target by itself"));
                break;
            }
        }
        twice().ifPresent(id -> refusals.add(refusal(
                "DRK-RETENTION-007",
                "the catalog holds '" + id + "' twice but each point may be there once",
                "which adapter listed it?")));
    }

    /** Looks closely only at ids whose hashes meet: of a million points a few hundred. */
    private Optional<RecoveryPointId> twice() {
        int[] hashes = new int[points.length];
        for (int i = 0; i < points.length; i++) {
            hashes[i] = points[i].id().value().hashCode();
        }
        int[] sorted = hashes.clone();
        Arrays.sort(sorted);
        Set<Integer> meeting = new HashSet<>();
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                meeting.add(sorted[i]);
            }
        }
        Set<RecoveryPointId> seen = new HashSet<>();
        if (!meeting.isEmpty()) {
            for (int i = 0; i < points.length; i++) {
                if (meeting.contains(hashes[i]) && !seen.add(points[i].id())) {
                    return Optional.of(points[i].id());
                }
            }
        }
        return Optional.empty();
    }

    private Refusal refusal(String code, String actual, String hint) {
        return new Refusal(
                code,
                "Cannot expire points of '" + inventory.target() + "': " + actual,
                "Nothing was expired and deciding again is safe; " + hint);
    }

    /** A question about one interval and one point. */
    private interface Keeping {
        boolean test(Timeline.Interval interval, int index);
    }
}
