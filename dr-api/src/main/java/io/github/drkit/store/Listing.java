package io.github.drkit.store;

import java.util.List;
import java.util.stream.Stream;

/**
 * Everything found under a prefix. A listing is whole or it is an exception, never a part.
 *
 * @param objects in the order of their keys
 */
public record Listing(List<StoredObject> objects) {

    /** Copies the list. */
    public Listing {
        objects = List.copyOf(objects);
    }

    /**
     * Streams the objects.
     *
     * @return in the order of their keys
     */
    public Stream<StoredObject> stream() {
        return objects.stream();
    }
}
