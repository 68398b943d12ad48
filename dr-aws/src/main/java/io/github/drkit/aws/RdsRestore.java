package io.github.drkit.aws;

import io.github.drkit.Capabilities;
import io.github.drkit.Capability;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.aws.Settings.Basis;
import io.github.drkit.cutover.Endpoint;
import io.github.drkit.cutover.EndpointSwitch;
import io.github.drkit.postgres.NewestRow;
import io.github.drkit.postgres.PostgresServer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Restores an RDS instance into a new one, from a snapshot or to a point in time; the original is never touched. Every setting
 * RDS would reset is carried over, the plan shows each as it was, as RDS would have it and as it will be, and what cannot be
 * carried is named.
 *
 * <p>The place of a request is a region. Its renames may give the new instance's identifier, by the original's; without, the plan
 * chooses one. For a proof, or an isolated copy, the instance is put into the security groups the builder was given, and refused if
 * one of them is the original's. Thread-safe and immutable; methods block.
 */
public final class RdsRestore implements RestoreStrategy {

    private final RestoreOptions options;
    private final RestorePlans plans;
    private final RestoreSteps steps;

    private RdsRestore(RestoreOptions options) {
        this.options = options;
        this.plans = new RestorePlans(options);
        this.steps = new RestoreSteps(options);
    }

    /**
     * Begins the description of a strategy that restores snapshots.
     *
     * @param source the target whose snapshots are restored
     * @return a builder that needs nothing more for restores beside the original
     */
    public static Builder fromSnapshot(RdsTarget source) {
        return new Builder(source, Basis.SNAPSHOT);
    }

    /**
     * Begins the description of a strategy that restores instants of the target's windows, to the second.
     *
     * @param source the target whose automated backups are restored
     * @return a builder that needs nothing more for restores beside the original
     */
    public static Builder toPointInTime(RdsTarget source) {
        return new Builder(source, Basis.POINT_IN_TIME);
    }

    @Override
    public String name() {
        return options.basis() == Basis.SNAPSHOT ? "rds-snapshot" : "rds-point-in-time";
    }

    @Override
    public Capabilities capabilities() {
        Set<Capability> able =
                EnumSet.of(options.basis() == Basis.SNAPSHOT ? Capability.RESTORE_POINT : Capability.RESTORE_INSTANT);
        if (options.connections().isPresent() && !options.isolation().isEmpty()) {
            able.add(Capability.PROVE);
        }
        return new Capabilities(
                able,
                Set.of(options.basis() == Basis.SNAPSHOT ? Snapshots.FORMAT : Snapshots.INSTANT_FORMAT),
                Proof.Level.UNPROVEN,
                Map.of(
                        Proof.Level.PROVEN,
                        "Restored to a temporary instance in isolated security groups, connected to, and checked."));
    }

    @Override
    public Plan plan(RestoreRequest request, PlanContext context) {
        return plans.plan(request, context);
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return plans.observe(precondition);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return RdsTarget.cancellable(() -> steps.execute(step, context));
    }

    @Override
    public RestoredCopy open(Plan plan) {
        return steps.open(plan);
    }

    @Override
    public String toString() {
        return "RdsRestore[" + name() + " of " + options.source().id() + "]";
    }

    /** Collects the parts of a strategy. Not thread-safe. */
    public static final class Builder {

        private final RdsTarget source;
        private final Basis basis;
        private RecoveryEnvironment environment = RecoveryEnvironment.likeOriginal();
        private List<String> isolation = List.of();
        private @Nullable BiFunction<String, Integer, PostgresServer> connections;
        private final Map<String, NewestRow> newestRows = new TreeMap<>();
        private Predicate<String> serving = host -> false;
        private final List<Function<Endpoint, EndpointSwitch>> switches = new ArrayList<>();

        private Builder(RdsTarget source, Basis basis) {
            this.source = source;
            this.basis = basis;
        }

        /**
         * Says what differs at the destination; nothing unless set.
         *
         * @param environment the recovery environment
         * @return this
         */
        public Builder environment(RecoveryEnvironment environment) {
            this.environment = environment;
            return this;
        }

        /**
         * Names the security groups of isolated copies: nothing in them may be reached from, or reach, what belongs to production.
         * DR Kit checks that none is one of the original's, and that the copy has exactly these; the groups' own rules are the
         * host's to keep closed.
         *
         * @param securityGroups ids, at least one
         * @return this
         */
        public Builder isolatedBy(String... securityGroups) {
            this.isolation = List.of(securityGroups);
            return this;
        }

        /**
         * Says how a copy is connected to, for checks. Needed for proofs.
         *
         * @param connections gives the server at an address and port; asked each time
         * @return this
         */
        public Builder connections(BiFunction<String, Integer, PostgresServer> connections) {
            this.connections = connections;
            return this;
        }

        /**
         * Says where the newest committed row of a copy is looked for, so that what was really recovered is measured. May be
         * called for several databases; once for each.
         *
         * @param database its name
         * @param row table and column
         * @return this
         */
        public Builder newestRow(String database, NewestRow row) {
            this.newestRows.put(database, row);
            return this;
        }

        /**
         * Asks, before a temporary instance is deleted, whether applications are sent to it by something no
         * {@link EndpointSwitch} knows, such as a DNS name. Nobody is asked unless set; the instance's own identity is checked
         * always. If it throws, the instance is left standing.
         *
         * @param serving tells of a host name whether something points at it
         * @return this
         */
        public Builder sparing(Predicate<String> serving) {
            this.serving = serving;
            return this;
        }

        /**
         * Asks a switch, before a temporary instance is deleted, whether it leads applications there. Only if it stands
         * {@link io.github.drkit.cutover.Standing.State#UNMADE} is the instance deleted. If it is made, or partly made, or
         * cannot be looked at, the instance is left standing, and the run ends FAILED with {@code DRK-RDS-042}. May be called
         * for several switches; nobody is asked unless set.
         *
         * <p>The switch is only observed, never made. Those of tenant rows are asked of the server that serves, not of the
         * copy.
         *
         * @param leading gives the switch that would lead applications to the endpoint, which is the temporary instance's;
         *     asked each time
         * @return this
         */
        public Builder sparingSwitched(Function<Endpoint, EndpointSwitch> leading) {
            this.switches.add(leading);
            return this;
        }

        /**
         * Puts the strategy together. Asks nothing of AWS.
         *
         * @return the strategy
         * @throws IllegalStateException if rows are to be looked for and nobody said how to connect
         */
        public RdsRestore build() {
            if (!newestRows.isEmpty() && connections == null) {
                throw new IllegalStateException("Cannot build a restore of '" + source.id() + "': the newest rows of "
                        + newestRows.keySet() + " are to be found but nobody said how to connect");
            }
            List<RdsRegion> regions = new ArrayList<>(List.of(source.options().region()));
            source.options().copies().forEach(copy -> regions.add(copy.region()));
            return new RdsRestore(new RestoreOptions(
                    source.options(),
                    regions,
                    basis,
                    environment,
                    isolation,
                    Optional.ofNullable(connections),
                    newestRows,
                    serving,
                    switches));
        }
    }
}
