package io.github.drkit.expiry;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.Removal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The points of one target, as expiry needs them. An adapter tells what there is, keeps marks where the points lie, and
 * deletes; what goes and when is decided by {@link Expiry}.
 *
 * <p>Implementations are thread-safe. Every method blocks, and throws
 * {@link io.github.drkit.error.TargetUnavailableException} when the far side cannot be reached.
 */
public interface ExpirablePoints {

    /** What {@link #readiness()} returns where points can be expired. */
    String READY = "ready";

    /**
     * Names the target.
     *
     * @return whose points they are; always the same
     */
    TargetId target();

    /**
     * Tells whether two operators are safe here. Asked when a plan is executed, and may write to find out.
     *
     * @return {@link #READY}, or what is missing: marks must be created once, and be seen as soon as they are written
     */
    String readiness();

    /**
     * Looks at everything that exists. Changes nothing.
     *
     * @param now the time of the decision, UTC
     * @param rpo the RPO
     * @return points, holds, the store's times and clock, leftovers, and marks, as of one listing
     */
    Stock look(Instant now, Duration rpo);

    /**
     * Marks a point as going unless it is going or gone already. It stays as whole as it was.
     *
     * @param point which
     * @param by the run that expires it
     * @return what stands now: this run's mark, or what another said before
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost; repeating is safe
     */
    ExpiryMark mark(RecoveryPointId point, RunId by);

    /**
     * Answers a mark, once: of several answers the first counts, whoever gave it. KEPT makes the point as it was; GONE
     * means for ever that it is no more, and deletes nothing yet.
     *
     * @param mark the mark to be answered, which says GOING
     * @param answer KEPT or GONE
     * @param by the run that answers
     * @param why one sentence, for KEPT
     * @return what stands now
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost; repeating is safe
     */
    ExpiryMark answer(ExpiryMark mark, ExpiryMark.State answer, RunId by, String why);

    /**
     * Deletes what is left of a point that is gone: exactly what is seen now, by version or name. Repeating is safe.
     *
     * @param mark the mark, which says GONE
     * @param by the run that deletes
     * @return what was deleted, and what is left because it is locked
     */
    Removal remove(ExpiryMark mark, RunId by);

    /**
     * Says what a person would type to delete a point, for plans. Asks nobody.
     *
     * @param point which
     * @return lines of shell, without secrets; empty if only a program can do it
     */
    default List<String> deletion(RecoveryPointId point) {
        return List.of();
    }

    /**
     * Keeps a run that lost its lease from deleting anything more, for ever: answers every mark of it. Repeating is safe.
     * An adapter whose runs do other things as well overrides it.
     *
     * @param lost the run that lost the lease
     * @param by the run that has it now
     */
    default void fence(RunId lost, RunId by) {
        // Neither time nor RPO has a say in which marks there are.
        for (ExpiryMark mark : look(Instant.EPOCH, Duration.ofDays(1)).marks()) {
            if (mark.state() == ExpiryMark.State.GOING && mark.run().equals(lost)) {
                answer(mark, ExpiryMark.State.KEPT, by, "run '" + lost + "' lost its lease to run '" + by + "'");
            }
        }
    }

    /**
     * Tells until when something of a point cannot be deleted.
     *
     * @param point which
     * @return the latest end of a lock, UTC; {@link Instant#MAX} if there is none; empty if nothing is locked, as always where
     *     nothing can be
     */
    default Optional<Instant> lockedUntil(RecoveryPointId point) {
        return Optional.empty();
    }

    /**
     * Tells whether points can be locked here. Asked when a plan is executed, and may write to find out.
     *
     * @return {@link #READY}, or why not
     */
    default String lockability() {
        return "points cannot be locked here";
    }

    /**
     * Locks a point. A lock that lasts longer already is left as it is. Asked only where {@link #lockability} says so.
     *
     * @param point which
     * @param until when the lock ends, UTC
     * @return what was asked for and is not so, one sentence each, as read back; empty if all is locked
     */
    default List<String> lock(RecoveryPointId point, Instant until) {
        return List.of(lockability());
    }
}
