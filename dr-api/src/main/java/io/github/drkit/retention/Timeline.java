package io.github.drkit.retention;

import io.github.drkit.RecoveryPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The slots of one tier, found as points are placed in them, with their owners. Used by one decision only. */
final class Timeline {

    /** A run may take its snapshot this long before the firing it was scheduled for: a scheduler's clock may be ahead. */
    private static final Duration EARLY = RecoveryPoint.CLOCK_SKEW;

    private static final int NOBODY = -1;

    private final RetentionPolicy.Tier tier;
    private final Map<Long, Interval> intervals = new HashMap<>();

    /** Slots that have begun and that nobody owns yet but somebody might. */
    private final List<Interval> open = new ArrayList<>();

    private final List<Instant> firings = new ArrayList<>();

    /** Points come in the order of time, so that most lie where the last one lay. */
    private @Nullable Interval last;

    Timeline(RetentionPolicy.Tier tier) {
        this.tier = tier;
    }

    /** The slot of the firing a point was scheduled for if its time is near enough, else that of its time. */
    Interval place(RecoveryPoint point) {
        Interval slot = find(point);
        slot.mayHaveOwner = true;
        return slot;
    }

    private Interval find(RecoveryPoint point) {
        Instant time = point.consistencyTime();
        if (point.scheduledFor().isPresent()) {
            Instant scheduled = point.scheduledFor().get();
            if (Deciding.plausible(scheduled) && !time.isBefore(scheduled.minus(EARLY))) {
                Interval slot = interval(scheduled);
                if (time.isBefore(scheduled.plusSeconds(slot.ends - slot.begins))) {
                    return slot;
                }
            }
        }
        return interval(time);
    }

    private Interval interval(Instant instant) {
        long second = instant.getEpochSecond();
        Interval known = last;
        if (known != null && known.begins <= second && second < known.ends) {
            return known;
        }
        Instant begins = tier.schedule().firingAtOrBefore(instant);
        Interval found = intervals.computeIfAbsent(
                begins.getEpochSecond(),
                key -> new Interval(key, tier.schedule().firingAfter(begins).getEpochSecond()));
        last = found;
        return found;
    }

    /** Ranks the slots and looks at what is to come. */
    void rank(Instant now) {
        Interval current = interval(now);
        // A backup that takes long appears late: until then the slot it began in is empty, and not yet missed.
        Instant patience = now.minus(RecoveryPoint.LONGEST_BACKUP);
        Interval slot = current;
        slot.mayHaveOwner = true;
        while (Instant.ofEpochSecond(slot.ends).isAfter(patience)) {
            slot = interval(Instant.ofEpochSecond(slot.begins).minusSeconds(1));
            slot.mayHaveOwner = true;
        }
        List<Interval> newestFirst = new ArrayList<>(intervals.values());
        newestFirst.sort(
                Comparator.comparingLong((Interval interval) -> interval.begins).reversed());
        int rank = 0;
        int unprovenRank = 0;
        long newestOwned = current.begins;
        for (Interval interval : newestFirst) {
            if (interval.owner != NOBODY) {
                interval.rank = ++rank;
                newestOwned = Math.max(newestOwned, interval.begins);
            } else if (interval.mayHaveOwner && interval.begins <= current.begins) {
                open.add(interval);
            }
            if (interval.withoutProof != NOBODY) {
                interval.keptWithoutProof = ++unprovenRank <= tier.keep();
            }
        }
        lookAhead(now, newestOwned);
    }

    /** The firings to come whose slots nobody owns yet: as many as the owner of the newest slot needs to go. */
    private void lookAhead(Instant now, long newestOwned) {
        Instant firing = now;
        int newer = 0;
        while (newer < tier.keep()) {
            firing = tier.schedule().firingAfter(firing);
            Interval known = intervals.get(firing.getEpochSecond());
            if (known == null || known.owner == NOBODY) {
                firings.add(firing);
                newer += firing.getEpochSecond() > newestOwned ? 1 : 0;
            }
        }
    }

    /** When the owner of a kept slot can go: as many newer slots as there is still room for must get owners first. */
    Instant leavesNotBefore(Interval interval, Instant now) {
        int missing = tier.keep() + 1 - interval.rank;
        for (Interval slot : open) {
            missing -= slot.begins > interval.begins ? 1 : 0;
        }
        if (missing <= 0) {
            return now;
        }
        for (Instant firing : firings) {
            missing -= firing.getEpochSecond() > interval.begins ? 1 : 0;
            if (missing == 0) {
                Instant leaves = firing.minus(EARLY);
                return leaves.isBefore(now) ? now : leaves;
            }
        }
        throw new IllegalStateException("Slot " + interval.begins + " was not looked ahead for");
    }

    /** One slot while its owner is looked for. Owners are places in the list of points. */
    final class Interval {
        private final long begins;
        private final long ends;
        private int owner = NOBODY;
        private int proven = NOBODY;
        private int withoutProof = NOBODY;
        private int rank;

        /** A point lies in it, or one may still come; else it was only looked at. */
        private boolean mayHaveOwner;

        private boolean keptWithoutProof;

        private Interval(long begins, long ends) {
            this.begins = begins;
            this.ends = ends;
        }

        /** The earliest written point wins; on a tie the one that comes first in the list. */
        void offer(int index, Candidacy candidacy, ByWriting byWriting) {
            if (candidacy != Candidacy.WITHOUT_PROOF) {
                owner = first(owner, index, byWriting);
            }
            if (candidacy == Candidacy.PROVEN) {
                proven = first(proven, index, byWriting);
            }
            withoutProof = first(withoutProof, index, byWriting);
        }

        boolean keeps(int index) {
            return owner == index && isKept();
        }

        boolean keepsAsProven(int index) {
            return proven == index && isKept();
        }

        boolean keepsWithoutProof(int index) {
            return withoutProof == index && keptWithoutProof;
        }

        Slot toSlot(RecoveryPoint[] points) {
            return new Slot(
                    tier.name(),
                    tier.keep(),
                    Instant.ofEpochSecond(begins),
                    Instant.ofEpochSecond(ends),
                    owner == NOBODY ? Optional.empty() : Optional.of(points[owner].id()),
                    rank);
        }

        private boolean isKept() {
            return rank > 0 && rank <= tier.keep();
        }

        private static int first(int known, int index, ByWriting byWriting) {
            return known == NOBODY || byWriting.isBefore(index, known) ? index : known;
        }
    }

    /** Which of two points was written first; of two at the same time the one that comes first in the list. */
    interface ByWriting {
        boolean isBefore(int index, int other);
    }

    /** What a point may own. */
    enum Candidacy {
        /** It would count if no proof were required. */
        WITHOUT_PROOF,
        /** It counts. */
        COUNTS,
        /** It counts and is PROVEN. */
        PROVEN
    }
}
