package io.github.drkit.due;

import io.github.drkit.BackupTarget;
import io.github.drkit.Capabilities;
import io.github.drkit.Catalog;
import io.github.drkit.Plan;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RunId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.TargetId;
import io.github.drkit.TargetRequest;
import io.github.drkit.lease.LeasedOperation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A target whose backups are for one firing, and only while no other run has made the point of it. That is a precondition,
 * which the engine reads when it holds the lease: another operator may have been quicker since this one looked.
 */
final class ScheduledBackup implements BackupTarget, LeasedOperation {

    private static final String FIRING = "firing";
    private static final String OPEN = "no point of another run";

    /** Points may be dated this far ahead by a clock that is a little fast; others of tomorrow cover nothing today. */
    private static final Duration AHEAD = RecoveryPoint.CLOCK_SKEW;

    private final BackupTarget target;

    ScheduledBackup(BackupTarget target) {
        this.target = target;
    }

    /**
     * The point that covers a firing: made for it, or by any schedule since. One found FAILED covers nothing. One made for this
     * very firing covers it whatever its date, since a second run would be dated by the same clock.
     */
    static Optional<RecoveryPoint> covering(Instant firing, Catalog catalog, Instant now) {
        return catalog.points().stream()
                .filter(point -> point.proof().level() != Proof.Level.FAILED
                        && point.label().isEmpty()
                        && (point.scheduledFor().equals(Optional.of(firing))
                                || (!point.consistencyTime().isBefore(firing) && !isDatedAhead(point, now))))
                .findFirst();
    }

    /** Whether its source's clock dated it so far ahead that it counts for nobody now. */
    static boolean isDatedAhead(RecoveryPoint point, Instant now) {
        return point.consistencyTime().isAfter(now.plus(AHEAD));
    }

    @Override
    public Plan plan(TargetRequest request, PlanContext context) {
        Plan plan = target.plan(request, context);
        List<Precondition> preconditions = new ArrayList<>(plan.preconditions());
        preconditions.add(new Precondition(FIRING, plan.request().getOrDefault("scheduled-for", ""), OPEN));
        return new Plan(
                plan.run(),
                plan.kind(),
                plan.subject(),
                plan.request(),
                preconditions,
                plan.steps(),
                plan.remarks(),
                plan.estimate());
    }

    @Override
    public String observe(Precondition precondition, PlanContext context) {
        if (!precondition.name().equals(FIRING)) {
            return target.observe(precondition, context);
        }
        return covering(
                        Instant.parse(precondition.about()),
                        target.list(),
                        context.time().now())
                .filter(point -> !point.run().equals(context.run()))
                .map(point -> "covered by '" + point.id() + "'")
                .orElse(OPEN);
    }

    @Override
    public StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return target.execute(step, context);
    }

    /** A target that takes no leases itself is kept to one scheduled run at a time all the same. */
    @Override
    public Optional<String> lease(Plan plan) {
        return target instanceof LeasedOperation leased
                ? leased.lease(plan)
                : Optional.of(target.id().value());
    }

    @Override
    public boolean requiresLease(Plan plan) {
        return true;
    }

    @Override
    public void fence(RunId lost, RunId by) {
        if (target instanceof LeasedOperation leased) {
            leased.fence(lost, by);
        }
    }

    @Override
    public TargetId id() {
        return target.id();
    }

    @Override
    public Capabilities capabilities() {
        return target.capabilities();
    }

    @Override
    public Catalog list() {
        return target.list();
    }
}
