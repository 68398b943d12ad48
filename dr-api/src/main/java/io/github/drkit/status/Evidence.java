package io.github.drkit.status;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.report.RecoveryReport;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What shows that a component can be brought back.
 *
 * @param lastProof the point that was PROVEN last; when and by whom stands in its proof. Empty if none is
 * @param lastRecovery the last drill or recovery, by its outage; empty if there was never one
 * @param drills whether the reports of drills and recoveries could be read; if not, {@code lastRecovery} is empty and tells nothing
 * @param lastRestore the last run that restored or proved a point and SUCCEEDED: technical time, a part of the RTO
 * @param keys what its backups depend on
 * @param recipients how many recipients its points are encrypted to, 0 if they are not; empty if nobody said
 */
public record Evidence(
        Optional<RecoveryPoint> lastProof,
        Optional<RecoveryReport> lastRecovery,
        Drills drills,
        Optional<PastRun> lastRestore,
        List<KeyAge> keys,
        OptionalInt recipients) {

    /** What is known of drills and recoveries. */
    public enum Drills {
        /** All there is. */
        READ,
        /** Nothing: what the host said to read them from threw; a remark says what. */
        UNREADABLE
    }

    /** Copies the list. */
    public Evidence {
        keys = List.copyOf(keys);
    }
}
