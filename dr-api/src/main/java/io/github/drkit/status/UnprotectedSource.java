package io.github.drkit.status;

import java.util.List;

/** Looks at the live system for what nobody backs up. Reads only; may block. */
@FunctionalInterface
public interface UnprotectedSource {

    /**
     * Looks.
     *
     * @return one entry for each thing that exists and that nobody backs up; empty only if it was looked everywhere
     * @throws io.github.drkit.error.DrException if it cannot be told; then the whole is UNKNOWN at best
     */
    List<Unprotected> find();
}
