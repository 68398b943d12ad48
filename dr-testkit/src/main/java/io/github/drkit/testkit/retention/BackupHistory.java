package io.github.drkit.testkit.retention;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TargetId;
import io.github.drkit.retention.Hold;
import io.github.drkit.retention.Inventory;
import io.github.drkit.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What became of one target's backups over some time. Immutable; its text names the seed it can be made from again.
 *
 * @param seed what it was made from
 * @param policy whose runs they are
 * @param target whose points they are
 * @param arrivals the points in the order the store got them, with their verdicts of the end
 * @param holds what people hold at the end
 * @param now the end, UTC
 */
public record BackupHistory(
        long seed, RetentionPolicy policy, TargetId target, List<Arrival> arrivals, List<Hold> holds, Instant now) {

    /** Longer than any history: a decision on one of them is never refused for want of a fresh point. */
    private static final Duration RPO = Duration.ofDays(36_525);

    /** Copies the lists. */
    public BackupHistory {
        arrivals = List.copyOf(arrivals);
        holds = List.copyOf(holds);
    }

    /**
     * Returns everything at the end, with the store's times.
     *
     * @return what a policy decides upon; its RPO is so long that it never stands against expiring
     */
    public Inventory inventory() {
        return inventoryAt(now);
    }

    /**
     * Returns what had arrived at an instant, with the store's times.
     *
     * @param instant the time of the decision, UTC
     * @return as {@link #inventory()}
     */
    public Inventory inventoryAt(Instant instant) {
        List<Arrival> there = arrivals.stream()
                .filter(each -> !each.stored().isAfter(instant))
                .toList();
        Map<RecoveryPointId, Instant> stored = new HashMap<>();
        there.forEach(each -> stored.put(each.point().id(), each.stored()));
        return inventory(there.stream().map(Arrival::point).toList(), instant).withStoredTimes(stored);
    }

    /**
     * Returns other points of the same target, with the holds on them and without the store's times.
     *
     * @param points what exists
     * @param instant the time of the decision, UTC
     * @return as {@link #inventory()}
     */
    public Inventory inventory(List<RecoveryPoint> points, Instant instant) {
        Set<RecoveryPointId> there = new HashSet<>();
        points.forEach(point -> there.add(point.id()));
        return Inventory.of(target, new Catalog(points, List.of(), List.of()), instant, RPO)
                .withHolds(holds.stream()
                        .filter(hold -> there.contains(hold.point()))
                        .toList());
    }

    @Override
    public String toString() {
        return "history of seed " + seed + ", " + arrivals.size() + " points until " + now + ", policy "
                + policy.toJson();
    }

    /**
     * A point as it came into the store.
     *
     * @param point the point
     * @param stored when its manifest was written, by the store's clock, UTC
     */
    public record Arrival(RecoveryPoint point, Instant stored) {}
}
