package io.github.drkit.retention;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules of {@code docs/retention.md} written down a second time: slowly, over plain lists, and sharing nothing with
 * the first but the schedules' firings. Looks at the years 2016 to 2035, and for schedules with less than a run a day on to 2054.
 */
final class SecondOpinion {

    private static final Instant FIRST = Instant.parse("2016-01-01T00:00:00Z");
    private static final Instant BEFORE = Instant.parse("2015-12-01T00:00:00Z");
    private static final Instant BEFORE_SPARSE = Instant.parse("2003-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("2036-01-01T00:00:00Z");
    private static final Instant LAST_OF_SPARSE = Instant.parse("2055-01-01T00:00:00Z");
    private static final long QUARTER = 15 * 60;
    private static final long TWO_DAYS = 2 * 24 * 3600;

    /** What it thinks of one point. */
    record Opinion(
            Fate fate,
            Reason reason,
            @Nullable Instant leaves,
            @Nullable Instant lock) {}

    private final Map<Schedule, long[]> firings = new ConcurrentHashMap<>();

    Map<String, Opinion> of(RetentionPolicy policy, Inventory inventory) {
        List<RecoveryPoint> points = new ArrayList<>(inventory.catalog().points());
        points.sort(Comparator.comparing(RecoveryPoint::consistencyTime).thenComparing(p -> p.id().value()));
        Map<RecoveryPoint, Reason> flaws = new HashMap<>();
        points.forEach(point -> flaws.put(point, flaw(policy, inventory, point)));
        Predicate<RecoveryPoint> counts = point -> flaws.get(point) == null;
        Predicate<RecoveryPoint> wouldCount = point -> counts.test(point) || flaws.get(point) == Reason.UNPROVEN;
        @Nullable
        Instant newest = points.stream()
                .filter(counts)
                .map(RecoveryPoint::consistencyTime)
                .max(Comparator.naturalOrder())
                .orElse(null);
        List<Rhythm> rhythms = policy.tiers().stream()
                .map(tier -> new Rhythm(tier, inventory, points, flaws, counts, wouldCount))
                .toList();
        List<RecoveryPoint> floor = floor(policy, points, flaws);

        Map<String, Opinion> opinions = new HashMap<>();
        for (RecoveryPoint point : points) {
            opinions.put(
                    point.id().value(), opinion(policy, inventory, point, flaws.get(point), newest, rhythms, floor));
        }
        return opinions;
    }

    private static Opinion opinion(
            RetentionPolicy policy,
            Inventory inventory,
            RecoveryPoint point,
            @Nullable Reason flaw,
            @Nullable Instant newest,
            List<Rhythm> rhythms,
            List<RecoveryPoint> floor) {
        Instant now = inventory.now();
        boolean owns = rhythms.stream().anyMatch(rhythm -> rhythm.keptOwners.contains(point));
        @Nullable
        Instant leaves = rhythms.stream()
                .filter(rhythm -> rhythm.keptOwners.contains(point))
                .map(rhythm -> rhythm.leaves(point))
                .max(Comparator.naturalOrder())
                .orElse(null);
        Instant renewed = latest(leaves, now.plus(policy.grace()));
        boolean older = newest != null && point.consistencyTime().isBefore(newest);
        if (inventory.holds().stream().anyMatch(hold -> hold.point().equals(point.id()))) {
            return new Opinion(Fate.HOLD, Reason.HELD, leaves, renewed);
        }
        if (flaw == Reason.MANUAL) {
            return new Opinion(Fate.KEEP, Reason.MANUAL, null, null);
        }
        if (owns) {
            return new Opinion(Fate.KEEP, Reason.OWNS_SLOT, leaves, floor.contains(point) ? renewed : leaves);
        }
        if (floor.contains(point)) {
            return new Opinion(Fate.KEEP, Reason.FLOOR, null, renewed);
        }
        if (flaw == null && rhythms.stream().anyMatch(rhythm -> rhythm.firstProven.contains(point))) {
            return new Opinion(Fate.KEEP, Reason.PROVEN_IN_SLOT, null, renewed);
        }
        if (flaw == null) {
            return older
                    ? new Opinion(Fate.DROP, Reason.SUPERSEDED, null, null)
                    : new Opinion(Fate.KEEP, Reason.NEWEST, null, renewed);
        }
        if (flaw == Reason.FUTURE || flaw == Reason.MISDATED) {
            return new Opinion(Fate.SKIP, flaw, null, null);
        }
        boolean young = point.consistencyTime().plus(policy.grace()).isAfter(now);
        boolean inCase = rhythms.stream().anyMatch(rhythm -> rhythm.keptWithoutProof.contains(point));
        return !older || young || inCase
                ? new Opinion(Fate.SKIP, flaw, null, point.consistencyTime().plus(policy.grace()))
                : new Opinion(Fate.DROP, flaw, null, null);
    }

    private static @Nullable Reason flaw(RetentionPolicy policy, Inventory inventory, RecoveryPoint point) {
        Instant time = point.consistencyTime();
        @Nullable Instant stored = inventory.storedTimes().get(point.id());
        if (!point.label().isEmpty()) {
            return Reason.MANUAL;
        }
        if (point.proof().level() == Proof.Level.FAILED) {
            return Reason.FAILED;
        }
        if (time.isAfter(inventory.now())) {
            return Reason.FUTURE;
        }
        if (time.isBefore(Instant.EPOCH)
                || stored != null
                        && (time.isAfter(stored.plusSeconds(QUARTER))
                                || time.isBefore(stored.minusSeconds(TWO_DAYS)))) {
            return Reason.MISDATED;
        }
        if (suspect(point)) {
            return Reason.SUSPECT;
        }
        return point.proof().level().compareTo(policy.requiredProof()) < 0 ? Reason.UNPROVEN : null;
    }

    private static boolean suspect(RecoveryPoint point) {
        return point.proof().level() != Proof.Level.PROVEN && point.plausibility() == Plausibility.SUSPECT;
    }

    private static List<RecoveryPoint> floor(
            RetentionPolicy policy, List<RecoveryPoint> points, Map<RecoveryPoint, Reason> flaws) {
        List<RecoveryPoint> best = points.stream()
                .filter(point -> flaws.get(point) == null
                        || flaws.get(point) == Reason.UNPROVEN
                        || flaws.get(point) == Reason.SUSPECT)
                .sorted(Comparator.comparing(
                                (RecoveryPoint point) -> point.proof().level(), Comparator.reverseOrder())
                        .thenComparing(SecondOpinion::suspect)
                        .thenComparing(RecoveryPoint::consistencyTime, Comparator.reverseOrder())
                        .thenComparing(point -> point.id().value(), Comparator.reverseOrder()))
                .toList();
        List<RecoveryPoint> floor = new ArrayList<>(best.subList(0, Math.min(best.size(), policy.minimumProven())));
        best.stream()
                .filter(point -> !suspect(point))
                .limit(policy.minimumProven())
                .forEach(floor::add);
        return floor;
    }

    private static long[] firings(Schedule schedule) {
        boolean sparse = Duration.between(FIRST, schedule.firingAfter(FIRST)).toDays() > 1
                || schedule.nextRuns(FIRST, 20).get(19).isAfter(FIRST.plus(Duration.ofDays(21)));
        // What lies in no slot that is known does not count, so the slots begin before it: a Friday the 13th may be
        // long ago.
        return schedule.firingsBetween(sparse ? BEFORE_SPARSE : BEFORE, sparse ? LAST_OF_SPARSE : LAST).stream()
                .mapToLong(Instant::getEpochSecond)
                .toArray();
    }

    private static Instant latest(@Nullable Instant one, Instant other) {
        return one != null && one.isAfter(other) ? one : other;
    }

    /** One tier. A slot is the number of its firing. */
    private final class Rhythm {

        private final RetentionPolicy.Tier tier;
        private final Inventory inventory;
        private final long[] times;
        private final Map<RecoveryPoint, Integer> slots = new HashMap<>();
        private final TreeSet<Integer> owned = new TreeSet<>();
        private final List<RecoveryPoint> keptOwners = new ArrayList<>();
        private final List<RecoveryPoint> firstProven = new ArrayList<>();
        private final List<RecoveryPoint> keptWithoutProof = new ArrayList<>();

        Rhythm(
                RetentionPolicy.Tier tier,
                Inventory inventory,
                List<RecoveryPoint> points,
                Map<RecoveryPoint, Reason> flaws,
                Predicate<RecoveryPoint> counts,
                Predicate<RecoveryPoint> wouldCount) {
            this.tier = tier;
            this.inventory = inventory;
            this.times = firings.computeIfAbsent(tier.schedule(), SecondOpinion::firings);
            for (RecoveryPoint point : points) {
                Reason flaw = flaws.get(point);
                if (flaw != Reason.MANUAL
                        && flaw != Reason.FUTURE
                        && flaw != Reason.MISDATED
                        && isKnown(point.consistencyTime())) {
                    slots.put(point, slot(point));
                }
            }
            Map<Integer, RecoveryPoint> owners = firsts(counts);
            owned.addAll(owners.keySet());
            owned.descendingSet().stream().limit(tier.keep()).forEach(slot -> keptOwners.add(owners.get(slot)));
            firsts(counts.and(point -> point.proof().level() == Proof.Level.PROVEN))
                    .forEach((slot, point) -> {
                        if (keptOwners.contains(owners.get(slot))) {
                            firstProven.add(point);
                        }
                    });
            Map<Integer, RecoveryPoint> withoutProof = firsts(wouldCount);
            new TreeSet<>(withoutProof.keySet())
                    .descendingSet().stream()
                            .limit(tier.keep())
                            .forEach(slot -> keptWithoutProof.add(withoutProof.get(slot)));
        }

        private Map<Integer, RecoveryPoint> firsts(Predicate<RecoveryPoint> wanted) {
            Map<Integer, RecoveryPoint> firsts = new HashMap<>();
            slots.forEach((point, slot) -> {
                if (wanted.test(point)) {
                    firsts.merge(slot, point, (one, other) -> before(one, other) ? one : other);
                }
            });
            return firsts;
        }

        private boolean before(RecoveryPoint one, RecoveryPoint other) {
            return Comparator.comparing(this::countsSince)
                            .thenComparing(RecoveryPoint::consistencyTime)
                            .thenComparing(point -> point.id().value())
                            .compare(one, other)
                    < 0;
        }

        private Instant countsSince(RecoveryPoint point) {
            return latest(inventory.storedTimes().get(point.id()), point.consistencyTime());
        }

        private int slot(RecoveryPoint point) {
            long time = point.consistencyTime().getEpochSecond();
            @Nullable Instant scheduled = point.scheduledFor().orElse(null);
            if (scheduled != null && isKnown(scheduled)) {
                int slot = at(scheduled.getEpochSecond());
                boolean early = point.consistencyTime().isBefore(scheduled.minusSeconds(QUARTER));
                boolean late = !point.consistencyTime().isBefore(scheduled.plusSeconds(times[slot + 1] - times[slot]));
                if (!early && !late) {
                    return slot;
                }
            }
            return at(time);
        }

        private boolean isKnown(Instant instant) {
            return !instant.isBefore(FIRST) && instant.getEpochSecond() < times[times.length - 2];
        }

        private int at(long second) {
            int found = Arrays.binarySearch(times, second);
            return found >= 0 ? found : -found - 2;
        }

        /** Tries out one instant after the other: could as many newer slots have owners by then as are kept? */
        Instant leaves(RecoveryPoint point) {
            int own = slots.get(point);
            long now = inventory.now().getEpochSecond();
            int current = at(now);
            int oldestOpen = at(now - TWO_DAYS) - 1;
            int newer = 0;
            for (int slot = own + 1; slot < times.length; slot++) {
                boolean fillable = slot >= oldestOpen || slots.containsValue(slot);
                if (owned.contains(slot) || fillable) {
                    newer++;
                }
                if (newer == tier.keep()) {
                    // All slots up to this one need an owner; the last of them can have one from here on.
                    return latest(Instant.ofEpochSecond(lastToBeFilled(own, slot, current) - QUARTER), inventory.now());
                }
            }
            throw new AssertionError("the years do not suffice");
        }

        private long lastToBeFilled(int own, int last, int current) {
            for (int slot = last; slot > own; slot--) {
                if (!owned.contains(slot) && slot > current) {
                    return times[slot];
                }
            }
            return times[current]; // none: it can go now
        }
    }
}
