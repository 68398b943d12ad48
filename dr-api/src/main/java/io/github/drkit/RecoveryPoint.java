package io.github.drkit;

import java.time.Duration;
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
 * @param scheduledFor the firing of a schedule it was made for, UTC; empty if it was asked for by hand, or what made it
 *     tells no firing, such as the automated snapshots of RDS
 * @param label what a person called it, or empty; a labelled point is manual and kept until someone deletes it. One with
 *     neither label nor firing belongs to the slot of its consistency time
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

    /**
     * How far the clocks of a scheduler, a backup and a store may differ before a date is wrong: 15 minutes, beyond which S3
     * refuses a signature.
     */
    public static final Duration CLOCK_SKEW = Duration.ofMinutes(15);

    /** The longest time from a snapshot to the end of its backup that is believed: 2 days. */
    public static final Duration LONGEST_BACKUP = Duration.ofDays(2);

    /** Copies the remarks. */
    public RecoveryPoint {
        remarks = List.copyOf(remarks);
    }

    /**
     * Tells whether the point's time can be true. What makes a point exist is written after its consistency time, soon.
     *
     * @param stored when that was written, by the store's clock, UTC
     * @return false if the time is more than {@link #CLOCK_SKEW} after it or more than {@link #LONGEST_BACKUP} before
     */
    public boolean agreesWith(Instant stored) {
        return !consistencyTime.isAfter(stored.plus(CLOCK_SKEW))
                && !stored.isAfter(consistencyTime.plus(LONGEST_BACKUP));
    }

    /**
     * Returns the point with another judgement.
     *
     * @param proof how far it is proven
     * @param plausibility whether it looks like the points before it
     * @param remarks all that is to be known about it
     * @return the same point otherwise
     */
    public RecoveryPoint judged(Proof proof, Plausibility plausibility, List<String> remarks) {
        return new RecoveryPoint(
                id,
                target,
                run,
                format,
                consistencyTime,
                scheduledFor,
                label,
                sizeBytes,
                location,
                proof,
                plausibility,
                remarks);
    }
}
