package io.github.drkit;

/**
 * A way from a recovery point to a running destination. Plans and executes {@link RestoreRequest}; the subject of its
 * plans is the id of the recovery point. A step that finds the restored data to differ from what was backed up returns
 * {@link StepResult#damaged}, so that the point, and not the destination, is blamed. For
 * {@link RestoreRequest.Purpose#PROOF} its plan ends with CLEAN_UP steps that remove only what the run made; the engine
 * puts checks before them and the verdict after. PROVEN takes that every other step SUCCEEDED: one that ends SKIPPED leaves
 * the point without a verdict and fails the run.
 */
public interface RestoreStrategy extends Operation<RestoreRequest> {

    /**
     * Returns its name, for reports.
     *
     * @return such as {@code pg_restore}
     */
    String name();

    /**
     * Returns what it can do, and the formats it restores.
     *
     * @return always the same
     */
    Capabilities capabilities();

    /**
     * Opens a restored copy for checks, while or after a run. Blocks, and reads only. If it throws while a point is being
     * proven, no check was asked, no verdict is recorded and the copy is removed; only an IntegrityException blames the
     * point.
     *
     * @param plan the restore plan that was executed
     * @return the copy; the caller closes it
     * @throws io.github.drkit.error.NotFoundException if there is no such copy: not restored yet, or removed again
     * @throws io.github.drkit.error.TargetAccessException if the far side refuses the credentials
     * @throws io.github.drkit.error.TargetUnavailableException if the far side cannot be reached, try again later; or if
     *     the thread was interrupted, whose flag stays set
     */
    RestoredCopy open(Plan plan);
}
