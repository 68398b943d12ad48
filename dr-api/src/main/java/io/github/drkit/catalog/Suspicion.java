package io.github.drkit.catalog;

import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which points are much smaller than those before them. */
final class Suspicion {

    /** A point is SUSPECT below this part of the median of the points before it. */
    private static final double SHRUNKEN = 0.5;

    private static final int HISTORY = 7;

    private Suspicion() {}

    static List<RecoveryPoint> judged(List<RecoveryPoint> points) {
        List<RecoveryPoint> judged = new ArrayList<>();
        Map<String, Deque<Long>> histories = new HashMap<>();
        List<RecoveryPoint> ordered = new ArrayList<>(points);
        ordered.sort(Comparator.comparing(RecoveryPoint::consistencyTime));
        for (RecoveryPoint point : ordered) {
            Deque<Long> history = histories.computeIfAbsent(point.format(), format -> new ArrayDeque<>());
            boolean shrunken = !history.isEmpty() && point.sizeBytes() < SHRUNKEN * median(history);
            boolean cleared = point.proof().level() == Proof.Level.PROVEN
                    || point.remarks().stream().anyMatch(remark -> remark.startsWith(SignedVerdict.CLEARED));
            if (shrunken && !cleared) {
                List<String> remarks = new ArrayList<>(point.remarks());
                remarks.add("suspect: " + point.sizeBytes() + " bytes where the median of the last " + history.size()
                        + " is " + median(history));
                judged.add(point.judged(point.proof(), Plausibility.SUSPECT, remarks));
            } else {
                judged.add(point);
                if (point.proof().level() != Proof.Level.FAILED) {
                    history.addLast(point.sizeBytes());
                    if (history.size() > HISTORY) {
                        history.removeFirst();
                    }
                }
            }
        }
        return judged;
    }

    private static long median(Deque<Long> history) {
        long[] sorted = history.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
