package io.github.drkit.catalog;

import io.github.drkit.Plan;

/**
 * Where the engine records what it found about recovery points. Points of a store have their verdicts beside them, in their
 * {@link PointCatalog}; points that lie where nothing can be put beside them, such as RDS snapshots, have theirs in
 * {@link PointVerdicts}. Implementations are thread-safe; their methods block.
 */
public interface Verdicts {

    /**
     * Records a verdict, once and for ever. Repeating the call with the same verdict is safe.
     *
     * @param verdict what was found
     * @param plan the plan of the run that looked; its preconditions say what exactly was looked at
     * @param key the prover's key
     * @throws io.github.drkit.error.NotFoundException if the point does not exist
     * @throws io.github.drkit.error.RequestRefusedException if the key is not trusted here: the verdict would be ignored;
     *     nothing was written
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost and looking did not settle it
     */
    void record(Verdict verdict, Plan plan, SigningKey key);
}
