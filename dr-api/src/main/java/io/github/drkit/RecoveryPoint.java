package io.github.drkit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One restorable state of one target.
 *
 * @param id its name
 * @param target what it is a state of
 * @param run the run that made it
 * @param format what it consists of, such as {@code pg-dump/1}; a restore strategy declares the formats it restores
 * @param consistencyTime the instant it is a state of, UTC: when its snapshot was taken, not when it was written. Of
 *     several snapshots the earliest
 * @param scheduledFor the firing of a schedule it was made for, UTC; empty if it was asked for by hand
 * @param label what a person called it, or empty; a labelled point is manual and kept until someone deletes it
 * @param sizeBytes what it occupies
 * @param location where it lies, without credentials
 * @param proof how far it is proven
 * @param plausibility whether it looks like those before it
 * @param remarks sentences for people: ignored proofs, spread between databases, what makes it suspect
 */
public record RecoveryPoint(
        RecoveryPointId id,
        TargetId target,
        RunId run,
        String format,
        Instant consistencyTime,
        Optional<Instant> scheduledFor,
        String label,
        long sizeBytes,
        String location,
        Proof proof,
        Plausibility plausibility,
        List<String> remarks) {

    /** Copies the remarks. */
    public RecoveryPoint {
        remarks = List.copyOf(remarks);
    }
}
