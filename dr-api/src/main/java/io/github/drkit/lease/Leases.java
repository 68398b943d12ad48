package io.github.drkit.lease;

import io.github.drkit.RunId;
import java.util.Optional;

/**
 * Where leases are kept. At most one run holds a lease; a run that is not heard of for its term may lose it to another.
 *
 * <p>Time only decides when another may take a lease, never whether a late holder may still act: that is decided where it
 * acts, by conditional writes. So a clock that is wrong costs a run, never a recovery point.
 *
 * <p>Implementations are thread-safe. Every method blocks, and none waits for a lease to become free.
 */
public interface Leases {

    /**
     * Takes a lease that is free, given up, or was not renewed for its holder's term.
     *
     * @param lease its name: any text that is not empty and at most 100 characters long
     * @param holder the run that is to hold it
     * @return the lease, with a token greater than any before; empty if another run holds it, or was quicker
     * @throws io.github.drkit.error.RequestRefusedException if leases cannot be kept here safely; use another medium
     * @throws io.github.drkit.error.IntegrityException if its record is damaged; look at what is named
     * @throws io.github.drkit.error.OutcomeUnknownException if the answer was lost; try again, what may have been taken runs
     *     out by itself
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached; try again later
     */
    Optional<Lease> acquire(String lease, RunId holder);

    /**
     * Tells who holds a lease. Changes nothing; it may be another one at the next moment.
     *
     * @param lease its name
     * @return the holder, or empty if it may be acquired
     * @throws io.github.drkit.error.IntegrityException if its record is damaged
     * @throws io.github.drkit.error.TargetUnavailableException if the medium cannot be reached
     */
    Optional<Tenure> find(String lease);
}
