package io.github.drkit;

import java.util.List;
import java.util.Optional;

/**
 * What exists of one target, listed from where it lies.
 *
 * @param points oldest first
 * @param windows what can be restored continuously
 * @param problems what was found and could not be read or trusted; it is named, and hides nothing else
 * @param going points that an expiry is about to delete, oldest first: whole still, and not to be restored unless a hold
 *     keeps them first
 */
public record Catalog(
        List<RecoveryPoint> points, List<RecoveryWindow> windows, List<Problem> problems, List<RecoveryPoint> going) {

    /** Copies the lists and orders the points. */
    public Catalog {
        points = Chronology.of(points);
        windows = List.copyOf(windows);
        problems = List.copyOf(problems);
        going = Chronology.of(going);
    }

    /**
     * Lists what exists where nothing is about to be deleted.
     *
     * @param points in any order
     * @param windows what can be restored continuously
     * @param problems what could not be read or trusted
     */
    public Catalog(List<RecoveryPoint> points, List<RecoveryWindow> windows, List<Problem> problems) {
        this(points, windows, problems, List.of());
    }

    /**
     * Finds a point by its id.
     *
     * @param id which
     * @return the point, or empty if there is none or it is going
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
