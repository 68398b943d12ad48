package io.github.drkit.aws;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryWindow;
import io.github.drkit.TargetId;
import io.github.drkit.aws.Snapshots.Found;
import io.github.drkit.catalog.PointVerdicts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * What a target was built with.
 *
 * @param id the name its points are found by
 * @param instance the instance's identifier, as RDS stores it
 * @param region where the instance is
 * @param copies where snapshots are copied to as well
 * @param rule what automated backups are judged by
 * @param manualNames the template for snapshots a person asks for
 * @param scheduledNames the template for snapshots a schedule asks for
 * @param verdicts where proofs are kept, if they are
 * @param marks where expiries mark snapshots, if they do
 * @param every the longest time between two looks
 * @param limit how long anything is waited for at most
 */
record TargetOptions(
        TargetId id,
        String instance,
        RdsRegion region,
        List<CopyPlace> copies,
        BackupRule rule,
        String manualNames,
        String scheduledNames,
        Optional<PointVerdicts> verdicts,
        Optional<MarkPlace> marks,
        Duration every,
        Duration limit) {

    TargetOptions {
        copies = List.copyOf(copies);
    }

    Rds rds() {
        return region.rds();
    }

    Snapshots snapshots() {
        return new Snapshots(
                id,
                instance,
                rds(),
                copies.stream().map(copy -> copy.region().rds()).toList());
    }

    /** With how far each is proven. */
    List<RecoveryPoint> judged(List<RecoveryPoint> points, List<Found> found) {
        return verdicts.map(known -> known.judged(points, Snapshots.identities(found)))
                .orElse(points);
    }

    /** What snapshots are as points, with how far each is proven, and what is going listed apart. */
    Catalog catalog(Optional<DBInstance> live, List<Found> found, List<RecoveryWindow> windows) {
        Catalog listed = snapshots().catalog(live, found, windows);
        Catalog judged = new Catalog(judged(listed.points(), found), windows, listed.problems());
        return marks.map(place -> place.apart(judged, found, id)).orElse(judged);
    }

    Waiting waiting(Rds where) {
        return new Waiting(where, every, limit);
    }

    /**
     * A region snapshots are copied to.
     *
     * @param region where
     * @param kmsKey that region's key, empty if the snapshots are not encrypted
     */
    record CopyPlace(RdsRegion region, String kmsKey) {}
}
