package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.store.StoredObject;
import java.util.List;

/**
 * Objects and unfinished writes in the place of a recovery point that no manifest names.
 *
 * @param point the place
 * @param run the run that wrote them
 * @param committed whether the point exists all the same, and these are from an earlier attempt
 * @param objects what is left, finished and unfinished
 */
public record Leftover(RecoveryPointId point, RunId run, Committed committed, List<StoredObject> objects) {

    /** Copies the list. */
    public Leftover {
        objects = List.copyOf(objects);
    }

    /** Whether the place has a manifest. */
    public enum Committed {
        /** It has, so the run cannot name anything else any more. */
        MANIFEST,
        /** It has a tombstone, left by an earlier collection that did not come to its end. */
        TOMBSTONE,
        /** It has, but an expiry has said that the point is gone: the manifest goes first, and a tombstone takes its place. */
        EXPIRED,
        /** It has neither: a tombstone must be written before anything is deleted. */
        NOTHING
    }
}
