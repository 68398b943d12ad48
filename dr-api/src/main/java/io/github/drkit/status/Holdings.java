package io.github.drkit.status;

import io.github.drkit.Catalog;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What exists of a component to recover it from.
 *
 * @param unreachable why its points could not be listed; empty if they were. Then nothing else here is known
 * @param counts how many points have each level of proof, SUSPECT and future-dated ones included
 * @param suspect how many points are SUSPECT
 * @param bytes what all points occupy
 * @param newest the newest point that reaches each level, or is FAILED; neither SUSPECT nor dated in the future
 * @param newestCounting the newest point that counts
 * @param windows as the catalog lists them
 * @param restorableTo the latest instant it can be restored to, UTC: of the newest point that counts or the end of a
 *     recovery window, whichever is later; empty if there is neither
 * @param rpoNow how much would be lost now; empty if nothing counts, or nothing could be listed
 * @param problems what was found where a point should be, which is none
 */
public record Holdings(
        Optional<String> unreachable,
        Map<Proof.Level, Integer> counts,
        int suspect,
        long bytes,
        Map<Proof.Level, RecoveryPoint> newest,
        Optional<RecoveryPoint> newestCounting,
        List<RecoveryWindow> windows,
        Optional<Instant> restorableTo,
        Optional<Duration> rpoNow,
        List<Catalog.Problem> problems) {

    /** Copies the collections. */
    public Holdings {
        counts = Map.copyOf(counts);
        newest = Map.copyOf(newest);
        windows = List.copyOf(windows);
        problems = List.copyOf(problems);
    }

    static Holdings unreachable(String why) {
        return new Holdings(
                Optional.of(why),
                Map.of(),
                0,
                0,
                Map.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /**
     * Returns how many points there are.
     *
     * @return all of them, whatever their proof
     */
    public int points() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
