package io.github.drkit.status;

import java.util.List;

/** Looks at the live system for what nobody backs up. Reads only; may block. */
@FunctionalInterface
public interface UnprotectedSource {

    /**
     * Lists what is found.
     *
     * @return one entry for each thing that exists and that nobody backs up, or that is to be backed up and does not exist;
     *     empty only if it was looked everywhere
     * @throws io.github.drkit.error.DrException if it cannot be told; then the whole is UNKNOWN at best
     */
    List<Unprotected> list();
}
