package io.github.drkit.cutover;

import io.github.drkit.BackupTarget;
import io.github.drkit.Operation;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.journal.Journal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Leads applications from an old side to a restored copy, and back again. The old side is fenced, never changed and never
 * deleted.
 *
 * <p>Forward: see that the copy is the planned one, fence the old side, see that nobody can write to it, note where the new
 * side starts, switch each endpoint, see that all is as it should be. If that fails before an application could have been
 * led to the new side, it is undone at once; after that by a roll back.
 *
 * <p>Back: fence the new side, count exactly what was written to it, and go on only if that is nothing, or a person has
 * accepted exactly that loss and a backup made after the fence holds it; then switch back and lift the fence of the old
 * side, restoring exactly what the cut-over recorded.
 *
 * <p>Immutable and thread-safe. A roll back is planned by a cut-over put together from the same parts, with the journal the
 * first run was recorded in.
 */
public final class CutOver implements Operation<CutOverRequest> {

    private final Parts parts;
    private final CutOverPlans plans;
    private final CutOverSteps steps;

    private CutOver(Builder builder) {
        this.parts = new Parts(
                builder.side,
                List.copyOf(builder.oldFences),
                List.copyOf(builder.newFences),
                Parts.ordered(builder.switches),
                Optional.ofNullable(builder.backups),
                builder.journal);
        this.plans = new CutOverPlans(parts);
        this.steps = new CutOverSteps(parts);
    }

    /**
     * Begins to put a cut-over together.
     *
     * @param side the side that takes over
     * @param journal the one cut-overs run with; a roll back reads there what the cut-over did
     * @return a builder
     */
    public static Builder builder(NewSide side, Journal journal) {
        return new Builder(side, journal);
    }

    @Override
    public Plan plan(CutOverRequest request, PlanContext context) {
        return switch (request.direction()) {
            case FORWARD -> plans.forward(request, context);
            case BACK -> plans.back(request, context);
            case WITHDRAW -> plans.withdraw(request, context);
            case REOPEN -> plans.reopen(request, context);
        };
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        return plans.observe(precondition);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return steps.execute(step, context);
    }

    /** Collects the parts of a cut-over. Not thread-safe. */
    public static final class Builder {

        private final NewSide side;
        private final Journal journal;
        private final List<Fence> oldFences = new ArrayList<>();
        private final List<Fence> newFences = new ArrayList<>();
        private final List<EndpointSwitch> switches = new ArrayList<>();
        private @Nullable BackupTarget backups;

        private Builder(NewSide side, Journal journal) {
            this.side = side;
            this.journal = journal;
        }

        /**
         * Adds a fence of the old side. They are engaged in the order given, and lifted in the other.
         *
         * @param fence keeps applications from the old side
         * @return this
         */
        public Builder fenceOld(Fence fence) {
            this.oldFences.add(fence);
            return this;
        }

        /**
         * Adds a fence of the new side, for rolling back.
         *
         * @param fence keeps applications from the new side
         * @return this
         */
        public Builder fenceNew(Fence fence) {
            this.newFences.add(fence);
            return this;
        }

        /**
         * Adds a place where applications find the database. They are switched in the order given, those inside the new
         * side before all others, and switched back in the other.
         *
         * @param endpoint names the old side now
         * @return this
         */
        public Builder endpoint(EndpointSwitch endpoint) {
            this.switches.add(endpoint);
            return this;
        }

        /**
         * Sets what backs the new side up, so that a loss can be accepted. Without it a roll back that would lose
         * anything is refused.
         *
         * @param target a target whose live system is the new side
         * @return this
         */
        public Builder backups(BackupTarget target) {
            this.backups = target;
            return this;
        }

        /**
         * Puts the cut-over together.
         *
         * @return the operation
         * @throws IllegalStateException if there is no switch, two parts have one name, or a side has no fences that
         *     together keep out new sessions and end the open ones
         */
        public CutOver build() {
            requireClosed("old", oldFences);
            requireClosed("new", newFences);
            if (switches.isEmpty()) {
                throw new IllegalStateException(
                        "Cannot put a cut-over together: no endpoint is given but at least one is required");
            }
            Set<String> names = new HashSet<>();
            Stream.of(oldFences, newFences, switches).flatMap(List::stream).forEach(part -> {
                if (!names.add(part.name())) {
                    throw new IllegalStateException("Cannot put a cut-over together: two parts are called '"
                            + part.name() + "' but each needs a name of its own");
                }
            });
            return new CutOver(this);
        }

        private static void requireClosed(String which, List<Fence> fences) {
            Set<Fence.Sessions> missing = new LinkedHashSet<>(List.of(Fence.Sessions.values()));
            for (Fence fence : fences) {
                if (fence.keepsOut().isEmpty()) {
                    throw new IllegalStateException("Cannot put a cut-over together: '" + fence.name()
                            + "' keeps out nobody but a fence must; a read-only mode is none, since every session may"
                            + " switch it off");
                }
                missing.removeAll(fence.keepsOut());
            }
            if (!missing.isEmpty()) {
                throw new IllegalStateException("Cannot put a cut-over together: the fences of the " + which
                        + " side leave in " + missing + " but together they must keep out "
                        + List.of(Fence.Sessions.values()));
            }
        }
    }
}
