package io.github.drkit.retention;

import io.github.drkit.Proof;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.schedule.Schedule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which recovery points of a target are kept: for each tier the owners of its newest slots, at least
 * {@link #minimumProven()} of the best proven, everything held, everything manual, and everything newer than the newest
 * point that counts. Nothing in it defaults to deleting. Immutable; deciding reads nothing and changes nothing.
 *
 * @param name what people call it
 * @param tiers at least one
 * @param minimumProven how many of the best proven points never go, at least 1
 * @param requiredProof how far a point must be proven to count
 * @param grace how old a point that does not count must be before it may go, at least one day
 */
public record RetentionPolicy(
        String name, List<Tier> tiers, int minimumProven, Proof.Level requiredProof, Duration grace) {

    /** What {@link #minimumProven()} is unless set: one copy may be bad, and the next may be bad in the same way. */
    public static final int DEFAULT_MINIMUM_PROVEN = 3;

    /** What {@link #grace()} is unless set: two weekly tries to prove a point. */
    public static final Duration DEFAULT_GRACE = Duration.ofDays(14);

    /** How many slots a tier keeps at most: what shall stay for ever is held, or manual. */
    static final int MOST_KEPT = 10_000;

    private static final Duration SHORTEST_GRACE = Duration.ofDays(1);

    /** A hundred years, so that no sum of times overflows. */
    static final Duration LONGEST = Duration.ofDays(36_525);

    /**
     * Checks every value.
     *
     * @throws RequestRefusedException if one is missing, zero, negative or stands twice; it is named
     */
    public RetentionPolicy {
        tiers = List.copyOf(tiers);
        if (name.isBlank()) {
            throw refused("DRK-RETENTION-003", "'name' is blank", "a name");
        }
        if (tiers.isEmpty()) {
            throw refused("DRK-RETENTION-003", "'tiers' is empty", "at least one");
        }
        if (minimumProven < 1) {
            throw refused("DRK-RETENTION-004", "'minimumProven' is " + minimumProven, "at least 1");
        }
        if (requiredProof == Proof.Level.FAILED) {
            throw refused("DRK-RETENTION-004", "'requiredProof' is FAILED", "UNPROVEN, STORED, VERIFIED or PROVEN");
        }
        if (grace.compareTo(SHORTEST_GRACE) < 0) {
            throw refused("DRK-RETENTION-004", "'grace' is " + grace, "at least one day");
        }
        if (grace.compareTo(LONGEST) > 0) {
            throw refused("DRK-RETENTION-004", "'grace' is " + grace, "at most " + LONGEST.toDays() + " days");
        }
        Set<String> names = new HashSet<>();
        for (Tier tier : tiers) {
            if (!names.add(tier.name())) {
                throw refused("DRK-RETENTION-005", "the tier '" + tier.name() + "' stands twice", "each once");
            }
        }
    }

    /**
     * Begins a policy.
     *
     * @param name what people call it
     * @return a builder that requires VERIFIED, keeps 3 of the best proven, and has a grace of 14 days
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * Seven daily points (02:00), four weekly ones (Sunday 01:00) and twelve monthly ones (first Sunday 01:00); manual ones
     * for ever. On a Sunday two runs are due, an hour apart: one owns the week (and the month), the other the day.
     *
     * @param zone where the hours are read
     * @return the policy, which requires VERIFIED
     */
    public static RetentionPolicy dailyWeeklyMonthly(ZoneId zone) {
        LocalTime one = LocalTime.of(1, 0);
        return builder("daily-7-weekly-4-monthly-12")
                .tier("daily", Schedule.dailyAt(LocalTime.of(2, 0), zone), 7)
                .tier("weekly", Schedule.weeklyOn(DayOfWeek.SUNDAY, one, zone), 4)
                .tier("monthly", Schedule.monthlyOnFirst(DayOfWeek.SUNDAY, one, zone), 12)
                .build();
    }

    /**
     * Reads a policy from the file format of {@code docs/retention.md}, strictly.
     *
     * @param json the file's text
     * @return the policy
     * @throws RequestRefusedException if a member is unknown, missing, zero, negative or not what it should be; it is named
     */
    public static RetentionPolicy fromJson(String json) {
        return PolicyJson.read(json);
    }

    /**
     * Writes the policy in the file format.
     *
     * @return canonical JSON, the same for equal policies
     */
    public String toJson() {
        return PolicyJson.write(this);
    }

    /**
     * Decides what stays and what may go.
     *
     * @param inventory what exists, in any order
     * @return the decision; when something stands against expiring now it drops nothing and says what
     */
    public RetentionDecision decide(Inventory inventory) {
        return new Deciding(this, inventory).decide();
    }

    /**
     * Tells how count, bytes and reach develop over the next 400 days, if every run of every tier takes place on time,
     * counts at once, and is as large as the points of now. Nothing is refused in it.
     *
     * @param inventory what exists
     * @return one entry a day
     */
    public Forecast forecast(Inventory inventory) {
        return Forecast.of(this, inventory);
    }

    /** What it would drop if nothing stood against it. */
    RetentionDecision suppose(Inventory inventory) {
        return new Deciding(this, inventory).suppose();
    }

    /**
     * Returns the instants at which a run is due: those of all tiers, each once.
     *
     * @param from the beginning; a firing at it is among them
     * @param until the end; a firing at it is not
     * @return in rising order
     */
    public List<Instant> runsBetween(Instant from, Instant until) {
        return tiers.stream()
                .flatMap(tier -> tier.schedule().firingsBetween(from, until).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static RequestRefusedException refused(String code, String actual, String required) {
        return new RequestRefusedException(
                code,
                "Cannot accept retention policy: " + actual + " but must be " + required,
                "Nothing was expired; correct the policy and try again");
    }

    /**
     * One rhythm: the owners of the newest slots of a schedule are kept.
     *
     * @param name what plans call it, such as {@code daily}
     * @param schedule its firings bound the slots
     * @param keep how many owned slots, 1 to 10,000
     */
    public record Tier(String name, Schedule schedule, int keep) {

        /**
         * Checks the values.
         *
         * @throws RequestRefusedException if the name is blank, or fewer than 1 or more than 10,000 are to be kept
         */
        public Tier {
            if (name.isBlank()) {
                throw refused("DRK-RETENTION-003", "'name' of a tier is blank", "a name");
            }
            if (keep < 1) {
                throw refused("DRK-RETENTION-004", "'keep' of tier '" + name + "' is " + keep, "at least 1");
            }
            if (keep > MOST_KEPT) {
                throw refused("DRK-RETENTION-004", "'keep' of tier '" + name + "' is " + keep, "at most " + MOST_KEPT);
            }
        }
    }

    /** Collects the parts of a policy. Not thread-safe. */
    public static final class Builder {

        private final String name;
        private final List<Tier> tiers = new ArrayList<>();
        private int minimumProven = DEFAULT_MINIMUM_PROVEN;
        private Proof.Level requiredProof = Proof.Level.VERIFIED;
        private Duration grace = DEFAULT_GRACE;

        private Builder(String name) {
            this.name = name;
        }

        /**
         * Adds a tier.
         *
         * @param tier what plans call it
         * @param schedule its firings bound the slots
         * @param keep how many owned slots, 1 to 10,000
         * @return this
         */
        public Builder tier(String tier, Schedule schedule, int keep) {
            tiers.add(new Tier(tier, schedule, keep));
            return this;
        }

        /**
         * Sets the floor.
         *
         * @param count how many of the best proven points never go, at least 1
         * @return this
         */
        public Builder minimumProven(int count) {
            this.minimumProven = count;
            return this;
        }

        /**
         * Sets what counts.
         *
         * @param level how far a point must be proven
         * @return this
         */
        public Builder requiredProof(Proof.Level level) {
            this.requiredProof = level;
            return this;
        }

        /**
         * Sets the grace.
         *
         * @param duration how old a point that does not count must be before it may go, at least one day
         * @return this
         */
        public Builder grace(Duration duration) {
            this.grace = duration;
            return this;
        }

        /**
         * Ends building.
         *
         * @return the policy
         * @throws RequestRefusedException if a value is missing, zero, negative or stands twice; it is named
         */
        public RetentionPolicy build() {
            return new RetentionPolicy(name, tiers, minimumProven, requiredProof, grace);
        }
    }
}
