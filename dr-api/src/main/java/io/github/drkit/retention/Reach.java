package io.github.drkit.retention;

import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import java.time.Instant;
import java.util.Optional;

/**
 * How far back a set of recovery points goes. Points that FAILED are no part of it.
 *
 * @param oldest consistency time of the oldest point, UTC; empty if there is none
 * @param newest consistency time of the newest point, UTC; empty if there is none
 * @param points how many
 * @param bytes what they occupy
 */
public record Reach(Optional<Instant> oldest, Optional<Instant> newest, int points, long bytes) {

    static Reach of(Iterable<RecoveryPoint> oldestFirst) {
        Optional<Instant> oldest = Optional.empty();
        RecoveryPoint newest = null;
        int points = 0;
        long bytes = 0;
        for (RecoveryPoint point : oldestFirst) {
            if (point.proof().level() != Proof.Level.FAILED) {
                if (newest == null) {
                    oldest = Optional.of(point.consistencyTime());
                }
                newest = point;
                points++;
                bytes += point.sizeBytes();
            }
        }
        return new Reach(oldest, Optional.ofNullable(newest).map(RecoveryPoint::consistencyTime), points, bytes);
    }

    @Override
    public String toString() {
        return oldest.map(Instant::toString).orElse("nothing") + " .. "
                + newest.map(Instant::toString).orElse("nothing") + " (" + points + " points, " + bytes + " bytes)";
    }
}
