package io.github.drkit.aws;

import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointVerdicts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
