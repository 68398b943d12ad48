package io.github.drkit.lease;

import io.github.drkit.RunId;
import java.util.Set;

/**
 * A lease that was acquired. It is kept by renewing it, and given up by {@link #release} or {@link #abandon}; a process that
 * dies loses it when its term is over. Thread-safe; every method blocks.
 */
public interface Lease {

    /**
     * Returns what was acquired.
     *
     * @return name, holder and token; always the same
     */
    Tenure tenure();

    /**
     * Returns the runs that held the lease before and neither ended in order nor were settled: they may wake up late.
     * Before the holder acts it keeps each of them from committing, see {@link LeasedOperation#fence}.
     *
     * @return run ids, never the holder's own; empty once {@link #settle} has returned
     */
    Set<RunId> inherited();

    /**
     * Records that no inherited run can do anything any more. Until then the next holder inherits them as well.
     *
     * @throws io.github.drkit.error.OutcomeUnknownException as {@link #renew}
     * @throws io.github.drkit.error.TargetUnavailableException as {@link #renew}
     */
    void settle();

    /**
     * Asks the far side whether the lease is still held, and holds it for another term. A lease that has run out and that
     * nobody else took is still held.
     *
     * @throws io.github.drkit.error.OutcomeUnknownException if another run has taken it ({@code DRK-LEASE-001}: stop at
     *     once), or the answer was lost (another code: renew again)
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached: not known to be held
     */
    void renew();

    /**
     * Gives the lease up: everything its holder began has ended. A lease that was lost stays with whoever has it now.
     * Repeating the call is safe.
     *
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached; it runs out by itself
     */
    void release();

    /**
     * Gives the lease up where nobody can tell what its holder did: it is free at once, and the next holder inherits this
     * one. A lease that was lost stays with whoever has it now.
     *
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached; it runs out by itself
     */
    void abandon();
}
