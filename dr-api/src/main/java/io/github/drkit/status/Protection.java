package io.github.drkit.status;

import io.github.drkit.BackupTarget;
import io.github.drkit.Proof;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.objective.Objectives;
import io.github.drkit.report.RecoveryReport;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.store.Encryption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One component and what is known of its protection: where its points are, when they are due, what is asked of it.
 * Immutable.
 */
public final class Protection {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final String component;
    private final BackupTarget target;
    private final Objectives objectives;
    private final List<Schedule> schedules;
    private final Proof.Level requiredProof;
    private final @Nullable PointCatalog points;
    private final Obstacles.@Nullable OnPaper restore;
    private final @Nullable Supplier<Instant> storeClock;
    private final @Nullable Supplier<List<RecoveryReport>> recoveries;
    private final Map<String, Instant> keys;
    private final OptionalInt recipients;

    private Protection(Builder builder) {
        this.component = builder.component;
        this.target = builder.target;
        this.objectives = builder.objectives;
        RetentionPolicy policy = builder.policy;
        this.schedules = builder.schedules.isEmpty() && policy != null
                ? policy.tiers().stream().map(RetentionPolicy.Tier::schedule).toList()
                : List.copyOf(builder.schedules);
        this.requiredProof = policy == null ? Proof.Level.VERIFIED : policy.requiredProof();
        this.points = builder.points;
        this.restore = builder.restore;
        this.storeClock = builder.storeClock;
        this.recoveries = builder.recoveries;
        this.keys = new LinkedHashMap<>(builder.keys);
        this.recipients = builder.recipients;
    }

    /**
     * Begins to describe a component.
     *
     * @param component what people and metrics call it: at most 63 lower-case letters, digits, {@code .}, {@code _} and
     *     {@code -}
     * @param target lists its recovery points
     * @param objectives what is asked of it
     * @return a builder; without a policy a point counts from VERIFIED on
     * @throws IllegalArgumentException if the name is not such a name
     */
    public static Builder builder(String component, BackupTarget target, Objectives objectives) {
        return new Builder(requireName(component), target, objectives);
    }

    /**
     * Returns what people and metrics call the component.
     *
     * @return its name
     */
    public String component() {
        return component;
    }

    /**
     * Returns what is asked of the component.
     *
     * @return its objectives
     */
    public Objectives objectives() {
        return objectives;
    }

    /**
     * Returns what the keys its backups depend on are called.
     *
     * @return their names, in the order they were given
     */
    public List<String> keyNames() {
        return List.copyOf(keys.keySet());
    }

    BackupTarget target() {
        return target;
    }

    List<Schedule> schedules() {
        return schedules;
    }

    Proof.Level requiredProof() {
        return requiredProof;
    }

    Optional<Obstacles.OnPaper> restore() {
        return Optional.ofNullable(restore);
    }

    Optional<PointCatalog> points() {
        return Optional.ofNullable(points);
    }

    Optional<Supplier<Instant>> storeClock() {
        PointCatalog catalog = points;
        return storeClock == null && catalog != null
                ? Optional.of(catalog::storeClock)
                : Optional.ofNullable(storeClock);
    }

    Optional<Supplier<List<RecoveryReport>>> recoveries() {
        return Optional.ofNullable(recoveries);
    }

    Map<String, Instant> keys() {
        return keys;
    }

    OptionalInt recipients() {
        return recipients;
    }

    static String requireName(String component) {
        if (!NAME.matcher(component).matches()) {
            throw new IllegalArgumentException("Cannot accept component '" + component
                    + "': expected at most 63 lower-case letters, digits, '.', '_' and '-', beginning with a letter or"
                    + " digit");
        }
        return component;
    }

    /** Collects what is known of a component. Not thread-safe. */
    public static final class Builder {

        private final String component;
        private final BackupTarget target;
        private final Objectives objectives;
        private final List<Schedule> schedules = new ArrayList<>();
        private final Map<String, Instant> keys = new LinkedHashMap<>();
        private @Nullable RetentionPolicy policy;
        private @Nullable PointCatalog points;
        private Obstacles.@Nullable OnPaper restore;
        private @Nullable Supplier<Instant> storeClock;
        private @Nullable Supplier<List<RecoveryReport>> recoveries;
        private OptionalInt recipients = OptionalInt.empty();

        private Builder(String component, BackupTarget target, Objectives objectives) {
            this.component = component;
            this.target = target;
            this.objectives = objectives;
        }

        /**
         * Sets the policy its points are kept by: it says how far a point must be proven to count, and the schedules of its
         * tiers are those of the component unless others are given.
         *
         * @param policy the policy
         * @return this
         */
        public Builder policy(RetentionPolicy policy) {
            this.policy = policy;
            return this;
        }

        /**
         * Adds a schedule the component is backed up by.
         *
         * @param schedule its firings
         * @return this
         */
        public Builder schedule(Schedule schedule) {
            schedules.add(schedule);
            return this;
        }

        /**
         * Says where in a store the target's points lie. Then what the store says of their times and of its clock is asked
         * too: a point whose time does not agree with when it was written does not count.
         *
         * @param points the catalog that the target lists
         * @return this
         * @throws IllegalArgumentException if it is the catalog of another target
         */
        public Builder points(PointCatalog points) {
            if (!points.target().equals(target.id())) {
                throw new IllegalArgumentException("Cannot protect component '" + component + "': its points are of '"
                        + points.target() + "' but its target is '" + target.id() + "'");
            }
            this.points = points;
            return this;
        }

        /**
         * Says how the component would be restored. Each status plans that restore of the newest point that counts, which
         * changes nothing, and what planning refuses is an obstacle: a tool or an identity that is missing, a server that
         * does not answer or is too old, roles that are not there.
         *
         * @param strategy how; plans only
         * @param destination where to
         * @return this
         */
        public Builder restore(RestoreStrategy strategy, RestoreDestination destination) {
            this.restore = new Obstacles.OnPaper(strategy, destination);
            return this;
        }

        /**
         * Sets how the store's clock is read. It is compared with this machine's, and the later of both judges.
         *
         * @param clock such as {@code store::now}; may block and throw
         * @return this
         */
        public Builder storeClock(Supplier<Instant> clock) {
            this.storeClock = clock;
            return this;
        }

        /**
         * Sets where the reports of drills and recoveries of this component come from. Only they measure an RTO, and no journal
         * tells what they tell: the host keeps each, by {@link RecoveryReport#toJson}, where it keeps its points.
         *
         * @param reports asked each time, such as {@link RecoveryReport#fromJson} of each that was kept; may block and throw
         * @return this
         */
        public Builder recoveries(Supplier<List<RecoveryReport>> reports) {
            this.recoveries = reports;
            return this;
        }

        /**
         * Says for whom its points are encrypted.
         *
         * @param encryption the recipients
         * @return this
         */
        public Builder encryption(Encryption encryption) {
            this.recipients = OptionalInt.of(encryption.recipients().size());
            return this;
        }

        /**
         * Names a key its backups depend on.
         *
         * @param name what it is called; never the key itself
         * @param since when it was made, UTC
         * @return this
         */
        public Builder key(String name, Instant since) {
            keys.put(name, since);
            return this;
        }

        /**
         * Ends the description. Asks nothing of target or store.
         *
         * @return the protection
         */
        public Protection build() {
            return new Protection(this);
        }
    }
}
