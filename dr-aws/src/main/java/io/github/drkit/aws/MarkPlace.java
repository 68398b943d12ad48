package io.github.drkit.aws;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TargetId;
import io.github.drkit.aws.Snapshots.Found;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.catalog.PointMarks;
import io.github.drkit.catalog.SigningKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where expiries mark snapshots, and the key that signs.
 *
 * @param marks the marks
 * @param key the backup's key
 */
record MarkPlace(PointMarks marks, SigningKey key) {

    /**
     * Lists apart what is going, and no longer what is gone. A mark says nothing of a snapshot that would not be deleted all the
     * same, as one that is held.
     */
    Catalog apart(Catalog catalog, List<Found> found, TargetId target) {
        List<Found> free = found.stream()
                .filter(one -> Made.against(one.snapshot(), target).isEmpty())
                .toList();
        Map<RecoveryPointId, ExpiryMark> standing = new HashMap<>();
        marks.standing(Snapshots.identities(free)).forEach(mark -> standing.put(mark.point(), mark));
        List<RecoveryPoint> points = new ArrayList<>();
        List<RecoveryPoint> going = new ArrayList<>();
        for (RecoveryPoint point : catalog.points()) {
            ExpiryMark mark = standing.get(point.id());
            if (mark == null || mark.state() == State.KEPT) {
                points.add(point);
            } else if (mark.state() == State.GOING) {
                going.add(Snapshots.remarked(point, "going: marked by run '" + mark.run() + "' at " + mark.at()));
            }
        }
        return new Catalog(points, catalog.windows(), catalog.problems(), going);
    }
}
