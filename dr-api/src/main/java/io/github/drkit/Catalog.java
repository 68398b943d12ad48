package io.github.drkit;

import io.github.drkit.RestoreRequest.Selection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
     * Chooses what a restore brings back, by the rules of {@link Selection}. A FAILED point that is asked for by its id is
     * chosen too: a strategy restores it for a proof only.
     *
     * @param selection what was asked for
     * @param now the time by this machine's clock, UTC
     * @return the point, or empty if none fits or the one asked for is going
     */
    public Optional<RecoveryPoint> choose(Selection selection, Instant now) {
        if (selection instanceof Selection.Point asked) {
            return find(asked.id());
        }
        return reached(selection).filter(point -> mayBeChosen(point, now)).reduce((older, newer) -> newer);
    }

    /**
     * Tells which newer points {@link #choose} passed over, and why: what a person who asks for the latest must be told.
     *
     * @param selection what was asked for
     * @param now the time by this machine's clock, UTC
     * @return a sentence each, oldest first; none if a point was asked for by its id
     */
    public List<String> passedOver(Selection selection, Instant now) {
        if (selection instanceof Selection.Point) {
            return List.of();
        }
        List<RecoveryPoint> reached = reached(selection).toList();
        int chosen = choose(selection, now).map(reached::indexOf).orElse(-1);
        return reached.subList(chosen + 1, reached.size()).stream()
                .map(point -> "'" + point.id() + "' is "
                        + (point.proof().level() == Proof.Level.FAILED
                                ? "FAILED: " + point.remarks()
                                : "dated " + point.consistencyTime() + ", after now: was a clock wrong?"))
                .toList();
    }

    private Stream<RecoveryPoint> reached(Selection selection) {
        return selection instanceof Selection.AtInstant asked
                ? points.stream().filter(point -> !point.consistencyTime().isAfter(asked.instant()))
                : points.stream();
    }

    private static boolean mayBeChosen(RecoveryPoint point, Instant now) {
        return point.proof().level() != Proof.Level.FAILED
                && !point.consistencyTime().isAfter(now.plus(RecoveryPoint.CLOCK_SKEW));
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
