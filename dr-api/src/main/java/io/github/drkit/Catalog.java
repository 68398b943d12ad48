package io.github.drkit;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What exists of one target, listed from where it lies.
 *
 * @param points oldest first
 * @param windows what can be restored continuously
 * @param problems what was found and could not be read or trusted; it is named, and hides nothing else
 */
public record Catalog(List<RecoveryPoint> points, List<RecoveryWindow> windows, List<Problem> problems) {

    /** Copies the lists and orders the points. */
    public Catalog {
        points = points.stream()
                .sorted(Comparator.comparing(RecoveryPoint::consistencyTime)
                        .thenComparing(point -> point.id().value()))
                .toList();
        windows = List.copyOf(windows);
        problems = List.copyOf(problems);
    }

    /**
     * Finds a point by its id.
     *
     * @param id which
     * @return the point, or empty
     */
    public Optional<RecoveryPoint> find(RecoveryPointId id) {
        return points.stream().filter(point -> point.id().equals(id)).findFirst();
    }

    /**
     * Something found where a recovery point should be, which is none.
     *
     * @param where the object or resource
     * @param code the failure it would raise, such as {@code DRK-POINT-002}
     * @param reason what is wrong with it
     */
    public record Problem(String where, String code, String reason) {}
}
