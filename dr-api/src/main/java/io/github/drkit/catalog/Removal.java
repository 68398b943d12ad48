package io.github.drkit.catalog;

import java.util.List;

/**
 * What was deleted of a recovery point that is gone.
 *
 * @param bytes what was freed
 * @param left what could not be deleted yet and why, such as a lock and its end; empty if nothing is left
 */
public record Removal(long bytes, List<String> left) {

    /** Copies the list. */
    public Removal {
        left = List.copyOf(left);
    }
}
