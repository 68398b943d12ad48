package io.github.drkit.retention;

import io.github.drkit.RecoveryPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What becomes of one recovery point, and why. Immutable. */
public final class RetentionEntry {

    private final RecoveryPoint point;
    private final Fate fate;
    private final Reason reason;

    /** One for each tier the point was placed in, shared between the points of the same slots. */
    private final Slot[] slots;

    private final @Nullable Hold hold;
    private final @Nullable Instant leavesNotBefore;
    private final @Nullable Instant lockUntil;
    private final String note;

    RetentionEntry(
            RecoveryPoint point,
            Fate fate,
            Reason reason,
            Slot[] slots,
            @Nullable Hold hold,
            @Nullable Instant leavesNotBefore,
            @Nullable Instant lockUntil,
            String note) {
        this.point = point;
        this.fate = fate;
        this.reason = reason;
        this.slots = slots;
        this.hold = hold;
        this.leavesNotBefore = leavesNotBefore;
        this.lockUntil = lockUntil;
        this.note = note;
    }

    /**
     * Returns the point.
     *
     * @return as the catalog listed it
     */
    public RecoveryPoint point() {
        return point;
    }

    /**
     * Returns what becomes of it.
     *
     * @return its fate
     */
    public Fate fate() {
        return fate;
    }

    /**
     * Returns why.
     *
     * @return the first reason that applies
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the slots the point lies in, one for each tier.
     *
     * @return in the order of the policy's tiers; empty for a point that no tier looks at
     */
    public List<Slot> slots() {
        return List.of(slots);
    }

    /**
     * Returns the slots the point owns, kept or not.
     *
     * @return in the order of the policy's tiers
     */
    public List<Slot> owned() {
        List<Slot> owned = new ArrayList<>();
        for (Slot slot : slots) {
            if (owns(slot)) {
                owned.add(slot);
            }
        }
        return List.copyOf(owned);
    }

    /**
     * Returns who holds the point.
     *
     * @return the hold, or empty
     */
    public Optional<Hold> hold() {
        return Optional.ofNullable(hold);
    }

    /**
     * Returns the earliest instant at which the tiers can let the point go, if from now on every run takes place and no
     * verdict on an older point changes. A run may begin 15 minutes early, so that is deducted.
     *
     * @return UTC; empty if no tier keeps it
     */
    public Optional<Instant> leavesNotBefore() {
        return Optional.ofNullable(leavesNotBefore);
    }

    /**
     * Returns until when the point's objects should be locked; to be raised to, never lowered to. For what the tiers keep
     * it is {@link #leavesNotBefore()}; for what is held, in the floor or the newest, the grace from now on, to be renewed
     * at each decision; for what does not count, the grace from its consistency time on.
     *
     * @return UTC; empty for what may go, for what a person may delete at any time, and for what is dated in the future or
     *     wrongly
     */
    public Optional<Instant> lockUntil() {
        return Optional.ofNullable(lockUntil);
    }

    /**
     * Says why, for a person.
     *
     * @return one line without the point's name
     */
    public String explanation() {
        List<String> parts = new ArrayList<>();
        if (hold != null) {
            parts.add(hold.reason() + ", held by " + hold.by() + " since " + hold.since());
        }
        for (Slot slot : slots) {
            if (owns(slot) && slot.kept()) {
                parts.add(slot.tier() + " " + slot.rank() + "/" + slot.keep() + " (slot of " + slot.begins() + ")");
            }
        }
        if (fate == Fate.DROP && reason == Reason.SUPERSEDED || reason == Reason.REFUSED) {
            parts.add(reason.text());
            for (Slot slot : slots) {
                parts.add(
                        owns(slot)
                                ? slot.tier() + " slot " + slot.rank() + " of " + slot.keep()
                                : slot.tier() + " slot of " + slot.begins() + " belongs to "
                                        + slot.owner().map(Object::toString).orElse("nobody"));
            }
        } else if (reason != Reason.OWNS_SLOT && reason != Reason.HELD) {
            parts.add(reason.text());
        }
        if (!note.isEmpty()) {
            parts.add(note);
        }
        if (leavesNotBefore != null) {
            parts.add("leaves not before " + leavesNotBefore);
        }
        return String.join(", ", parts);
    }

    /**
     * Returns fate, point and explanation.
     *
     * @return one line
     */
    @Override
    public String toString() {
        return fate + " " + point.consistencyTime() + " " + point.id() + " "
                + point.proof().level().name().toLowerCase(Locale.ROOT) + "  " + explanation()
                + (fate == Fate.DROP ? "  " + point.sizeBytes() + " bytes" : "");
    }

    private boolean owns(Slot slot) {
        return slot.owner().filter(point.id()::equals).isPresent();
    }
}
