package io.github.drkit.catalog;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that lies in a store for one target, from one listing.
 *
 * @param catalog the points
 * @param holds what is held, in the order of points and runs
 * @param marks the points that are going or gone and of which something is still there, in the order of points
 * @param storedTimes when each point's manifest was written, UTC, by the store's clock
 * @param measures the points that SUSPECT ones are found small against, each with the oldest of these; without them the
 *     suspicion would end, so they should outlast it
 */
public record Survey(
        Catalog catalog,
        List<PlacedHold> holds,
        List<ExpiryMark> marks,
        Map<RecoveryPointId, Instant> storedTimes,
        Map<RecoveryPointId, RecoveryPoint> measures) {

    /** Copies the collections. */
    public Survey {
        holds = List.copyOf(holds);
        marks = List.copyOf(marks);
        storedTimes = Map.copyOf(storedTimes);
        measures = Map.copyOf(measures);
    }
}
