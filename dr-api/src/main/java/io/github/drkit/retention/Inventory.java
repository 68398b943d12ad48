package io.github.drkit.retention;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.Leftover;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a decision is made from: everything that exists of one target, and the clocks. Immutable.
 *
 * @param target whose points they are
 * @param catalog what exists, in any order
 * @param now the time of the decision, UTC
 * @param rpo the RPO: when the newest point that counts is older, nothing expires
 * @param holds what people hold
 * @param storedTimes when the store says each manifest was written, UTC, as a cross-check of the time a manifest claims;
 *     a point that is not named is not checked
 * @param storeClock the store's clock at the time of the decision, UTC; empty if it was not asked
 * @param lastDecision when points of this target were last decided upon or expired, UTC; empty if nobody knows
 * @param leftovers what runs left without a manifest
 */
public record Inventory(
        TargetId target,
        Catalog catalog,
        Instant now,
        Duration rpo,
        List<Hold> holds,
        Map<RecoveryPointId, Instant> storedTimes,
        Optional<Instant> storeClock,
        Optional<Instant> lastDecision,
        List<Leftover> leftovers) {

    /**
     * Copies the collections.
     *
     * @throws IllegalArgumentException if the RPO is not positive or over 100 years, or now is not between 1970 and 9999
     */
    public Inventory {
        holds = List.copyOf(holds);
        storedTimes = Map.copyOf(storedTimes);
        leftovers = List.copyOf(leftovers);
        if (rpo.isZero() || rpo.isNegative()) {
            throw new IllegalArgumentException(
                    "Cannot decide on '" + target + "': its RPO is " + rpo + " but must be positive");
        }
        if (rpo.compareTo(RetentionPolicy.LONGEST) > 0) {
            throw new IllegalArgumentException("Cannot decide on '" + target + "': its RPO is " + rpo
                    + " but must be at most " + RetentionPolicy.LONGEST.toDays() + " days");
        }
        if (!Deciding.plausible(now)) {
            throw new IllegalArgumentException(
                    "Cannot decide on '" + target + "': now is " + now + " but must be between 1970 and 9999");
        }
    }

    /**
     * Begins with what must be known.
     *
     * @param target whose points they are
     * @param catalog what exists
     * @param now the time of the decision, UTC
     * @param rpo the RPO
     * @return an inventory without holds, cross-checks and leftovers
     */
    public static Inventory of(TargetId target, Catalog catalog, Instant now, Duration rpo) {
        return new Inventory(
                target, catalog, now, rpo, List.of(), Map.of(), Optional.empty(), Optional.empty(), List.of());
    }

    /**
     * Adds holds.
     *
     * @param all everything that is held; replaces what was given before
     * @return another inventory
     */
    public Inventory withHolds(List<Hold> all) {
        return new Inventory(target, catalog, now, rpo, all, storedTimes, storeClock, lastDecision, leftovers);
    }

    /**
     * Adds the store's times.
     *
     * @param times when each manifest was written, by the store's clock
     * @return another inventory
     */
    public Inventory withStoredTimes(Map<RecoveryPointId, Instant> times) {
        return new Inventory(target, catalog, now, rpo, holds, times, storeClock, lastDecision, leftovers);
    }

    /**
     * Adds the store's clock; one that differs from {@link #now()} by more than 15 minutes refuses expiry.
     *
     * @param reading what the store's clock says now, UTC
     * @return another inventory
     */
    public Inventory withStoreClock(Instant reading) {
        return new Inventory(
                target, catalog, now, rpo, holds, storedTimes, Optional.of(reading), lastDecision, leftovers);
    }

    /**
     * Adds the time of the last decision; one that lies after {@link #now()} refuses expiry.
     *
     * @param instant when it was, UTC
     * @return another inventory
     */
    public Inventory withLastDecision(Instant instant) {
        return new Inventory(
                target, catalog, now, rpo, holds, storedTimes, storeClock, Optional.of(instant), leftovers);
    }

    /**
     * Adds what runs left.
     *
     * @param all as the catalog found them; replaces what was given before
     * @return another inventory
     */
    public Inventory withLeftovers(List<Leftover> all) {
        return new Inventory(target, catalog, now, rpo, holds, storedTimes, storeClock, lastDecision, all);
    }

    /**
     * Replaces the points and the time, for what would be then.
     *
     * @param other what would exist
     * @param then when, UTC
     * @return another inventory, without cross-checks of clocks
     */
    Inventory supposing(Catalog other, Instant then) {
        return new Inventory(
                target, other, then, rpo, holds, storedTimes, Optional.empty(), Optional.empty(), leftovers);
    }
}
