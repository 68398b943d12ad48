package io.github.drkit.aws;

import io.github.drkit.aws.Settings.Basis;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.postgres.NewestRow;
import io.github.drkit.postgres.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a strategy was built with.
 *
 * @param source the target whose points and windows are restored
 * @param regions where can be restored to: the instance's region, and those snapshots are copied to
 * @param basis from a snapshot or to a point in time
 * @param environment what differs at the destination
 * @param isolation the security groups of isolated copies, empty if none were named
 * @param connections how a copy is connected to, given its address and port
 * @param newestRows by database, where the newest committed row is looked for
 * @param serving whether applications are sent to a host; what they are sent to is never deleted
 * @param switches each gives the switch that would lead applications to an endpoint; where one is made nothing is deleted
 */
record RestoreOptions(
        TargetOptions source,
        List<RdsRegion> regions,
        Basis basis,
        RecoveryEnvironment environment,
        List<String> isolation,
        Optional<BiFunction<String, Integer, PostgresServer>> connections,
        Map<String, NewestRow> newestRows,
        Predicate<String> serving,
        List<Function<Endpoint, EndpointSwitch>> switches) {

    RestoreOptions {
        regions = List.copyOf(regions);
        isolation = List.copyOf(isolation);
        newestRows = Map.copyOf(newestRows);
        switches = List.copyOf(switches);
    }

    Rds rds(String region) {
        return regions.stream()
                .filter(known -> known.name().equals(region))
                .findFirst()
                .map(RdsRegion::rds)
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-RDS-025",
                        "Cannot restore to '" + region + "': the target knows "
                                + regions.stream().map(RdsRegion::name).toList() + " but the place must be one of them",
                        "Name the region as the place; another one is added by RdsTarget.Builder.copyTo"));
    }

    Waiting waiting(Rds where) {
        return source.waiting(where);
    }

    /** For what takes minutes and not hours, and must not leave a temporary instance standing for want of an answer. */
    Waiting shortly(Rds where) {
        return new Waiting(where, source.every(), Duration.ofMinutes(30));
    }
}
