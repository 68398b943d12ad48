package io.github.drkit.retention;

import io.github.drkit.Catalog;
import io.github.drkit.Plausibility;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Points for tests. */
final class Points {

    static final TargetId BANK = TargetId.of("bank");

    private Points() {}

    static Inventory inventory(String now, RecoveryPoint... points) {
        return Inventory.of(
                BANK, new Catalog(List.of(points), List.of(), List.of()), Instant.parse(now), Duration.ofHours(26));
    }

    static RecoveryPoint proven(String id, String time) {
        return point(id, time, Proof.Level.PROVEN);
    }

    static RecoveryPoint verified(String id, String time) {
        return point(id, time, Proof.Level.VERIFIED);
    }

    static RecoveryPoint unproven(String id, String time) {
        return point(id, time, Proof.Level.UNPROVEN);
    }

    static RecoveryPoint failed(String id, String time) {
        return point(id, time, Proof.Level.FAILED);
    }

    static RecoveryPoint point(String id, String time, Proof.Level level) {
        return new RecoveryPoint(
                RecoveryPointId.of(id),
                BANK,
                RunId.of(id),
                "pg-dump/1",
                Instant.parse(time),
                Optional.empty(),
                "",
                100,
                "memory",
                new Proof(level, Optional.empty(), ""),
                Plausibility.OK,
                List.of());
    }

    static RecoveryPoint scheduledFor(RecoveryPoint point, String firing) {
        return with(point, Optional.of(Instant.parse(firing)), point.label(), point.plausibility(), point.sizeBytes());
    }

    static RecoveryPoint labelled(RecoveryPoint point, String label) {
        return with(point, point.scheduledFor(), label, point.plausibility(), point.sizeBytes());
    }

    static RecoveryPoint suspect(RecoveryPoint point) {
        return with(point, point.scheduledFor(), point.label(), Plausibility.SUSPECT, point.sizeBytes());
    }

    static RecoveryPoint sized(RecoveryPoint point, long bytes) {
        return with(point, point.scheduledFor(), point.label(), point.plausibility(), bytes);
    }

    private static RecoveryPoint with(
            RecoveryPoint point, Optional<Instant> scheduledFor, String label, Plausibility plausibility, long bytes) {
        return new RecoveryPoint(
                point.id(),
                point.target(),
                point.run(),
                point.format(),
                point.consistencyTime(),
                scheduledFor,
                label,
                bytes,
                point.location(),
                point.proof(),
                plausibility,
                point.remarks());
    }
}
