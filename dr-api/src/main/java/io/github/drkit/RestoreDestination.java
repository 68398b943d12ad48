package io.github.drkit;

import java.util.Map;

/**
 * Where a point is brought back to. Something new beside the old: a strategy refuses a destination that exists.
 *
 * @param place the server, account, cluster or repository, as the strategy names it
 * @param renames original name to new name, of the databases, instances or namespaces to restore; empty means all, under
 *     new names the plan chooses
 * @param isolation how far from the original it must be
 */
public record RestoreDestination(String place, Map<String, String> renames, Isolation isolation) {

    /** Copies the map. */
    public RestoreDestination {
        renames = Map.copyOf(renames);
    }

    /**
     * A place that must be seen to be another than the source's.
     *
     * @param place as the strategy names it
     * @return the destination
     */
    public static RestoreDestination isolated(String place) {
        return new RestoreDestination(place, Map.of(), Isolation.ISOLATED);
    }

    /**
     * A place that may be the source's own, under other names.
     *
     * @param place as the strategy names it
     * @return the destination
     */
    public static RestoreDestination besideOriginal(String place) {
        return new RestoreDestination(place, Map.of(), Isolation.BESIDE_ORIGINAL);
    }

    /** How far from the original a destination must be. */
    public enum Isolation {
        /** Must be shown to be another place than the source's, else the plan is refused. */
        ISOLATED,
        /** May be the source's own place; said by name, never by default. */
        BESIDE_ORIGINAL
    }
}
