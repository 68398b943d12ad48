package io.github.drkit.expiry;

import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.retention.Inventory;
import java.util.List;

/**
 * What an adapter sees of one target at one time.
 *
 * @param inventory what a decision is made from; points that are going stand in its catalog's {@code going}
 * @param marks the points that are going or gone and of which something is still there
 */
public record Stock(Inventory inventory, List<ExpiryMark> marks) {

    /** Copies the list. */
    public Stock {
        marks = List.copyOf(marks);
    }
}
