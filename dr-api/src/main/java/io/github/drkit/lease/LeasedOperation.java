package io.github.drkit.lease;

import io.github.drkit.Plan;
import io.github.drkit.RunId;
import java.util.Optional;

/**
 * What an {@link io.github.drkit.Operation} also implements when two runs of it must not act at the same time. Thread-safe;
 * its methods block.
 */
public interface LeasedOperation {

    /**
     * Names the lease a plan is executed under.
     *
     * @param plan one of its plans
     * @return the lease's name, the id of the target in most cases; empty if the plan may be executed beside any other
     */
    Optional<String> lease(Plan plan);

    /**
     * Tells whether a plan is refused where the engine keeps no leases. Without them such a plan would rely on nobody else
     * acting at the same time.
     *
     * @param plan one of its plans
     * @return false unless overridden: the plan may then be executed without a lease, as by a person who is alone
     */
    default boolean requiresLease(Plan plan) {
        return false;
    }

    /**
     * Keeps a run that lost the lease from committing, for ever, by something the far side enforces: it may be asleep just
     * before its last write. What it had committed already stays. Repeating the call is safe.
     *
     * @param lost the run that lost the lease
     * @param by the run that has it now
     * @throws io.github.drkit.error.DrException if that could not be done; nothing may be begun then
     */
    void fence(RunId lost, RunId by);
}
