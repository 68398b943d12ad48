package io.github.drkit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Puts points in the order of time and id. A million of them lie scattered in memory, and looking up the times of two for
 * each comparison takes seconds; their seconds side by side do not.
 */
final class Chronology {

    private static final Comparator<RecoveryPoint> EXACT = Comparator.comparing(RecoveryPoint::consistencyTime)
            .thenComparing(point -> point.id().value());

    private Chronology() {}

    static List<RecoveryPoint> of(List<RecoveryPoint> points) {
        RecoveryPoint[] given = points.toArray(new RecoveryPoint[0]);
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(given.length);
        long[] keys = new long[given.length];
        for (int i = 0; i < given.length; i++) {
            long second = given[i].consistencyTime().getEpochSecond();
            keys[i] = second << bits | i;
            if (keys[i] >> bits != second) {
                // Hundreds of thousands of years away, and not worth more than an answer.
                Arrays.sort(given, EXACT);
                return List.of(given);
            }
        }
        Arrays.sort(keys);
        RecoveryPoint[] ordered = new RecoveryPoint[given.length];
        for (int i = 0; i < ordered.length; i++) {
            ordered[i] = given[(int) (keys[i] & (1L << bits) - 1)];
        }
        int begin = 0;
        for (int i = 1; i <= ordered.length; i++) {
            if (i == ordered.length || keys[i] >> bits != keys[begin] >> bits) {
                if (i - begin > 1) {
                    // Within a second, what is smaller than one and the ids decide.
                    Arrays.sort(ordered, begin, i, EXACT);
                }
                begin = i;
            }
        }
        return List.of(ordered);
    }
}
