package io.github.drkit.catalog;

import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import java.time.Instant;

/**
 * What somebody found about a recovery point, to be recorded beside it for ever.
 *
 * @param point which
 * @param run the run that looked
 * @param at when, UTC
 * @param level what was found; UNPROVEN for a {@link Kind#CLEARANCE}, which says nothing about proof
 * @param kind whether proof or plausibility was judged
 * @param detail one sentence: what was compared, or who cleared the point and why
 */
public record Verdict(RecoveryPointId point, RunId run, Instant at, Proof.Level level, Kind kind, String detail) {

    /** What was judged. */
    public enum Kind {
        /** Integrity: the level found. */
        PROOF,
        /** Plausibility: a named person says that a SUSPECT point is as it should be. */
        CLEARANCE
    }
}
