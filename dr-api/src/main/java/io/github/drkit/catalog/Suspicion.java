package io.github.drkit.catalog;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which points are much smaller than those before them.
 *
 * @param points all, oldest first
 * @param measures the points that SUSPECT ones are measured by, each with the first of these
 */
record Suspicion(List<RecoveryPoint> points, Map<RecoveryPointId, RecoveryPoint> measures) {

    /** A point is SUSPECT below this part of the median of the points before it. */
    private static final double SHRUNKEN = 0.5;

    private static final int HISTORY = 7;

    static Suspicion of(List<RecoveryPoint> points) {
        List<RecoveryPoint> judged = new ArrayList<>();
        Map<RecoveryPointId, RecoveryPoint> measures = new HashMap<>();
        Map<String, Deque<RecoveryPoint>> histories = new HashMap<>();
        List<RecoveryPoint> ordered = new ArrayList<>(points);
        ordered.sort(Comparator.comparing(RecoveryPoint::consistencyTime));
        for (RecoveryPoint point : ordered) {
            Deque<RecoveryPoint> history = histories.computeIfAbsent(point.format(), format -> new ArrayDeque<>());
            boolean shrunken = !history.isEmpty() && point.sizeBytes() < SHRUNKEN * median(history);
            boolean cleared = point.proof().level() == Proof.Level.PROVEN
                    || point.remarks().stream().anyMatch(remark -> remark.startsWith(SignedVerdict.CLEARED));
            if (shrunken && !cleared) {
                List<String> remarks = new ArrayList<>(point.remarks());
                remarks.add("suspect: " + point.sizeBytes() + " bytes where the median of the last " + history.size()
                        + " is " + median(history));
                judged.add(point.judged(point.proof(), Plausibility.SUSPECT, remarks));
                history.forEach(before -> measures.putIfAbsent(before.id(), point));
            } else {
                judged.add(point);
                if (point.proof().level() != Proof.Level.FAILED) {
                    history.addLast(point);
                    if (history.size() > HISTORY) {
                        history.removeFirst();
                    }
                }
            }
        }
        return new Suspicion(judged, measures);
    }

    private static long median(Deque<RecoveryPoint> history) {
        long[] sorted =
                history.stream().mapToLong(RecoveryPoint::sizeBytes).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
